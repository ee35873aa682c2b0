"""The questions and answers of `content/faq.yml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge_base.content import content, of_content
from language.normalise import normalise


@dataclass(frozen=True)
class Entry:
    """A question with other wordings and its answer; `journey` is the intent with which the bot can do it."""

    id: str
    question: str
    also: tuple[str, ...]
    answer: str
    topic: str
    journey: str | None = None
    source: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every way in which it is asked, the question first."""
        return (self.question, *self.also)

    def holds(self, today: date) -> bool:
        """Whether the answer is true on this day; both bounds belong to it."""
        return (self.since is None or self.since <= today) and (self.until is None or today <= self.until)


@of_content
def entries() -> tuple[Entry, ...]:
    """All entries, in the order of the file."""
    return tuple(entry(row["id"], row) for row in content("faq")["entries"])


def entry(key: str, row: Mapping[str, Any]) -> Entry:
    """An entry as the file has it, or as an editor does, whose days are text."""
    return Entry(
        id=key,
        question=row["question"],
        also=tuple(row["also"]),
        answer=row["answer"],
        topic=row["topic"],
        journey=row.get("journey"),
        source=row.get("source"),
        since=_day(row.get("from")),
        until=_day(row.get("to")),
    )


def _day(held: date | str | None) -> date | None:
    return date.fromisoformat(str(held)[:10]) if held else None


def unrelated() -> Sequence[str]:
    """What customers say that asks for none of the answers."""
    said: list[str] = content("faq")["unrelated_words"]
    return said


def named(text: str, today: date) -> Entry | None:
    """The entry that is asked for word for word, if it holds today and there is no journey which could do it."""
    entry = _without_journey().get(plain(text))
    return entry if entry is not None and entry.holds(today) else None


@of_content
def _without_journey() -> dict[str, Entry]:
    return {plain(wording): entry for entry in entries() if entry.journey is None for wording in entry.wordings}


def plain(text: str) -> str:
    """What is the same of a wording, however it is written."""
    return normalise(text).rstrip("?!.。~ ")
