"""TMF680 Recommendation: what would suit a customer, in the operator's own judgement."""

import uuid
from dataclasses import dataclass

from bss.http import call
from bss.shape import money, number, objects, optional, text


@dataclass(frozen=True)
class Recommendation:
    """An offering of the catalogue that fits; `fee` in fen a month; `priority` 1 is the best."""

    offering: str
    name: str
    fee: int
    description: str
    priority: int


def recommendations(customer: str) -> list[Recommendation]:
    """What fits a customer, the best first. Raises what `call` raises."""
    query = {"relatedParty": {"id": customer, "role": "customer", "@referredType": "Customer"}}
    # A key of its own lets the query be tried again.
    key = uuid.uuid4().hex
    answer = call("680", "POST", "/queryProductRecommendation", body=query, idempotency_key=key).body
    found = [
        Recommendation(
            offering=text(item, "productOffering", "id"),
            name=text(item, "productOffering", "name"),
            fee=sum(
                money(price, "price", "taxIncludedAmount")
                for price in objects(optional(item, "product", "productPrice") or [])
                if optional(price, "priceType") == "recurring"
            ),
            description=str(optional(item, "product", "description") or ""),
            priority=int(number(item, "priority")),
        )
        for item in objects(optional(answer, "recommendationItem") or [])
    ]
    return sorted(found, key=lambda item: item.priority)
