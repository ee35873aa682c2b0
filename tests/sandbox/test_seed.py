"""The seeded customers: enough of each kind, and data that agrees with their stories."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sandbox_client import Sandbox

TAGS = {
    "basic", "arrears", "suspended", "contract_ending", "outage_area", "repeat_fault", "vas_dispute",
    "topup_not_credited", "elderly", "enterprise", "arpu_drop", "porting_eligible", "porting_blocked", "multi_line",
    "do_not_disturb", "excluded", "corporate_paid",
}  # fmt: skip


def _facts(customer: dict) -> dict:
    return {item["name"]: item["value"] for item in customer["characteristic"]}


def _features(product: dict) -> dict:
    return {item["name"]: item["value"] for item in product["productCharacteristic"]}


def _customer_id(sandbox: Sandbox, number: str) -> str:
    (line,) = sandbox.list("637", "product", productSerialNumber=number)
    return line["relatedParty"][0]["id"]


def _lines(sandbox: Sandbox, number: str) -> list[dict]:
    products = sandbox.list("637", "product", relatedParty__id=_customer_id(sandbox, number))
    return [product for product in products if "productSerialNumber" in product]


def test_at_least_two_customers_carry_each_tag_and_no_other_tag_exists(sandbox: Sandbox) -> None:
    customers = sandbox.get("/sandbox/customers").json()
    counts = Counter(tag for customer in customers for tag in customer["tags"])
    assert len(customers) >= 32
    assert set(counts) == TAGS
    assert min(counts.values()) >= 2


def test_customers_have_exactly_the_public_attributes_and_plausible_numbers(sandbox: Sandbox) -> None:
    customers = sandbox.get("/sandbox/customers").json()
    assert all(set(customer) == {"number", "name", "level", "tags", "story"} for customer in customers)
    assert all(re.fullmatch(r"1(33|53|77|80|81|89|99)\d{8}", customer["number"]) for customer in customers)
    assert len({customer["number"] for customer in customers}) == len(customers)


def test_basic_customers_have_nothing_special(sandbox: Sandbox) -> None:
    assert all(customer["tags"] == ["basic"] for customer in sandbox.customers("basic"))


def test_no_sms_is_seeded(fresh: Sandbox) -> None:
    assert fresh.get("/sandbox/sms").json() == []


def test_customers_in_arrears_owe_exactly_what_their_balance_lacks(sandbox: Sandbox) -> None:
    for story in sandbox.customers("arrears"):
        customer = _customer_id(sandbox, story["number"])
        bills = sandbox.list("678", "customerBill", relatedParty__id=customer)
        owed = sum(round(bill["remainingAmount"]["value"] * 100) for bill in bills if bill["state"] != "settled")
        (bucket,) = sandbox.list("654", "bucket", relatedParty__id=customer, usageType="monetary")
        assert owed > 0
        assert round(bucket["remainingValue"]["amount"] * 100) == -owed


def test_suspended_customers_have_a_suspended_line(sandbox: Sandbox) -> None:
    for story in sandbox.customers("suspended"):
        main = _lines(sandbox, story["number"])[0]
        assert main["status"] == "suspended"
        assert _features(main)["accountState"] in {"arrears_suspended", "suspended_by_request", "lost"}


def test_contracts_that_end_do_so_within_three_months(sandbox: Sandbox) -> None:
    for story in sandbox.customers("contract_ending"):
        end = date.fromisoformat(_features(_lines(sandbox, story["number"])[0])["contractEnd"])
        assert date.today() < end < date.today() + timedelta(days=92)


def test_outage_customers_live_where_an_outage_is_known(sandbox: Sandbox) -> None:
    for story in sandbox.customers("outage_area"):
        area = _features(_lines(sandbox, story["number"])[0])["area"]
        assert sandbox.get("/operator/v1/outage", params={"area": area}).json()
    quiet = _features(_lines(sandbox, sandbox.customers("repeat_fault")[0]["number"])[0])["area"]
    assert sandbox.get("/operator/v1/outage", params={"area": quiet}).json() == []


def test_repeat_faults_have_a_ticket_of_the_last_thirty_days(sandbox: Sandbox) -> None:
    for story in sandbox.customers("repeat_fault"):
        broadband = next(x for x in _lines(sandbox, story["number"]) if _features(x)["lineType"] == "broadband")
        tickets = sandbox.list("621", "troubleTicket", relatedEntity__id=broadband["id"])
        assert tickets
        created = datetime.fromisoformat(tickets[-1]["creationDate"])
        assert datetime.now(created.tzinfo) - created < timedelta(days=30)


def test_disputed_services_are_on_the_last_bill(sandbox: Sandbox) -> None:
    for story in sandbox.customers("vas_dispute"):
        customer = _customer_id(sandbox, story["number"])
        (bill,) = sandbox.list("678", "customerBill", relatedParty__id=customer, sort="-billDate", limit=1)
        rates = sandbox.list("678", "appliedCustomerBillingRate", bill__id=bill["id"])
        assert "增值业务费" in {rate["name"] for rate in rates}


def test_missing_topups_are_recorded_but_not_confirmed(sandbox: Sandbox) -> None:
    for story in sandbox.customers("topup_not_credited"):
        records = sandbox.list("654", "topupBalance", logicalResource__id=story["number"], status="created")
        assert len(records) == 1
        assert "confirmationDate" not in records[0]


def test_facts_of_elderly_enterprise_and_quiet_customers(sandbox: Sandbox) -> None:
    def facts(tag: str) -> list[dict]:
        ids = [_customer_id(sandbox, story["number"]) for story in sandbox.customers(tag)]
        return [_facts(sandbox.one("629", "customer", identity)) for identity in ids]

    assert all(item["age"] >= 65 for item in facts("elderly"))
    assert all(item["customerType"] == "enterprise" for item in facts("enterprise"))
    assert all(re.fullmatch(r"[1-5][AB]", item["level"]) for item in facts("enterprise"))
    assert all(item["doNotDisturb"] is True for item in facts("do_not_disturb"))
    assert all(item["corporatePaid"] is True for item in facts("corporate_paid"))


def test_who_is_left_out_of_marketing_is_so_for_one_reason_each(sandbox: Sandbox) -> None:
    def reasons(story: dict) -> set[str]:
        facts = _facts(sandbox.one("629", "customer", _customer_id(sandbox, story["number"])))
        main = _features(_lines(sandbox, story["number"])[0])
        there = {
            "staff": main["staffLine"],
            "black": facts["marketingList"] == "black",
            "red": facts["marketingList"] == "red",
            "new": facts["tenureMonths"] < 3,
        }
        return {name for name, holds in there.items() if holds}

    excluded = sandbox.customers("excluded")
    assert sorted(reason for story in excluded for reason in reasons(story)) == ["black", "new", "red", "staff"]
    others = [story for story in sandbox.get("/sandbox/customers").json() if story not in excluded]
    assert all(reasons(story) == set() for story in others)


def test_leased_lines_are_those_of_companies(sandbox: Sandbox) -> None:
    leased = [line for line in sandbox.list("637", "product") if _features(line).get("leasedLine")]
    assert len(leased) == 3
    assert all(_features(line)["lineType"] == "broadband" for line in leased)


def test_who_came_lately_has_bills_payments_and_usage_only_since_then(sandbox: Sandbox) -> None:
    number = "18000001041"
    customer = _customer_id(sandbox, number)
    joined = datetime.fromisoformat(_lines(sandbox, number)[0]["startDate"])
    bills = sandbox.list("678", "customerBill", relatedParty__id=customer)
    assert 1 <= len(bills) <= 3
    assert all(datetime.fromisoformat(bill["billingPeriod"]["endDateTime"]) > joined for bill in bills)
    paid = sandbox.list("654", "topupBalance", logicalResource__id=number)
    assert all(datetime.fromisoformat(payment["requestedDate"]) > joined for payment in paid)


def test_only_arpu_drop_customers_fell_by_thirty_percent(sandbox: Sandbox) -> None:
    dropping = {story["number"] for story in sandbox.customers("arpu_drop")}
    for story in sandbox.get("/sandbox/customers").json():
        customer = _customer_id(sandbox, story["number"])
        bills = sandbox.list("678", "customerBill", relatedParty__id=customer, sort="-billDate")
        last, *before = [bill["amountDue"]["value"] for bill in bills[:4]]
        assert (last <= 0.7 * sum(before) / 3) == (story["number"] in dropping), story


def test_multi_line_customers_have_several_lines(sandbox: Sandbox) -> None:
    assert all(len(_lines(sandbox, story["number"])) >= 2 for story in sandbox.customers("multi_line"))


def test_porting_is_blocked_by_a_contract_or_arrears_only(sandbox: Sandbox) -> None:
    for story in sandbox.customers("porting_blocked"):
        assert _features(_lines(sandbox, story["number"])[0])["portingBlockedBy"] in {"contract", "arrears"}
    for story in sandbox.customers("porting_eligible"):
        features = _features(_lines(sandbox, story["number"])[0])
        assert "portingBlockedBy" not in features
        assert "contractEnd" not in features


@pytest.mark.parametrize("kind", ["customerBill", "appliedCustomerBillingRate"])
def test_the_same_seed_gives_the_same_money(fresh: Sandbox, kind: str) -> None:
    before = fresh.list("678", kind, limit=1000)
    fresh.post("/sandbox/reset")
    assert fresh.list("678", kind, limit=1000) == before
