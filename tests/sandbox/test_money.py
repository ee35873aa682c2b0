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


def _used(sandbox: Sandbox, number: str, period: dict) -> dict[str, dict[str, int]]:
    """By month and usage type, what was used."""
    criteria = {"logicalResource": [{"id": number}], "validPeriod": period}
    query = sandbox.create("677", "queryUsageConsumption", {"searchCriteria": criteria})
    return {
        month["validPeriod"]["startDateTime"][:7]: {
            bucket["usageType"]: counter["value"]["amount"]
            for bucket in month["bucketRefOrValue"]
            for counter in bucket["bucketCounter"]
            if counter["counterType"] == "used"
        }
        for month in query["usageConsumption"]
    }


def test_past_usage_explains_what_the_bills_charge_beyond_the_plan(sandbox: Sandbox) -> None:
    beyond = 0
    for story in sandbox.get("/sandbox/customers").json():
        (main,) = sandbox.list("637", "product", productSerialNumber=story["number"])
        products = sandbox.list("637", "product", billingAccount__id=main["billingAccount"]["id"])
        features = [{item["name"]: item["value"] for item in x["productCharacteristic"]} for x in products]
        cards = [x["productSerialNumber"] for x in products if x["productOffering"]["id"] == "LINE-mobile"]
        shared = any(x["productOffering"]["id"] == "SUB-10" for x in products)
        pool = cards if shared else [story["number"]]
        allowed = {
            kind: sum(item.get(name, 0) for item in features if item.get("number") in pool)
            for name, kind in (("voiceMinutes", "voice"), ("dataMB", "data"))
        }
        used = [_used(sandbox, number, {}) for number in pool]
        for bill in sandbox.list("678", "customerBill", billingAccount__id=main["billingAccount"]["id"]):
            month = bill["billingPeriod"]["startDateTime"][:7]
            rates = sandbox.list("678", "appliedCustomerBillingRate", bill__id=bill["id"])
            charged = {rate["name"]: _fen(rate["taxIncludedAmount"]) for rate in rates}
            for kind, name, price in (("voice", "语音通话费", 10), ("data", "流量费", 500 / 1024)):
                over = sum(card[month][kind] for card in used) - allowed[kind]
                assert max(0, round(over * price)) == charged.get(name, 0), (story["number"], month, kind)
                beyond += over > 0
    assert beyond > 100


def test_a_period_asks_for_the_months_that_lie_in_it(sandbox: Sandbox) -> None:
    months = list(_used(sandbox, "18900001001", {}))
    assert len(months) == 7
    assert months[1:] == sorted(months[1:], reverse=True)
    begin, end = f"{months[3]}-01T00:00:00+08:00", f"{months[1]}-02T00:00:00+08:00"
    assert list(_used(sandbox, "18900001001", {"startDateTime": begin, "endDateTime": end})) == months[2:4]
    assert list(_used(sandbox, "18900001001", {"endDateTime": "2020-01-01T00:00:00Z"})) == []


def test_a_month_that_ends_is_kept(fresh: Sandbox) -> None:
    story = fresh.customers("multi_line")[0]
    before = _used(fresh, story["number"], {})
    this_month = next(iter(before))
    fresh.advance("P32D")
    assert _used(fresh, story["number"], {})[this_month] == {"sms": 0, **before[this_month]}


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
