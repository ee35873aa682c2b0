"""What a customer's message means to the question that is open. No Rasa, no operator: values in, a value out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.identity import seal
from common.masking import mask_text
from language.numerals import NUMERAL, number

CONTACT = "contact"
TAX = "tax"
# What `not_a_number` answers, and from how many digits on they are meant as a number.
NOT_A_NUMBER = "not_a_number"
DIGITS = 5
# Entities that are numbers of people.
NUMBERS = ("phone_number", "landline_number")

_ORDINAL = re.compile(r"^我?(?:选|要)?第?([1-9一二三四五六七八九])(?:个|项|种|条|款|那个)?$")
_NUMERALS = "一二三四五六七八九"
_LAST = re.compile(r"最后(?:一|那)?(?:个|项|种|条|款)")
_POINTS = re.compile(rf"(?P<n>{NUMERAL})个?积?分(?![钟之])")
_AMOUNT = re.compile(rf"\D{{0,3}}?(?P<n>{NUMERAL})\D{{0,3}}", re.A)
_TAX_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?=[A-Za-z]*\d)[0-9A-Za-z]{15,20}(?![0-9A-Za-z])")
_POLITE = re.compile(r"[\s,，。.!！?？~～]|请|麻烦|帮我|给我|就|吧|啊|呀|的?[那这][个张]$|的$")
# Words around an option's title that refuse it, or ask about it: 先别确认办理, 怎么复机.
_OTHERWISE = re.compile(r"[不别没未勿甭]|怎么|如何|为什么|为啥|多少|[吗么]$|先等|等一下|取消")
# Behind an option's title it makes it another one: 明天下午三点 is more than 明天下午.
_HOUR = re.compile(rf"的?{NUMERAL}[点:：]")
# Intents that mean one of two answers, by the values of the options that they choose.
_MEANS = {
    "affirm": (
        "yes", "done", "report", "complain", "urge", "register", "send_again", "retry", "take", "resume", "swap",
        "roaming_pack",
    ),
    "deny": ("no", "undone"),
    "resolved": ("done", "yes"),
    "not_resolved": ("undone",),
    "dont_know": ("unknown",),
    "retry": ("retry",),
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One thing to choose: how it is called on a button, and the value that choosing it gives."""

    title: str
    value: str


@dataclass(frozen=True)
class Ask:
    """A question: the response that puts it, with `values` for its blanks, and what counts as an answer.

    The answer is written to `slot`. `accepts` names readers of this module, tried in order after the options; without
    any only an option will do.
    """

    slot: str
    response: str
    options: Sequence[Option] = ()
    accepts: Sequence[str] = ()
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A customer's message as Rasa understood it; `chosen` is the value of a pressed button."""

    text: str
    intent: str = ""
    confidence: float = 0.0
    entities: Sequence[tuple[str, str]] = ()
    chosen: str | None = None

    @property
    def pressed(self) -> bool:
        """Whether it is a button's or an event's meaning: what a person types never begins with a slash."""
        return self.text.startswith("/")

    def entity(self, *names: str) -> str | None:
        """The first value of the first of these entities that there is."""
        return next((value for name in names for found, value in self.entities if found == name), None)

    def last(self, name: str) -> str | None:
        """The last value of an entity: what 不是宽带，是电视 means is said last."""
        return next((value for found, value in reversed(self.entities) if found == name), None)


def read(ask: Ask, said: Said) -> Any:
    """The answer to a question in a message, or None when there is none."""
    if said.chosen is not None:
        return next((option.value for option in ask.options if option.value == said.chosen), None)
    answers = (_option(ask.options, said), *(READERS[name](said) for name in ask.accepts))
    return next((answer for answer in answers if answer is not None), None)


def _option(options: Sequence[Option], said: Said) -> str | None:
    """An option that was typed: its title, a title that only it has in it, its number, or yes and no."""
    plain = _plain(said.text)
    titles = {_plain(option.title): option.value for option in options}
    if plain in titles:
        return titles[plain]
    if number := _ORDINAL.match(plain):
        place = (_NUMERALS.find(number[1]) + 1) or int(number[1])
        return options[place - 1].value if place <= len(options) else None
    if options and _LAST.search(said.text):
        return options[-1].value
    values = {option.value for option in options}
    for value in _MEANS.get(said.intent, ()):
        if value in values:
            return value
    # 我要宽带那个 chooses 宽带; a word that stands in two titles chooses none.
    within = {value for title, value in titles.items() if len(title) > 1 and _in(title, plain) and _meant(title, plain)}
    named = {value for title, value in titles.items() if len(plain) > 1 and _in(plain, title)}
    found = within or named
    return found.pop() if len(found) == 1 else None


def _plain(text: str) -> str:
    return _POLITE.sub("", text).lower()


def _meant(title: str, plain: str) -> bool:
    """Whether the words around a title leave it as it is."""
    return not _OTHERWISE.search(plain.replace(title, "")) and not _HOUR.match(plain.partition(title)[2])


def _in(part: str, whole: str) -> bool:
    """Whether a text holds another, whose numbers are not cut out of longer ones: 50元 is not in 150元."""
    before, after = ("(?<![\\d.])" if part[:1].isdigit() else "", "(?!\\d)" if part[-1:].isdigit() else "")
    return re.search(before + re.escape(part) + after, whole) is not None


def _words(said: Said) -> str | None:
    """Free words, masked: they are kept in the conversation's state."""
    words = mask_text(" ".join(said.text.split()))
    return None if said.pressed else words or None


def _phone(said: Said) -> str | None:
    """A number to ring, sealed: it is kept in the conversation's state."""
    found = next((name for name in NUMBERS if said.entity(name)), None)
    return None if found is None else kept(found, str(said.entity(found)))


def _not_a_number(said: Said) -> str | None:
    """Digits that are no number to ring: the question says so then, rather than that nobody has understood."""
    return None if said.pressed or len(re.findall(r"\d", said.text)) < DIGITS else NOT_A_NUMBER


def _tax_number(said: Said) -> str | None:
    """A tax number (统一社会信用代码: 18 letters and digits; older ones 15 to 20), sealed."""
    found = _TAX_NUMBER.search(re.sub(r"[\s-]", "", said.text))
    return None if found is None else seal(TAX, {"number": found[0].upper()})


def kept(name: str, value: str) -> str:
    """An entity's value as a conversation's state may hold it: numbers of people are sealed."""
    return seal(CONTACT, {"number": value}) if name in NUMBERS else value


def _money(said: Said) -> int | None:
    """Fen; a bare number counts as yuan: 50, 一百."""
    amount = said.entity("money")
    if amount is not None and amount.isdecimal():
        return int(amount)
    if said.entity("month", "date", "date_range", "data_amount", "time_slot"):
        return None
    bare = _AMOUNT.fullmatch(said.text.strip())
    value = number(bare["n"]) if bare else None
    return None if value is None else int(value * 100)


def points_in(text: str) -> int | None:
    """How many points a sentence names: 兑500积分."""
    found = _POINTS.search(text)
    value = number(found["n"]) if found else None
    return None if value is None else int(value)


def _points(said: Said) -> str | None:
    """Points, as `500分`; a bare number counts as points."""
    if said.entity("money"):
        return None
    named, bare = points_in(said.text), _AMOUNT.fullmatch(said.text.strip())
    value = number(bare["n"]) if named is None and bare else named
    return None if value is None else f"{int(value)}分"


def _data(said: Said) -> str | None:
    """An amount of data, as `10240MB`."""
    amount = said.entity("data_amount")
    return f"{amount}MB" if amount and amount.isdecimal() else None


def _address(said: Said) -> str | None:
    """An address, or free words that are long enough to be one; a telephone number among them is masked."""
    words = said.entity("address") or said.entity("area")
    typed = "" if said.pressed else said.text.strip()
    return words or (mask_text(typed) if len(typed) >= 6 else None)


def _offering(said: Said) -> str | None:
    """Ids of the catalogue, separated by commas: a name may mean several."""
    found = [value for name, value in said.entities if name in {"package", "addon", "vas"}]
    return ",".join(dict.fromkeys(found)) or None


def _when(said: Said) -> str | None:
    """A day, a stretch of days, a time of day, or both, as the extractor writes them: `2026-11-28 14:00-18:00`."""
    parts = [said.entity("date", "date_range"), said.entity("time_slot")]
    return " ".join(part for part in parts if part) or None


READERS: dict[str, Callable[[Said], Any]] = {
    "words": _words,
    "phone": _phone,
    "not_a_number": _not_a_number,
    "money": _money,
    "points": _points,
    "data": _data,
    "address": _address,
    "tax_number": _tax_number,
    "offering": _offering,
    "when": _when,
    "speed": lambda said: said.entity("speed"),
    "duration": lambda said: said.entity("duration"),
    "month": lambda said: said.entity("month", "date", "date_range"),
}
# Readers that take whatever is said: only a way around or a clear question passes them by.
FREE = frozenset({"words", "address"})
