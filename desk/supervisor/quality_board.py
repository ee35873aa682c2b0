"""The quality board (质量看板): figures of some days beside those of as many days before, and what is behind each.

All functions block, and raise Refused.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from common.database import reading
from common.settings import settings
from common.times import iso, utc_now
from desk.supervisor import contacts
from desk.supervisor.quality_counts import SCORES, SHARES, Counts, counted, each
from desk.supervisor.quality_figures import FIGURES, Days
from desk.supervisor.quality_names import names_of, of_intents
from desk.supervisor.tables import table
from knowledge_base.content import content

Shown = dict[str, Any]

# What is left to count is counted for so long before the board answers.
_COUNT_SECONDS = 2.0
# What the days before came to is only compared with: nobody opens it, so it may be some minutes old.
_REMEMBER_SECONDS = 300
# Entries of a list of the board.
_TOP = 20
# What else is told of a share: figures with a list of their own.
_SIDES = {
    "resolved": ("lost",),
    "first_contact": ("came_back",),
    "queue": ("late", "abandoned"),
    "tickets": ("overdue",),
    "offers": ("declined",),
}
# Figures of which the board shows what they were about, most first.
_PARTS = ("handovers", "intents", "rejected", "complaints", "causes", "offers", "declined")


def board(days: Days, channel: str | None) -> Shown:
    """Tiles, days and lists, each with what it was in as many days before; `complete` unless the past is still counted.

    A value is a number, a share (0 to 1) or a mean score, None where there was nothing to count; `base` of how many.
    """
    before = days.before()
    complete = contacts.catch_up(before.first, days.last, _COUNT_SECONDS)
    with reading() as session:
        now = counted(session, days, channel)
        then = _remembered(before, channel) if complete else counted(session, before, channel)
        parts = {name: _part(session, name, now, then) for name in _PARTS}
    known = content("board")
    return {
        "from": str(days.first),
        "to": str(days.last),
        "before": {"from": str(before.first), "to": str(before.last)},
        "counted_at": iso(utc_now()),
        "complete": complete,
        "channels": known["channels"],
        "lists": known["lists"],
        "figures": [_tile(name, entry, now, then) for name, entry in known["figures"].items()],
        "days": [_day(str(day), now) for day in each(days)],
        "days_before": [_day(str(day), then) for day in each(before)],
        "parts": parts,
        "scores": {name: _by_score(now, name) for name in SCORES},
        "sides": {share: {name: now.of(name) for name in (share, *others)} for share, others in _SIDES.items()},
    }


def _remembered(days: Days, channel: str | None) -> Counts:
    return _before(days, channel, settings().database_url, int(time.monotonic() // _REMEMBER_SECONDS))


@lru_cache(maxsize=32)
def _before(days: Days, channel: str | None, _database: str, _time: int) -> Counts:
    with reading() as session:
        return counted(session, days, channel)


def _tile(name: str, entry: Mapping[str, str], now: Counts, then: Counts) -> Shown:
    value, base = now.value(name)
    kind = "score" if name in SCORES else "share" if name in SHARES else "count"
    return {
        "name": name,
        "title": entry["title"],
        "hint": entry["hint"],
        "kind": kind,
        "value": value,
        "base": base,
        "before": then.value(name)[0],
    }


def _day(day: str, counts: Counts) -> Shown:
    return {"date": day} | {name: counts.value(name, day=day)[0] for name in content("board")["figures"]}


def _by_score(counts: Counts, name: str) -> dict[str, int]:
    given = counts.keys(name)
    return {str(score): given[str(score)] for score in range(1, 6)}


def _part(session: Session, name: str, now: Counts, then: Counts) -> list[Shown]:
    """What a figure was about, most first: an intent that has another name now counts as that."""
    to: Callable[[str], str] = of_intents(session) if name == "intents" else str
    found, past = Counter[str](), Counter[str]()
    for sums, counts in ((found, now), (past, then)):
        for key, count in counts.keys(name).items():
            sums[to(key)] += count
    called = names_of(session, name, found)
    shown = [
        {"key": key, "title": called[key], "count": count, "before": past[key]}
        for key, count in found.most_common()
        if key in called
    ]
    return shown[:_TOP]


def csv(days: Days, channel: str | None) -> str:
    """The figures by day and channel, for a spreadsheet: shares in per cent."""
    contacts.catch_up(days.first, days.last, _COUNT_SECONDS)
    with reading() as session:
        counts = counted(session, days, channel)
    known = content("board")
    channels = {name: title for name, title in known["channels"].items() if channel in (None, name)}
    rows = [_line(str(day), name, title, counts) for day in each(days) for name, title in channels.items()]
    return table(known["columns"], rows)


def _line(day: str, channel: str, title: str, counts: Counts) -> Shown:
    row: Shown = {"date": day, "channel": title}
    why = counts.keys("handovers", day=day, channel=channel)
    for name in content("board")["columns"]:
        if name.startswith("why_"):
            row[name] = why[name.removeprefix("why_")]
        elif name.endswith("_share"):
            share = counts.value(name.removesuffix("_share"), day=day, channel=channel)[0]
            row[name] = None if share is None else f"{share * 100:.1f}%"
        elif name.endswith("_scores"):
            row[name] = counts.of(name.removesuffix("s"), day=day, channel=channel)
        elif name in SCORES:
            row[name] = counts.value(name, day=day, channel=channel)[0]
        elif name in FIGURES:
            row[name] = counts.of(name, day=day, channel=channel)
    return row
