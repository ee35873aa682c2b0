"""An account's access token: one for all processes, fetched by one at a time. All functions block."""

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from common.database import reading, transaction
from common.identity import InvalidIdentity, open_sealed, seal
from common.times import utc_now
from desk.channels.wechat.models import WechatToken

LEASE = timedelta(seconds=10)
# A token is not used in its last minute.
EARLY = timedelta(seconds=60)
_PURPOSE = "wechat_token"


class TokenLate(Exception):
    """Another process has not brought the token in time."""


def current(account: str, fetch: Callable[[], tuple[str, int]], bad: str | None = None) -> str:
    """The account's token; a new one when it is over, or is `bad`, the one that WeChat refuses.

    `fetch` returns (token, seconds of its life). Raises TokenLate and what `fetch` raises.
    """
    with reading() as session:
        token = _good(session.get(WechatToken, account), bad)
    ends = time.monotonic() + LEASE.total_seconds()
    while token is None:
        token, mine = _lease(account, bad)
        if mine:
            return _fetched(account, fetch)
        if token is None:
            if time.monotonic() > ends:
                raise TokenLate
            time.sleep(0.1)
    return token


def _lease(account: str, bad: str | None) -> tuple[str | None, bool]:
    """(the token that another one has brought, whether it is ours to bring)."""
    try:
        with transaction() as session:
            row = session.get(WechatToken, account, with_for_update=True)
            token = _good(row, bad)
            if token is not None:
                return token, False
            if row is None:
                session.add(row := WechatToken(account=account))
            elif row.lease_until is not None and row.lease_until > utc_now():
                return None, False
            row.lease_until = utc_now() + LEASE
            return None, True
    except IntegrityError:  # two made the row at the same moment
        return None, False


def _fetched(account: str, fetch: Callable[[], tuple[str, int]]) -> str:
    token, seconds = None, 0
    try:
        token, seconds = fetch()
        return token
    finally:
        with transaction() as session:
            row = session.get(WechatToken, account, with_for_update=True)
            row.lease_until = None
            if token is not None:
                row.token = seal(_PURPOSE, {"token": token})
                row.expires_at = utc_now() + timedelta(seconds=seconds)


def _good(row: WechatToken | None, bad: str | None) -> str | None:
    if row is None or row.token is None or row.expires_at - EARLY <= utc_now():
        return None
    try:
        token = open_sealed(_PURPOSE, row.token, 86_400)["token"]
    except InvalidIdentity:  # the secret has changed
        return None
    return None if token == bad else token
