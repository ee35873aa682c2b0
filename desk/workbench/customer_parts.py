"""What the operator told of a customer, as an agent's page has it: masked, in words. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bss.billing import Bill
from bss.catalogue import Offering
from bss.customers import Customer
from bss.interactions import Interaction
from bss.inventory import Line, Subscription
from bss.loyalty import Lot
from bss.orders import Order
from bss.tickets import Ticket
from bss.usage import Allowance
from common.masking import mask_name, mask_number, mask_text
from common.times import iso
from desk.handover_models import Handover
from desk.workbench.subject import Subject
from knowledge_base.content import content

Shown = dict[str, Any]

# Whatever the operator may not tell, by the names that `missing` has.
PARTS = ("customer", "lines", "balance", "points", "bills", "allowances", "tickets", "orders", "contacts")
_BILLS = 6
# Of whole years: the first age of each band.
_BANDS = (0, 18, 30, 45, 60)


def nobody(subject: Subject) -> Shown:
    """The view of a customer whom the operator was not asked about: what the conversation says, and nothing else."""
    return {
        "known": False,
        "name_mask": subject.name_mask,
        "number_mask": subject.number_mask,
        "level": None,
        "kind": None,
        "age_band": None,
        "tenure_months": None,
        "area": None,
        "do_not_disturb": False,
        "lines": [],
        "balance": None,
        "points": None,
        "bills": [],
        "allowances": [],
        "tickets": [],
        "orders": [],
        "contacts": [],
        "missing": [],
    }


def told(line: Line, found: Mapping[str, Any]) -> Shown:
    """What the operator told of a verified line and its customer, by part; `lines` come with their plans."""
    asked = [name for name in PARTS if name != "allowances" or line.kind == "mobile"]
    return {
        "number_mask": mask_number(line.number),
        **(_customer(found["customer"]) if found.get("customer") else {}),
        "lines": [_line(one, plan) for one, plan in found.get("lines") or [(line, None)]],
        "balance": found.get("balance"),
        "points": _points(found.get("points")),
        "bills": _bills(found.get("bills") or []),
        "allowances": [_allowance(one) for one in found.get("allowances") or []],
        "tickets": [_ticket(one) for one in found.get("tickets") or []],
        "orders": [_order(one, found.get("offerings") or []) for one in found.get("orders") or []],
        "contacts": [_contact(one) for one in found.get("contacts") or []],
        "missing": [name for name in asked if name not in found],
    }


def age_band(age: int | None) -> str | None:
    """An age as a band: nobody's birthday is told.

    >>> age_band(17), age_band(30), age_band(81), age_band(None)
    ('0-17', '30-44', '60+', None)
    """
    if age is None:
        return None
    place = max(number for number, first in enumerate(_BANDS) if age >= first)
    return f"{_BANDS[place]}+" if place == len(_BANDS) - 1 else f"{_BANDS[place]}-{_BANDS[place + 1] - 1}"


def _customer(one: Customer) -> Shown:
    return {
        "name_mask": mask_name(one.name),
        "level": one.level,
        "kind": one.kind,
        "age_band": age_band(one.age),
        "tenure_months": one.tenure_months,
        "area": one.area,
        "do_not_disturb": one.do_not_disturb,
    }


def _line(one: Line, plan: Subscription | None) -> Shown:
    words = content("workbench")["customer"]
    return {
        "id": one.id,
        "number_mask": mask_number(one.number),
        "kind": one.kind,
        "kind_title": words["line_kinds"].get(one.kind, one.kind),
        "state": one.state,
        "state_title": words["line_states"].get(one.state, one.state),
        "plan": plan.name if plan else None,
        "fee": plan.fee if plan else None,
        "contract_end": one.contract_end.isoformat() if one.contract_end else None,
        "main": one.main_card,
    }


def _points(lots: Sequence[Lot] | None) -> int | None:
    return None if lots is None else sum(lot.points for lot in lots)


def _bills(bills: Sequence[Bill]) -> list[Shown]:
    """The latest bills, the oldest of them first."""
    latest = sorted(bills, key=lambda bill: bill.month)[-_BILLS:]
    return [{"month": bill.month, "amount": bill.total} for bill in latest]


def _allowance(one: Allowance) -> Shown:
    return {"kind": one.kind, "name": one.name, "total": one.total, "used": one.used}


def _ticket(one: Ticket) -> Shown:
    return {
        "id": one.id,
        "kind": one.kind,
        "title": mask_text(one.title),
        "state": one.state,
        "state_title": content("promises")["states"].get(one.state, one.state),
        "at": iso(one.created),
        "promised": iso(one.expected) if one.expected else None,
        "open": one.open,
    }


def _order(one: Order, sold: Sequence[Offering]) -> Shown:
    words = content("workbench")["customer"]
    names = {each.id: each.name for each in sold}
    return {
        "id": one.id,
        "title": "、".join(names.get(offering, offering) for offering in one.offerings) or words["order"],
        "state": one.state,
        "state_title": words["order_states"].get(one.state, one.state),
        "at": iso(one.ordered),
    }


def _contact(one: Interaction) -> Shown:
    return {"at": iso(one.at), "channel": one.channel, "text": mask_text(one.summary or one.reason)}


def handover(row: Handover, agent: str | None) -> Shown:
    """An earlier chat in a line."""
    return {
        "handover": row.id,
        "at": iso(row.created_at),
        "topic_title": row.context.get("topic_title"),
        "agent": agent,
        "result": content("chats")["results"].get(row.result),
    }
