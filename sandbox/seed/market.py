"""What is there without any customer: catalogue, loyalty programme, outages."""

from __future__ import annotations

from datetime import timedelta

from sandbox import times
from sandbox.areas import AREAS, OUTAGES
from sandbox.documents import Document
from sandbox.money import money
from sandbox.resources import place
from sandbox.rest import outages
from sandbox.seed.catalogue import CATEGORIES, DATA_GB_FEN, OFFERS, VOICE_MINUTE_FEN, Offer
from sandbox.store import Transaction

_CATALOGUE = "620"
LOYALTY = "658"
PROGRAMME = "LPS0001"


def plant(transaction: Transaction) -> None:
    """Seeds all of it."""
    now = times.stamp(transaction.now())
    categories = [{"id": f"CAT-{key}", "name": name} for key, name in CATEGORIES.items()]
    place(
        transaction, _CATALOGUE, "catalog", "CATALOG-1", name="万号演示产品目录", catalogType="ProductCatalog",
        lifecycleStatus="Active", lastUpdate=now, version="1.0", category=categories,
    )  # fmt: skip
    for key, name in CATEGORIES.items():
        sold = [{"id": offer.id, "name": offer.name} for offer in OFFERS if offer.line_type == key]
        place(
            transaction, _CATALOGUE, "category", f"CAT-{key}", name=name, isRoot=True, lifecycleStatus="Active",
            lastUpdate=now, version="1.0", productOffering=sold,
        )  # fmt: skip
    for offer in OFFERS:
        _plant_offer(transaction, offer, now)
    place(
        transaction, LOYALTY, "loyaltyProgramProductSpec", PROGRAMME, name="天翼积分计划", productNumber="TYJF",
        brand="中国电信", lifeCycleStatus="active", needsLoyaltyAccount=True,
        description="每消费1元积1分，积分次年年底到期",
    )  # fmt: skip
    _plant_outages(transaction)


def _plant_offer(transaction: Transaction, offer: Offer, now: str) -> None:
    status = "Retired" if offer.retired else "Active"
    common = {"lifecycleStatus": status, "lastUpdate": now, "version": "1.0"}
    features = {
        "kind": offer.kind,
        "lineType": offer.line_type,
        "dataMB": offer.data_mb,
        "voiceMinutes": offer.minutes,
        "sms": offer.messages,
        "speedMbps": offer.speed_mbps,
        "contractMonths": offer.contract_months,
    }
    uses = [
        {"name": name, "valueType": "string" if isinstance(value, str) else "number",
         "productSpecCharacteristicValue": [{"isDefault": True, "value": value}]}
        for name, value in features.items()
        if value
    ]  # fmt: skip
    place(
        transaction, _CATALOGUE, "productSpecification", f"SPEC-{offer.id}", name=offer.name, brand="中国电信",
        productNumber=offer.id, description=offer.description, productSpecCharacteristic=uses, **common,
    )  # fmt: skip
    price = place(
        transaction, _CATALOGUE, "productOfferingPrice", f"PRICE-{offer.id}", name=f"{offer.name}月费",
        priceType="recurring", recurringChargePeriodType="month", recurringChargePeriodLength=1, price=money(offer.fen),
        **common,
    )  # fmt: skip
    prices = [
        {"id": price["id"], "name": price["name"], "priceType": "recurring", "recurringChargePeriod": "month",
         "price": {"taxIncludedAmount": money(offer.fen), "taxRate": 6.0}},
        *(_plant_usage_price(transaction, offer, common, *rate) for rate in _usage_rates(offer)),
    ]  # fmt: skip
    place(
        transaction, _CATALOGUE, "productOffering", offer.id, name=offer.name, description=offer.description,
        isBundle=offer.id.startswith("FUSION"), isSellable=not offer.retired and offer.kind != "line",
        category=[{"id": f"CAT-{offer.line_type}", "name": CATEGORIES[offer.line_type]}],
        productSpecification={"id": f"SPEC-{offer.id}", "name": offer.name}, prodSpecCharValueUse=uses,
        productOfferingPrice=prices,
        **common,
    )  # fmt: skip


def _usage_rates(offer: Offer) -> list[tuple[str, int, str, str]]:
    """What is charged beyond a plan's allowances: key, fen, for one of which unit, what it is called."""
    if offer.kind != "plan" or offer.line_type not in {"mobile", "landline"}:
        return []
    rates = [("voice", VOICE_MINUTE_FEN, "minute", "套餐外国内通话")]
    if offer.line_type == "mobile":
        rates.append(("data", DATA_GB_FEN, "GB", "套餐外国内流量"))
    return rates


def _plant_usage_price(
    transaction: Transaction, offer: Offer, common: Document, key: str, fen: int, unit: str, name: str
) -> Document:
    per = {"amount": 1, "units": unit}
    price = place(
        transaction, _CATALOGUE, "productOfferingPrice", f"PRICE-{offer.id}-{key}", name=f"{offer.name}{name}",
        priceType="usage", unitOfMeasure=per, price=money(fen), **common,
    )  # fmt: skip
    return {
        "id": price["id"], "name": price["name"], "priceType": "usage", "unitOfMeasure": per,
        "price": {"taxIncludedAmount": money(fen), "taxRate": 6.0},
    }  # fmt: skip


def _plant_outages(transaction: Transaction) -> None:
    now = transaction.now()
    for identity, key, affected, description, since, until in OUTAGES:
        area = AREAS[key]
        outage = {
            "id": identity,
            "area": area.name,
            "areaCode": area.code,
            "lineTypes": list(affected),
            "description": description,
            "startedAt": times.stamp(now - timedelta(hours=since)),
            "expectedRecovery": times.stamp(now + timedelta(hours=until)),
        }
        outages.begin(transaction, outage)
