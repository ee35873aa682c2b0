"""The customers and their stories, read from ``people.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# The API and kind under which what testers read is kept.
STORY = ("sandbox", "customer")


@dataclass(frozen=True)
class Person:
    """One customer.

    Attributes:
        number: the main mobile number.
        level: 1星 to 7星, or 1A to 5B for an enterprise.
        area: a key of ``sandbox.areas.AREAS``.
        plan: the offer id of the main plan; a FUSION plan brings broadband and IPTV.
        packs: offer ids of add-ons and value-added services on the main number.
        lines: further lines as ``(offer id of the plan, how many)``.
        balance: fen on the account; where bills are unpaid, it is minus their sum instead.
        unpaid: how many of the last bills are not paid.
        state: the account state of the main line.
        contract_months: months until the contract ends, None without one.
        disputed: (offer id, months ago) of a service that the customer says was never asked for.
        missing_topup: (fen, channel, hours ago) of a payment that never reached the balance.
        usage_drop: the last month has far fewer calls than those before.
        faults: days ago of the former fault tickets of the broadband line.
        blocked_by: why the number cannot be ported out.
        corporate_paid: an employer or the company itself pays, by collection from its bank account (对公托收).
        staff_line: the main line is the operator's own, for its staff (公免, 公纳).
        marketing_list: black or red for who is left out of marketing, else none.
    """

    number: str
    name: str
    level: str
    age: int
    tenure_months: int
    area: str
    plan: str
    tags: tuple[str, ...]
    story: str
    packs: tuple[str, ...] = ()
    lines: tuple[tuple[str, int], ...] = ()
    balance: int = 8650
    unpaid: int = 0
    state: str = "normal"
    contract_months: int | None = None
    do_not_disturb: bool = False
    disputed: tuple[str, int] | None = None
    missing_topup: tuple[int, str, int] | None = None
    usage_drop: bool = False
    faults: tuple[int, ...] = ()
    blocked_by: str = ""
    corporate_paid: bool = False
    staff_line: bool = False
    marketing_list: str = "none"
    points: int = 2400

    @property
    def enterprise(self) -> bool:
        """Whether this is a company (政企)."""
        return self.level[-1] in "AB"


def _read(text: str) -> tuple[Person, ...]:
    def person(entry: dict[str, Any]) -> Person:
        return Person(**{name: _frozen(value) for name, value in entry.items()})

    return tuple(person(entry) for entry in yaml.safe_load(text))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


PEOPLE = _read(Path(__file__).with_name("people.yaml").read_text(encoding="utf-8"))
