"""Points (积分): member, account, two lots that run out at different year ends. Members have their customer's id."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox import resources, times
from sandbox.documents import Document
from sandbox.resources import place
from sandbox.seed.market import LOYALTY, PROGRAMME
from sandbox.store import Transaction

if TYPE_CHECKING:
    from sandbox.seed.households import Household


def plant(transaction: Transaction, home: Household) -> None:
    """Seeds the points of one customer; companies collect none."""
    if home.person.enterprise:
        return
    tail = home.customer[1:]
    joined = {"startDateTime": times.stamp(home.joined)}
    place(
        transaction, LOYALTY, "loyaltyProgramMember", home.customer, name=home.person.name, status="active",
        ValidFor=joined, relatedParty=[home.party], logicalResource=[{"id": home.person.number}],
    )  # fmt: skip
    product = f"LPP{tail}"
    place(
        transaction, LOYALTY, "loyaltyAccount", f"LA{tail}",
        loyaltyProgramProduct=_reference("loyaltyProgramProduct", product),
        loyaltyProgramMember=_reference("loyaltyProgramMember", home.customer),
    )  # fmt: skip
    place(
        transaction, LOYALTY, "loyaltyProgramProduct", product, name="天翼积分", productStatus="active",
        validFor=joined,
        loyaltyProgramProductSpec=_reference("loyaltyProgramProductSpec", PROGRAMME),
        loyaltyAccount=_reference("loyaltyAccount", f"LA{tail}"),
    )  # fmt: skip
    year = home.now.astimezone(times.SHANGHAI).year
    old = home.person.points * home.chance.randint(20, 45) // 100
    for end_year, points in ((year, old), (year + 1, home.person.points - old)):
        end = datetime(end_year, 12, 31, 23, 59, 59, tzinfo=times.SHANGHAI)
        start = datetime(end_year - 1, 1, 1, tzinfo=times.SHANGHAI)
        place(
            transaction, LOYALTY, "loyaltyBalance", f"LB{tail}-{end_year}",
            loyaltyProgramMember=_reference("loyaltyProgramMember", home.customer),
            quantity={"unit": "POINT", "value": points},
            validFor={"startDateTime": times.stamp(start), "endDateTime": times.stamp(end)},
        )  # fmt: skip


def _reference(kind: str, identity: str) -> Document:
    return {"id": identity, "href": resources.path_of(LOYALTY, kind, identity)}
