"""What the quality board counts: for every figure the rows behind it, so that a number and its list are the same.

Each is a select of `day, channel, key, conversation, at`: a row for everything that is counted on a day.
docs/quality-board.md says what each figure means.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from bss.models import FiledTicket
from common.times import utc_now
from desk.board_models import REJECTED, Contact, ContactIntent
from desk.handover_models import Handover, Survey
from desk.handover_states import ACTIVE, CANCELLED, OFFERED, QUEUED
from desk.models import Conversation
from desk.supervisor.days import DayOf, Moved, SecondsBetween, bounds
from desk.supervisor.figures import target_seconds
from knowledge_base.authoring.models import InboxSentence, InboxSource
from knowledge_base.models import OfferOutcome
from knowledge_base.retention.outcomes import ACCEPTED, DECLINED

# Who comes back about the same thing within this time was not helped; within an hour it is the same visit.
BACK, VISIT = timedelta(days=7), timedelta(hours=1)
# A fault on the same line within this time is a repeated one (`actions.fault`).
REPEATED = timedelta(days=30)
# Tickets after which nobody waits for a repair.
_DROPPED = ("cancelled", "rejected", "gone")


@dataclass(frozen=True)
class Days:
    """Days of Shanghai, both included, and the moments between which they lie."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment, and the first after them. Raises Refused."""
        return bounds(self.first, self.last)

    def hold(self, at: Any) -> Any:
        """Condition: a moment lies in them."""
        since, until = self.moments
        return sa.and_(at >= since, at < until)

    def are(self, day: Any) -> Any:
        """Condition: a day is one of them."""
        return day.between(str(self.first), str(self.last))

    def before(self) -> "Days":
        """As many days before."""
        many = self.last - self.first + timedelta(days=1)
        return Days(self.first - many, self.last - many)


_NO_KEY = sa.literal_column("''")


def moved(at: Any, by: timedelta) -> Any:
    """A stored moment, some time later."""
    return Moved(at, sa.literal(int(by.total_seconds())))


def _row(day: Any, channel: Any, key: Any, conversation: Any, at: Any) -> Any:
    return sa.select(
        day.label("day"), channel.label("channel"), key.label("key"), conversation.label("conversation"), at.label("at")
    )


def _contacts(*conditions: Any, key: Any = _NO_KEY) -> Callable[[Days], Any]:
    def rows(days: Days) -> Any:
        found = _row(Contact.day, Contact.channel, key, Contact.conversation_id, Contact.first_at)
        return found.where(days.are(Contact.day), *conditions)

    return rows


_LATER = aliased(Contact)
_SAME = sa.and_(_LATER.who == Contact.who, _LATER.topic == Contact.topic)
_CAME_BACK = sa.exists().where(
    _SAME, _LATER.first_at > moved(Contact.last_at, VISIT), _LATER.first_at <= moved(Contact.first_at, BACK)
)
_WAS_HERE = sa.exists().where(
    _SAME, _LATER.first_at >= moved(Contact.first_at, -BACK), _LATER.first_at < moved(Contact.first_at, -VISIT)
)
_IS_FIRST = sa.and_(Contact.topic.is_not(None), ~_WAS_HERE)


def _handovers(days: Days) -> Any:
    reason, at = sa.func.coalesce(Handover.context["reason"].as_string(), "asked"), Handover.created_at
    found = _row(DayOf(at), Conversation.channel, reason, Handover.conversation_id, at)
    return found.join(Conversation, Conversation.id == Handover.conversation_id).where(
        days.hold(at), _not_over_before(days)
    )


def _not_over_before(days: Days) -> Any:
    """Follows from what happened since then, and leads the database to its indexes."""
    return sa.or_(Handover.closed_at >= days.moments[0], Handover.state.in_((QUEUED, OFFERED, ACTIVE)))


def _waited(at: Any, *conditions: Any) -> Callable[[Days], Any]:
    def rows(days: Days) -> Any:
        found = _row(DayOf(at), Conversation.channel, Handover.group, Handover.conversation_id, at)
        return found.join(Conversation, Conversation.id == Handover.conversation_id).where(
            days.hold(at), _not_over_before(days), *(condition() for condition in conditions)
        )

    return rows


def _in_time() -> Any:
    return SecondsBetween(Handover.created_at, Handover.accepted_at) <= target_seconds()


def _not_in_time() -> Any:
    return SecondsBetween(Handover.created_at, Handover.accepted_at) > target_seconds()


def _scores(*, of_bot: bool) -> Callable[[Days], Any]:
    whose = Survey.handover_id.is_(None) if of_bot else Survey.handover_id.is_not(None)

    def rows(days: Days) -> Any:
        score = sa.cast(Survey.score, sa.String)
        found = _row(DayOf(Survey.answered_at), Conversation.channel, score, Survey.conversation_id, Survey.answered_at)
        return found.join(Conversation, Conversation.id == Survey.conversation_id).where(
            days.hold(Survey.answered_at), Survey.score.is_not(None), whose
        )

    return rows


def _intents(days: Days) -> Any:
    found = _row(
        ContactIntent.day, ContactIntent.channel, ContactIntent.intent, Contact.conversation_id, Contact.first_at
    )
    return found.join(Contact, Contact.id == ContactIntent.contact_id).where(
        days.are(ContactIntent.day), ContactIntent.intent != REJECTED
    )


def _rejected(days: Days) -> Any:
    """By cluster; what is not sorted into one yet has the key ''."""
    cluster = sa.func.coalesce(sa.cast(InboxSentence.cluster_id, sa.String), "")
    found = _row(DayOf(InboxSource.at), InboxSource.channel, cluster, InboxSource.conversation_id, InboxSource.at)
    return found.join(InboxSentence, InboxSentence.id == InboxSource.sentence_id).where(
        days.hold(InboxSource.at), InboxSource.reason == "rejected"
    )


def _tickets(at: Any, key: Any, *conditions: Any) -> Callable[[Days], Any]:
    def rows(days: Days) -> Any:
        found = _row(DayOf(at), Conversation.channel, sa.func.coalesce(key, ""), FiledTicket.conversation_id, at)
        return found.join(Conversation, Conversation.id == FiledTicket.conversation_id).where(
            days.hold(at), *(condition() for condition in conditions)
        )

    return rows


def _complains() -> Any:
    return FiledTicket.kind == "complaint"


def _has_cause() -> Any:
    return sa.and_(FiledTicket.kind == "complaint", FiledTicket.cause.is_not(None))


def _repeated() -> Any:
    """Faults of a line that had another one not long before, by our own books or by the operator's."""
    other = aliased(FiledTicket)
    earlier = sa.exists().where(
        other.line == FiledTicket.line,
        other.kind == "fault",
        other.created_at >= moved(FiledTicket.created_at, -REPEATED),
        other.created_at < FiledTicket.created_at,
    )
    return sa.and_(FiledTicket.kind == "fault", sa.or_(FiledTicket.previous.is_not(None), earlier))


def _kept() -> Any:
    return FiledTicket.resolved_at <= FiledTicket.expected_at


def _overdue() -> Any:
    """Resolved too late, or not yet although it is due."""
    open_still = sa.and_(
        FiledTicket.resolved_at.is_(None),
        sa.or_(FiledTicket.state.is_(None), FiledTicket.state.not_in(_DROPPED)),
        FiledTicket.expected_at < utc_now(),
    )
    return sa.or_(FiledTicket.resolved_at > FiledTicket.expected_at, open_still)


def _offers(outcome: str) -> Callable[[Days], Any]:
    def rows(days: Days) -> Any:
        talk, at = OfferOutcome.conversation_id, OfferOutcome.at
        found = _row(DayOf(at), Conversation.channel, OfferOutcome.offer, talk, at)
        return found.join(Conversation, Conversation.id == talk).where(
            days.hold(at), OfferOutcome.current.is_(True), OfferOutcome.outcome == outcome
        )

    return rows


FIGURES: dict[str, Callable[[Days], Any]] = {
    "conversations": _contacts(),
    "resolved": _contacts(~Contact.handed, ~Contact.lost),
    "lost": _contacts(~Contact.handed, Contact.lost),
    "handovers": _handovers,
    "bot_score": _scores(of_bot=True),
    "agent_score": _scores(of_bot=False),
    "first_contact": _contacts(_IS_FIRST, ~_CAME_BACK),
    "came_back": _contacts(_IS_FIRST, _CAME_BACK),
    "queue": _waited(Handover.accepted_at, _in_time),
    "late": _waited(Handover.accepted_at, _not_in_time),
    "abandoned": _waited(Handover.closed_at, lambda: Handover.state == CANCELLED),
    "tickets": _tickets(FiledTicket.expected_at, FiledTicket.kind, _kept),
    "overdue": _tickets(FiledTicket.expected_at, FiledTicket.kind, _overdue),
    "complaints": _tickets(FiledTicket.created_at, FiledTicket.subject, _complains),
    "causes": _tickets(FiledTicket.created_at, FiledTicket.cause, _has_cause),
    "repeats": _tickets(FiledTicket.created_at, _NO_KEY, _repeated),
    "intents": _intents,
    "rejected": _rejected,
    "offers": _offers(ACCEPTED),
    "declined": _offers(DECLINED),
}
# Both sides of a first contact, looked up once: the key says which.
FIRST_CONTACTS = _contacts(_IS_FIRST, key=sa.case((_CAME_BACK, "came_back"), else_="first_contact"))
# Nothing of these changes on a day that has been over for longer than somebody may come back.
FINAL = (
    "conversations", "resolved", "lost", "handovers", "bot_score", "agent_score", "first_contact", "came_back",
    "queue", "late", "abandoned", "repeats", "intents",
)  # fmt: skip
