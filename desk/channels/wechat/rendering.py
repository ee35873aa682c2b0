"""A transcript's lines as WeChat shows them: plain text, cards as lines, choices by number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desk.channels.wechat.splitting import ROOM, fits, split
from desk.errors import sentence
from desk.store import Shown

_DIGIT_FIRST = re.compile(r"\d ")


@dataclass(frozen=True)
class Picture:
    """A picture of the conversation, by its id."""

    id: str


Part = str | Picture


@dataclass(frozen=True)
class Composed:
    """One message to send, how far the transcript is delivered with it (see WechatUser), and whether more waits."""

    part: Part
    sent_seq: int
    sent_part: int
    more: bool


def compose(lines: Sequence[Shown], sent_part: int, *, spare: bool = False) -> Composed | None:
    """The next message from undelivered lines, oldest first, `sent_part` parts of the first being delivered.

    Texts are merged as long as they fit; `spare` leaves room for a sentence behind them. None when there is nothing.
    """
    numbered = next((line["seq"] for line in reversed(lines) if line["choices"]), None)
    # What lies ahead: the part, the position once it is sent, and what stands between it and the part before.
    ahead: list[tuple[Part, int, int, str]] = []
    for number, line in enumerate(lines):
        found = parts(line, numbered=line["seq"] == numbered)
        skip = min(sent_part, len(found)) if number == 0 else 0
        for index, part in enumerate(found[skip:], skip + 1):
            at = (line["seq"], 0) if index == len(found) else (line["seq"] - 1, index)
            ahead.append((part, *at, "\n\n" if index == 1 else "\n"))
    if not ahead:
        return None
    first, seq, index, _ = ahead[0]
    taken = 1
    if isinstance(first, str):
        for part, next_seq, next_index, between in ahead[1:]:
            if isinstance(part, Picture) or not fits(merged := f"{first}{between}{part}", ROOM if spare else 0):
                break
            first, seq, index, taken = merged, next_seq, next_index, taken + 1
    return Composed(first, seq, index, taken < len(ahead))


def parts(line: Shown, *, numbered: bool) -> list[Part]:
    """A line's messages: its text and card in pieces, then its choices; their number does not hang on `numbered`."""
    card: dict[str, Any] = line["card"] or {}
    if card.get("kind") == "picture":
        return [Picture(str(card["url"]).rsplit("/", 1)[-1])]
    body = "\n".join(text for text in (line["text"], _card(card)) if text)
    found: list[Part] = [*split(body)]
    if line["choices"]:
        titles = [str(choice["title"]) for choice in line["choices"]]
        found.append(_numbered(titles) if numbered else sentence("wechat_say", choices="、".join(titles)))
    return found


def _numbered(titles: list[str]) -> str:
    if all(map(_DIGIT_FIRST.match, titles)):  # a title that begins with a digit brings its own number
        return "\n".join([sentence("wechat_choose"), *titles])
    return "\n".join([sentence("wechat_choose"), *(f"{number} {title}" for number, title in enumerate(titles, 1))])


def _card(card: dict[str, Any]) -> str:
    """A card's rows; its sentence alone must be enough, so title and amount, which it repeats, stay out."""
    rows = []
    for row in card.get("rows") or []:
        note = f"（{row['note']}）" if row.get("note") else ""
        rows.append(f"{row['label']}：{row['value']}{note}")
    if card.get("note"):
        rows.append(str(card["note"]))
    return "\n".join(rows)
