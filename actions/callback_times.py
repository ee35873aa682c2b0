"""When a customer can be rung: what is offered, and what a wish means, within the hours in which people answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from actions.reading import Option
from common.times import SHANGHAI, moment_label, visit_label
from knowledge_base.content import content
from knowledge_base.hours import Span, Week, next_opening, open_on, read_span

SOON = "soon"
# Days ahead for which a call is promised, today included.
AHEAD = 7
# A stretch with less than this left is not promised any more; one that has begun counts from the next half hour.
LEAST = timedelta(minutes=30)
# A wish for one o'clock is one for the hour from then on.
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Call:
    """When somebody rings: the promise as the middle of a sentence, and until when at the latest (aware, in UTC)."""

    promise: str
    until: datetime | None


def offered(hours: Week, now: datetime, opens: datetime) -> list[Option]:
    """Each part of the day on the first day, today or tomorrow, on which people answer in it; the earliest first."""
    begins = max(now, opens)
    known = content("handover")["callback"]
    today = now.astimezone(SHANGHAI).date()
    found = []
    for part in known["parts"]:
        for offset, name in enumerate(known["days"]):
            day = today + timedelta(days=offset)
            span = _within(hours, day, _span(part["hours"]), begins)
            if span is not None:
                found.append((span, Option(f"{name}{part['title']}", f"{day} {part['hours']}")))
                break
    return [choice for _, choice in sorted(found, key=lambda entry: entry[0])]


def call_at(hours: Week, wanted: str, now: datetime, opens: datetime) -> Call | None:
    """What `soon`, an option's value or an extractor's `2026-11-28 14:00-18:00` (each part may lack) means from now on.

    Before `opens` nobody answers, whatever the hours say: a holiday. None when nobody answers then, or it is too far
    ahead, or over.
    """
    known = content("handover")["callback"]
    begins = max(now, opens)
    if wanted == SOON:
        opening = next_opening(hours, begins, {})
        if opening is None:
            return Call(str(known["soon"]), None)
        span = open_on(hours, opening.astimezone(SHANGHAI).date(), {})
        promise = str(known["after"]).format(at=moment_label(opening)) if opening > now else str(known["soon"])
        return Call(promise, span[1] if span else None)
    words = wanted.split()
    part = next((_span(word) for word in words if ":" in word), (time.min, time.min))
    for day in _days([word for word in words if ":" not in word], now.astimezone(SHANGHAI).date()):
        found = _within(hours, day, part, begins)
        if found is not None:
            return Call(str(known["within"]).format(when=visit_label(*found)), found[1])
    return None


def _days(named: Sequence[str], today: date) -> list[date]:
    """The days that are meant, of those for which a call is promised: without a name today or tomorrow."""
    ahead = [today + timedelta(days=offset) for offset in range(AHEAD)]
    if not named:
        return ahead[:2]
    first, _, last = named[0].partition("/")
    try:
        return [day for day in ahead if date.fromisoformat(first) <= day <= date.fromisoformat(last or first)]
    except ValueError:
        return []


def _span(words: str) -> Span:
    """`14:00-18:00`; a lone `14:00` is the hour from then on."""
    if "-" not in words:
        begins = datetime.combine(date.min, time.fromisoformat(words))
        return begins.time(), (begins + AN_HOUR).time()
    first, last = words.split("-")
    return read_span(f"{first}-{last}") or (time.min, time.min)


def _within(hours: Week, day: date, part: Span, now: datetime) -> tuple[datetime, datetime] | None:
    """What of a part of a day is still ahead and within the hours; None when that is too little."""
    open_then, asked = open_on(hours, day, {}), open_on([part] * 7, day, {})
    if open_then is None or asked is None:
        return None
    start, end = max(open_then[0], asked[0]), min(open_then[1], asked[1])
    if start < now:
        start = _next_half_hour(now)
    return (start, end) if end - start >= LEAST else None


def _next_half_hour(at: datetime) -> datetime:
    whole = at.replace(minute=0, second=0, microsecond=0)
    return next(moment for half in range(3) if (moment := whole + half * LEAST) >= at)
