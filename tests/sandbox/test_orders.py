"""TMF622 orders and cancellations, and what they do to inventory, allowances and the next bill."""

from __future__ import annotations

import pytest
from sandbox_client import Sandbox

CUSTOMER, LINE, NUMBER = "C0001", "P0001-01", "18900001001"


def _order(sandbox: Sandbox, *items: dict, customer: str = CUSTOMER) -> dict:
    body = {
        "productOrderItem": [{"id": str(number), **item} for number, item in enumerate(items, start=1)],
        "relatedParty": [{"id": customer, "role": "customer", "@referredType": "Customer"}],
    }
    return sandbox.create("622", "productOrder", body)


def _add(offering: str, line: str = LINE) -> dict:
    relation = [{"relationshipType": "reliesOn", "product": {"id": line}}]
    return {"action": "add", "productOffering": {"id": offering}, "product": {"productRelationship": relation}}


def _outcome(sandbox: Sandbox, order: dict) -> dict:
    sandbox.advance("PT10S")
    return sandbox.one("622", "productOrder", order["id"])


def _held(sandbox: Sandbox, line: str = LINE) -> dict[str, str]:
    products = sandbox.list("637", "product", productRelationship__product__id=line)
    return {product["productOffering"]["id"]: product["status"] for product in products}


def test_an_order_shows_its_price_and_then_changes_the_inventory(fresh: Sandbox) -> None:
    order = _order(fresh, _add("DATA-10"))
    assert order["state"] == "acknowledged"
    assert order["orderTotalPrice"][0]["price"]["taxIncludedAmount"] == {"unit": "CNY", "value": 20.0}
    assert "DATA-10" not in _held(fresh)
    done = _outcome(fresh, order)
    assert (done["state"], done["productOrderItem"][0]["state"]) == ("completed", "completed")
    assert _held(fresh)["DATA-10"] == "active"
    (bucket,) = fresh.list("654", "bucket", logicalResource__id=NUMBER, name="10GB流量包-国内流量")
    assert bucket["remainingValue"] == {"amount": 10240, "units": "MB"}


def test_the_next_bill_has_what_was_ordered_and_lacks_what_was_cancelled(fresh: Sandbox) -> None:
    (clip,) = fresh.list("637", "product", relatedParty__id=CUSTOMER, name="来电显示")
    _outcome(fresh, _order(fresh, _add("DATA-10"), {"action": "delete", "product": {"id": clip["id"]}}))
    fresh.advance("P32D")
    (bill,) = fresh.list("678", "customerBill", relatedParty__id=CUSTOMER, sort="-billDate", limit=1)
    rates = fresh.list("678", "appliedCustomerBillingRate", bill__id=bill["id"])
    assert {rate["product"]["name"]: rate["taxIncludedAmount"]["value"] for rate in rates} == {
        "5G畅享99元套餐": 99.0, "10GB流量包": 20.0,
    }  # fmt: skip
    assert bill["amountDue"]["value"] == 119.0


def test_a_new_plan_takes_the_place_of_the_old(fresh: Sandbox) -> None:
    assert _outcome(fresh, _order(fresh, _add("PLAN-129")))["state"] == "completed"
    assert _held(fresh) == {"PLAN-99": "terminated", "VAS-CLIP": "active", "PLAN-129": "active"}
    data = fresh.list("654", "bucket", logicalResource__id=NUMBER, usageType="data")
    assert [bucket["initialValue"]["amount"] for bucket in data] == [30720]


def test_a_plan_changes_by_modify_too(fresh: Sandbox) -> None:
    item = {"action": "modify", "product": {"id": f"{LINE}-1"}, "productOffering": {"id": "PLAN-59"}}
    assert _outcome(fresh, _order(fresh, item))["state"] == "completed"
    assert _held(fresh)["PLAN-59"] == "active"


def test_a_line_is_suspended_on_request_and_restored(fresh: Sandbox) -> None:
    def set_state(state: str) -> dict:
        value = [{"name": "accountState", "value": state}]
        _outcome(fresh, _order(fresh, {"action": "modify", "product": {"id": LINE, "productCharacteristic": value}}))
        return fresh.one("637", "product", LINE)

    assert set_state("suspended_by_request")["status"] == "suspended"
    assert _outcome(fresh, _order(fresh, _add("DATA-10")))["state"] == "rejected"
    assert set_state("normal")["status"] == "active"


@pytest.mark.parametrize(("number", "state"), [("13300001037", "completed"), ("18000001006", "rejected")])
def test_a_suspension_for_debt_is_lifted_by_order_only_when_nothing_is_owed(
    fresh: Sandbox, number: str, state: str
) -> None:
    (line,) = fresh.list("637", "product", productSerialNumber=number)
    value = [{"name": "accountState", "value": "normal"}]
    order = _order(fresh, {"action": "modify", "product": {"id": line["id"], "productCharacteristic": value}})
    assert _outcome(fresh, order)["state"] == state
    lifted = fresh.one("637", "product", line["id"])["status"] == "active"
    assert lifted == (state == "completed")


def test_a_line_that_is_suspended_at_the_months_end_costs_a_small_fee_instead_of_its_plan(fresh: Sandbox) -> None:
    value = [{"name": "accountState", "value": "suspended_by_request"}]
    _outcome(fresh, _order(fresh, {"action": "modify", "product": {"id": LINE, "productCharacteristic": value}}))
    fresh.advance("P32D")
    (bill,) = fresh.list("678", "customerBill", relatedParty__id=CUSTOMER, sort="-billDate", limit=1)
    rates = fresh.list("678", "appliedCustomerBillingRate", bill__id=bill["id"])
    assert {rate["name"]: rate["taxIncludedAmount"]["value"] for rate in rates} == {"停机保号费": 5.0}


@pytest.mark.parametrize(
    ("customer", "line", "main", "before", "plan", "after"),
    [("C0015", "P0015-02", "P0015-01", 500, None, 500), ("C0013", "P0013-02", "P0013-01", 300, "FUSION-169", 500)],
)
def test_a_pack_and_a_plan_make_a_broadband_line_faster(
    fresh: Sandbox, customer: str, line: str, main: str, before: int, plan: str | None, after: int
) -> None:
    def speed() -> int:
        features = fresh.one("637", "product", line)["productCharacteristic"]
        return next(feature["value"] for feature in features if feature["name"] == "speedMbps")

    assert speed() == before
    _outcome(fresh, _order(fresh, _add("SPEED-UP", line), customer=customer))
    assert speed() == 1000
    if plan is not None:
        assert _outcome(fresh, _order(fresh, _add(plan, main), customer=customer))["state"] == "completed"
    pack = next(one for one in fresh.list("637", "product", productRelationship__product__id=line)
                if one["productOffering"]["id"] == "SPEED-UP")  # fmt: skip
    _outcome(fresh, _order(fresh, {"action": "delete", "product": {"id": pack["id"]}}, customer=customer))
    assert speed() == after


def test_ending_a_line_ends_what_relies_on_it(fresh: Sandbox) -> None:
    _outcome(fresh, _order(fresh, {"action": "delete", "product": {"id": LINE}}))
    assert fresh.one("637", "product", LINE)["status"] == "terminated"
    assert set(_held(fresh).values()) == {"terminated"}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (_add("VAS-CLIP"), "已经订购"),
        (_add("NOTHING"), "没有这个产品"),
        (_add("PLAN-79"), "停售"),
        (_add("BB-300"), "不能订购"),
        ({"action": "add"}, "没有说明"),
        ({"action": "delete", "product": {"id": "nothing"}}, "没有找到要变更的产品"),
        (
            {
                "action": "modify",
                "product": {"id": LINE, "productCharacteristic": [{"name": "accountState", "value": "terminated"}]},
            },
            "不能这样变更",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(fresh: Sandbox, item: dict, reason: str) -> None:
    before = _held(fresh)
    done = _outcome(fresh, _order(fresh, item))
    assert done["state"] in {"rejected", "failed"}
    assert reason in done["note"][-1]["text"]
    assert _held(fresh) == before


def test_a_retention_offer_that_binds_extends_the_contract(fresh: Sandbox) -> None:
    def end() -> str | None:
        (line,) = fresh.list("637", "product", id="P0010-01")
        return next((x["value"] for x in line["productCharacteristic"] if x["name"] == "contractEnd"), None)

    before = end()
    assert before
    item = _add("KEEP-RENEW-12", "P0010-01")
    item["product"]["productCharacteristic"] = [{"name": "contractMonths", "value": 12}]
    assert _outcome(fresh, _order(fresh, item, customer="C0010"))["state"] == "completed"
    assert end() == f"{int(before[:4]) + 1}{before[4:]}" or before.endswith("02-29")


def test_one_bad_item_spoils_the_whole_order(fresh: Sandbox) -> None:
    before = _held(fresh)
    assert _outcome(fresh, _order(fresh, _add("DATA-10"), _add("NOTHING")))["state"] == "rejected"
    assert _held(fresh) == before


def test_a_failure_in_the_middle_leaves_nothing_behind(fresh: Sandbox) -> None:
    before = _held(fresh)
    assert _outcome(fresh, _order(fresh, _add("DATA-10"), _add("DATA-10")))["state"] == "failed"
    assert _held(fresh) == before


def test_an_order_can_be_cancelled_until_it_is_done(fresh: Sandbox) -> None:
    order = _order(fresh, _add("DATA-10"))
    task = {"productOrder": {"id": order["id"]}, "cancellationReason": "不要了"}
    assert fresh.create("622", "cancelProductOrder", task)["state"] == "done"
    done = _outcome(fresh, order)
    assert (done["state"], done["cancellationReason"]) == ("cancelled", "不要了")
    assert "DATA-10" not in _held(fresh)
    assert fresh.create("622", "cancelProductOrder", task)["state"] == "terminatedWithError"
    unknown = {"productOrder": {"id": "nothing"}}
    assert fresh.create("622", "cancelProductOrder", unknown)["state"] == "terminatedWithError"


def test_a_finished_order_never_changes(fresh: Sandbox) -> None:
    order = _outcome(fresh, _order(fresh, _add("DATA-10")))
    patch = {"state": "inProgress", "productOrderItem": order["productOrderItem"]}
    assert fresh.patch(fresh.path("622", f"productOrder/{order['id']}"), json=patch).status_code == 409


def test_recommendations_fit_and_are_not_held_already(sandbox: Sandbox) -> None:
    def offered(customer: str) -> list[str]:
        party = {"id": customer, "@referredType": "Customer"}
        query = sandbox.create("680", "queryProductRecommendation", {"relatedParty": party})
        return [item["productOffering"]["id"] for item in query["recommendationItem"]]

    assert offered("C0010")[0] == "KEEP-100"
    assert "VAS-CLIP" not in offered("C0001")
    assert offered("nobody") == []


def test_recommendations_are_also_where_the_specification_puts_them(sandbox: Sandbox) -> None:
    published = sandbox.get("/customer/v4/queryProductRecommendation").json()
    assert published == sandbox.list("680", "queryProductRecommendation")
    assert sandbox.get("/customer/v4/nothing").json()["status"] == "404"
