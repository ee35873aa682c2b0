"""TMF620 Product Catalogue: what the operator sells, and sold."""

from dataclasses import dataclass
from typing import Any

from bss.errors import ContractBroken
from bss.http import call
from bss.shape import money, number, objects, optional, text

PAGE = 100
# More offerings than any operator has: a total that is never reached must not keep us asking.
MOST = 20_000


@dataclass(frozen=True)
class Offering:
    """An offering. `kind` is line, plan, addon, vas or retention; `fee` fen a month; `sold` False when retired.

    `orderable` is False for what is sold only with something else. Allowances are a month's; beyond them a GB costs
    `data_gb_fee` and a minute `voice_minute_fee` fen, None where the operator does not say. `contract_months` is how
    long it binds.
    """

    id: str
    name: str
    kind: str
    line_type: str
    fee: int
    sold: bool
    description: str
    orderable: bool = True
    data_mb: int = 0
    voice_minutes: int = 0
    speed_mbps: int = 0
    contract_months: int = 0
    data_gb_fee: int | None = None
    voice_minute_fee: int | None = None


def offering(identity: str) -> Offering:
    """One offering. Raises NotFound, and what `call` raises."""
    return _offering(call("620", "GET", f"/productOffering/{identity}").body)


def offerings() -> list[Offering]:
    """All offerings in the catalogue's order, page by page. Raises what `call` raises."""
    found: list[Offering] = []
    while len(found) < MOST:
        answer = call("620", "GET", "/productOffering", params={"limit": PAGE, "offset": len(found)})
        page = [_offering(entry) for entry in objects(answer.body)]
        found += page
        # A page may be shorter than asked for; only without a total does that mean the end.
        if not page or (len(page) < PAGE if answer.total is None else len(found) >= answer.total):
            return found
    raise ContractBroken("620: the catalogue does not end")


def _offering(entry: Any) -> Offering:
    return Offering(
        id=text(entry, "id"),
        name=text(entry, "name"),
        kind=_use(entry, "kind"),
        line_type=_use(entry, "lineType"),
        fee=_fee(entry),
        sold=optional(entry, "lifecycleStatus") != "Retired",
        description=str(optional(entry, "description") or ""),
        orderable=optional(entry, "isSellable") is not False,
        data_mb=_amount(entry, "dataMB"),
        voice_minutes=_amount(entry, "voiceMinutes"),
        speed_mbps=_amount(entry, "speedMbps"),
        contract_months=_amount(entry, "contractMonths"),
        data_gb_fee=_usage_fee(entry, "GB"),
        voice_minute_fee=_usage_fee(entry, "minute"),
    )


def _use(entry: Any, name: str) -> str:
    """The value of a characteristic that the offering fixes, or an empty text."""
    for use in objects(optional(entry, "prodSpecCharValueUse") or []):
        if optional(use, "name") == name:
            return str(optional(use, "productSpecCharacteristicValue", 0, "value") or "")
    return ""


def _amount(entry: Any, name: str) -> int:
    value = _use(entry, name)
    return int(number({"value": value}, "value")) if value else 0


def _fee(entry: Any) -> int:
    """The recurring prices, added up, in fen."""
    return sum(
        money(price, "price", "taxIncludedAmount")
        for price in objects(optional(entry, "productOfferingPrice") or [])
        if optional(price, "priceType") == "recurring"
    )


def _usage_fee(entry: Any, unit: str) -> int | None:
    """The price of one unit that is used, in fen."""
    for price in objects(optional(entry, "productOfferingPrice") or []):
        if optional(price, "priceType") == "usage" and optional(price, "unitOfMeasure") == {"amount": 1, "units": unit}:
            return money(price, "price", "taxIncludedAmount")
    return None
