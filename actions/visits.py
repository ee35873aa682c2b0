"""Times for an engineer's visit: offered as choices, understood as people say them."""

from collections.abc import Sequence
from datetime import date, datetime, time

from actions.reading import Option
from bss.appointments import Slot
from common.times import SHANGHAI, visit_label

SHOWN = 4


def slot_options(slots: Sequence[Slot]) -> list[Option]:
    """The earliest free times, spread over the days: two a day at most, so that there is something for everybody."""
    chosen: list[Slot] = []
    for slot in slots:
        day = slot.start.astimezone(SHANGHAI).date()
        if sum(other.start.astimezone(SHANGHAI).date() == day for other in chosen) < 2:
            chosen.append(slot)
    return [Option(visit_label(slot.start, slot.end), slot.start.isoformat()) for slot in chosen[:SHOWN]]


def slot_for(slots: Sequence[Slot], wanted: str) -> Slot | None:
    """The free time that is meant by an option's value or by `2026-11-28 14:00-18:00`; the earliest that fits."""
    days = [part for part in wanted.split() if "-" in part and ":" not in part]
    hours = [part for part in wanted.split() if ":" in part and "T" not in part]
    for slot in slots:
        if slot.start.isoformat() == wanted:
            return slot
    if not days and not hours:
        return None
    fitting = (slot for slot in slots if _on(slot, days) and _within(slot, hours))
    return next(fitting, None)


def _on(slot: Slot, days: Sequence[str]) -> bool:
    if not days:
        return True
    first, _, last = days[0].partition("/")
    day = slot.start.astimezone(SHANGHAI).date()
    return date.fromisoformat(first) <= day <= date.fromisoformat(last or first)


def _within(slot: Slot, hours: Sequence[str]) -> bool:
    if not hours:
        return True
    first, _, last = hours[0].partition("-")
    start, end = (at.astimezone(SHANGHAI) for at in (slot.start, slot.end))
    if not last:
        return _clock(start) <= _minutes(first) < _clock(end)
    return _minutes(first) <= _clock(start) and _clock(end) <= _minutes(last)


def _clock(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _minutes(words: str) -> int:
    if words.startswith("24"):
        return 24 * 60
    clock = time.fromisoformat(words)
    return clock.hour * 60 + clock.minute
