"""The offers of `content/offers.yml`, read once and checked: an editor's slip is told by file, offer and field."""

from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any

from knowledge_base.content import content, of_content
from knowledge_base.retention.offer import Conditions, Objection, Offer, Ordered, Range
from knowledge_base.retention.profile import MOMENTS
from knowledge_base.retention.segments import BUNDLING, CHURN, VALUES

FILE = "offers.yml"
# What a sentence of a script may be filled with; see `suggest.blanks`.
BLANKS = frozenset({"spend", "minutes", "fee", "speed", "end", "drop"})
_LINES = ("mobile", "broadband", "landline", "iptv")
_CUSTOMERS = ("individual", "enterprise")
_RANGES = ("fee", "spend", "age", "speed")
# Conditions that would make an offer one for those who want to leave, or for some of them only.
_NOT_FOR_EVERYONE = ("values", "churn", "bundling", "reasons", "spend", "fee")


class BrokenOffer(ValueError):
    """An offer that cannot be used: which file, offer and field, and why."""


@of_content
def offers() -> tuple[Offer, ...]:
    """All offers, in the file's order. Raises BrokenOffer."""
    return read_offers(content("offers"))


def offer(identity: str) -> Offer:
    """One offer by its id. Raises KeyError."""
    return _by_id()[identity]


@of_content
def _by_id() -> dict[str, Offer]:
    return {one.id: one for one in offers()}


def read_offers(loaded: Mapping[str, Any]) -> tuple[Offer, ...]:
    """Offers from what was loaded of the file. Raises BrokenOffer with the offer and the field."""
    entries = loaded.get("offers")
    if not isinstance(entries, list):
        raise BrokenOffer(f"{FILE}: offers: a list is needed")
    found = tuple(_Entry(entry, position).offer() for position, entry in enumerate(entries, start=1))
    names = [one.id for one in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BrokenOffer(f"{FILE}: {twice}: id: it is there twice")
    return found


class _Entry:
    """One entry of the file while it is read."""

    def __init__(self, entry: Any, position: int) -> None:
        if not isinstance(entry, dict):
            raise BrokenOffer(f"{FILE}: offer {position}: fields are needed")
        self._entry = dict(entry)
        self._name = str(entry.get("id") or f"offer {position}")

    def offer(self) -> Offer:
        """The offer. Raises BrokenOffer."""
        rules = content("retention")
        made = Offer(
            id=self._text("id"),
            kind=self._one_of("kind", self._take("kind"), tuple(rules["staff"]["kinds"])),
            title=self._text("title"),
            benefit=self._text("benefit"),
            price=self._text("price"),
            cost=self._whole("cost"),
            months=self._whole("months"),
            begins=self._typed("from", date),
            until=self._typed("until", date),
            moments=self._names("moments", self._take("moments"), MOMENTS),
            conditions=self._conditions(),
            prior=self._prior(),
            **self._keeps(),
            script=self._script(),
            objections=self._objections(),
            excludes=frozenset(self._names("excludes", self._take("excludes", []))),
            open_to_everyone=self._typed("open_to_everyone", bool, False),
            order=self._order(),
            callback=self._typed("callback", bool, False),
        )
        if self._entry:
            self._fail(next(iter(self._entry)), "there is no such field")
        self._check(made)
        return made

    def _check(self, made: Offer) -> None:
        if made.until < made.begins:
            self._fail("until", "it ends before it begins")
        if not made.moments:
            self._fail("moments", "one at least is needed")
        if (made.order is None) is not made.callback:
            self._fail("order", "either an order or callback: true is needed")
        if "winback" in made.moments and made.order:
            self._fail("moments", "a line that has ended can order nothing: winback needs callback: true")
        if made.open_to_everyone:
            for name in _NOT_FOR_EVERYONE:
                if getattr(made.conditions, name):
                    self._fail(f"for.{name}", "what is open to everyone has no such condition")
        if "port_out" in made.moments and not made.open_to_everyone:
            self._fail("moments", "port_out is for offers that are open to everyone")
        said = (made.title, made.benefit, made.price, *made.script, *(one.answer for one in made.objections))
        for word in content("retention")["operators"]:
            if any(word in sentence for sentence in said):
                self._fail("script", f"another operator is named: {word}")

    def _fail(self, field: str, why: str) -> Any:
        raise BrokenOffer(f"{FILE}: {self._name}: {field}: {why}")

    def _take(self, field: str, *otherwise: Any) -> Any:
        if field not in self._entry and not otherwise:
            self._fail(field, "it is missing")
        return self._entry.pop(field, *otherwise)

    def _typed(self, field: str, kind: type, *otherwise: Any) -> Any:
        value = self._take(field, *otherwise)
        if type(value) is not kind:
            self._fail(field, f"{kind.__name__} is needed")
        return value

    def _text(self, field: str) -> str:
        value: str = self._typed(field, str)
        return value if value.strip() else self._fail(field, "it is empty")

    def _whole(self, field: str) -> int:
        value: int = self._typed(field, int)
        return value if value >= 0 else self._fail(field, "it is below zero")

    def _one_of(self, field: str, value: Any, known: tuple[str, ...]) -> str:
        return value if value in known else self._fail(field, f"{value} is none of {', '.join(known)}")

    def _names(self, field: str, value: Any, known: tuple[str, ...] = ()) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._fail(field, "a list of names is needed")
        return tuple(self._one_of(field, one, known) for one in value) if known else tuple(value)

    def _conditions(self) -> Conditions:
        given = self._typed("for", dict, {})
        lists = {
            "lines": _LINES,
            "customers": _CUSTOMERS,
            "values": VALUES,
            "churn": CHURN,
            "bundling": BUNDLING,
            "reasons": tuple(content("leaving")["reasons"]),
        }
        made: dict[str, Any] = {}
        for name, value in given.items():
            field = f"for.{name}"
            if name in lists:
                made[name] = self._names(field, value, lists[name])
            elif name in _RANGES:
                made[name] = self._range(field, value)
            elif name in {"converged", "troubled"} and isinstance(value, bool):
                made[name] = value
            else:
                self._fail(field, "there is no such condition")
        return Conditions(**made)

    def _range(self, field: str, value: Any) -> Range:
        if not isinstance(value, dict) or not value or not value.keys() <= {"least", "most"}:
            self._fail(field, "least, most, or both are needed")
        if not all(type(one) is int for one in value.values()):
            self._fail(field, "whole numbers are needed")
        return Range(**value)

    def _prior(self) -> dict[str, tuple[float, float]]:
        given = self._typed("prior", dict)
        if set(given) != set(VALUES):
            self._fail("prior", f"{', '.join(VALUES)} are needed")
        for name, pair in given.items():
            # Below 1 the ranking would lose its order: see `ranking.bonus`.
            good = isinstance(pair, list) and len(pair) == 2 and all(type(one) in {int, float} for one in pair)
            if not good or min(pair) < 1:
                self._fail(f"prior.{name}", "two numbers, 1 or more, are needed")
        return {name: (float(pair[0]), float(pair[1])) for name, pair in given.items()}

    def _keeps(self) -> dict[str, int]:
        given = self._typed("keeps", dict)
        if set(given) != {"months", "share_percent"} or not all(type(one) is int for one in given.values()):
            self._fail("keeps", "months and share_percent are needed, whole numbers")
        if given["months"] < 1 or not 1 <= given["share_percent"] <= 100:
            self._fail("keeps", "months from 1, share_percent from 1 to 100")
        return {"keeps_months": given["months"], "share_percent": given["share_percent"]}

    def _script(self) -> tuple[str, ...]:
        script = self._names("script", self._take("script"))
        blanks = [{field for _, field, _, _ in Formatter().parse(one) if field is not None} for one in script]
        for unknown in sorted(set().union(*blanks) - BLANKS):
            self._fail("script", f"there is no blank {{{unknown}}}")
        if all(blanks):
            self._fail("script", "one sentence at least must stand without the customer's figures")
        return script

    def _objections(self) -> tuple[Objection, ...]:
        given = self._typed("objections", list)
        for one in given:
            if not isinstance(one, dict) or set(one) != {"words", "answer"} or not isinstance(one["answer"], str):
                self._fail("objections", "words and an answer are needed")
        return tuple(Objection(self._names("objections", one["words"]), one["answer"]) for one in given)

    def _order(self) -> Ordered | None:
        given = self._take("order", None)
        if given is None:
            return None
        if not isinstance(given, dict) or not {"action", "offering"} <= set(given) <= {
            "action",
            "offering",
            "contract_months",
        }:
            self._fail("order", "action and offering are needed, contract_months may follow")
        months = given.get("contract_months")
        if months is not None and (type(months) is not int or months < 1):
            self._fail("order", "contract_months is a whole number from 1")
        return Ordered(self._one_of("order", given["action"], ("add",)), str(given["offering"]), months)
