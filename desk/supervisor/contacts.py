"""Contacts for the quality board: each conversation, once for each day on which its customer spoke. All block.

What is counted is made again from the conversations whenever something of a day has changed, a few conversations in a
transaction, and a day is done when it has been over for an hour. The worker keeps up; who asks before it has is served
as far as it goes.
"""

import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bss.models import FiledTicket
from common.database import reading, transaction
from common.times import SHANGHAI, utc_now
from desk.board_models import Contact, ContactIntent, CountedDay
from desk.handover_models import Handover
from desk.models import REJECTED_INTENTS, Conversation, Turn
from desk.supervisor import quality_counts
from desk.supervisor.days import bounds
from knowledge_base.content import intent_title
from knowledge_base.models import OfferOutcome

# Conversations of one transaction: writers of SQLite wait for each other.
_CHUNK = 200
# An answer may take so long: what was counted meanwhile is counted again.
_OVERLAP = timedelta(minutes=15)
_SETTLED = timedelta(hours=1)
# So many days around one decide whether somebody came back (`quality_figures.BACK`).
_WEEK = 7
_FRESH = timedelta(seconds=30)
# The worker counts the past from today on backwards: a month, and the one that it is compared with.
_WORKER_SECONDS, _WORKER_DAYS = 2.0, 62
_PERSON = "human_agent"
_INTENT = re.compile(r"/([a-z][a-z0-9_]*)")


@dataclass
class _Made:
    """A contact while its turns are read, oldest first."""

    first: datetime
    last: datetime
    intents: list[str] = field(default_factory=list)
    lost: bool = False

    def hear(self, turn: Any) -> None:
        """One more turn of the customer's."""
        self.last = turn.created_at
        pressed = _INTENT.match(turn.payload or "")
        meant = pressed.group(1) if pressed else turn.intent
        self.lost = turn.state == "failed" or meant in REJECTED_INTENTS
        if meant and meant not in self.intents:
            self.intents.append(meant)
        elif meant:
            # The last one is what it is about.
            self.intents.remove(meant)
            self.intents.append(meant)

    @property
    def topic(self) -> str | None:
        """The last thing that was asked for."""
        return next((intent for intent in reversed(self.intents) if is_topic(intent)), None)


def is_topic(intent: str) -> bool:
    """Whether an intent says what a contact is about: small talk, and the wish for a person, do not."""
    return intent_title(intent) is not None and not intent.startswith(_PERSON)


def count_more() -> bool:
    """Counts for a while, the newest day first; False when all is counted. The worker's loop."""
    today = utc_now().astimezone(SHANGHAI).date()
    return not catch_up(today - timedelta(days=_WORKER_DAYS), today, _WORKER_SECONDS)


def catch_up(first: date, last: date, seconds: float) -> bool:
    """Counts what is not counted yet of some days, and of the week before them, for `seconds` at most; whether all is.

    The newest days come first; what is final of a day is kept when the days are counted on which the same may be asked.
    """
    ends, now = time.monotonic() + seconds, utc_now()
    days = [last - timedelta(days=back) for back in range((last - first).days + 1 + _WEEK)]
    known = _known(days)
    for day in days:
        row, (start, end) = known.get(day), bounds(day, day)
        fresh = row is not None and (row.until >= end + _SETTLED or now - row.until < _FRESH)
        if start < now and not fresh and not _count(day, row.until if row else None, now, ends):
            return False
    known = _known(days)
    over = {day for day, row in known.items() if row.until >= bounds(day, day)[1] + _SETTLED}
    for place in range(_WEEK, len(days) - _WEEK):
        around = days[place - _WEEK : place + _WEEK + 1]
        if over.issuperset(around) and not known[days[place]].kept:
            if time.monotonic() > ends:
                return False
            quality_counts.keep(days[place])
    return True


def _known(days: list[date]) -> dict[date, CountedDay]:
    with reading() as session:
        rows = session.scalars(sa.select(CountedDay).where(CountedDay.day.between(str(days[-1]), str(days[0]))))
        return {date.fromisoformat(row.day): row for row in rows}


def _count(day: date, counted: datetime | None, now: datetime, ends: float) -> bool:
    """Counts a day as far as there is time; it is written down as counted when all of it is."""
    start, end = bounds(day, day)
    since = start if counted is None else max(start, counted - _OVERLAP)
    with reading() as session:
        spoke = sa.select(Turn.conversation_id).where(Turn.created_at >= since, Turn.created_at < end)
        asked = sa.select(Handover.conversation_id).where(_touches(since, end))
        changed = set(session.scalars(spoke)) | (set(session.scalars(asked)) if counted is not None else set())
        if counted is None:
            # What an earlier try has done already need not be done again.
            changed -= set(session.scalars(sa.select(Contact.conversation_id).where(Contact.day == str(day))))
    left = sorted(changed)
    try:
        for place in range(0, len(left), _CHUNK):
            if time.monotonic() > ends:
                return False
            with transaction() as session:
                make(session, day, left[place : place + _CHUNK])
        with transaction() as session:
            session.merge(CountedDay(day=str(day), until=now))
    except IntegrityError:
        return False  # somebody else counts the same right now
    return True


def _touches(since: datetime, until: datetime) -> Any:
    """Handovers that were open at any time between two."""
    return sa.and_(Handover.created_at < until, sa.or_(Handover.closed_at >= since, Handover.closed_at.is_(None)))


def make(session: Session, day: date, conversations: Sequence[str]) -> None:
    """Makes the contacts of some conversations on a day anew."""
    start, end = bounds(day, day)
    made: dict[str, _Made] = {}
    for turn in session.execute(
        sa.select(Turn.conversation_id, Turn.payload, Turn.state, Turn.intent, Turn.created_at)
        .where(
            Turn.conversation_id.in_(conversations),
            Turn.created_at >= start,
            Turn.created_at < end,
            # An event of ours has a payload and no text; a picture neither.
            sa.or_(Turn.text != "", Turn.payload.is_(None)),
        )
        .order_by(Turn.created_at)
    ):
        made.setdefault(turn.conversation_id, _Made(turn.created_at, turn.created_at)).hear(turn)
    gone = sa.select(Contact.id).where(Contact.day == str(day), Contact.conversation_id.in_(conversations))
    session.execute(
        sa.delete(ContactIntent).where(ContactIntent.contact_id.in_(gone)).execution_options(synchronize_session=False)
    )
    session.execute(
        sa.delete(Contact).where(Contact.id.in_(gone.scalar_subquery())).execution_options(synchronize_session=False)
    )
    if made:
        _write(session, str(day), made, _handed(session, made, start, end), _whose(session, list(made), start, end))


def _write(
    session: Session, day: str, made: dict[str, _Made], handed: dict[str, str | None], known: dict[str, str]
) -> None:
    channels = dict(
        session.execute(sa.select(Conversation.id, Conversation.channel).where(Conversation.id.in_(made))).all()
    )
    rows = [
        {
            "day": day,
            "conversation_id": talk,
            "channel": channels[talk],
            "first_at": one.first,
            "began": int(one.first.timestamp()),
            "ended": int(one.last.timestamp()),
            "who": known.get(talk, talk),
            "known": talk in known,
            "topic": handed.get(talk) or one.topic,
            "lost": one.lost,
            "handed": talk in handed,
        }
        for talk, one in made.items()
    ]
    session.execute(sa.insert(Contact), rows)
    ids = dict(
        session.execute(
            sa.select(Contact.conversation_id, Contact.id).where(Contact.day == day, Contact.conversation_id.in_(made))
        ).all()
    )
    intents = [
        {"contact_id": ids[talk], "intent": intent, "day": day, "channel": channels[talk]}
        for talk, one in made.items()
        for intent in one.intents
    ]
    if intents:
        session.execute(sa.insert(ContactIntent), intents)
    # Who they are may have been proven only now: then it was they before, too, as far as that is not final.
    recent = str(date.fromisoformat(day) - timedelta(days=_WEEK))
    unproven = sa.and_(Contact.conversation_id.in_(known), Contact.known.is_(False), Contact.day > recent)
    for talk in session.scalars(sa.select(Contact.conversation_id).where(unproven).distinct()).all():
        session.execute(
            sa.update(Contact)
            .where(Contact.conversation_id == talk, unproven)
            .values(who=known[talk], known=True)
            .execution_options(synchronize_session=False)
        )


def _handed(session: Session, talks: Collection[str], start: datetime, end: datetime) -> dict[str, str | None]:
    """The topic of the latest wish for a person, by conversation, as far as it was open on the day."""
    rows = session.execute(
        sa.select(Handover.conversation_id, Handover.context["topic"].as_string().label("topic"))
        .where(Handover.conversation_id.in_(talks), _touches(start, end))
        .order_by(Handover.id)
    )
    return {row.conversation_id: row.topic for row in rows}


def _whose(session: Session, talks: list[str], start: datetime, end: datetime) -> dict[str, str]:
    """Whose conversations these are, as far as somebody has proven it in them, or it is known from the number."""
    marks = _latest(session, Handover.conversation_id, Handover.number_hash, talks)
    owners = _latest(session, Handover.number_hash, Handover.customer, list(set(marks.values())))
    on_the_day = sa.and_(OfferOutcome.at >= start, OfferOutcome.at < end)
    return (
        {talk: owners.get(mark, mark) for talk, mark in marks.items()}
        | _latest(session, OfferOutcome.conversation_id, OfferOutcome.customer, talks, on_the_day)
        | _latest(session, FiledTicket.conversation_id, FiledTicket.customer, talks)
        | _latest(session, Handover.conversation_id, Handover.customer, talks)
    )


def _latest(session: Session, of: Any, what: Any, wanted: list[str], also: Any = True) -> dict[str, str]:
    """The last `what` that is known of each wanted one."""
    rows = session.execute(sa.select(of, what).where(of.in_(wanted), what.is_not(None), also).order_by(of.class_.id))
    return dict(rows.all())
