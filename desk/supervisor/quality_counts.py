"""How many rows every figure of the quality board has; of days that are long over they are kept. All block."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading, transaction
from desk.board_models import CountedDay, DayCount
from desk.supervisor.quality_figures import FIGURES, FINAL, OPEN, Days, Family

# Shares: what is counted, of these together. Their names are figures.
SHARES = {
    "resolved": ("conversations",),
    "first_contact": ("first_contact", "came_back"),
    "queue": ("queue", "late", "abandoned"),
    "tickets": ("tickets", "overdue"),
    "offers": ("offers", "declined"),
}
SCORES = ("bot_score", "agent_score")


class Count(NamedTuple):
    """So many rows of a figure on a day, of a channel, with a key."""

    day: str
    channel: str
    key: str
    many: int


@dataclass(frozen=True)
class Counts:
    """What was counted, by figure."""

    rows: Mapping[str, list[Count]]

    def some(self, figure: str, *, day: str | None = None, channel: str | None = None) -> list[Count]:
        """The rows of a day and a channel, or of all."""
        rows = self.rows[figure] if day is None else self._by_day.get((figure, day), [])
        return [row for row in rows if channel in (None, row.channel)]

    @cached_property
    def _by_day(self) -> Mapping[tuple[str, str], list[Count]]:
        """Rows by figure and day: a board asks for every figure of every day."""
        found: dict[tuple[str, str], list[Count]] = {}
        for figure, rows in self.rows.items():
            for row in rows:
                found.setdefault((figure, row.day), []).append(row)
        return found

    def of(self, figure: str, *, day: str | None = None, channel: str | None = None) -> int:
        """How many, of a day and a channel, or of all."""
        return sum(row.many for row in self.some(figure, day=day, channel=channel))

    def keys(self, figure: str, *, day: str | None = None, channel: str | None = None) -> Counter[str]:
        """How many of each key."""
        found = Counter[str]()
        for row in self.some(figure, day=day, channel=channel):
            found[row.key] += row.many
        return found

    def value(self, figure: str, *, day: str | None = None, channel: str | None = None) -> tuple[float | None, int]:
        """A share (0 to 1), a mean score or a number, None of nothing; and of how many."""
        if figure in SCORES:
            given = self.keys(figure, day=day, channel=channel)
            base = sum(given.values())
            return (round(sum(int(key) * many for key, many in given.items()) / base, 2) if base else None), base
        count = self.of(figure, day=day, channel=channel)
        if figure not in SHARES:
            return count, count
        base = sum(self.of(name, day=day, channel=channel) for name in SHARES[figure])
        return (round(count / base, 4) if base else None), base


def counted(session: Session, days: Days, channel: str | None) -> Counts:
    """Every figure of these days, of a channel or of all; what is kept is not counted again."""
    kept = set(session.scalars(sa.select(CountedDay.day).where(days.are(CountedDay.day), CountedDay.kept.is_(True))))
    open_from = next((day for day in each(days) if str(day) not in kept), None)
    found: dict[str, list[Count]] = {name: [] for name in FIGURES}
    if open_from is not None:
        _add(found, _count(session, FINAL, Days(open_from, days.last), channel))
    if open_from != days.first:
        until = days.last if open_from is None else open_from - timedelta(days=1)
        _add(found, _read(session, Days(days.first, until), channel))
    _add(found, _count(session, OPEN, days, channel))
    return Counts(found)


def _add(found: dict[str, list[Count]], more: Mapping[str, list[Count]]) -> None:
    for name, rows in more.items():
        found[name] += rows


def _count(session: Session, families: Iterable[Family], days: Days, channel: str | None) -> dict[str, list[Count]]:
    found: dict[str, list[Count]] = {}
    for family in families:
        wanted = family.all(days).subquery()
        by = [wanted.c.day, wanted.c.channel, wanted.c.key]
        if len(family.figures) > 1:
            # Where there is but one figure, an index may have the rows in this order already.
            by.append(wanted.c.figure)
        counts = sa.select(*by, sa.func.count()).group_by(*by)
        if channel is not None:
            counts = counts.where(wanted.c.channel == channel)
        (only, *_) = family.figures
        for day, of, key, *figure, many in session.execute(counts):
            name = figure[0] if figure else only
            # Of a family, some rows may belong to no figure.
            if name is not None:
                found.setdefault(name, []).append(Count(day, of, key, many))
    return found


def _read(session: Session, days: Days, channel: str | None) -> dict[str, list[Count]]:
    wanted = sa.select(DayCount.figure, DayCount.day, DayCount.channel, DayCount.key, DayCount.count).where(
        days.are(DayCount.day)
    )
    if channel is not None:
        wanted = wanted.where(DayCount.channel == channel)
    found: dict[str, list[Count]] = {}
    for figure, *row in session.execute(wanted):
        found.setdefault(figure, []).append(Count(*row))
    return found


def keep(day: date) -> None:
    """Keeps what no longer changes of a day, once."""
    with reading() as session:
        found = _count(session, FINAL, Days(day, day), None)
    with transaction() as session:
        row = session.get(CountedDay, str(day), with_for_update=True)
        if not row.kept:
            row.kept = True
            session.add_all(
                DayCount(day=str(day), figure=name, channel=one.channel, key=one.key, count=one.many)
                for name, rows in found.items()
                for one in rows
            )


def each(days: Days) -> list[date]:
    """Every one of some days."""
    return [days.first + timedelta(days=ahead) for ahead in range((days.last - days.first).days + 1)]
