"""The tables of the WeChat channel. What is said stays in the desk's own; here is who, and how far it was delivered."""

import sqlalchemy as sa

from common.database import Base, UtcDateTime
from common.times import utc_now


class WechatUser(Base):
    """One person at one account, and their one conversation.

    Delivered are all lines up to `sent_seq`, and `sent_part` parts of the next one. `left` customer-service messages
    may follow what they last said until `until`, `event_left` what they last pressed until `event_until`.
    `hold_until`: an answer in place is being prepared; until then nothing is pushed. `blocked` says why nothing can be
    sent until they are heard of again (limit, window, refused); `told` that a template message said so.
    `due_at` is when to look for what can be sent; `lease` is held by whoever sends the lines up to `sending_seq`.
    """

    __tablename__ = "wechat_users"

    id = sa.Column(sa.Integer, primary_key=True)
    account = sa.Column(sa.String(32), nullable=False)
    openid = sa.Column(sa.String(64), nullable=False)
    conversation_id = sa.Column(sa.ForeignKey("conversations.id"), nullable=False, unique=True)
    subscribed = sa.Column(sa.Boolean, nullable=False, default=True)
    last_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    sent_seq = sa.Column(sa.Integer, nullable=False, default=0)
    sent_part = sa.Column(sa.Integer, nullable=False, default=0)
    left = sa.Column(sa.Integer, nullable=False, default=0)
    until = sa.Column(UtcDateTime)
    event_left = sa.Column(sa.Integer, nullable=False, default=0)
    event_until = sa.Column(UtcDateTime)
    hold_until = sa.Column(UtcDateTime)
    blocked = sa.Column(sa.String(8))
    told = sa.Column(sa.Boolean, nullable=False, default=False)
    due_at = sa.Column(UtcDateTime, index=True)
    sending_seq = sa.Column(sa.Integer)
    lease = sa.Column(sa.String(32))
    lease_until = sa.Column(UtcDateTime)
    failures = sa.Column(sa.Integer, nullable=False, default=0)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)

    __table_args__ = (sa.UniqueConstraint("account", "openid"),)


class WechatInbound(Base):
    """One message of WeChat's, which comes up to three times, and which way its answer goes.

    state: open, passive (in `reply`, for this message and its repeats), pushed (by customer-service messages). Only the
    newest of the `attempts` may answer passively: WeChat has dropped the connections of the others.
    """

    __tablename__ = "wechat_inbound"

    account = sa.Column(sa.String(32), primary_key=True)
    key = sa.Column(sa.String(100), primary_key=True)
    attempts = sa.Column(sa.Integer, nullable=False, default=0)
    state = sa.Column(sa.String(8), nullable=False, default="open")
    reply = sa.Column(sa.Text)
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now, index=True)


class WechatNonce(Base):
    """A signed request that was seen: its timestamp and nonce belong to one message."""

    __tablename__ = "wechat_nonces"

    account = sa.Column(sa.String(32), primary_key=True)
    stamp = sa.Column(sa.String(100), primary_key=True)
    key = sa.Column(sa.String(100), nullable=False)
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now, index=True)


class WechatToken(Base):
    """An account's access token, sealed; `lease_until` is held by the one process that fetches a new one."""

    __tablename__ = "wechat_tokens"

    account = sa.Column(sa.String(32), primary_key=True)
    token = sa.Column(sa.Text)
    expires_at = sa.Column(UtcDateTime)
    lease_until = sa.Column(UtcDateTime)


class WechatBinding(Base):
    """A number that somebody has bound after a proof; `sealed` holds it and whose it was then."""

    __tablename__ = "wechat_bindings"

    account = sa.Column(sa.String(32), primary_key=True)
    openid = sa.Column(sa.String(64), primary_key=True)
    number_hash = sa.Column(sa.String(64), primary_key=True, index=True)
    sealed = sa.Column(sa.Text, nullable=False)
    bound_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
