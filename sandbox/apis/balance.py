"""TMF654: balance buckets and what changes them: top-ups, adjustments, transfers, reservations.

A request that cannot be done, such as one for an unknown bucket, is stored with status ``failed`` and its reason.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox import resources, times
from sandbox.apis import inventory
from sandbox.documents import Document, characteristic
from sandbox.money import fen_of, money, quantity
from sandbox.rules import RULES, TIMERS, Rules
from sandbox.states import moves, refuse_if_final, require_move
from sandbox.store import Transaction

API, BUCKET, TOTAL, HISTORY = "654", "bucket", "accumulatedBalance", "balanceActionHistory"
TOPUP = "topupBalance"
# The payment method of a top-up that waits for its payer, and how long it does.
LINK = "link"
LINK_LIFETIME = timedelta(minutes=30)
MOVES = moves(created="completed failed cancelled", completed="", failed="", cancelled="")
# Nobody books a hundred thousand yuan by mistake twice.
_LARGEST_FEN = 100_000_00
_LEAST_TOPUP_FEN, _LARGEST_TOPUP_FEN = 1_00, 5_000_00


def credit(transaction: Transaction, bucket: Document, fen: int) -> Document:
    """Adds to (or takes from) a money bucket; what is paid settles open bills, and no debt left lifts a suspension.

    Returns:
        The stored bucket.
    """
    account = bucket["partyAccount"]["id"]
    before = fen_of(bucket["remainingValue"])
    after = before + fen
    if before < 0 < fen:
        _settle_bills(transaction, account, fen)
    changed = bucket | {"remainingValue": quantity(after), "remainingValueName": f"{after / 100:.2f}元"}
    transaction.replace(API, BUCKET, changed)
    for total in transaction.find(API, TOTAL, relatedParty_id=bucket["relatedParty"][0]["id"]):
        transaction.replace(API, TOTAL, total | {"totalBalance": quantity(after)})
    if after >= 0:
        for line in transaction.find("637", "product", billingAccount_id=account):
            if characteristic(line, "accountState") == "arrears_suspended":
                inventory.set_account_state(transaction, line, "normal")
    return changed


def owes(transaction: Transaction, line: Document) -> bool:
    """Whether there is a debt on the account of a line."""
    buckets = transaction.search(API, BUCKET, {"partyAccount.id": [line["billingAccount"]["id"]]})
    return any(bucket["usageType"] == "monetary" and fen_of(bucket["remainingValue"]) < 0 for bucket in buckets)


def _settle_bills(transaction: Transaction, account: str, fen: int) -> None:
    """Pays open bills with an amount, the oldest first."""
    bills = transaction.find("678", "customerBill", billingAccount_id=account)
    for bill in sorted(bills, key=lambda item: times.parse(item["billDate"])):
        open_fen = fen_of(bill["remainingAmount"])
        paid = min(open_fen, fen)
        if paid > 0:
            fen -= paid
            left = open_fen - paid
            state = "partiallyPaid" if left else "settled"
            payment = {"appliedAmount": money(paid), "payment": {"id": f"PAY-{bill['id']}-{open_fen}"}}
            after = bill | {
                "remainingAmount": money(left),
                "state": state,
                "lastUpdate": times.stamp(transaction.now()),
                "appliedPayment": [*(bill.get("appliedPayment") or ()), payment],
            }
            resources.store_change(transaction, "678", "customerBill", bill, after)


def record(transaction: Transaction, bucket: Document, action: Document, fen: int, what: str) -> None:
    """Writes a line into the balance history of a bucket's account."""
    now = times.stamp(transaction.now())
    number = transaction.next_number(HISTORY)
    resources.place(
        transaction,
        API,
        HISTORY,
        f"BH{number:08d}",
        description=what,
        amount=quantity(fen),
        status="completed",
        usageType="monetary",
        requestedDate=now,
        confirmationDate=now,
        bucket={"id": bucket["id"], "name": bucket["name"]},
        partyAccount={"id": bucket["partyAccount"]["id"]},
        receiverLogicalResource={"id": bucket["logicalResource"][0]["id"]},
        logicalResource=action.get("logicalResource") or [{"id": bucket["logicalResource"][0]["id"]}],
        relatedParty=bucket["relatedParty"],
    )


def money_bucket(transaction: Transaction, reference: Document | None) -> Document | None:
    """The bucket that a reference names, when it holds money."""
    bucket = transaction.get(API, BUCKET, (reference or {}).get("id", ""))
    return bucket if bucket and bucket["usageType"] == "monetary" else None


def _problem(action: Document, bucket: Document | None, fen: int, *, least: int = 1, most: int = _LARGEST_FEN) -> str:
    """Why an amount cannot be booked, or nothing; it must lie between ``least`` and ``most``."""
    if bucket is None:
        return "没有这个账户余额"
    if action["usageType"] != "monetary" or (action.get("amount") or {}).get("units", "CNY") not in {"CNY", "元"}:
        return "只能以人民币充值或调整"
    if fen == 0 or not least <= fen <= most:
        return "金额不正确"
    return ""


def _fen(action: Document) -> int:
    """The amount of an action, 0 when it is absent or absurd."""
    amount = (action.get("amount") or {}).get("amount", 0)
    return round(amount * 100) if abs(amount) <= _LARGEST_FEN else 0


def _topup(transaction: Transaction, action: Document) -> Document:
    bucket, fen = money_bucket(transaction, action.get("bucket")), _fen(action)
    problem = _problem(action, bucket, fen, least=_LEAST_TOPUP_FEN, most=_LARGEST_TOPUP_FEN)
    action |= {"requestedDate": times.stamp(transaction.now())}
    if bucket is None or problem:
        return action | {"status": "failed", "reason": action.get("reason") or problem}
    if not is_link(action):
        return _book(transaction, action, bucket, fen, "充值")
    transaction.set_timer(transaction.now() + LINK_LIFETIME, "topup.lapse", action["id"])
    return _with_owner(action, bucket) | {"status": "created"}


def is_link(topup: Document) -> bool:
    """Whether a top-up is paid by a link that its payer gets."""
    return any((topup.get(name) or {}).get("id") == LINK for name in ("paymentMethod", "channel"))


def _lapse(transaction: Transaction, _due: datetime, identity: str) -> None:
    """Gives a link up that nobody has paid."""
    topup = transaction.get(API, TOPUP, identity)
    if topup and topup["status"] == "created":
        resources.change(transaction, API, TOPUP, identity, {"status": "cancelled", "reason": "支付链接已过期"})


def _adjust(transaction: Transaction, action: Document) -> Document:
    bucket, fen = money_bucket(transaction, action.get("bucket")), _fen(action)
    problem = _problem(action, bucket, fen, least=-_LARGEST_FEN)
    action |= {"requestedDate": times.stamp(transaction.now())}
    if bucket is None or problem:
        return action | {"status": "failed", "reason": action.get("reason") or problem}
    return _book(transaction, action, bucket, fen, "余额调整")


def _book(transaction: Transaction, action: Document, bucket: Document, fen: int, what: str) -> Document:
    credit(transaction, bucket, fen)
    record(transaction, bucket, action, fen, what)
    now = times.stamp(transaction.now())
    return _with_owner(action, bucket) | {"status": "completed", "confirmationDate": now}


def _with_owner(action: Document, bucket: Document) -> Document:
    """The action with the customer and, unless it names one, the main number of the account."""
    number = [{"id": bucket["logicalResource"][0]["id"], "@type": "LogicalResource"}]
    return action | {
        "logicalResource": action.get("logicalResource") or number,
        "relatedParty": bucket["relatedParty"],
    }


def _change(transaction: Transaction, before: Document, after: Document) -> Document:
    """A payment that had not arrived may be confirmed, which books it, or be given up."""
    refuse_if_final(MOVES, before, "status")
    require_move(MOVES, before["status"], after["status"])
    after |= _unchangeable(before)
    if after["status"] != "completed":
        return after
    bucket, fen = money_bucket(transaction, before.get("bucket")), _fen(before)
    if bucket is None or fen <= 0:
        return after | {"status": "failed"}
    credit(transaction, bucket, fen)
    record(transaction, bucket, before, fen, "充值")
    return after | {"confirmationDate": times.stamp(transaction.now())}


def _transfer(transaction: Transaction, action: Document) -> Document:
    """Moves money between two accounts that have it."""
    now = times.stamp(transaction.now())
    source, target = (money_bucket(transaction, action.get(name)) for name in ("bucket", "receiverBucket"))
    fen = _fen(action)
    action |= {"requestedDate": now, "status": "failed"}
    if _problem(action, source, fen) or target is None or source is None or source == target:
        return action
    if fen_of(source["remainingValue"]) < fen:
        return action
    credit(transaction, source, -fen)
    record(transaction, source, {}, -fen, "余额转出")
    credit(transaction, target, fen)
    record(transaction, target, {}, fen, "余额转入")
    return action | {"status": "completed", "confirmationDate": now}


def _reserve(transaction: Transaction, action: Document) -> Document:
    """Sets money aside; patching the reservation to cancelled frees it."""
    now = times.stamp(transaction.now())
    bucket, fen = money_bucket(transaction, action.get("bucket")), _fen(action)
    action |= {"requestedDate": now, "status": "failed"}
    if bucket is None or _problem(action, bucket, fen):
        return action
    free = fen_of(bucket["remainingValue"]) - fen_of(bucket.get("reservedValue"))
    if free < fen:
        return action
    _set_aside(transaction, bucket, fen)
    return action | {"status": "created", "confirmationDate": now}


def _set_aside(transaction: Transaction, bucket: Document, fen: int) -> None:
    reserved = fen_of(bucket.get("reservedValue")) + fen
    transaction.replace(API, BUCKET, bucket | {"reservedValue": quantity(reserved)})


def _change_reservation(transaction: Transaction, before: Document, after: Document) -> Document:
    refuse_if_final(MOVES, before, "status")
    require_move(MOVES, before["status"], after["status"])
    bucket = money_bucket(transaction, before.get("bucket"))
    if bucket and after["status"] != "created":
        _set_aside(transaction, bucket, -_fen(before))
        if after["status"] == "completed":
            current = money_bucket(transaction, before["bucket"])
            assert current is not None
            credit(transaction, current, -_fen(before))
            record(transaction, current, before, -_fen(before), "预留扣款")
    return after | _unchangeable(before)


def _unchangeable(action: Document) -> Document:
    """What was booked, or will be, cannot be patched."""
    return {name: action[name] for name in ("amount", "bucket", "usageType", "partyAccount") if name in action}


def register() -> None:
    """Puts the rules of this API in force."""
    RULES[API, BUCKET] = Rules(extensions=frozenset({"initialValue"}))
    RULES[API, TOPUP] = Rules(prefix="TB", create=_topup, change=_change)
    RULES[API, "adjustBalance"] = Rules(prefix="AB", create=_adjust)
    RULES[API, "transferBalance"] = Rules(prefix="TR", create=_transfer)
    RULES[API, "reserveBalance"] = Rules(prefix="RB", create=_reserve, change=_change_reservation)
    TIMERS["topup.lapse"] = _lapse
