"""What lay in the operator's systems before: at least one object of every kind that the customers' stories lack."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox import resources, times
from sandbox.apis import loyalty
from sandbox.documents import Document
from sandbox.money import quantity
from sandbox.resources import place
from sandbox.store import Transaction

_CUSTOMER = {"id": "C0001", "name": "林晓安", "role": "customer", "@referredType": "Customer"}
_LINE = {"id": "P0001-01", "name": "移动电话"}
TEST_SPECIFICATION = "STS-LINE"


def plant(transaction: Transaction) -> None:
    """Seeds all of it, dated a few days back."""
    past = transaction.now() - timedelta(days=5)
    _plant_catalogue_jobs(transaction, times.stamp(past))
    _plant_loyalty_rules(transaction)
    _plant_order(transaction, times.stamp(past), times.stamp(past + timedelta(hours=1)))
    _plant_visit(transaction, past.astimezone(times.SHANGHAI).replace(hour=9, minute=0, second=0, microsecond=0))
    _plant_test(transaction, times.stamp(past), times.stamp(past + timedelta(seconds=6)))
    _plant_booking(transaction, times.stamp(past))
    place(
        transaction, "680", "queryProductRecommendation", "RQ0001", name="推荐查询", state="done",
        relatedParty=_CUSTOMER, recommendationItem=[],
    )  # fmt: skip
    place(
        transaction, "683", "partyInteraction", "PI0001", description="客户查询话费余额", reason="查询",
        status="completed", direction="inbound", creationDate=times.stamp(past), statusChangeDate=times.stamp(past),
        interactionDate={"startDateTime": times.stamp(past)},
        channel=[{"id": "web", "href": "/channel/web", "name": "网上营业厅", "role": "self"}],
        relatedParty=[_CUSTOMER | {"href": resources.path_of("629", "customer", "C0001")}],
    )  # fmt: skip


def _plant_catalogue_jobs(transaction: Transaction, at: str) -> None:
    for kind in ("importJob", "exportJob"):
        place(
            transaction, "620", kind, f"{kind}-1", status="Succeeded", contentType="application/json", creationDate=at,
            completionDate=at, url="http://localhost/catalogue.json",
        )  # fmt: skip


def _plant_loyalty_rules(transaction: Transaction) -> None:
    def put(kind: str, identity: str, **attributes: object) -> Document:
        made = place(transaction, "658", kind, identity, **attributes)
        return {"id": made["id"], "href": made["href"]}

    event = put("loyaltyEventType", "LET1", eventType="billPaid")
    condition = put("loyaltyCondition", "LC1", attribute="amount", operator=">", value="0")
    action = put("loyaltyAction", "LAC1", action="addPoints", actionType="earn", endpoint="points")
    put(
        "loyaltyRule", "LR1", commonName="消费积分", description="每消费1元积1分", usage="earn", policyName="TYJF",
        loyaltyEventType=[event], loyaltyCondition=[condition], loyaltyAction=[action],
    )  # fmt: skip
    redeemed = put("loyaltyEventType", "LET2", eventType=loyalty.REDEEM)
    burn = put(
        "loyaltyAction", "LAC2", action="POST", actionType="burn", endpoint="points",
        actionAttributes={"gift": loyalty.BILL_CREDIT, "fenPerPoint": loyalty.FEN_PER_POINT},
    )  # fmt: skip
    put(
        "loyaltyRule", "LR2", commonName="积分兑换话费", description="100积分兑换1元话费", usage="burn",
        policyName="TYJF", loyaltyEventType=[redeemed], loyaltyAction=[burn],
    )  # fmt: skip
    for kind, link in (("RuleCondition", "LC1"), ("RuleAction", "LAC1"), ("RuleEventType", "LET1")):
        put(f"loyalty{kind}", link)
    put("loyaltyEvent", "LE1")


def _plant_order(transaction: Transaction, ordered: str, done: str) -> None:
    item = {
        "id": "1",
        "action": "add",
        "state": "completed",
        "productOffering": {"id": "VAS-CLIP", "name": "来电显示"},
        "product": {"id": "P0001-01-2"},
    }
    order = place(
        transaction, "622", "productOrder", "PO0001", state="completed", orderDate=ordered, completionDate=done,
        productOrderItem=[item], relatedParty=[_CUSTOMER], billingAccount={"id": "A0001"},
    )  # fmt: skip
    place(
        transaction, "622", "cancelProductOrder", "CO0001", state="terminatedWithError", cancellationReason="不想要了",
        productOrder={"id": order["id"], "href": order["href"]},
    )  # fmt: skip


def _plant_visit(transaction: Transaction, start: datetime) -> None:
    period = {"startDateTime": times.stamp(start), "endDateTime": times.stamp(start + timedelta(hours=2))}
    area = {"id": "310115", "name": "上海市浦东新区", "role": "install"}
    place(
        transaction, "646", "searchTimeSlot", "SS0001", status="done", searchDate=times.stamp(start),
        searchResult="success", relatedPlace=area, availableTimeSlot=[{"id": "SLOT-0001", "validFor": period}],
    )  # fmt: skip
    place(
        transaction, "646", "appointment", "AP0001", status="completed", category="repair", description="上门测速",
        creationDate=times.stamp(start), lastUpdate=times.stamp(start), validFor=period, relatedPlace=area,
        relatedParty=[_CUSTOMER],
    )  # fmt: skip


def _plant_test(transaction: Transaction, start: str, end: str) -> None:
    place(
        transaction, "653", "serviceTestSpecification", TEST_SPECIFICATION, name="线路测试", version="1.0",
        lifecycleStatus="active", description="光功率和下行速率",
        relatedServiceSpecification=[{"id": "SPEC-LINE-broadband", "name": "光纤宽带"}],
    )  # fmt: skip
    place(
        transaction, "653", "serviceTest", "ST0001", name="线路测试", state="completed", mode="ONDEMAND",
        description="线路正常", startDateTime=start, endDateTime=end, relatedService=_LINE,
        testSpecification={"id": TEST_SPECIFICATION},
        characteristic=[{"name": "result", "value": "pass"}, {"name": "diagnosis", "value": "ok"}],
    )  # fmt: skip


def _plant_booking(transaction: Transaction, at: str) -> None:
    common = {
        "amount": quantity(100),
        "usageType": "monetary",
        "bucket": {"id": "BK0001-CNY"},
        "logicalResource": [{"id": "18900001001"}],
        "requestedDate": at,
        "relatedParty": [_CUSTOMER],
        "channel": {"id": "hall", "name": "营业厅"},
    }
    # None of them took effect, so the account's sums stay as its story has them.
    place(transaction, "654", "adjustBalance", "AB0001", status="cancelled", reason="误操作", **common)
    place(transaction, "654", "reserveBalance", "RB0001", status="cancelled", reason="预留到期", **common)
    place(
        transaction, "654", "transferBalance", "TR0001", status="failed", reason="家人转账",
        receiverLogicalResource={"id": "13300001002"}, receiverBucket={"id": "BK0002-CNY"},
        receiverBucketUsageType="monetary", **common,
    )  # fmt: skip
    place(
        transaction, "678", "customerBillOnDemand", "BOD0001", name="补打账单", state="rejected",
        billingAccount={"id": "A0001"}, lastUpdate=at,
    )  # fmt: skip
