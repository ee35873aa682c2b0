"""TMF622 orders that an engineer comes for, and contracts: new broadband lines, moves, renewals, early ending."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sandbox_client import Sandbox

from sandbox import times
from sandbox.apis import terms

# Somebody without debt or contract.
CUSTOMER, LINE = "C0001", "P0001-01"
ADDRESS = "南京市玄武区珠江路1号2室"


def _today() -> date:
    return datetime.now(times.SHANGHAI).date()


def _place(address: str | None, **more: str) -> list[dict]:
    return [{"role": "installation", **({"name": address} if address is not None else {}), **more}]


def _new(offering: str = "BB-500", address: str | None = ADDRESS, line: str = LINE, **more: str) -> dict:
    relation = [{"relationshipType": "billedWith", "product": {"id": line}}]
    product = {"productRelationship": relation, "place": _place(address, **more)}
    return {"action": "add", "productOffering": {"id": offering}, "product": product}


def _move(line: str, address: str | None = ADDRESS) -> dict:
    return {"action": "modify", "product": {"id": line, "place": _place(address)}}


def _renew(line: str, months: object) -> dict:
    bound = [{"name": "contractMonths", "value": months}]
    return {"action": "modify", "product": {"id": line, "productCharacteristic": bound}}


def _order(sandbox: Sandbox, item: dict, customer: str = CUSTOMER) -> dict:
    party = [{"id": customer, "role": "customer", "@referredType": "Customer"}]
    return sandbox.create("622", "productOrder", {"productOrderItem": [{"id": "1", **item}], "relatedParty": party})


def _after(sandbox: Sandbox, order: dict, duration: str) -> dict:
    sandbox.advance(duration)
    return sandbox.one("622", "productOrder", order["id"])


def _refusal(sandbox: Sandbox, item: dict, customer: str = CUSTOMER) -> str:
    done = _after(sandbox, _order(sandbox, item, customer), "PT10S")
    assert done["state"] == "rejected"
    text: str = done["note"][-1]["text"]
    return text


def _features(product: dict) -> dict:
    return {item["name"]: item["value"] for item in product.get("productCharacteristic", [])}


def _lines(sandbox: Sandbox, customer: str, kind: str) -> list[dict]:
    products = sandbox.list("637", "product", relatedParty__id=customer)
    return [product for product in products if _features(product).get("lineType") == kind]


def _somebody(sandbox: Sandbox, tag: str, kind: str) -> tuple[str, str]:
    """A customer with a tag who owes nothing, and a line of that kind."""
    for story in sandbox.customers(tag):
        (main,) = sandbox.list("637", "product", productSerialNumber=story["number"])
        customer = main["relatedParty"][0]["id"]
        bills = sandbox.list("678", "customerBill", relatedParty__id=customer)
        lines = _lines(sandbox, customer, kind)
        if lines and all(bill["state"] == "settled" for bill in bills):
            return customer, lines[0]["id"]
    raise AssertionError(f"nobody has {tag} and {kind}")


def _last_rates(sandbox: Sandbox, customer: str = CUSTOMER) -> list[dict]:
    (bill,) = sandbox.list("678", "customerBill", relatedParty__id=customer, sort="-billDate", limit=1)
    return sandbox.list("678", "appliedCustomerBillingRate", bill__id=bill["id"])


def test_a_new_line_is_there_within_a_day_with_its_plan_and_on_the_next_bill(fresh: Sandbox) -> None:
    order = _order(fresh, _new())
    assert _after(fresh, order, "PT10S")["state"] == "inProgress"
    assert _lines(fresh, CUSTOMER, "broadband") == []
    assert _after(fresh, order, "P1D")["state"] == "completed"
    (line,) = _lines(fresh, CUSTOMER, "broadband")
    features = _features(line)
    assert line["productSerialNumber"].startswith("ad1")
    assert (features["installAddress"], features["area"], features["areaCode"]) == (ADDRESS, "南京市玄武区", "320102")
    assert (features["accountState"], features["speedMbps"], features["isMainCard"]) == ("normal", 500, False)
    plans = fresh.list("637", "product", productRelationship__product__id=line["id"])
    assert [plan["productOffering"]["id"] for plan in plans] == ["BB-500"]
    password = {"number": line["productSerialNumber"], "password": "100100"}
    assert fresh.post("/operator/v1/servicePassword/verify", json=password).status_code == 200
    fresh.advance("P32D")
    assert "500M宽带" in {rate["product"]["name"] for rate in _last_rates(fresh)}


def test_the_area_of_a_new_line_is_the_one_named_or_else_the_payers(fresh: Sandbox) -> None:
    for item in (_new(address="中山路5号", id="杭州市西湖区"), _new(address="某路5号")):
        _after(fresh, _order(fresh, item), "P1DT10S")
    areas = [_features(line)["area"] for line in _lines(fresh, CUSTOMER, "broadband")]
    assert areas == ["杭州市西湖区", _features(fresh.one("637", "product", LINE))["area"]]


def test_work_waits_for_the_visit_and_is_done_when_it_is_over(fresh: Sandbox) -> None:
    slots = fresh.create("646", "searchTimeSlot", {})["availableTimeSlot"]
    visits = []
    for item, slot in ((_new(), slots[0]), (_new(address="中山路6号"), slots[-1])):
        order = _order(fresh, item)
        related = [{"id": order["id"], "role": "ticket", "@referredType": "TroubleTicket"}]
        fresh.create("646", "appointment", {"validFor": slot["validFor"], "relatedEntity": related})
        visits.append((order, datetime.fromisoformat(slot["validFor"]["endDateTime"])))
    for order, end in visits:
        for moment, state in ((end - timedelta(minutes=1), "inProgress"), (end + timedelta(seconds=1), "completed")):
            fresh.post("/sandbox/clock", json={"now": moment.isoformat()}).raise_for_status()
            assert fresh.one("622", "productOrder", order["id"])["state"] == state


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (_new(address=None), "没有安装地址"),
        (_new(address="  "), "没有安装地址"),
        (_new("PLAN-59"), "不能新装"),
        (_new("BB-FUSION"), "只能随融合套餐"),
        (_move(LINE), "手机号码不用移机"),
        (_renew(LINE, 0), "合约期可以是1到36个月"),
        (_renew(LINE, "two"), "合约期可以是1到36个月"),
        ({**_renew(LINE, 12), "productOffering": {"id": "PLAN-59"}}, "没有说明要变更哪个套餐"),
    ],
)
def test_what_cannot_be_installed_or_bound_is_refused(fresh: Sandbox, item: dict, reason: str) -> None:
    assert reason in _refusal(fresh, item)
    assert _lines(fresh, CUSTOMER, "broadband") == []


def test_who_owes_gets_no_new_line_and_no_contract(fresh: Sandbox) -> None:
    (main,) = fresh.list("637", "product", productSerialNumber=fresh.customers("arrears")[0]["number"])
    for item in (_new(line=main["id"]), _renew(main["id"], 12)):
        assert "欠费" in _refusal(fresh, item, main["relatedParty"][0]["id"])


def test_a_line_suspended_for_debt_takes_no_order_but_may_lose_a_service(fresh: Sandbox) -> None:
    mains = [fresh.list("637", "product", productSerialNumber=s["number"])[0] for s in fresh.customers("suspended")]
    main = next(line for line in mains if _features(line)["accountState"] == "arrears_suspended")
    customer = main["relatedParty"][0]["id"]
    back = {"id": main["id"], "productCharacteristic": [{"name": "accountState", "value": "normal"}]}
    for item in (_new(line=main["id"]), {"action": "modify", "product": back}, {"action": "delete", "product": back}):
        assert "欠费停机" in _refusal(fresh, item, customer)
    held = fresh.list("637", "product", productRelationship__product__id=main["id"])[-1]
    ended = _order(fresh, {"action": "delete", "product": {"id": held["id"]}}, customer)
    assert _after(fresh, ended, "PT10S")["state"] == "completed"


def test_a_line_moves_once_at_a_time(fresh: Sandbox) -> None:
    customer, line = _somebody(fresh, "repeat_fault", "broadband")
    former = _features(fresh.one("637", "product", line))["installAddress"]
    assert "没有新的安装地址" in _refusal(fresh, _move(line, None), customer)
    assert "相同" in _refusal(fresh, _move(line, former), customer)
    order = _order(fresh, _move(line), customer)
    assert order["id"] in _refusal(fresh, _move(line, "中山路7号"), customer)
    assert _features(fresh.one("637", "product", line))["installAddress"] == former
    assert _after(fresh, order, "P1D")["state"] == "completed"
    features = _features(fresh.one("637", "product", line))
    assert (features["installAddress"], features["area"], features["areaCode"]) == (ADDRESS, "南京市玄武区", "320102")
    again = _order(fresh, _move(line, "南京市玄武区珠江路9号"), customer)
    assert _after(fresh, again, "P1DT10S")["state"] == "completed"


def test_a_contract_goes_on_from_its_end_or_from_today(fresh: Sandbox) -> None:
    for customer, line in (_somebody(fresh, "contract_ending", "mobile"), (CUSTOMER, LINE)):
        present = _features(fresh.one("637", "product", line)).get("contractEnd")
        assert _after(fresh, _order(fresh, _renew(line, 24), customer), "PT10S")["state"] == "completed"
        end = terms.extended(date.fromisoformat(present) if present else None, _today(), 24)
        assert _features(fresh.one("637", "product", line))["contractEnd"] == end.isoformat()


@pytest.mark.parametrize(
    ("end", "today", "months", "renewed"),
    [
        (None, date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), date(2026, 1, 31), 2, date(2028, 2, 29)),
        (date(2020, 5, 5), date(2026, 12, 1), 13, date(2028, 1, 1)),
    ],
)
def test_the_end_of_a_contract_is_reckoned_in_months(end: date | None, today: date, months: int, renewed: date) -> None:
    assert terms.extended(end, today, months) == renewed


def test_ending_early_costs_thirty_percent_of_each_month_that_is_left() -> None:
    assert terms.early_fee(date(2027, 3, 5), date(2026, 11, 26), 9900) == 4 * 2970
    assert terms.early_fee(date(2026, 11, 30), date(2026, 11, 1), 9900) == 0
    assert terms.early_fee(date(2025, 1, 1), date(2026, 11, 1), 9900) == 0


def test_the_fee_follows_the_plan_falls_every_month_and_comes_on_the_bill(fresh: Sandbox) -> None:
    def fee() -> float:
        found: float = _features(fresh.one("637", "product", LINE))["earlyTerminationFee"]
        return found

    _after(fresh, _order(fresh, _renew(LINE, 12)), "PT10S")
    assert fee() == pytest.approx(12 * 0.3 * 99)
    plan = {"action": "add", "productOffering": {"id": "PLAN-129"}, "product": {"id": LINE}}
    _after(fresh, _order(fresh, plan), "PT10S")
    assert fee() == pytest.approx(12 * 0.3 * 129)
    first = (_today().replace(day=1) + timedelta(days=32)).replace(day=1)
    fresh.post("/sandbox/clock", json={"now": f"{first}T09:00:00+08:00"}).raise_for_status()
    assert fee() == pytest.approx(11 * 0.3 * 129)
    _after(fresh, _order(fresh, {"action": "delete", "product": {"id": LINE}}), "PT10S")
    fresh.advance("P31D")
    assert [(rate["name"], rate["taxIncludedAmount"]["value"]) for rate in _last_rates(fresh)] == [("违约金", fee())]


def _changed(sandbox: Sandbox, customer: str, plan: str, offering: str) -> None:
    item = {"action": "modify", "product": {"id": plan}, "productOffering": {"id": offering}}
    assert _after(sandbox, _order(sandbox, item, customer), "PT10S")["state"] == "completed"


def test_a_lower_plan_within_the_contract_costs_what_ending_it_would_and_ends_it(fresh: Sandbox) -> None:
    line = "P0032-01"
    fee = _features(fresh.one("637", "product", line))["earlyTerminationFee"]
    assert fee > 0

    _changed(fresh, "C0032", f"{line}-1", "FUSION-129")

    bound = _features(fresh.one("637", "product", line))
    assert (bound["contractEnd"], bound["earlyTerminationFee"]) == (_today().isoformat(), 0)
    fresh.advance("P31D")
    assert [rate["taxIncludedAmount"]["value"] for rate in _last_rates(fresh, "C0032") if rate["name"] == "违约金"] == [
        fee
    ]


def test_a_higher_plan_within_the_contract_costs_nothing_and_speeds_its_broadband_up(fresh: Sandbox) -> None:
    before = _features(fresh.one("637", "product", "P0032-01"))

    _changed(fresh, "C0032", "P0032-01-1", "FUSION-299")

    after = _features(fresh.one("637", "product", "P0032-01"))
    assert after["contractEnd"] == before["contractEnd"]
    assert _features(fresh.one("637", "product", "P0032-02"))["speedMbps"] == 1000
    fresh.advance("P31D")
    assert "违约金" not in [rate["name"] for rate in _last_rates(fresh, "C0032")]
