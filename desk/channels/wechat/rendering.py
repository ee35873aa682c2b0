"""A transcript's lines as WeChat shows them: plain text, cards as lines or news, choices by number or as a menu."""

import json
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


@dataclass(frozen=True)
class News:
    """A card with its sentence, for an account whose news messages have somewhere to lead to."""

    title: str
    text: str


# Begins a stored answer in place that is news; no text has it.
_NEWS = "\x1e"

Part = str | Picture | News
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Composed:
    """One message to send, how far the transcript is delivered with it (see WechatUser), and whether more waits.

    `choices` are those that the text ends in, one a line as they stand there: (id, words).
    """

    part: Part
    sent_seq: int
    sent_part: int
    more: bool
    choices: Choices = ()


def packed(part: str | News) -> str:
    """An answer in place as it is stored for a repeat."""
    return part if isinstance(part, str) else f"{_NEWS}{json.dumps([part.title, part.text], ensure_ascii=False)}"


def unpacked(stored: str) -> str | News:
    """What `packed` was given."""
    return News(*json.loads(stored[1:])) if stored.startswith(_NEWS) else stored


def compose(lines: Sequence[Shown], sent_part: int, *, spare: bool = False, news: bool = False) -> Composed | None:
    """The next message from undelivered lines, oldest first, `sent_part` parts of the first being delivered.

    Texts are merged as long as they fit; `spare` leaves room for a sentence behind them; with `news` cards are news.
    None when there is nothing.
    """
    last = next((line for line in reversed(lines) if line["choices"]), None)
    numbered = last and last["seq"]
    # What lies ahead: the part, the position once it is sent, and what stands between it and the part before.
    ahead: list[tuple[Part, int, int, str]] = []
    for number, line in enumerate(lines):
        found = parts(line, numbered=line["seq"] == numbered, news=news)
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
            if not isinstance(part, str) or not fits(merged := f"{first}{between}{part}", ROOM if spare else 0):
                break
            first, seq, index, taken = merged, next_seq, next_index, taken + 1
    ends_in_choices = last is not None and (seq, index) == (last["seq"], 0)
    return Composed(first, seq, index, taken < len(ahead), _choices(last) if last and ends_in_choices else ())


def parts(line: Shown, *, numbered: bool, news: bool = False) -> list[Part]:
    """A line's messages: its text and card in pieces, then its choices; their number does not hang on `numbered`."""
    card: dict[str, Any] = line["card"] or {}
    if card.get("kind") == "picture":
        return [Picture(str(card["url"]).rsplit("/", 1)[-1])]
    body = "\n".join(text for text in (line["text"], _card(card)) if text)
    found: list[Part] = [*split(body)]
    if news and card and len(found) == 1:
        title = " ".join(str(word) for word in (card.get("title"), card.get("amount")) if word)
        found = [News(title or line["text"], body)]
    if line["choices"]:
        titles = [str(choice["title"]) for choice in line["choices"]]
        listed = "\n".join([sentence("wechat_choose"), *(words for _, words in _choices(line))])
        found.append(listed if numbered else sentence("wechat_say", choices="、".join(titles)))
    return found


def _choices(line: Shown) -> Choices:
    """Ids and words of a line's choices, numbered unless the words bring numbers of their own."""
    titles = [str(choice["title"]) for choice in line["choices"]]
    own = all(map(_DIGIT_FIRST.match, titles))
    words = titles if own else [f"{number} {title}" for number, title in enumerate(titles, 1)]
    return tuple((str(choice["id"]), word) for choice, word in zip(line["choices"], words, strict=True))


def _card(card: dict[str, Any]) -> str:
    """A card's rows; its sentence alone must be enough, so title and amount, which it repeats, stay out."""
    rows = []
    for row in card.get("rows") or []:
        note = f"（{row['note']}）" if row.get("note") else ""
        rows.append(f"{row['label']}：{row['value']}{note}")
    if card.get("note"):
        rows.append(str(card["note"]))
    return "\n".join(rows)
