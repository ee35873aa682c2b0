"""What of the catalogue a customer may have, and why not the rest. Pure; the rules are in `content/tariffs.yml`."""

from typing import Any

from bss.catalogue import Offering
from bss.customers import Customer
from knowledge_base.content import content


def fused(offering: Offering) -> bool:
    """Whether a plan for a mobile line brings broadband with it."""
    return offering.kind == "plan" and offering.line_type == "mobile" and offering.speed_mbps > 0


def for_everybody(offering: Offering) -> bool:
    """Whether an offering is for sale, by itself, and not for companies only."""
    rules = content("tariffs")
    companies = bool(rules["conditions"].get(offering.id, {}).get("enterprise"))
    alone = offering.id not in {*rules["included"], *rules["sub_cards"]}
    return offering.sold and offering.orderable and alone and not companies


def obstacle(plan: Offering, kind: str, customer: Customer, present: Offering) -> str | None:
    """Why a customer's line of a kind may not change from its present plan to this one; None when it may.

    same, retired, kind (of another line, or none to change to), enterprise, individual, age, fusion_new (broadband must
    be installed for it), fusion_leave (the present plan carries the broadband).
    """
    rules = content("tariffs")
    conditions: dict[str, Any] = rules["conditions"].get(plan.id, {})
    if plan.id == present.id:
        return "same"
    if not plan.sold or not plan.orderable:
        return "retired"
    if plan.kind != "plan" or plan.line_type != kind or plan.id in {*rules["included"], *rules["sub_cards"]}:
        return "kind"
    company = customer.kind == "enterprise"
    if company != bool(conditions.get("enterprise")):
        return "individual" if company else "enterprise"
    if (customer.age or 0) < conditions.get("least_age", 0):
        return "age"
    if fused(plan) != fused(present):
        return "fusion_new" if fused(plan) else "fusion_leave"
    return None
