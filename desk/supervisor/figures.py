"""How customers were served, by day, counted by the database: the same figures for the board and for the report."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.handover_models import Handover, Survey
from desk.handover_states import ACTIVE, CALLBACK, CANCELLED, CLOSED, OFFERED, QUEUED
from desk.models import Conversation
from desk.supervisor.days import DayOf, SecondsBetween
from knowledge_base.content import content

Shown = dict[str, Any]


@dataclass
class Service:
    """What a day brought; means in seconds, None where there was nothing.

    `answered` were accepted that day, `within` of them in time; `abandoned` left while they waited; `callbacks` are to
    be rung instead; `results` counts the wrap-ups of `closed`.
    """

    answered: int = 0
    within: int = 0
    wait: float | None = None
    reply: float | None = None
    handle: float | None = None
    abandoned: int = 0
    callbacks: int = 0
    closed: int = 0
    results: dict[str, int] = field(default_factory=dict)

    @property
    def within_share(self) -> float | None:
        """The service level: served in time, of all who were served or gave up; None where nobody waited."""
        waited = self.answered + self.abandoned
        return round(self.within / waited, 4) if waited else None


def target_seconds() -> int:
    """Within how many seconds a customer is served in time."""
    return int(content("routing")["sla_seconds"])


def service(session: Session, since: datetime, until: datetime) -> dict[str, Service]:
    """By day (YYYY-MM-DD), for days on which anything was accepted or ended."""
    days: dict[str, Service] = {}
    for row in session.execute(_accepted(since, until)):
        one = days.setdefault(row.day, Service())
        one.answered, one.within, one.wait, one.reply = row.answered, row.within, row.wait, row.reply
    handled: dict[str, float] = {}
    for row in session.execute(_ended(since, until)):
        one = days.setdefault(row.day, Service())
        if row.state == CANCELLED:
            one.abandoned += row.count
        elif row.state == CALLBACK:
            one.callbacks += row.count
        elif row.state == CLOSED:
            one.closed += row.count
            one.results[row.result or ""] = one.results.get(row.result or "", 0) + row.count
            handled[row.day] = handled.get(row.day, 0.0) + row.handled
    for day, seconds in handled.items():
        days[day].handle = seconds / days[day].closed
    return days


def _accepted(since: datetime, until: datetime) -> Any:
    day, waited = DayOf(Handover.accepted_at), SecondsBetween(Handover.created_at, Handover.accepted_at)
    return (
        sa.select(
            day.label("day"),
            sa.func.count().label("answered"),
            sa.func.sum(sa.case((waited <= target_seconds(), 1), else_=0)).label("within"),
            sa.func.avg(waited).label("wait"),
            sa.func.avg(SecondsBetween(Handover.accepted_at, Handover.answered_at)).label("reply"),
        )
        .where(Handover.accepted_at >= since, Handover.accepted_at < until, _not_over_before(since))
        .group_by(day)
    )


def _ended(since: datetime, until: datetime) -> Any:
    day = DayOf(Handover.closed_at)
    handled = sa.func.sum(SecondsBetween(Handover.accepted_at, Handover.closed_at))
    return (
        sa.select(
            day.label("day"), Handover.state, Handover.result, sa.func.count().label("count"), handled.label("handled")
        )
        .where(Handover.closed_at >= since, Handover.closed_at < until)
        .group_by(day, Handover.state, Handover.result)
    )


def _not_over_before(since: datetime) -> Any:
    """Follows from what happened since then, and leads the database to its indexes."""
    return sa.or_(Handover.closed_at >= since, Handover.state.in_((QUEUED, OFFERED, ACTIVE)))


def handed_over(session: Session, since: datetime, until: datetime) -> dict[str, dict[str, int]]:
    """How many asked for a person, by day and reason (asked, escalation, failed, journey)."""
    day, reason = DayOf(Handover.created_at), Handover.context["reason"].as_string()
    rows = session.execute(
        sa.select(day.label("day"), reason.label("reason"), sa.func.count().label("count"))
        .where(Handover.created_at >= since, Handover.created_at < until, _not_over_before(since))
        .group_by(day, reason)
    )
    days: dict[str, dict[str, int]] = {}
    for row in rows:
        reasons, why = days.setdefault(row.day, {}), row.reason or "asked"
        reasons[why] = reasons.get(why, 0) + row.count
    return days


def talks(session: Session, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """Conversations that began, by day, and how many of them never asked for a person; those without a word not."""
    day = DayOf(Conversation.created_at)
    alone = ~sa.exists().where(Handover.conversation_id == Conversation.id)
    rows = session.execute(
        sa.select(
            day.label("day"), sa.func.count().label("all"), sa.func.sum(sa.case((alone, 1), else_=0)).label("bot")
        )
        .where(Conversation.created_at >= since, Conversation.created_at < until, Conversation.last_seq > 0)
        .group_by(day)
    )
    return {row.day: (row.all, row.bot) for row in rows}


@dataclass(frozen=True)
class Scored:
    """So many customers gave this score on a day: to an agent, or to the bot alone (`staff` None)."""

    day: str
    staff: int | None
    of_bot: bool
    score: int
    count: int


def scores(session: Session, since: datetime, until: datetime) -> list[Scored]:
    """The customers' scores, by the day on which they were given."""
    day, of_bot = DayOf(Survey.answered_at), Survey.handover_id.is_(None)
    rows = session.execute(
        sa.select(
            day.label("day"), Survey.staff_id, of_bot.label("of_bot"), Survey.score, sa.func.count().label("count")
        )
        .where(Survey.answered_at >= since, Survey.answered_at < until, Survey.score.is_not(None))
        .group_by(day, Survey.staff_id, of_bot, Survey.score)
    )
    return [Scored(row.day, row.staff_id, bool(row.of_bot), row.score, row.count) for row in rows]


def satisfaction(given: Iterable[Scored]) -> Shown:
    """How many scores, their mean (None without one), and how many of each."""
    by_score = dict.fromkeys((str(score) for score in range(1, 6)), 0)
    for one in given:
        by_score[str(one.score)] += one.count
    count = sum(by_score.values())
    total = sum(int(score) * many for score, many in by_score.items())
    return {"count": count, "mean": round(total / count, 2) if count else None, "by_score": by_score}
