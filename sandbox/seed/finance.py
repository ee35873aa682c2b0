"""Six months of bills, payments and the balance that is left of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox import times
from sandbox.apis.billing import Charge, issue_bill, recurring_charges
from sandbox.apis.billing_run import CONTRACT_DISCOUNT_FEN
from sandbox.documents import Document
from sandbox.money import fen_of, quantity
from sandbox.resources import place
from sandbox.seed.catalogue import BY_ID, VOICE_MINUTE_FEN
from sandbox.store import Transaction

if TYPE_CHECKING:
    from sandbox.seed.households import Household

MONTHS = 6
_TOPUP_STEP = 5000
_CHANNELS = (
    ("wechat", "微信支付"),
    ("alipay", "支付宝"),
    ("hall", "营业厅"),
    ("bank", "银行卡代扣"),
    ("app", "网上营业厅"),
)
# What customers whose usage dropped used to spend on calls beyond the plan, as a share of its fee: the bill of
# the last month then lies 30 % or more below the mean of the three before.
_FORMER_CALLS = 0.62


def plant(transaction: Transaction, home: Household) -> None:
    """Seeds bills, rates, payments, the balance bucket and the accumulated balance."""
    bills = [_plant_bill(transaction, home, months_ago) for months_ago in range(len(home.months), 0, -1)]
    unpaid = sum(fen_of(bill["remainingAmount"]) for bill in bills)
    balance = -unpaid if unpaid else home.person.balance
    reference = _plant_bucket(transaction, home, balance)
    settled = [bill for bill in bills if bill["state"] == "settled"]
    for bill in settled:
        _plant_action(
            transaction, home, reference, f"BH-{bill['id']}", -fen_of(bill["amountDue"]), times.parse(bill["billDate"]),
            f"{bill['billNo'][:6]}账单扣费",
        )  # fmt: skip
    _plant_topups(transaction, home, reference, sum(fen_of(bill["amountDue"]) for bill in settled) + max(balance, 0))


def _plant_bill(transaction: Transaction, home: Household, months_ago: int) -> Document:
    month = times.month_start(home.now, -months_ago)
    charges = recurring_charges(home.products, times.month_start(month, 1))
    plan = BY_ID[home.person.plan]
    main_plan = next(charge.product for charge in charges if charge.product["name"] == plan.name)
    calls = home.chance.randrange(0, plan.fen // 25, VOICE_MINUTE_FEN)
    traffic = home.chance.randrange(0, plan.fen // 40, 10) if home.chance.random() < 0.4 else 0
    if home.person.usage_drop:
        minutes = int(plan.fen * _FORMER_CALLS) // VOICE_MINUTE_FEN if months_ago > 1 else 0
        calls = minutes * VOICE_MINUTE_FEN
        traffic = 0
    if calls:
        charges.append(Charge("语音通话费", calls, "usageCharge", main_plan, "套餐外国内通话"))
    if traffic:
        charges.append(Charge("流量费", traffic, "usageCharge", main_plan, "套餐外国内流量"))
    if home.person.contract_months is not None:
        charges.append(Charge("优惠", CONTRACT_DISCOUNT_FEN, "discount", main_plan, "合约期优惠"))
    paid = months_ago > home.person.unpaid
    return issue_bill(transaction, home.account, home.customer, month, charges, paid=paid)


def _plant_bucket(transaction: Transaction, home: Household, balance: int) -> Document:
    numbers = [{"id": line["productSerialNumber"], "@type": "LogicalResource"} for line in home.lines()]
    account = {"id": home.account, "name": f"{home.person.name}的账户", "@type": "PartyAccount"}
    bucket = place(
        transaction, "654", "bucket", f"BK{home.account[1:]}-CNY", name="话费余额", isShared=True, usageType="monetary",
        status="active", remainingValue=quantity(balance), remainingValueName=f"{balance / 100:.2f}元",
        reservedValue=quantity(0), partyAccount=account, logicalResource=numbers, relatedParty=[home.party],
        product=[{"id": line["id"], "name": line["name"]} for line in home.lines()],
        validFor={"startDateTime": times.stamp(home.joined)},
    )  # fmt: skip
    place(
        transaction, "654", "accumulatedBalance", f"AB{home.account[1:]}", name="账户总余额", partyAccount=account,
        bucket=[{"id": bucket["id"], "name": bucket["name"]}], totalBalance=quantity(balance),
        logicalResource=numbers[0], product=bucket["product"], relatedParty=[home.party],
    )  # fmt: skip
    return {"id": bucket["id"], "name": bucket["name"]}


def _plant_topups(transaction: Transaction, home: Household, bucket: Document, needed: int) -> None:
    """Payments in steps of 50 yuan that cover what was spent and is left; the rest was on the account before."""
    steps = needed // _TOPUP_STEP
    for months_ago in range(len(home.months) - 1, -1, -1):
        share = steps // (months_ago + 1)
        steps -= share
        if share:
            # After the bill of the month before, by day, and never in the future.
            day = times.month_start(home.now, -months_ago) + timedelta(days=home.chance.randint(1, 24))
            at = day + timedelta(minutes=home.chance.randint(8 * 60, 21 * 60), seconds=home.chance.randint(0, 59))
            at = min(at, home.now - timedelta(hours=1))
            _plant_topup(transaction, home, bucket, share * _TOPUP_STEP, at)
    if home.person.missing_topup:
        fen, channel, hours = home.person.missing_topup
        _plant_topup(transaction, home, bucket, fen, home.now - timedelta(hours=hours), channel)


def _plant_topup(
    transaction: Transaction, home: Household, bucket: Document, fen: int, at: datetime, pending_by: str = ""
) -> None:
    """A payment that arrived, or, with ``pending_by``, one by that channel which is not confirmed."""
    key, name = home.chance.choice(_CHANNELS)
    if pending_by:
        key, name = next(channel for channel in _CHANNELS if channel[1] == pending_by)
    number = transaction.next_number("topupBalance")
    attributes: dict[str, object] = {
        "amount": quantity(fen),
        "usageType": "monetary",
        "status": "created" if pending_by else "completed",
        "requestedDate": times.stamp(at),
        "bucket": bucket,
        "partyAccount": {"id": home.account},
        "channel": {"id": key, "name": name},
        "paymentMethod": {"id": key, "name": name},
        "description": f"充值{fen / 100:.2f}元",
        "logicalResource": [{"id": home.person.number, "@type": "LogicalResource"}],
        "relatedParty": [home.party],
        "isAutoTopup": key == "bank",
    }
    if not pending_by:
        attributes["confirmationDate"] = times.stamp(at + timedelta(seconds=8))
    topup = place(
        transaction, "654", "topupBalance", f"TB{at.astimezone(times.SHANGHAI):%Y%m%d}{number:06d}", **attributes
    )
    if not pending_by:
        _plant_action(transaction, home, bucket, f"BH-{topup['id']}", fen, at, "充值")


def _plant_action(
    transaction: Transaction, home: Household, bucket: Document, identity: str, fen: int, at: datetime, what: str
) -> None:
    place(
        transaction, "654", "balanceActionHistory", identity, description=what, amount=quantity(fen),
        status="completed", usageType="monetary", requestedDate=times.stamp(at),
        confirmationDate=times.stamp(at), bucket=bucket,
        partyAccount={"id": home.account}, receiverLogicalResource={"id": home.person.number},
        logicalResource=[{"id": home.person.number}], relatedParty=[home.party],
    )  # fmt: skip
