"""What a complaint's words already tell, by `content/complaints.yml`. Values in, values out."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bss.tickets import Ticket
from common.times import month_label
from knowledge_base.content import content, intent_title

OTHER = "other"


def type_of(intent: str, subject: str | None) -> str:
    """The type of a complaint, by its intent or, where that says only that there is one, by what was named."""
    types = content("complaints")["types"]
    by_intent = next((name for name, entry in types.items() if entry.get("intent") == intent), OTHER)
    if by_intent != OTHER:
        return by_intent
    return next((name for name, entry in types.items() if subject and entry.get("subject") == subject), OTHER)


def title_of(kind: str) -> str:
    """How a type of complaint is called on its ticket."""
    entry = content("complaints")["types"][kind]
    return str(entry.get("title") or intent_title(entry["intent"]))


def tells(words: str) -> bool:
    """Whether a first sentence says what happened, and not only that there is a complaint."""
    known = content("complaints")
    left = re.sub("|".join(map(re.escape, known["bare_words"])), "", words)
    return len(re.sub(r"\W", "", left)) >= int(known["tells"])


def wish_in(words: str) -> str | None:
    """What is wanted, where the words say it: the title of a wish."""
    wishes = content("complaints")["wishes"].values()
    return next((str(wish["title"]) for wish in wishes if any(one in words for one in wish["said_words"])), None)


def when_in(values: Mapping[str, Any]) -> str | None:
    """When it was, if a sentence has named a month or days, as the extractor writes it; "" for a length of time."""
    found = (values.get(name) for name in ("month", "date", "date_range"))
    return next((str(value) for value in found if value), "" if "duration" in values else None)


def when_label(when: str) -> str:
    """A month, a day or two days with a slash between in words; whatever else was said stays as it is."""
    if "/" in when:
        return "至".join(map(when_label, when.split("/")))
    if re.fullmatch(r"\d{4}-\d\d", when):
        return month_label(when)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", when):
        day = date.fromisoformat(when)
        return f"{day.year}年{day.month}月{day.day}日"
    return when


def answer_by(level: str | None, now: datetime) -> datetime:
    """When a complaint is answered at the latest, by the customer's level (3星, 2A); never beyond the law's ceiling."""
    promise = content("promises")["complaint"]
    if level and level[-1:] in {"A", "B"}:
        days = promise["enterprise_days"]
    else:
        days = promise["days"].get((level or "")[:1], promise["otherwise_days"])
    return now + timedelta(days=min(int(days), int(promise["ceiling_days"])))


def cause_of(ticket: Ticket) -> str:
    """The root cause that a closed ticket counts as, while nobody has found another."""
    known = content("complaints")
    kind = ticket.fact("type") or (ticket.kind if ticket.kind in known["causes"] else OTHER)
    entry = known["types"].get(kind)
    return str(entry["cause"] if entry else known["causes"].get(kind, known["causes"][OTHER]))
