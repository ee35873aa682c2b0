"""Who asks, and whether they may: the dependencies of every route for staff.

The cookie says who; the header `X-CSRF-Token` that the request comes from our page, which alone can read its value.
"""

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.requests import cookie_parser

from common.database import reading, transaction
from desk.errors import Refused
from desk.staff import sessions
from desk.staff.demo import may_work

COOKIE = "wanhao_staff"
# What a page asks by itself carries this header: it says nothing of whether anybody sits before it.
BACKGROUND = "X-Background"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
LOOPBACK = re.compile(r"(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?", re.I)


@dataclass(frozen=True)
class Me:
    """Whoever is signed in. `session` is the login's id, `expires_at` when it ends if nobody uses it any more."""

    id: int
    login: str
    name: str
    role: str
    groups: tuple[str, ...]
    ceiling: int
    session: str = field(repr=False)
    csrf: str = field(repr=False)
    expires_at: datetime


def same_site(request: Request) -> None:
    """Refuses a request that a page of another host sends. Browsers name the host; other programs need not."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2].lower() != request.headers.get("Host", "").lower():
        raise Refused(403, "forbidden", "other_site")


def signed_in(request: Request) -> Me:
    """The person behind a request. Raises Refused: 401 without a login, 403 for a change without the login's token."""
    same_site(request)
    me = of_cookie(request.cookies.get(COOKIE, ""), renew=BACKGROUND not in request.headers)
    if me is None:
        raise Refused(401, "unauthorized", "signed_out")
    if request.method not in SAFE_METHODS and not _same(request.headers.get("X-CSRF-Token", ""), me.csrf):
        raise Refused(403, "forbidden", "page_too_old")
    return me


SignedIn = Annotated[Me, Depends(signed_in)]


def needs(*roles: str) -> Callable[..., Awaitable[Me]]:
    """A dependency: whoever is signed in, if their role is one of these; 403 else.

    `me: Annotated[Me, Depends(needs("supervisor", "admin"))]`
    """

    async def with_role(me: SignedIn) -> Me:
        if me.role not in roles:
            raise Refused(403, "forbidden", "not_for_role")
        return me

    return with_role


def staff_of_environ(environ: Mapping[str, Any], csrf: object) -> Me | None:
    """The person behind a socket: its cookie, and the token that its page sent along.

    Pages connect again by themselves, so it does not renew the login. Blocks.
    """
    me = of_cookie(cookie_parser(str(environ.get("HTTP_COOKIE", ""))).get(COOKIE, ""), renew=False)
    return me if me is not None and isinstance(csrf, str) and _same(csrf, me.csrf) else None


def is_signed_in(session_id: str) -> bool:
    """Whether a login (`Me.session`) goes on, for sockets that outlive requests. Does not renew it. Blocks."""
    with reading() as session:
        found = sessions.find(session, session_id)
        return found is not None and may_work(found[0])


def of_cookie(cookie: str, *, renew: bool = True) -> Me | None:
    """The person whose browser has this cookie; their login counts as used now if `renew`. Blocks.

    It writes, and waits for other writers, only when the last use was a while ago.
    """
    with reading() as session:
        found = sessions.find(session, sessions.id_of(cookie))
        if found is None or not may_work(found[0]):
            return None
        row, login = found
        me = Me(
            id=row.id,
            login=row.login,
            name=row.name,
            role=row.role,
            groups=tuple(row.groups),
            ceiling=row.ceiling,
            session=login.id,
            csrf=login.csrf,
            expires_at=sessions.ends_at(login),
        )
        due = renew and sessions.is_due(login)
    if not due:
        return me
    with transaction() as session:
        ends = sessions.renew(session, me.session)
    return None if ends is None else replace(me, expires_at=ends)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def set_cookie(request: Request, response: Response, value: str) -> None:
    """Gives the browser its login; an empty value takes it away.

    Over TLS alone, unless the browser runs on the desk's own machine and speaks to it directly.
    """
    direct = request.url.scheme == "http" and "X-Forwarded-For" not in request.headers
    response.set_cookie(
        COOKIE,
        value,
        max_age=None if value else 0,
        secure=not (direct and LOOPBACK.fullmatch(request.headers.get("Host", ""))),
        httponly=True,
        samesite="strict",
    )
