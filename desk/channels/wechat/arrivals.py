"""A message's arrival, and which way its answer goes: decided once, by its row. All functions block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.database import reading, transaction
from common.settings import settings
from common.times import utc_now
from desk import store
from desk.channels.wechat.inbound import Inbound
from desk.channels.wechat.models import WechatInbound, WechatNonce, WechatUser
from desk.channels.wechat.quota import Quota
from desk.channels.wechat.rendering import Picture, compose, packed
from desk.errors import Refused
from desk.models import Conversation, Message
from desk.store import Said, Shown

# How long a repeat may still get the reply of the first; WeChat repeats within 15 s.
REPEATS = timedelta(seconds=30)
# What an answer in place needs to be shown before what is pushed behind it.
AHEAD = timedelta(seconds=1)
# How long keys and nonces are known: longer than a signature is young.
KEPT = timedelta(minutes=15)


@dataclass(frozen=True)
class Arrival:
    """One try of WeChat's to deliver a message. `seen` is the last line that the customer may have got.

    `state` and `reply` are what was decided in an earlier try; `attempt` counts from 1.
    """

    account: str
    inbound: Inbound
    user: int
    conversation: str
    seen: int
    attempt: int
    state: str
    reply: str | None


def is_known(account: str, inbound: Inbound) -> bool:
    """Whether a try of this message was noted before."""
    with reading() as session:
        return session.get(WechatInbound, (account, inbound.key)) is not None


def arrive(account: str, inbound: Inbound, stamp: str) -> Arrival:
    """Notes a try, and at the first one what the customer's sign of life opens. Raises Refused for a replay."""
    try:
        return _arrive(account, inbound, stamp)
    except IntegrityError:
        # Two tries, or two first messages of one person, at the same moment: the other's rows are there now.
        return _arrive(account, inbound, stamp)


def _arrive(account: str, inbound: Inbound, stamp: str) -> Arrival:
    now = utc_now()
    with transaction() as session:
        used = session.get(WechatNonce, (account, stamp))
        if used is None:
            session.add(WechatNonce(account=account, stamp=stamp, key=inbound.key, at=now))
        elif used.key != inbound.key:
            raise Refused(403, "forbidden")
        user = _user(session, account, inbound.openid)
        row = session.get(WechatInbound, (account, inbound.key), with_for_update=True)
        if row is None:
            row = WechatInbound(account=account, key=inbound.key, attempts=0, state="open", at=now)
            session.add(row)
            _alive(user, inbound)
        late = row.state == "passive" and now - row.at > REPEATS
        if row.state == "open":
            row.attempts += 1
            # A little longer than the answer is waited for: should this process die, it is pushed then.
            user.hold_until = now + timedelta(seconds=settings().wechat_seconds + 1)
        session.flush()
        return Arrival(
            account,
            inbound,
            user.id,
            user.conversation_id,
            max(user.sent_seq, user.sending_seq or 0),
            row.attempts,
            "pushed" if late else row.state,
            None if late else row.reply,
        )


def _user(session: Session, account: str, openid: str) -> WechatUser:
    found = session.scalar(
        sa.select(WechatUser).where(WechatUser.account == account, WechatUser.openid == openid).with_for_update()
    )
    if found is None:
        row = store.new_conversation(session, "wechat")
        found = WechatUser(account=account, openid=openid, conversation_id=row.id, sent_seq=0, sent_part=0)
        session.add(found)
        session.flush()
    return found


def _alive(user: WechatUser, inbound: Inbound) -> None:
    """The customer did something: what was held back may go now."""
    now = utc_now()
    user.subscribed = inbound.kind != "gone"
    if inbound.opens is None or not user.subscribed:
        return
    quota = quota_of(user)
    give(user, quota.after_message(now) if inbound.opens == "message" else quota.after_event(now))
    user.last_at, user.blocked, user.told, user.failures, user.due_at = now, None, False, 0, now


def quota_of(user: WechatUser) -> Quota:
    """What may be pushed to somebody."""
    return Quota(user.left, user.until, user.event_left, user.event_until)


def give(user: WechatUser, quota: Quota) -> None:
    """Notes what may be pushed to somebody from now on."""
    user.left, user.until = quota.left, quota.until
    user.event_left, user.event_until = quota.event_left, quota.event_until


def decide(arrival: Arrival, in_time: bool) -> str | None:
    """The answer in place, when there is one in time and this is still the try to answer; else it is pushed.

    Whatever waits for the customer is taken into the answer in its order, as much as one message holds. What it is,
    `rendering.unpacked` tells.
    """
    now = utc_now()
    with transaction() as session:
        user = session.get(WechatUser, arrival.user, with_for_update=True)
        row = session.get(WechatInbound, (arrival.account, arrival.inbound.key), with_for_update=True)
        if row is None or row.state != "open" or row.attempts != arrival.attempt:
            return None
        row.at, row.state, user.hold_until, user.due_at = now, "pushed", None, now
        if not in_time or (user.lease_until is not None and user.lease_until > now):
            return None
        found = compose(undelivered(session, user), user.sent_part, news=shows_news(arrival.account))
        if found is None or isinstance(found.part, Picture):
            return None
        user.sent_seq, user.sent_part = found.sent_seq, found.sent_part
        row.state, row.reply = "passive", packed(found.part)
        user.hold_until = now + AHEAD
        return row.reply


def shows_news(account: str) -> bool:
    """Whether cards are news at an account."""
    served = settings().wechat_accounts.get(account)
    return served is not None and served.card_url is not None


def undelivered(session: Session, user: WechatUser, limit: int = 50) -> Sequence[Shown]:
    """The lines that a customer has not been sent, oldest first; the first one perhaps in part."""
    rows = session.scalars(
        sa.select(Message)
        .where(
            Message.conversation_id == user.conversation_id,
            Message.seq > user.sent_seq,
            Message.role != "customer",
        )
        .order_by(Message.seq)
        .limit(limit)
    )
    return [store.shown(row) for row in rows]


@lru_cache(maxsize=10_000)
def is_ours(conversation: str) -> bool:
    """Whether a conversation is one of WeChat's; it stays what it is."""
    with reading() as session:
        row = session.get(Conversation, conversation)
        return row is not None and row.channel == "wechat"


def user_of(session: Session, conversation: str) -> WechatUser | None:
    """Whose conversation it is; None when it is not one of WeChat's."""
    return session.scalar(sa.select(WechatUser).where(WechatUser.conversation_id == conversation))


def is_stored(arrival: Arrival) -> bool:
    """Whether the transcript has the message, or what the desk says of it."""
    with reading() as session:
        return _known(session, arrival)


def say_once(arrival: Arrival, said: Said) -> None:
    """The desk's own answer to a message that no turn answers, once however often it comes."""
    with transaction() as session:
        row = store.lock_conversation(session, arrival.conversation)
        if not _known(session, arrival):
            store.add_line(session, row, said, client_id=arrival.inbound.client_id)


def _known(session: Session, arrival: Arrival) -> bool:
    same = sa.exists().where(
        Message.conversation_id == arrival.conversation, Message.client_id == arrival.inbound.client_id
    )
    return bool(session.scalar(sa.select(same)))


def forget() -> None:
    """Removes what is too old to be repeated or replayed."""
    until = utc_now() - KEPT
    with transaction() as session:
        for table in (WechatInbound, WechatNonce):
            session.execute(sa.delete(table).where(table.at < until).execution_options(synchronize_session=False))
