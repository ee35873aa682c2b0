"""The operator's systems as a dialogue's checks read them: over HTTP, one customer's, new ones since it began."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.money import fen, yuan
from tests.dialogues.scenario import CHECK_SECONDS, Check
from tests.processes.customer import Operator

# of -> API, resource, and by what it is one customer's.
RESOURCES = {
    "tickets": ("621", "troubleTicket", "relatedParty.id"),
    "orders": ("622", "productOrder", "relatedParty.id"),
    "appointments": ("646", "appointment", None),
    "line_tests": ("653", "serviceTest", None),
    "topups": ("654", "topupBalance", "logicalResource.id"),
    "interactions": ("683", "partyInteraction", "relatedParty.id"),
}


@dataclass(frozen=True)
class Held:
    """What the operator held of a customer when the dialogue began."""

    balance: int
    sms: int
    ids: Mapping[str, frozenset[str]]


class Books(Operator):
    """The sandbox, asked about one customer at a time."""

    def fresh(self) -> None:
        """Everything as seeded, the clock at the machine's time, no faults."""
        self.http.post("/sandbox/reset").raise_for_status()

    def who(self, wanted: str, *, other_than: str = "") -> str:
        """The number of a customer with a tag, the first that is not `other_than`; a number is itself."""
        if wanted.isdecimal():
            return wanted
        customers = self.http.get("/sandbox/customers").json()
        return next(one["number"] for one in customers if wanted in one["tags"] and one["number"] != other_than)

    def balance(self, number: str) -> int:
        """The balance of a number's account in fen; below zero is owed."""
        buckets = self.read("654", "bucket", logicalResource__id=number, usageType="monetary")
        return sum(fen(bucket["remainingValue"]["amount"]) for bucket in buckets)

    def last_bill(self, number: str) -> str:
        """The total of the newest bill, as a customer reads it."""
        return yuan(fen(self.bills(number)[0]["amountDue"]["value"]))

    def owner(self, number: str) -> str:
        """The id of the customer whose number it is."""
        return str(self.line(number)["relatedParty"][0]["id"])

    def listed(self, of: str, number: str) -> list[dict[str, Any]]:
        """All of a customer's tickets, orders, …, oldest first."""
        api, kind, whose = RESOURCES[of]
        query = {} if whose is None else {whose: number if whose == "logicalResource.id" else self.owner(number)}
        return self.read(api, kind, limit=500, **query)

    def products(self, number: str) -> list[dict[str, Any]]:
        """All products of the customer whose number it is."""
        return self.read("637", "product", relatedParty__id=self.owner(number), limit=500)

    def held(self, number: str, ofs: Iterable[str]) -> Held:
        """What is there now, of what will be asked about."""
        ids = {of: frozenset(str(one["id"]) for one in self.listed(of, number)) for of in ofs if of in RESOURCES}
        return Held(self.balance(number), len(self.sms(number)), ids)

    def compare(self, check: Check, number: str, before: Held) -> None:
        """Looks until the check holds, as long as it allows. Raises AssertionError."""
        ends = time.monotonic() + float(check.given.get("within", CHECK_SECONDS))
        while True:
            try:
                return self._compare(check, number, before)
            except AssertionError:
                if time.monotonic() > ends:
                    raise
            time.sleep(0.2)

    def _compare(self, check: Check, number: str, before: Held) -> None:
        if check.of in RESOURCES:
            new = [one for one in self.listed(check.of, number) if one["id"] not in before.ids[check.of]]
            self._are_as(check, new)
        elif check.of == "line":
            kind = check.given.get("kind")
            own = [self.line(number)] if kind is None else [one for one in self.products(number) if _is(one, kind)]
            self._are_as(check, own)
        elif check.of == "subscriptions":
            ours = [product for product in self.products(number) if "productSerialNumber" not in product]
            _holds(check, [str(product["name"]) for product in ours if product["status"] == "active"])
        elif check.of == "balance":
            change = self.balance(number) - before.balance
            assert change == check.given.get("change", 0), f"余额变了 {change} 分"
        else:
            new_sms = self.sms(number)[before.sms :]
            count = check.given.get("count", len(new_sms))
            assert len(new_sms) == count, f"发了 {len(new_sms)} 条短信：{new_sms}"
            _holds(check, new_sms, whole=False)

    def _are_as(self, check: Check, found: list[dict[str, Any]]) -> None:
        where, like = check.given.get("where", {}), check.given.get("like", {})
        seen = [{path: values(one, path) for path in ("id", *where, *like)} for one in found]
        fitting = [
            one
            for one in found
            if all(_text(wanted) in values(one, path) for path, wanted in where.items())
            and all(any(_text(part) in value for value in values(one, path)) for path, part in like.items())
        ]
        count = check.given.get("count")
        assert fitting if count is None else len(fitting) == count, f"{len(fitting)} 个符合，共有：{seen}"


def _holds(check: Check, found: list[str], *, whole: bool = True) -> None:
    for name in check.given.get("has", ()):
        assert any(name == one if whole else name in one for one in found), f"没有 {name}：{found}"
    for name in check.given.get("lacks", ()):
        assert not any(name == one if whole else name in one for one in found), f"不该有 {name}：{found}"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is(product: dict[str, Any], kind: str) -> bool:
    return values(product, "lineType") == [kind]


def values(document: dict[str, Any], path: str) -> list[str]:
    """All values at a dotted path, through lists; a lone name may be a characteristic's, `state` is `accountState`."""
    named = list(_at(document, path.split(".")))
    if "." not in path:
        wanted = "accountState" if path == "state" else path
        lists = (document.get("productCharacteristic"), document.get("characteristic"))
        named += [one.get("value") for some in lists for one in some or [] if one.get("name") == wanted]
    return [_text(value) for value in named]


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _at(one, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
