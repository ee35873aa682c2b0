"""What the quality board counts: for every figure the rows behind it, so that a number and its list are the same.

Each is a select of `day, channel, key, conversation, at`: a row for everything that is counted on a day.
docs/quality-board.md says what each figure means.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from bss.models import FiledTicket
from common.times import utc_now
from desk.board_models import Contact, ContactIntent
from desk.handover_models import Handover, Survey
from desk.handover_states import ACTIVE, CANCELLED, OFFERED, QUEUED
from desk.models import REJECTED_INTENTS, Conversation
from desk.supervisor.days import DayOf, SecondsBetween, bounds
from desk.supervisor.figures import target_seconds
from knowledge_base.authoring.models import InboxSentence, InboxSource
from knowledge_base.models import OfferOutcome
from knowledge_base.retention.outcomes import ACCEPTED, DECLINED

# Seconds: who comes back about the same thing within the first was not helped; within the second it is one visit.
BACK, VISIT = 7 * 86_400, 3_600
# A fault on the same line within this time is a repeated one (`actions.fault`).
REPEATED = 30 * 86_400
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


@dataclass(frozen=True)
class Family:
    """Figures that are counted in one go: rows of `source`, each belonging to the figure whose condition it meets."""

    source: Callable[[Days], Any]
    figures: Mapping[str, Callable[[], Any]]

    def rows(self, figure: str, days: Days) -> Any:
        """What a figure counts."""
        return self.source(days).where(self.figures[figure]())

    def all(self, days: Days) -> Any:
        """What all of them count, with a column `figure`."""
        which = sa.case(*((condition(), name) for name, condition in self.figures.items()))
        return self.source(days).add_columns(which.label("figure"))


_NO_KEY = sa.literal_column("''")
_FAULT, _COMPLAINT = "fault", "complaint"


def _row(day: Any, channel: Any, key: Any, conversation: Any, at: Any) -> Any:
    return sa.select(
        day.label("day"), channel.label("channel"), key.label("key"), conversation.label("conversation"), at.label("at")
    )


def _with_channel(key: Any, conversation: Any, at: Any, days: Days, *conditions: Any) -> Any:
    found = _row(DayOf(at), Conversation.channel, key, conversation, at)
    return found.join(Conversation, Conversation.id == conversation).where(days.hold(at), *conditions)


def _contacts(days: Days) -> Any:
    found = _row(Contact.day, Contact.channel, _NO_KEY, Contact.conversation_id, Contact.first_at)
    return found.where(days.are(Contact.day))


_OTHER = aliased(Contact)
_SAME = sa.and_(_OTHER.who == Contact.who, _OTHER.topic == Contact.topic)
_CAME_BACK = sa.exists().where(_SAME, _OTHER.began > Contact.ended + VISIT, _OTHER.began <= Contact.began + BACK)
_WAS_HERE = sa.exists().where(_SAME, _OTHER.began >= Contact.began - BACK, _OTHER.began < Contact.began - VISIT)


def _first_contacts(days: Days) -> Any:
    """Contacts of somebody about something that they had not come about before."""
    return _contacts(days).where(Contact.topic.is_not(None), ~_WAS_HERE)


def _handovers(days: Days) -> Any:
    reason = sa.func.coalesce(Handover.context["reason"].as_string(), "asked")
    return _with_channel(reason, Handover.conversation_id, Handover.created_at, days, _not_over_before(days))


def _not_over_before(days: Days) -> Any:
    """Follows from what happened since then, and leads the database to its indexes."""
    return sa.or_(Handover.closed_at >= days.moments[0], Handover.state.in_((QUEUED, OFFERED, ACTIVE)))


def _accepted(days: Days) -> Any:
    return _with_channel(Handover.group, Handover.conversation_id, Handover.accepted_at, days, _not_over_before(days))


def _in_time() -> Any:
    return SecondsBetween(Handover.created_at, Handover.accepted_at) <= target_seconds()


def _given_up(days: Days) -> Any:
    cancelled = Handover.state == CANCELLED
    return _with_channel(Handover.group, Handover.conversation_id, Handover.closed_at, days, cancelled)


def _scores(days: Days) -> Any:
    score = sa.cast(Survey.score, sa.String)
    return _with_channel(score, Survey.conversation_id, Survey.answered_at, days, Survey.score.is_not(None))


def _intents(days: Days) -> Any:
    found = _row(
        ContactIntent.day, ContactIntent.channel, ContactIntent.intent, Contact.conversation_id, Contact.first_at
    )
    # Outer: who only counts the rows need not look the contacts up, and SQLite does not then.
    return found.join(Contact, Contact.id == ContactIntent.contact_id, isouter=True).where(
        days.are(ContactIntent.day), ContactIntent.intent.not_in(REJECTED_INTENTS)
    )


def _rejected(days: Days) -> Any:
    """By cluster; what is not sorted into one yet has the key ''."""
    cluster = sa.func.coalesce(sa.cast(InboxSentence.cluster_id, sa.String), "")
    found = _row(DayOf(InboxSource.at), InboxSource.channel, cluster, InboxSource.conversation_id, InboxSource.at)
    return found.join(InboxSentence, InboxSentence.id == InboxSource.sentence_id).where(
        days.hold(InboxSource.at), InboxSource.reason == "rejected"
    )


def _tickets(at: Any, key: Any, *conditions: Any) -> Callable[[Days], Any]:
    return lambda days: _with_channel(sa.func.coalesce(key, ""), FiledTicket.conversation_id, at, days, *conditions)


_EARLIER = aliased(FiledTicket)
# Faults of a line that had another one not long before, by our own books or by the operator's.
_REPEATED = sa.or_(
    FiledTicket.previous.is_not(None),
    sa.exists().where(
        _EARLIER.line == FiledTicket.line,
        _EARLIER.kind == _FAULT,
        _EARLIER.created_at < FiledTicket.created_at,
        SecondsBetween(_EARLIER.created_at, FiledTicket.created_at) <= REPEATED,
    ),
)


def _overdue() -> Any:
    """Resolved too late, or not yet although it is due."""
    open_still = sa.and_(
        FiledTicket.resolved_at.is_(None),
        sa.or_(FiledTicket.state.is_(None), FiledTicket.state.not_in(_DROPPED)),
        FiledTicket.expected_at < utc_now(),
    )
    return sa.or_(FiledTicket.resolved_at > FiledTicket.expected_at, open_still)


def _offers(days: Days) -> Any:
    current = OfferOutcome.current.is_(True)
    return _with_channel(OfferOutcome.offer, OfferOutcome.conversation_id, OfferOutcome.at, days, current)


def _one(name: str, source: Callable[[Days], Any]) -> Family:
    return Family(source, {name: sa.true})


FAMILIES = (
    _one("conversations", _contacts),
    Family(
        _contacts,
        {"resolved": lambda: ~Contact.handed & ~Contact.lost, "lost": lambda: ~Contact.handed & Contact.lost},
    ),
    Family(_first_contacts, {"first_contact": lambda: ~_CAME_BACK, "came_back": lambda: _CAME_BACK}),
    _one("intents", _intents),
    _one("handovers", _handovers),
    Family(_accepted, {"queue": _in_time, "late": lambda: ~_in_time()}),
    _one("abandoned", _given_up),
    Family(
        _scores,
        {
            "bot_score": lambda: Survey.handover_id.is_(None),
            "agent_score": lambda: Survey.handover_id.is_not(None),
        },
    ),
    _one("repeats", _tickets(FiledTicket.created_at, _NO_KEY, FiledTicket.kind == _FAULT, _REPEATED)),
    Family(
        _tickets(FiledTicket.expected_at, FiledTicket.kind),
        {"tickets": lambda: FiledTicket.resolved_at <= FiledTicket.expected_at, "overdue": _overdue},
    ),
    _one("complaints", _tickets(FiledTicket.created_at, FiledTicket.subject, FiledTicket.kind == _COMPLAINT)),
    _one(
        "causes",
        _tickets(
            FiledTicket.created_at, FiledTicket.cause, FiledTicket.kind == _COMPLAINT, FiledTicket.cause.is_not(None)
        ),
    ),
    _one("rejected", _rejected),
    Family(
        _offers,
        {
            "offers": lambda: OfferOutcome.outcome == ACCEPTED,
            "declined": lambda: OfferOutcome.outcome == DECLINED,
        },
    ),
)
# Nothing of these changes on a day that has been over for longer than somebody may come back: those up to `repeats`.
FINAL, OPEN = FAMILIES[:9], FAMILIES[9:]
_OF = {figure: family for family in FAMILIES for figure in family.figures}
FIGURES = tuple(_OF)


def rows(figure: str, days: Days) -> Any:
    """What a figure counts on these days. Raises KeyError for an unknown one."""
    return _OF[figure].rows(figure, days)
