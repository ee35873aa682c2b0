"""What reaches a customer behind their message: one message at a time, in order, within WeChat's limits. Blocks."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from common.database import reading, transaction
from common.times import parse_iso, utc_now
from desk import pictures
from desk.channels.wechat.api import Api, Outcome
from desk.channels.wechat.arrivals import give, quota_of, shows_news, undelivered, user_of
from desk.channels.wechat.models import WechatUser
from desk.channels.wechat.quota import AFTER_MESSAGE
from desk.channels.wechat.rendering import Composed, News, compose
from desk.channels.wechat.splitting import CHARACTERS
from desk.errors import Refused, sentence
from desk.models import Conversation
from knowledge_base.content import content

# Longer than a picture's two calls may take.
LEASE = timedelta(seconds=30)
MOST_PAUSE = 60
# What WeChat shows; others are told of in words.
_PICTURES = {"image/jpeg", "image/png", "image/gif"}


@dataclass(frozen=True)
class Outgoing:
    """A message that this process has leased the customer for; no `composed`: a template message instead."""

    user: int
    account: str
    openid: str
    conversation: str
    lease: str
    last_at: Any
    composed: Composed | None
    asks: bool


def mark(conversation: str) -> bool:
    """Notes that a conversation has something to deliver; whether it is one of WeChat's."""
    with transaction() as session:
        marked = session.execute(
            sa.update(WechatUser)
            .where(WechatUser.conversation_id == conversation)
            .values(due_at=utc_now())
            .execution_options(synchronize_session=False)
        )
        return bool(marked.rowcount)


def whose(conversation: str) -> tuple[str, str] | None:
    """Account and openid of a conversation's customer; None when it is not one of WeChat's."""
    with reading() as session:
        user = user_of(session, conversation)
        return None if user is None else (user.account, user.openid)


def due(limit: int = 50) -> list[int]:
    """Whom something waits for that may be sent now, and nobody is sending to."""
    now = utc_now()
    with reading() as session:
        return list(
            session.scalars(
                sa.select(WechatUser.id)
                .where(WechatUser.due_at <= now, _past(WechatUser.hold_until, now), _past(WechatUser.lease_until, now))
                .order_by(WechatUser.due_at)
                .limit(limit)
            )
        )


def take(user: int) -> Outgoing | None:
    """Leases a customer for the next message to them; None when nothing may be sent now."""
    now = utc_now()
    with transaction() as session:
        row = session.get(WechatUser, user, with_for_update=True)
        if row is None or row.due_at is None or row.due_at > now or not _is_free(row, now):
            return None
        lines = undelivered(session, row)
        if not lines or not row.subscribed:
            row.due_at = None
            return None
        quota = quota_of(row)
        left = quota.now_left(now)
        if row.blocked is None and not left:
            row.blocked = "limit" if quota.is_open(now) else "window"
        if row.blocked is not None:
            row.due_at = None
            if row.blocked != "window" or row.told:
                return None
            row.told = True
            return _leased(row, None, False)
        spare = left == 1
        composed = compose(lines, row.sent_part, spare=spare, news=shows_news(row.account))
        if composed is None:  # lines without words
            row.sent_seq, row.sent_part = lines[-1]["seq"], 0
            return None
        # The last messages wait for what else is said, unless they are full.
        ripe = parse_iso(lines[0]["at"]) + quota.patience(now)
        if ripe > now and not composed.more:
            row.due_at = ripe
            return None
        give(row, quota.spend(now))
        mode = session.get(Conversation, row.conversation_id).mode
        return _leased(row, composed, spare and (composed.more or mode == "human"))


def _leased(row: WechatUser, composed: Composed | None, asks: bool) -> Outgoing:
    row.lease, row.lease_until = uuid.uuid4().hex, utc_now() + LEASE
    row.sending_seq = composed and composed.sent_seq
    return Outgoing(row.id, row.account, row.openid, row.conversation_id, row.lease, row.last_at, composed, asks)


def send(apis: Mapping[str, Api], outgoing: Outgoing) -> Outcome:
    """Sends it and returns what came of it."""
    api = apis.get(outgoing.account)
    if api is None:  # the account is not served any more
        return "refused"
    if outgoing.composed is None:
        return api.send_template(outgoing.openid, content("wechat_menu")["template"])
    part, choices = outgoing.composed.part, outgoing.composed.choices
    if isinstance(part, News):
        return api.send_news(outgoing.openid, part.title, part.text)
    if isinstance(part, str):
        if choices and not outgoing.asks:
            head = part.removesuffix("\n".join(["", *(words for _, words in choices)]))
            outcome = api.send_menu(outgoing.openid, head, choices)
            if outcome != "skip":  # an account that may not send menus
                return outcome
        more = f"\n\n{sentence('wechat_more')}" if outgoing.asks else ""
        return api.send_text(outgoing.openid, (part + more)[:CHARACTERS])
    try:
        data, media_type = pictures.read(outgoing.conversation, part.id)
    except Refused:  # deleted meanwhile
        return "skip"
    if media_type not in _PICTURES:
        return api.send_text(outgoing.openid, sentence("wechat_picture"))
    return api.send_picture(outgoing.openid, data, media_type)


def settle(outgoing: Outgoing, outcome: Outcome) -> bool:
    """Notes what came of a message; whether the next one may follow at once."""
    now = utc_now()
    with transaction() as session:
        row = session.get(WechatUser, outgoing.user, with_for_update=True)
        if row is None or row.lease != outgoing.lease:
            return False
        row.lease = row.lease_until = row.sending_seq = None
        composed = outgoing.composed
        if composed is not None and outcome in {"sent", "skip"}:
            row.sent_seq, row.sent_part, row.failures, row.due_at = composed.sent_seq, composed.sent_part, 0, now
            return True
        if row.last_at != outgoing.last_at:  # the customer has said something since: that limit is past
            row.due_at = now
            return True
        if outcome == "later":
            row.told = False
            row.left = min(AFTER_MESSAGE, row.left + int(composed is not None))
            row.failures += 1
            row.due_at = now + timedelta(seconds=min(2 ** min(row.failures - 1, 10), MOST_PAUSE))
            return False
        if composed is None:
            return False
        row.blocked = outcome
        if outcome == "limit":
            row.left = row.event_left = 0
        return outcome == "window"


def _past(column: Any, now: Any) -> Any:
    return sa.or_(column.is_(None), column <= now)


def _is_free(row: WechatUser, now: Any) -> bool:
    return all(until is None or until <= now for until in (row.hold_until, row.lease_until))
