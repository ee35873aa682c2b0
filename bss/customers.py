"""TMF629 Customer: who a customer is to the operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bss.errors import ContractBroken
from bss.http import call
from bss.shape import characteristic, objects, optional, text


@dataclass(frozen=True)
class Customer:
    """`level` in the operator's words (3星, 2A); `kind` individual or enterprise; None where it is not known.

    `corporate_paid` says that a company's bank account pays (对公托收); `listed` is black or red for who is left out of
    marketing, else none.
    """

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
    corporate_paid: bool | None = None
    listed: str | None = None


# How many customers are asked for at once.
PAGE = 100


def customer(identity: str) -> Customer:
    """A customer by the operator's id (`Line.customer`). Raises NotFound, and what `call` raises."""
    return _customer(call("629", "GET", f"/customer/{identity}").body)


def customers() -> Iterator[Customer]:
    """All customers, in the operator's order, a page at a time. Raises what `call` raises."""
    seen = 0
    while True:
        answer = call("629", "GET", "/customer", params={"limit": PAGE, "offset": seen})
        page = objects(answer.body)
        yield from map(_customer, page)
        seen += len(page)
        # A page may be shorter than asked for; only without a total does that mean the end.
        if not page or (len(page) < PAGE if answer.total is None else seen >= answer.total):
            return


def _customer(found: Any) -> Customer:
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
        corporate_paid=_flag(found, "corporatePaid"),
        listed=_words(found, "marketingList"),
    )


def _words(found: Any, name: str) -> str | None:
    value = characteristic(found, "characteristic", name)
    if value is not None and not isinstance(value, str):
        raise ContractBroken(f"{name} is no text")
    return value


def _flag(found: Any, name: str) -> bool | None:
    value = characteristic(found, "characteristic", name)
    if value is not None and not isinstance(value, bool):
        raise ContractBroken(f"{name} is neither true nor false")
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
