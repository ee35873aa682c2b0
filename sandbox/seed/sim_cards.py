"""A SIM card for every mobile line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.rest import sim_cards
from sandbox.store import Transaction

if TYPE_CHECKING:
    from sandbox.seed.households import Household

# Telecommunications, China, and the issuer's number of China Telecom: how ITU-T E.118 builds a card's number.
_ISSUER = "898603"


def plant(transaction: Transaction, home: Household) -> None:
    """Seeds the cards of one customer."""
    for line in home.lines("mobile"):
        number = line["productSerialNumber"]
        body = _ISSUER + f"{home.chance.randrange(10**13):013d}"
        card = {
            "id": number,
            "number": number,
            "iccid": body + _check_digit(body),
            "puk": f"{home.chance.randrange(10**8):08d}",
        }
        transaction.insert(sim_cards.API, sim_cards.KIND, card)


def _check_digit(digits: str) -> str:
    """The last digit, by Luhn's rule."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)
