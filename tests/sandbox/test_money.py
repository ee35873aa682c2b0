"""Bills, rates, balances, usage and points of the seeded customers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox_client import Sandbox


def _fen(money: dict) -> int:
    return round(money["value"] * 100)


def test_six_monthly_bills_end_with_last_month(sandbox: Sandbox) -> None:
    bills = sandbox.list("678", "customerBill", billingAccount__id="A0001", sort="-billDate")
    first_of_month = datetime.now().astimezone().replace(day=1)
    assert len(bills) == 6
    period = bills[0]["billingPeriod"]
    assert datetime.fromisoformat(period["endDateTime"]) < first_of_month
    assert datetime.fromisoformat(period["endDateTime"]) > first_of_month - timedelta(days=2)
    assert period["startDateTime"][8:] == "01T00:00:00+08:00"


def test_the_rates_of_every_bill_add_up_to_the_fen(sandbox: Sandbox) -> None:
    bills = sandbox.list("678", "customerBill", limit=1000)
    assert len(bills) >= 32 * 6
    for bill in bills:
        rates = sandbox.list("678", "appliedCustomerBillingRate", bill__id=bill["id"])
        assert sum(_fen(rate["taxIncludedAmount"]) for rate in rates) == _fen(bill["amountDue"])
        assert sum(_fen(rate["taxExcludedAmount"]) for rate in rates) == _fen(bill["taxExcludedAmount"])


def test_bills_are_found_by_date_range(sandbox: Sandbox) -> None:
    all_bills = sandbox.list("678", "customerBill", billingAccount__id="A0002", sort="billDate")
    after = all_bills[3]["billDate"]
    newer = sandbox.list("678", "customerBill", billingAccount__id="A0002", billDate__gte=after)
    older = sandbox.list("678", "customerBill", billingAccount__id="A0002", billDate__lt=after[:10])
    assert [bill["id"] for bill in newer] == [bill["id"] for bill in all_bills[3:]]
    assert [bill["id"] for bill in older] == [bill["id"] for bill in all_bills[:3]]


def test_a_bill_on_demand_names_the_newest_bill(sandbox: Sandbox) -> None:
    made = sandbox.create("678", "customerBillOnDemand", {"billingAccount": {"id": "A0001"}})
    newest = sandbox.list("678", "customerBill", billingAccount__id="A0001", sort="-billDate", limit=1)[0]
    assert (made["state"], made["customerBill"]["id"]) == ("done", newest["id"])
    unknown = sandbox.create("678", "customerBillOnDemand", {"billingAccount": {"id": "nobody"}})
    assert unknown["state"] == "rejected"


def test_a_settled_bill_cannot_be_opened_again(sandbox: Sandbox) -> None:
    bill = sandbox.list("678", "customerBill", state="settled", limit=1)[0]
    refused = sandbox.patch(sandbox.path("678", f"customerBill/{bill['id']}"), json={"state": "new"})
    assert refused.status_code == 409


def test_the_balance_of_a_number_agrees_with_the_account_total(sandbox: Sandbox) -> None:
    for story in sandbox.get("/sandbox/customers").json():
        (bucket,) = sandbox.list("654", "bucket", logicalResource__id=story["number"], usageType="monetary")
        (total,) = sandbox.list("654", "accumulatedBalance", logicalResource__id=story["number"])
        assert bucket["remainingValue"]["units"] == "CNY"
        assert total["totalBalance"] == bucket["remainingValue"]


def test_usage_says_total_used_and_remaining_of_each_package(sandbox: Sandbox) -> None:
    query = {"searchCriteria": {"logicalResource": [{"id": "17700001003"}]}}
    (consumption,) = sandbox.create("677", "queryUsageConsumption", query)["usageConsumption"]
    names = [bucket["name"] for bucket in consumption["bucketRefOrValue"]]
    assert names == ["星卡29元-国内流量", "星卡29元-国内语音", "10GB流量包-国内流量"]
    for bucket in consumption["bucketRefOrValue"]:
        counters = {item["counterType"]: item["value"]["amount"] for item in bucket["bucketCounter"]}
        assert counters["used"] + counters["remaining"] == counters["total"] > 0
        assert bucket["remainingValue"]["amount"] == counters["remaining"]


def test_usage_is_also_kept_as_a_resource_that_can_be_filtered(sandbox: Sandbox) -> None:
    (stored,) = sandbox.list("677", "queryUsageConsumption", id="UQ-18900001001")
    assert stored["usageConsumption"][0]["logicalResource"][0]["id"] == "18900001001"


def test_shared_allowances_belong_to_every_card(sandbox: Sandbox) -> None:
    story = sandbox.customers("multi_line")[0]
    buckets = sandbox.list("654", "bucket", logicalResource__id=story["number"], usageType="data", isShared="true")
    assert len(buckets[0]["logicalResource"]) == 3


def test_points_are_found_by_customer_id_and_have_an_expiry(sandbox: Sandbox) -> None:
    lots = sandbox.list("658", "loyaltyBalance", loyaltyProgramMember__id="C0001")
    assert sum(lot["quantity"]["value"] for lot in lots) == 1860
    assert all("endDateTime" in lot["validFor"] for lot in lots)
    (member,) = sandbox.list("658", "loyaltyProgramMember", logicalResource__id="18900001001")
    assert member["id"] == "C0001"
