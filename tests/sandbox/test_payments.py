"""TMF654 payments, and the monthly bill that takes from the balance."""

from __future__ import annotations

import pytest
from sandbox_client import Sandbox

ARREARS = "C0006"


def _bucket(sandbox: Sandbox, customer: str) -> dict:
    (bucket,) = sandbox.list("654", "bucket", relatedParty__id=customer, usageType="monetary")
    return bucket


def _pay(sandbox: Sandbox, customer: str, yuan: float, **headers: str) -> dict:
    bucket = _bucket(sandbox, customer)
    body = {
        "amount": {"amount": yuan, "units": "CNY"},
        "usageType": "monetary",
        "bucket": {"id": bucket["id"]},
        "partyAccount": {"id": bucket["partyAccount"]["id"]},
        "channel": {"id": "wechat", "name": "微信支付"},
    }
    return sandbox.create("654", "topupBalance", body, **headers)


def _balance(sandbox: Sandbox, customer: str) -> float:
    return _bucket(sandbox, customer)["remainingValue"]["amount"]


def _states(sandbox: Sandbox, customer: str) -> list[str]:
    bills = sandbox.list("678", "customerBill", relatedParty__id=customer, sort="billDate")
    return [bill["state"] for bill in bills]


def test_a_payment_raises_the_balance_and_is_on_record(fresh: Sandbox) -> None:
    before = _balance(fresh, "C0001")
    topup = _pay(fresh, "C0001", 50.5)
    assert topup["status"] == "completed"
    assert round(_balance(fresh, "C0001") - before, 2) == 50.5
    newest = fresh.list("654", "topupBalance", logicalResource__id="18900001001", sort="-requestedDate", limit=1)
    assert newest == [topup]
    (total,) = fresh.list("654", "accumulatedBalance", relatedParty__id="C0001")
    assert total["totalBalance"]["amount"] == _balance(fresh, "C0001")
    history = fresh.list("654", "balanceActionHistory", relatedParty__id="C0001", sort="-requestedDate", limit=1)
    assert history[0]["amount"]["amount"] == 50.5


def test_paying_all_arrears_settles_the_bills_and_lifts_the_suspension(fresh: Sandbox) -> None:
    owed = -_balance(fresh, ARREARS)
    (line,) = fresh.list("637", "product", productSerialNumber="18000001006")
    assert line["status"] == "suspended"
    _pay(fresh, ARREARS, 1)
    assert _states(fresh, ARREARS)[-2:] == ["partiallyPaid", "sent"]
    assert fresh.one("637", "product", line["id"])["status"] == "suspended"
    _pay(fresh, ARREARS, round(owed - 1, 2))
    assert _balance(fresh, ARREARS) == 0
    assert set(_states(fresh, ARREARS)) == {"settled"}
    restored = fresh.one("637", "product", line["id"])
    assert restored["status"] == "active"
    assert {"name": "accountState", "valueType": "string", "value": "normal"} in restored["productCharacteristic"]


def test_paying_does_not_lift_what_the_customer_asked_for(fresh: Sandbox) -> None:
    _pay(fresh, "C0008", 100)
    (line,) = fresh.list("637", "product", productSerialNumber="18900001008")
    assert line["status"] == "suspended"


def test_a_payment_that_had_not_arrived_can_be_confirmed_once(fresh: Sandbox) -> None:
    story = next(item for item in fresh.customers("topup_not_credited") if "微信" in item["story"])
    (missing,) = fresh.list("654", "topupBalance", logicalResource__id=story["number"], status="created")
    customer = missing["relatedParty"][0]["id"]
    before = _balance(fresh, customer)
    path = fresh.path("654", f"topupBalance/{missing['id']}")
    assert fresh.patch(path, json={"status": "completed"}).json()["status"] == "completed"
    assert round(_balance(fresh, customer) - before, 2) == 100
    assert fresh.patch(path, json={"status": "cancelled"}).status_code == 409
    assert fresh.patch(path, json={"status": "completed"}).status_code == 409


def test_payments_under_one_or_over_five_thousand_yuan_fail_without_effect(fresh: Sandbox) -> None:
    before = _balance(fresh, "C0001")
    absurd = (0, -5, 0.99, 5000.01, 1e12)
    assert [_pay(fresh, "C0001", yuan)["status"] for yuan in absurd] == ["failed"] * len(absurd)
    assert _balance(fresh, "C0001") == before
    assert [_pay(fresh, "C0001", yuan)["status"] for yuan in (1, 5000)] == ["completed"] * 2


def _link(sandbox: Sandbox, customer: str, yuan: float) -> dict:
    bucket = _bucket(sandbox, customer)
    body = {
        "amount": {"amount": yuan, "units": "CNY"},
        "usageType": "monetary",
        "bucket": {"id": bucket["id"]},
        "partyAccount": {"id": bucket["partyAccount"]["id"]},
        "paymentMethod": {"id": "link", "name": "支付链接"},
    }
    return sandbox.create("654", "topupBalance", body)


def test_a_link_shows_what_is_to_be_paid_and_to_whom_it_goes_but_not_the_number(fresh: Sandbox) -> None:
    topup = _link(fresh, "C0001", 50.5)
    assert topup["status"] == "created"
    page = fresh.get(f"/operator/v1/payment/{topup['id']}")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert all(words in page.text for words in ("50.50", "189****1001", "确认支付"))
    assert "18900001001" not in page.text


def test_paying_a_link_once_or_twice_books_it_once_and_lifts_the_suspension(fresh: Sandbox) -> None:
    owed = -_balance(fresh, ARREARS)
    topup = _link(fresh, ARREARS, owed)
    assert _balance(fresh, ARREARS) == -owed
    answers = [fresh.post(f"/operator/v1/payment/{topup['id']}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("支付成功" in answer.text for answer in answers)
    assert _balance(fresh, ARREARS) == 0
    assert set(_states(fresh, ARREARS)) == {"settled"}
    (line,) = fresh.list("637", "product", productSerialNumber="18000001006")
    assert line["status"] == "active"
    assert fresh.one("654", "topupBalance", topup["id"])["status"] == "completed"
    assert "确认支付" not in fresh.get(f"/operator/v1/payment/{topup['id']}").text
    fresh.advance("PT31M")
    assert fresh.one("654", "topupBalance", topup["id"])["status"] == "completed"


def test_a_link_that_nobody_pays_lapses_after_half_an_hour(fresh: Sandbox) -> None:
    before = _balance(fresh, "C0001")
    topup = _link(fresh, "C0001", 50)
    fresh.advance("PT29M")
    assert fresh.one("654", "topupBalance", topup["id"])["status"] == "created"
    fresh.advance("PT1M1S")
    assert fresh.one("654", "topupBalance", topup["id"])["status"] == "cancelled"
    refused = fresh.post(f"/operator/v1/payment/{topup['id']}")
    assert refused.status_code == 410
    assert "已失效" in refused.text
    assert _balance(fresh, "C0001") == before


@pytest.mark.parametrize("yuan", [0.99, 5000.01, -5])
def test_an_absurd_link_fails_at_once(fresh: Sandbox, yuan: float) -> None:
    topup = _link(fresh, "C0001", yuan)
    assert (topup["status"], topup["reason"]) == ("failed", "金额不正确")
    assert fresh.post(f"/operator/v1/payment/{topup['id']}").status_code == 410


def test_only_links_can_be_paid_by_their_page(fresh: Sandbox) -> None:
    story = fresh.customers("topup_not_credited")[0]
    (missing,) = fresh.list("654", "topupBalance", logicalResource__id=story["number"], status="created")
    for identity in (missing["id"], "TB0"):
        assert fresh.get(f"/operator/v1/payment/{identity}").status_code == 404
        assert fresh.post(f"/operator/v1/payment/{identity}").status_code == 404
    assert fresh.one("654", "topupBalance", missing["id"])["status"] == "created"


def test_one_key_pays_once(fresh: Sandbox) -> None:
    before = _balance(fresh, "C0001")
    for _ in range(3):
        _pay(fresh, "C0001", 30, **{"Idempotency-Key": "m9:topup"})
    assert round(_balance(fresh, "C0001") - before, 2) == 30


def test_transfers_and_reservations_keep_the_money_together(fresh: Sandbox) -> None:
    source, target = _bucket(fresh, "C0001"), _bucket(fresh, "C0002")
    common = {"usageType": "monetary", "bucket": {"id": source["id"]}, "partyAccount": {"id": "A0001"}}
    reservation = fresh.create("654", "reserveBalance", {**common, "amount": {"amount": 20.0, "units": "CNY"}})
    assert reservation["status"] == "created"
    assert _bucket(fresh, "C0001")["reservedValue"]["amount"] == 20
    path = fresh.path("654", f"reserveBalance/{reservation['id']}")
    assert fresh.patch(path, json={"status": "cancelled", "reason": "x"}).status_code == 200
    assert _bucket(fresh, "C0001")["reservedValue"]["amount"] == 0
    transfer = {
        **common, "amount": {"amount": 10.0, "units": "CNY"}, "receiverBucket": {"id": target["id"]},
        "receiverBucketUsageType": "monetary", "receiverLogicalResource": {"id": "13300001002"}, "reason": "家人",
        "channel": {"id": "app"}, "logicalResource": [{"id": "18900001001"}],
    }  # fmt: skip
    assert fresh.create("654", "transferBalance", transfer)["status"] == "completed"
    moved = _balance(fresh, "C0001"), _balance(fresh, "C0002")
    assert moved == (
        round(source["remainingValue"]["amount"] - 10, 2), round(target["remainingValue"]["amount"] + 10, 2),
    )  # fmt: skip
    transfer["amount"] = {"amount": 99999.0, "units": "CNY"}
    assert fresh.create("654", "transferBalance", transfer)["status"] == "failed"


def test_the_month_ends_with_a_bill_taken_from_the_balance_and_fresh_allowances(fresh: Sandbox) -> None:
    before = _balance(fresh, "C0002")
    fresh.advance("P32D")
    (bill,) = fresh.list("678", "customerBill", relatedParty__id="C0002", sort="-billDate", limit=1)
    assert bill["state"] == "partiallyPaid" if before < bill["amountDue"]["value"] else "settled"
    assert round(_balance(fresh, "C0002"), 2) == round(before - bill["amountDue"]["value"], 2)
    for bucket in fresh.list("654", "bucket", logicalResource__id="13300001002", usageType="data"):
        assert bucket["remainingValue"] == bucket["initialValue"]
    assert len(fresh.list("678", "customerBill", relatedParty__id="C0002")) == 7


def test_two_unpaid_bills_suspend_the_lines(fresh: Sandbox) -> None:
    fresh.advance("P62D")
    (line,) = fresh.list("637", "product", productSerialNumber="15300001005")
    assert line["status"] == "suspended"
    unpaid = [
        bill for bill in fresh.list("678", "customerBill", relatedParty__id="C0005") if bill["state"] != "settled"
    ]
    owed = sum(round(bill["remainingAmount"]["value"] * 100) for bill in unpaid)
    assert round(_balance(fresh, "C0005") * 100) == -owed
