"""`/api/staff/v1`: login, one's own account, and managing people."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import anyio.to_thread
from fastapi import APIRouter, BackgroundTasks, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConstrainedInt, ConstrainedStr, Extra, Field, SecretStr, validator

from common.settings import settings
from common.times import iso
from desk.errors import Refused
from desk.limits import SlidingMinute
from desk.staff import access, accounts, audit, people
from desk.staff.access import Me, SignedIn, needs
from knowledge_base.content import content

Role = Literal["agent", "supervisor", "editor", "admin"]
Manager = Annotated[Me, Depends(needs("supervisor", "admin"))]
Admin = Annotated[Me, Depends(needs("admin"))]
Person = Annotated[int, Path(ge=1, le=2**31 - 1)]
READABLE = r"^[^\x00-\x1f\x7f\ud800-\udfff]+\Z"
# A password takes 64 MiB and a tenth of a second: so many logins at once, and the others take no thread from the chats.
LOGINS_AT_ONCE = 4


class Login(ConstrainedStr):
    """What somebody signs in with, in lower case."""

    regex = r"^[a-z0-9][a-z0-9._-]{2,31}\Z"


class Name(ConstrainedStr):
    """A name as colleagues and customers read it."""

    strip_whitespace = True
    min_length = 1
    max_length = 32
    regex = READABLE


class Ceiling(ConstrainedInt):
    """Chats at once."""

    ge = 1
    le = 20


class Password(SecretStr):
    """A password: any text that can be encoded."""

    min_length = 1
    max_length = 200


class _Body(BaseModel):
    class Config:
        extra = Extra.forbid

    @validator("password", "old", "new", check_fields=False)
    def _can_be_encoded(cls, value: SecretStr) -> SecretStr:  # noqa: N805
        value.get_secret_value().encode()
        return value

    @validator("groups", check_fields=False)
    def _known(cls, value: list[str]) -> list[str]:  # noqa: N805
        known = [entry["group"] for entry in content("skills")["groups"]]
        if not set(value) <= set(known):
            raise ValueError("an unknown group")
        return [group for group in known if group in value]


class LoginIn(_Body):
    """Who signs in."""

    login: str = Field(min_length=1, max_length=64, regex=READABLE)
    password: Password


class NewPassword(_Body):
    """One's own password, changed."""

    old: Password
    new: Password


class GivenPassword(_Body):
    """Somebody else's password, given anew."""

    new: Password


class NewPerson(_Body):
    """An account to be made."""

    login: Login
    name: Name
    role: Role
    groups: list[str] = Field(default_factory=list)
    ceiling: Ceiling = Ceiling(5)
    password: Password


class PersonChange(_Body):
    """What changes of an account; what is left out stays."""

    name: Name = Name()
    role: Role = "agent"
    groups: list[str] = Field(default_factory=list)
    ceiling: Ceiling = Ceiling(5)
    active: bool = True


class _Shown(BaseModel):
    class Config:
        json_encoders = {datetime: iso}  # noqa: RUF012  pydantic's own form


class StaffShown(_Shown):
    """Somebody who works at the desk."""

    id: int
    login: str
    name: str
    role: Role
    groups: list[str]
    ceiling: int


class StaffRow(StaffShown):
    """The same, for those who manage people."""

    active: bool
    locked: bool
    last_login_at: datetime | None
    presence: str


class MeShown(_Shown):
    """Whoever is signed in; `csrf` is sent back as `X-CSRF-Token` with every change."""

    staff: StaffShown
    csrf: str
    expires_at: datetime
    demo: bool


class AuditRow(_Shown):
    """What somebody did; `staff` is their name."""

    id: int
    at: datetime
    staff: str
    action: str
    subject: str
    detail: str


def routes(close_sockets: Callable[[int], Awaitable[None]]) -> APIRouter:
    """See the module; `close_sockets` closes those of a person whose logins have ended."""
    router = APIRouter(prefix="/api/staff/v1", tags=["staff"], dependencies=[Depends(access.same_site)])
    logins = SlidingMinute(settings().staff_logins_a_minute)
    turnstile = anyio.CapacityLimiter(LOGINS_AT_ONCE)

    async def not_too_often(request: Request) -> None:
        if not logins.allows(request.client.host if request.client else "-"):
            raise Refused(429, "too_many", "too_many_logins")

    @router.post("/login", dependencies=[Depends(not_too_often)])
    async def login(request: Request, response: Response, body: LoginIn) -> MeShown:
        """Signs in: the answer sets the cookie. 401 `wrong_login`; 429 `locked`, and when there are too many tries."""
        previous = request.cookies.get(access.COOKIE, "")
        given = (body.login, body.password.get_secret_value(), previous)
        cookie = await anyio.to_thread.run_sync(accounts.sign_in, *given, limiter=turnstile)
        me = await anyio.to_thread.run_sync(access.of_cookie, cookie)
        if me is None:
            raise Refused(401, "unauthorized", "signed_out")
        access.set_cookie(request, response, cookie)
        return _me_shown(me)

    @router.post("/logout", status_code=204, response_class=Response)
    def logout(me: SignedIn, request: Request, after: BackgroundTasks) -> Response:
        """Signs out."""
        accounts.sign_out(me.id, me.session)
        after.add_task(close_sockets, me.id)
        response = Response(status_code=204)
        access.set_cookie(request, response, "")
        return response

    @router.get("/me")
    def who(me: SignedIn) -> MeShown:
        """Who is signed in."""
        return _me_shown(me)

    @router.post("/password", status_code=204, response_class=Response)
    def change_password(me: SignedIn, body: NewPassword, after: BackgroundTasks) -> None:
        """Changes one's own password; one's other logins end."""
        accounts.change_password(me.id, me.session, body.old.get_secret_value(), body.new.get_secret_value())
        after.add_task(close_sockets, me.id)

    @router.get("/people")
    def list_people(_: Manager) -> list[StaffRow]:
        """Everybody."""
        return [StaffRow(**row) for row in people.listed()]

    @router.post("/people", status_code=201)
    def add_person(me: Admin, body: NewPerson) -> StaffRow:
        """Makes an account. 409 `login_taken`."""
        values = body.dict(exclude={"password"})
        return StaffRow(**people.add(me.id, password=body.password.get_secret_value(), **values))

    @router.patch("/people/{person}")
    def change_person(me: Manager, person: Person, body: PersonChange, after: BackgroundTasks) -> StaffRow:
        """Changes an account; supervisors: name, groups and ceiling of agents. Closing it, or another role, ends its
        logins."""
        row = people.change(me, person, body.dict(exclude_unset=True))
        after.add_task(close_sockets, person)
        return StaffRow(**row)

    @router.post("/people/{person}/password", status_code=204, response_class=Response)
    def give_password(me: Admin, person: Person, body: GivenPassword, after: BackgroundTasks) -> None:
        """Gives somebody another password; all their logins end."""
        people.set_password(me, person, body.new.get_secret_value())
        after.add_task(close_sockets, person)

    @router.post("/people/{person}/unlock", status_code=204, response_class=Response)
    def unlock(me: Manager, person: Person) -> None:
        """Lets somebody who was locked out try again; supervisors: agents."""
        people.unlock(me, person)

    @router.get("/audit")
    def read_audit(
        _: Manager,
        after: int | None = Query(None, ge=0, le=2**31 - 1),
        staff: int | None = Query(None, ge=0, le=2**31 - 1),
        action: str | None = Query(None, max_length=32, pattern=r"^\w+$"),
        limit: int = Query(100, ge=1, le=500),
    ) -> list[AuditRow]:
        """Who did what, newest first; `after` is the id of the last row that the page has."""
        return [AuditRow(**row) for row in audit.read(after, staff, action, limit)]

    return router


def _me_shown(me: Me) -> MeShown:
    staff: dict[str, Any] = {name: getattr(me, name) for name in StaffShown.__fields__}
    return MeShown(staff=StaffShown(**staff), csrf=me.csrf, expires_at=me.expires_at, demo=settings().demo)
