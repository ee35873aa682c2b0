"""What a customer is asked to confirm: price, beginning, end, and how to be rid of it, in words and as a card. Pure."""

from typing import Any

from bss.catalogue import Offering
from bss.inventory import Line, Subscription
from bss.orders import NewOrder
from common.masking import mask_number
from common.money import yuan
from desk.errors import sentence
from desk.proposals import Put
from knowledge_base.content import content
from knowledge_base.retention.suggest import Suggestion

_END = "。；"


def of_offer(one: Suggestion, line_mask: str, offered: dict[str, Any], *, once: bool) -> Put:
    """An offer to keep somebody; `one.order` must be there. `offered`, `once`: see `Put`."""
    assert one.order is not None
    words, months = content("desk")["proposal"], one.order.contract_months
    parts = {
        "price": one.price.rstrip(_END),
        "start": words["start"],
        "end": _end(one.months, months),
        "cancel": words["cancel_contract" if months else "cancel"],
    }
    terms = sentence("proposal_offer", benefit=one.benefit, **{**parts, "price": f"{parts['price']}。"})
    return Put(one.title, terms, _card(one.title, line_mask, parts, one.benefit), one.order, one.offer, offered, once)


def of_addition(offering: Offering, line: Line) -> Put:
    """Something more for a line, month by month."""
    words, name = content("desk")["proposal"], plain(offering.name)
    parts = {
        "price": _fee(offering.fee),
        "start": words["start"],
        "end": words["end_monthly"],
        "cancel": words["cancel"],
    }
    number = mask_number(line.number)
    terms = sentence("proposal_add", number=number, product=name, fee=parts["price"], **_without(parts))
    order = NewOrder("add", line.customer, line.id, offering=offering.id)
    return Put(name, terms, _card(name, number, parts, offering.description), order)


def of_change(offering: Offering, line: Line, plan: Subscription, *, can_undo: bool) -> Put:
    """Another plan for a line; an early step down costs what ending the contract would."""
    words, name, old = content("desk")["proposal"], plain(offering.name), plain(plan.name)
    early = line.early_fee if line.early_fee and offering.fee < plan.fee else 0
    price = words["fee_change"].format(old_fee=yuan(plan.fee), fee=yuan(offering.fee))
    parts = {
        "price": price,
        **({"early": yuan(early)} if early else {}),
        "start": words["start"],
        "end": words["end_open"],
        "cancel": words["cancel_plan" if can_undo else "cancel_plan_no"],
    }
    end = line.contract_end
    day = "" if end is None else f"{end.year}年{end.month}月{end.day}日"
    warning = words["early"].format(end=day, fee=yuan(early)) if early else ""
    number = mask_number(line.number)
    terms = sentence(
        "proposal_change", number=number, old=old, product=name, fee=price, **_without(parts) | {"early": warning}
    )
    order = NewOrder("modify", line.customer, line.id, offering=offering.id, product=plan.id)
    return Put(name, terms, _card(name, number, parts, offering.description), order)


def of_end(held: Subscription, line: Line) -> Put:
    """The end of an add-on or a service."""
    words, name = content("desk")["proposal"], plain(held.name)
    parts = {
        "price": words["fee_end"].format(fee=yuan(held.fee)),
        "start": words["start_end"],
        "cancel": words["cancel_end"],
    }
    title = words["end_title"].format(product=name)
    number = mask_number(line.number)
    terms = sentence("proposal_end", number=number, product=name, fee=parts["price"], **_without(parts))
    return Put(
        title, terms, _card(title, number, parts, None), NewOrder("delete", line.customer, line.id, product=held.id)
    )


def plain(name: str) -> str:
    """A name without the remark behind it."""
    return name.partition("（")[0] or name


def _without(parts: dict[str, str]) -> dict[str, str]:
    return {name: words for name, words in parts.items() if name != "price"}


def _fee(fee: int) -> str:
    words = content("desk")["proposal"]
    return str(words["fee"].format(fee=yuan(fee)) if fee else words["free"])


def _end(months: int, contract: int | None) -> str:
    words = content("desk")["proposal"]
    if contract:
        return str(words["end_contract"].format(months=contract))
    return str(words["end_months"].format(months=months) if months else words["end_open"])


def _card(title: str, number: str, parts: dict[str, str], note: str | None) -> dict[str, Any]:
    labels = content("desk")["proposal"]["rows"]
    rows = [("line", number), *((name, words) for name, words in parts.items())]
    return {
        "kind": "proposal",
        "title": title,
        "amount": None,
        "rows": [{"label": labels[name], "value": words, "note": None, "ratio": None} for name, words in rows],
        "note": note,
    }
