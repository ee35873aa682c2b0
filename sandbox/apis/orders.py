"""TMF622: orders, and what they do to the product inventory.

An order is acknowledged at once and decided by the clock seconds later: rejected with a note that says why, or carried
out. What an engineer must come for (``installations``) is done after the visit, or within a day. An item names its line
by ``product.id`` (an existing product of it), by ``product.productSerialNumber``, or by ``product.productRelationship``
to it; otherwise the main line of the order's customer is meant.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox import resources, times
from sandbox.apis import balance, installations, inventory, terms
from sandbox.documents import Document, characteristic, party_id
from sandbox.errors import RefusedError
from sandbox.money import fen_of, money
from sandbox.rules import RULES, TIMERS, Rules
from sandbox.states import moves, refuse_if_final, require_move
from sandbox.store import Transaction

API, ORDER, CANCEL = "622", "productOrder", "cancelProductOrder"
START_AFTER, COMPLETE_AFTER = timedelta(seconds=2), timedelta(seconds=4)

MOVES = moves(
    acknowledged="rejected pending held inProgress cancelled assessingCancellation",
    inProgress="pending held completed failed partial cancelled assessingCancellation",
    pending="inProgress cancelled assessingCancellation",
    held="inProgress cancelled assessingCancellation",
    assessingCancellation="pendingCancellation inProgress",
    pendingCancellation="cancelled",
    rejected="",
    completed="",
    failed="",
    partial="",
    cancelled="",
)
# Where the customer may still think better of it.
_CANCELLABLE = {"acknowledged", "pending", "held", "inProgress"}
_SELF_SERVICE_STATES = {"normal", "suspended_by_request", "lost"}


def _create(transaction: Transaction, order: Document) -> Document:
    now = transaction.now()
    items = [_priced(transaction, item | {"state": "acknowledged"}) for item in order["productOrderItem"]]
    monthly = sum(fen_of(price["price"].get("taxIncludedAmount")) for item in items for price in _known_prices(item))
    transaction.set_timer(now + START_AFTER, "order.start", order["id"])
    takes = installations.WITHIN if installations.needs_visit(order) else COMPLETE_AFTER
    order |= {
        "state": "acknowledged",
        "orderDate": times.stamp(now),
        "expectedCompletionDate": times.stamp(now + takes),
        "productOrderItem": items,
    }
    order.pop("completionDate", None)
    if monthly and "orderTotalPrice" not in order:
        order["orderTotalPrice"] = [_price("每月合计", monthly)]
    return order


def _priced(transaction: Transaction, item: Document) -> Document:
    """The item with the catalogue's monthly price, when it adds something known and says no price itself."""
    offering = transaction.get("620", "productOffering", (item.get("productOffering") or {}).get("id", ""))
    if item["action"] != "add" or offering is None or "itemPrice" in item:
        return item
    fen = sum(fen_of((price.get("price") or {}).get("taxIncludedAmount")) for price in _prices(offering))
    return item | {"itemPrice": [_price("月费", fen)]}


def _prices(offering: Document) -> list[Document]:
    return [price for price in offering.get("productOfferingPrice") or () if price.get("priceType") == "recurring"]


def _known_prices(item: Document) -> list[Document]:
    return [price for price in item.get("itemPrice") or () if isinstance(price.get("price"), dict)]


def _price(name: str, fen: int) -> Document:
    return {
        "name": name,
        "priceType": "recurring",
        "recurringChargePeriod": "month",
        "price": {"taxIncludedAmount": money(fen)},
    }


def _start(transaction: Transaction, due: datetime, identity: str) -> None:
    """Checks every item; an order with one that cannot be carried out is rejected as a whole."""
    order = transaction.get(API, ORDER, identity)
    if order is None or order["state"] != "acknowledged":
        return
    try:
        for item in order["productOrderItem"]:
            line, _, _ = _plan(transaction, order, item)
            # Only now: a bill that comes while the engineer is on the way is no reason to undo the work.
            if installations.is_new_line(item) or installations.is_move(item) or _contract_months(item) is not None:
                installations.refuse_debt(transaction, line)
    except RefusedError as refusal:
        note = {"text": str(refusal), "author": "operator", "date": times.stamp(due)}
        _enter(transaction, order, "rejected", due, note=[*(order.get("note") or ()), note])
        return
    _enter(transaction, order, "inProgress", due)
    takes = installations.WITHIN if installations.needs_visit(order) else COMPLETE_AFTER
    transaction.set_timer(due + (takes - START_AFTER), "order.complete", identity)


def _complete(transaction: Transaction, due: datetime, identity: str) -> None:
    order = transaction.get(API, ORDER, identity)
    if order is None or order["state"] != "inProgress":
        return
    visit_end = installations.visit_end(transaction, identity, due) if installations.needs_visit(order) else None
    if visit_end is not None:
        transaction.set_timer(visit_end, "order.complete", identity)
        return
    try:
        with transaction.attempt():
            for item in order["productOrderItem"]:
                _carry_out(transaction, order, item, due)
    except RefusedError as refusal:
        note = {"text": str(refusal), "author": "operator", "date": times.stamp(due)}
        _enter(transaction, order, "failed", due, note=[*(order.get("note") or ()), note])
        return
    _enter(transaction, order, "completed", due, completionDate=times.stamp(due))


def _enter(transaction: Transaction, before: Document, state: str, at: datetime, **changes: object) -> None:
    items = [item | {"state": state} for item in before["productOrderItem"]]
    after = before | {"state": state, "productOrderItem": items, **changes}
    if state == "cancelled":
        after["cancellationDate"] = times.stamp(at)
    resources.store_change(transaction, API, ORDER, before, after)


def _plan(
    transaction: Transaction, order: Document, item: Document
) -> tuple[Document, Document | None, Document | None]:
    """The line that an item is about, the product of it that is meant, and the offering that is wanted.

    Raises:
        RefusedError: when the item cannot be carried out.
    """
    wanted = item.get("productOffering") or {}
    offering = transaction.get("620", "productOffering", wanted["id"]) if wanted else None
    product = _named_product(transaction, item)
    line = _line(transaction, order, item, product)
    if wanted and offering is None:
        raise RefusedError(f"没有这个产品：{wanted['id']}")
    if item["action"] in {"delete", "modify"} and product is None:
        raise RefusedError("没有找到要变更的产品")
    of_line = product is not None and product["id"] == line["id"]
    # Ending a service makes a debt no larger; anything else waits until it is paid.
    ends_service = item["action"] == "delete" and not of_line
    # A suspension that outlives the debt is lifted by whoever asks.
    resumes = of_line and characteristic(item.get("product") or {}, "accountState") == "normal"
    lifts = resumes and not balance.owes(transaction, line)
    if characteristic(line, "accountState") == "arrears_suspended" and not (ends_service or lifts):
        raise RefusedError("线路欠费停机，交清欠费会自动复机，之后才能办理")
    if item["action"] == "add":
        if offering is None:
            raise RefusedError("没有说明要订购什么")
        if installations.is_new_line(item):
            installations.check_new_line(offering, item)
        else:
            _check_addition(transaction, line, offering)
    elif product is not None and product["status"] in {"terminated", "cancelled"}:
        raise RefusedError(f"{product['name']}已经退订")
    if item["action"] == "modify" and offering is not None and of_line:
        raise RefusedError("没有说明要变更哪个套餐")
    if installations.is_move(item):
        installations.check_move(transaction, order, line, item)
    return line, product, offering


def _contract_months(item: Document) -> int | None:
    """For how many months more an item binds its line, or None."""
    months = characteristic(item.get("product") or {}, "contractMonths")
    if months is None:
        return None
    if not isinstance(months, int) or not 1 <= months <= terms.LONGEST_MONTHS:
        raise RefusedError(f"合约期可以是1到{terms.LONGEST_MONTHS}个月")
    return months


def _check_addition(transaction: Transaction, line: Document, offering: Document) -> None:
    features = inventory.offering_features(offering)
    if not offering.get("isSellable", True):
        raise RefusedError(f"{offering['name']}已停售或不能单独订购")
    if features.get("lineType") not in {None, characteristic(line, "lineType")}:
        raise RefusedError(f"这条线路不能订购{offering['name']}")
    if characteristic(line, "accountState") != "normal":
        raise RefusedError("线路已停机，复机后才能订购")
    held = inventory.subscriptions_of(transaction, line["id"])
    if any(product["productOffering"]["id"] == offering["id"] for product in held):
        raise RefusedError(f"已经订购了{offering['name']}")


def _named_product(transaction: Transaction, item: Document) -> Document | None:
    identity = (item.get("product") or {}).get("id")
    return transaction.get("637", "product", identity) if identity else None


def _line(transaction: Transaction, order: Document, item: Document, product: Document | None) -> Document:
    value = item.get("product") or {}
    related = [*(value.get("productRelationship") or ()), *((product or {}).get("productRelationship") or ())]
    candidates = [transaction.get("637", "product", (entry["product"].get("id") or "")) for entry in related]
    candidates.append(product)
    if value.get("productSerialNumber"):
        candidates += transaction.find("637", "product", productSerialNumber=value["productSerialNumber"])
    customer = party_id(value) or party_id(order)
    if customer:
        candidates += transaction.find("637", "product", relatedParty_id=customer)
    for candidate in candidates:
        if candidate and "productSerialNumber" in candidate and characteristic(candidate, "lineType"):
            return candidate
    raise RefusedError("没有找到要办理的号码")


def _carry_out(transaction: Transaction, order: Document, item: Document, at: datetime) -> None:
    """Changes the inventory as one item says."""
    line, product, offering = _plan(transaction, order, item)
    if item["action"] == "delete" and product is not None:
        _end(transaction, product, at)
    elif item["action"] == "modify" and product is not None:
        _modify(transaction, line, product, offering, item, at)
    elif item["action"] == "add" and offering is not None and installations.is_new_line(item):
        installations.add_line(transaction, line, offering, item, _contract_months(item), at)
    elif item["action"] == "add" and offering is not None:
        _add(transaction, line, offering, at)
        if (months := _contract_months(item)) is not None:
            terms.extend(transaction, line["id"], months, at)
    if customer := party_id(line):
        inventory.renew_speed(transaction, customer)


def _add(transaction: Transaction, line: Document, offering: Document, at: datetime) -> None:
    """Subscribes the line; a new plan takes the place of the old one."""
    attributes = inventory.subscription(offering, line, at)
    if inventory.offering_features(offering).get("kind") == "plan":
        for held in inventory.subscriptions_of(transaction, line["id"]):
            if characteristic(held, "kind") == "plan":
                _end(transaction, terms.charge_lower_plan(transaction, line["id"], held, offering, at), at)
    product = resources.create(transaction, "637", "product", attributes)
    inventory.open_buckets(transaction, product, [line["productSerialNumber"]], (0.0, 0.0, 0.0))
    terms.renew_fee(transaction, line["id"], at)


def _end(transaction: Transaction, product: Document, at: datetime) -> None:
    ended = product | {"status": "terminated", "terminationDate": times.stamp(at)}
    if "productSerialNumber" in product:
        ended = inventory.with_feature(ended, "accountState", "terminated")
        for held in inventory.subscriptions_of(transaction, product["id"]):
            _end(transaction, held, at)
    inventory.close_buckets(transaction, product)
    inventory.update(transaction, product, ended)


def _modify(
    transaction: Transaction, line: Document, product: Document, offering: Document | None, item: Document, at: datetime
) -> None:
    """Another offering for a plan; another state (停机保号, 复机, 挂失), address or contract for a line."""
    if offering is not None and offering["id"] != (product.get("productOffering") or {}).get("id"):
        _check_addition(transaction, line, offering)
        if characteristic(product, "kind") != "plan":
            _end(transaction, product, at)
        _add(transaction, line, offering, at)
    state = characteristic(item.get("product") or {}, "accountState")
    if state is not None:
        if state not in _SELF_SERVICE_STATES:
            raise RefusedError("不能这样变更号码状态")
        inventory.set_account_state(transaction, product, str(state))
    if installations.is_move(item):
        installations.move(transaction, line["id"], item)
    months = _contract_months(item)
    if months is not None:
        terms.extend(transaction, line["id"], months, at)


def _change(_transaction: Transaction, before: Document, after: Document) -> Document:
    refuse_if_final(MOVES, before, "state")
    require_move(MOVES, before["state"], after["state"])
    return after | {"orderDate": before["orderDate"]}


def _cancel(transaction: Transaction, task: Document) -> Document:
    """Cancels an order that is not finished; for any other the task ends with an error."""
    now = transaction.now()
    order = transaction.get(API, ORDER, task["productOrder"]["id"])
    if order is None or order["state"] not in _CANCELLABLE:
        return task | {"state": "terminatedWithError"}
    _enter(transaction, order, "cancelled", now, cancellationReason=task.get("cancellationReason", "客户取消"))
    return task | {"state": "done", "effectiveCancellationDate": times.stamp(now)}


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, ORDER] = Rules(prefix="PO", create=_create, change=_change, state="state")
    RULES[API, CANCEL] = Rules(prefix="CO", create=_cancel, state="state")
    TIMERS["order.start"] = _start
    TIMERS["order.complete"] = _complete
