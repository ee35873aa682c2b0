"""TMF658 Loyalty: points and when they run out."""

from dataclasses import dataclass
from datetime import datetime

from bss.errors import ContractBroken
from bss.http import call
from bss.shape import moment, number, objects, optional


@dataclass(frozen=True)
class Lot:
    """Points that run out together."""

    points: int
    expires: datetime | None


def lots(customer: str) -> list[Lot]:
    """A customer's points, those that run out first first. Raises what `call` raises."""
    found = objects(
        call("658", "GET", "/loyaltyBalance", params={"loyaltyProgramMember.id": customer, "limit": 50}).body
    )
    rows = []
    for entry in found:
        if optional(entry, "quantity", "unit") != "POINT":
            raise ContractBroken("points were promised")
        ends = moment(entry, "validFor", "endDateTime") if optional(entry, "validFor", "endDateTime") else None
        rows.append(Lot(int(number(entry, "quantity", "value")), ends))
    return sorted(rows, key=lambda lot: (lot.expires is None, lot.expires and lot.expires.timestamp()))
