"""TMF629 Customer: who a customer is to the operator."""

from dataclasses import dataclass
from typing import Any

from bss.errors import ContractBroken
from bss.http import call
from bss.shape import characteristic, objects, optional, text


@dataclass(frozen=True)
class Customer:
    """`level` in the operator's words (3星, 2A); `kind` individual or enterprise; None where it is not known."""

    id: str
    name: str
    level: str | None
    kind: str | None
    age: int | None
    tenure_months: int | None
    do_not_disturb: bool
    area: str | None
    area_code: str | None
    phone: str | None


def customer(identity: str) -> Customer:
    """A customer by the operator's id (`Line.customer`). Raises NotFound, and what `call` raises."""
    found = call("629", "GET", f"/customer/{identity}").body
    # Whoever is not known to welcome offers is left alone.
    undisturbed = characteristic(found, "characteristic", "doNotDisturb")
    return Customer(
        id=text(found, "id"),
        name=text(found, "name"),
        level=_words(found, "level"),
        kind=_words(found, "customerType"),
        age=_whole(found, "age"),
        tenure_months=_whole(found, "tenureMonths"),
        do_not_disturb=undisturbed is not False,
        area=_words(found, "area"),
        area_code=_words(found, "areaCode"),
        phone=_phone(found),
    )


def _words(found: Any, name: str) -> str | None:
    value = characteristic(found, "characteristic", name)
    if value is not None and not isinstance(value, str):
        raise ContractBroken(f"{name} is no text")
    return value


def _whole(found: Any, name: str) -> int | None:
    value = characteristic(found, "characteristic", name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ContractBroken(f"{name} is no whole number")
    return value


def _phone(found: Any) -> str | None:
    """The number to ring: the preferred one."""
    media = objects(optional(found, "contactMedium") or [])
    phones = [medium for medium in media if optional(medium, "mediumType") == "phone"]
    phones.sort(key=lambda medium: optional(medium, "preferred") is not True)
    return text(phones[0], "characteristic", "phoneNumber") if phones else None
