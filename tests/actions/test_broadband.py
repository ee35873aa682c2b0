"""The broadband journeys over the real sandbox; through the real Rasa they are in tests/dialogues."""

from datetime import date
from typing import Any

import httpx
import pytest

from actions.broadband import address, meant, tiers
from actions.broadband_move import ActionBroadbandMove
from actions.broadband_new import ActionBroadbandNew
from actions.broadband_renew import ActionBroadbandRenew, later, months_of
from actions.broadband_speed import ActionBroadbandSpeed
from actions.journey import Journey
from bss import appointments, catalogue, inventory
from bss.inventory import Line
from common.masking import mask_number
from tests.actions.journeys import Talker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")

ALONE, FUSION, FASTEST, OWING, MANY = "18900001015", "18900001036", "18100001011", "15300001005", "18000001027"
HERE = "上海市浦东新区万号路3弄5号"


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def placed(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    """The orders that were placed here: those of the seed have no receipt."""
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    found = raw.get(sandbox, "622", "productOrder", relatedParty__id=customer)
    return [order for order in found if str(order.get("externalId")).startswith("WH")]


def visits(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    return [visit for visit in raw.visits(sandbox, customer) if visit["status"] == "confirmed"]


def broadband(number: str) -> list[Line]:
    found = inventory.lines(inventory.line(number).customer)
    return [line for line in found if line.kind == "broadband" and line.state != "terminated"]


async def test_a_new_line_is_ordered_with_its_visit_and_opened_after_it(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionBroadbandNew(), number)
    await talker.begin("家里想装个宽带")
    assert talker.open == "utter_broadband_where"
    await talker.say(HERE, address=HERE)
    assert (talker.open, list(talker.buttons)) == (
        "utter_broadband_tier",
        ["300M 99元/月", "500M 129元/月", "1000M 199元/月"],
    )
    await talker.say("五百兆的", speed="500")
    assert talker.open == "utter_visit_when"
    when = next(iter(talker.buttons))
    turn = await talker.press(when)
    assert talker.open == "utter_broadband_new_confirm"
    assert all(part in turn.text for part in ("500M宽带", "每月129元", HERE, when, "12个月", "违约金", "找人工取消"))
    assert placed(sandbox, number) == []

    turn = await talker.press("确认办理")

    (order,) = placed(sandbox, number)
    (visit,) = visits(sandbox, number)
    assert turn.responses == ["utter_installation_booked"]
    assert order["id"] in turn.text
    assert visit["category"] == "install"
    assert order["id"] in {entity["id"] for entity in visit["relatedEntity"]}
    raw.advance(sandbox, "P8D")
    (line,) = broadband(number)
    assert (line.address, line.speed_mbps, line.contract_end is not None) == (HERE, 500, True)


async def test_what_the_first_sentence_says_is_not_asked_again(number: str) -> None:
    talker = Talker(ActionBroadbandNew(), number)

    turn = await talker.begin(f"后天在{HERE}装个千兆宽带", address=HERE, speed="1000")

    assert talker.open == "utter_visit_when"
    await talker.press(list(talker.buttons)[-1])
    assert talker.open == "utter_broadband_new_confirm"
    assert all(part in talker.turn.text for part in ("千兆宽带", HERE, "师傅打电话约"))
    assert turn.responses == ["utter_visit_when"]


async def test_a_district_alone_is_kept_and_the_door_is_asked_for(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionBroadbandNew(), number)
    await talker.begin("我在浦东想装宽带", area="上海市浦东新区")
    assert talker.open == "utter_address_more"

    await talker.say("浦东新区万号路3弄5号", address="浦东新区万号路3弄5号")
    await talker.press("300M 99元/月")
    await talker.press("师傅打电话约")

    assert HERE in talker.turn.text
    turn = await talker.press("确认办理")
    assert turn.responses == ["utter_installation_by_phone"]
    (order,) = placed(sandbox, number)
    assert order["productOrderItem"][0]["product"]["place"][0]["name"] == HERE


async def test_an_address_on_file_is_one_button(number: str) -> None:
    number = "18900001022"
    (known,) = [line.address for line in inventory.lines(inventory.line(number).customer) if line.address]
    talker = Talker(ActionBroadbandNew(), number)
    turn = await talker.begin("装宽带")
    assert talker.open == "utter_broadband_where_known"
    assert str(known) in turn.text

    await talker.press("登记的地址")
    await talker.press("500M 129元/月")
    await talker.press("师傅打电话约")

    assert str(known) in talker.turn.text


async def test_speed_and_address_are_corrected_at_the_confirmation(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionBroadbandNew(), number)
    await talker.begin("装宽带", address="浦东新区万号路1号", speed="300")
    await talker.press("师傅打电话约")

    await talker.say("不对，要千兆的", "correction", speed="1000")
    assert "千兆宽带" in talker.turn.text
    await talker.say("地址错了，是万号路9号", "correction", address="万号路9号")

    assert talker.open == "utter_broadband_new_confirm"
    assert "万号路9号" in talker.turn.text
    assert placed(sandbox, number) == []


async def test_a_speed_that_is_not_sold_is_said(number: str) -> None:
    talker = Talker(ActionBroadbandNew(), number)

    await talker.begin("装个200兆的", address=HERE, speed="200")

    assert talker.open == "utter_broadband_tier_other"


async def test_what_broadband_costs_is_told_to_anybody() -> None:
    turn = await Talker(ActionBroadbandNew()).begin("装宽带多少钱一个月")

    assert turn.responses == ["utter_broadband_prices"]
    assert "500M 129元/月" in turn.text
    assert [row["value"] for row in turn.card["rows"]] == ["99元/月", "129元/月", "199元/月"]


async def test_while_the_catalogue_is_down_a_question_for_prices_is_answered_honestly(sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "620")

    assert (await Talker(ActionBroadbandNew()).begin("装宽带多少钱")).responses == ["utter_bss_unavailable"]


@pytest.mark.parametrize("journey", [ActionBroadbandNew(), ActionBroadbandMove(), ActionBroadbandSpeed()])
async def test_debt_comes_first(sandbox: httpx.Client, journey: Journey) -> None:
    number = OWING if isinstance(journey, ActionBroadbandNew) else FUSION
    if number == FUSION:
        account = inventory.line(FUSION).account
        body = {
            "type": "charge", "channel": {"id": "app"}, "amount": {"amount": -200.0, "units": "CNY"},
            "usageType": "monetary", "adjustType": "oneTime", "reason": "test",
            "bucket": {"id": f"BK{account[1:]}-CNY"}, "partyAccount": {"id": account},
        }  # fmt: skip
        answer = sandbox.post("/tmf-api/prepayBalanceManagement/v4/adjustBalance", json=body)  # noqa: ASYNC212
        assert answer.status_code == 201, answer.text

    turn = await Talker(journey, number).begin()

    assert turn.responses == ["utter_order_owed"]
    assert placed(sandbox, number) == []


async def test_a_sub_card_opens_no_line_on_anothers_bill() -> None:
    main = inventory.line("15300001033")
    sub = next(line for line in inventory.lines(main.customer) if line.kind == "mobile" and not line.main_card)

    assert (await Talker(ActionBroadbandNew(), sub.number).begin()).responses == ["utter_main_card_only"]


async def test_a_time_that_somebody_else_took_is_asked_anew_and_the_order_stays(
    sandbox: httpx.Client, number: str
) -> None:
    talker = Talker(ActionBroadbandNew(), number)
    await talker.begin("装宽带", address=HERE, speed="500")
    when = next(iter(talker.buttons))
    await talker.press(when)
    line = inventory.line(number)
    assert talker.state is not None
    start, end = talker.state.values["visit"]
    visit = {
        "validFor": {"startDateTime": start, "endDateTime": end},
        "relatedEntity": [{"id": line.id, "role": "line", "@referredType": "Product"}],
    }
    while sandbox.post("/tmf-api/appointment/v4/appointment", json=visit).status_code == 201:  # noqa: ASYNC212
        pass

    turn = await talker.press("确认办理")
    assert talker.open == "utter_visit_taken"
    assert when not in talker.buttons
    assert len(placed(sandbox, number)) == 1

    left = Talker(ActionBroadbandNew(), number)
    left.slots = dict(talker.slots)
    assert ActionBroadbandNew().stopped(talker.state.values | {"order": "PO1"})[0] == "utter_installation_left"
    turn = await talker.press(next(iter(talker.buttons)))
    assert turn.responses == ["utter_installation_booked"]
    assert len(placed(sandbox, number)) == 1


async def test_a_time_that_was_taken_and_is_free_again_is_booked(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionBroadbandNew(), number)
    await talker.begin("装宽带", address=HERE, speed="500")
    when = next(iter(talker.buttons))
    await talker.press(when)
    assert talker.state is not None
    start, end = talker.state.values["visit"]
    visit = {
        "validFor": {"startDateTime": start, "endDateTime": end},
        "relatedEntity": [{"id": inventory.line(number).id, "role": "line", "@referredType": "Product"}],
    }
    others = []
    while (made := sandbox.post("/tmf-api/appointment/v4/appointment", json=visit)).status_code == 201:  # noqa: ASYNC212
        others.append(made.json()["id"])
    await talker.press("确认办理")
    assert talker.open == "utter_visit_taken"
    appointments.cancel(others[0], idempotency_key="called off")

    day, hours = start[:10], "08:00-23:00"
    turn = await talker.say(when, date=day, time_slot=hours)

    assert turn.responses == ["utter_installation_booked"]
    assert visits(sandbox, number)[0]["validFor"]["startDateTime"] == start


async def test_while_orders_are_down_the_request_is_kept(sandbox: httpx.Client, number: str) -> None:
    talker = Talker(ActionBroadbandNew(), number)
    await talker.begin("装宽带", address=HERE, speed="500")
    await talker.press(next(iter(talker.buttons)))
    raw.breaks(sandbox, "622")

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_installation_later"]
    assert visits(sandbox, number) == []


async def test_while_the_calendar_is_down_the_engineer_rings(sandbox: httpx.Client, number: str) -> None:
    raw.breaks(sandbox, "646")
    talker = Talker(ActionBroadbandNew(), number)

    await talker.begin("装宽带", address=HERE, speed="500")

    assert talker.open == "utter_broadband_new_confirm"
    assert (await talker.press("确认办理")).responses == ["utter_installation_by_phone"]


async def test_a_line_moves_when_the_engineer_was_there(sandbox: httpx.Client) -> None:
    (before,) = broadband(ALONE)
    talker = Talker(ActionBroadbandMove(), ALONE)
    turn = await talker.begin("我搬家了宽带怎么移")
    assert talker.open == "utter_move_where"
    assert str(before.address) in turn.text
    new = "南京市玄武区万号路9号"
    await talker.say(f"移到{new}", address=new)
    await talker.press(next(iter(talker.buttons)))
    assert talker.open == "utter_move_confirm"
    assert "不收费" in talker.turn.text

    turn = await talker.press("确认办理")

    (visit,) = visits(sandbox, ALONE)
    assert (turn.responses, visit["category"]) == (["utter_installation_booked"], "move")
    raw.advance(sandbox, "P8D")
    (line,) = broadband(ALONE)
    assert (line.id, line.address, line.area) == (before.id, new, "南京市玄武区")


async def test_a_move_to_where_the_line_is_asks_again() -> None:
    (line,) = broadband(ALONE)
    talker = Talker(ActionBroadbandMove(), ALONE)

    turn = await talker.begin("移机", address=str(line.address))

    assert turn.responses == ["utter_move_same", "utter_move_where"]


async def test_what_a_move_costs_is_told_to_anybody() -> None:
    turn = await Talker(ActionBroadbandMove()).begin("移机费收多少")

    assert turn.responses == ["utter_move_price"]
    assert "不收费" in turn.text


async def test_who_has_no_broadband_is_told_so(number: str) -> None:
    for journey in (ActionBroadbandMove(), ActionBroadbandRenew(), ActionBroadbandSpeed()):
        assert (await Talker(journey, number).begin()).responses == ["utter_line_none"]


async def test_a_line_that_is_suspended_comes_back_first(sandbox: httpx.Client) -> None:
    (line,) = broadband(ALONE)
    features = [{"name": "accountState", "value": "suspended_by_request"}]
    body = {
        "productOrderItem": [
            {"id": "1", "action": "modify", "product": {"id": line.id, "productCharacteristic": features}}
        ],
        "relatedParty": [{"id": line.customer, "role": "customer", "@referredType": "Customer"}],
    }
    sandbox.post("/tmf-api/productOrderingManagement/v4/productOrder", json=body)  # noqa: ASYNC212
    raw.advance(sandbox, "PT10S")

    assert (await Talker(ActionBroadbandSpeed(), ALONE).begin()).responses == ["utter_order_suspended"]


async def test_of_several_lines_one_is_chosen() -> None:
    talker = Talker(ActionBroadbandSpeed(), MANY)
    await talker.begin("宽带提速")
    assert talker.open == "utter_line_which"
    assert len(talker.buttons) == 2

    await talker.press(next(iter(talker.buttons)))
    assert talker.open == "utter_speed_confirm_pack"


async def test_a_broadband_account_that_was_proven_is_the_one_that_is_meant() -> None:
    line = broadband(MANY)[1]
    talker = Talker(ActionBroadbandSpeed(), line.number)

    await talker.begin("宽带提速")

    assert talker.open == "utter_speed_confirm_pack"
    assert mask_number(line.number) in talker.turn.text


async def test_a_fusion_plan_is_renewed_as_a_whole(sandbox: httpx.Client) -> None:
    main = inventory.line(FUSION)
    assert main.contract_end is not None
    talker = Talker(ActionBroadbandRenew(), FUSION)
    turn = await talker.begin("宽带快到期了续费")
    assert (talker.open, list(talker.buttons)) == ("utter_renew_months", ["续一年", "续两年"])
    assert "十全十美融合129元" in turn.text
    turn = await talker.say("两年吧", duration="P2Y")
    end = later(main.contract_end, 24)
    assert talker.open == "utter_renew_confirm"
    assert all(
        part in turn.text for part in ("24个月", "每月还是129元", f"{end.year}年{end.month}月{end.day}日", "违约金")
    )

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_renew_done"]
    raw.advance(sandbox, "PT10S")
    assert inventory.line(FUSION).contract_end == end


async def test_a_line_without_a_contract_may_be_bound(sandbox: httpx.Client) -> None:
    talker = Talker(ActionBroadbandRenew(), ALONE)
    await talker.begin("续网")
    assert talker.open == "utter_renew_unbound"
    await talker.press("续一年")
    await talker.press("先不办")
    assert placed(sandbox, ALONE) == []

    await talker.begin("再续一年网", duration="P1Y")
    await talker.press("确认办理")

    raw.advance(sandbox, "PT10S")
    (line,) = broadband(ALONE)
    assert line.contract_end is not None


async def test_a_pack_makes_a_line_faster(sandbox: httpx.Client) -> None:
    talker = Talker(ActionBroadbandSpeed(), FUSION)
    await talker.begin("宽带提速")
    assert talker.open == "utter_speed_confirm_pack"
    assert all(part in talker.turn.text for part in ("每月多30元", "1000M", "本月", "退订"))

    turn = await talker.press("确认办理")

    assert turn.responses == ["utter_speed_done"]
    raw.advance(sandbox, "PT10S")
    (line,) = broadband(FUSION)
    assert line.speed_mbps == 1000


async def test_a_line_sold_alone_may_have_a_faster_plan(sandbox: httpx.Client) -> None:
    talker = Talker(ActionBroadbandSpeed(), ALONE)
    await talker.begin("提速")
    assert (talker.open, list(talker.buttons)) == ("utter_speed_which", ["1000M 199元/月", "提到1000M 加30元/月"])
    await talker.press("1000M 199元/月")
    assert talker.open == "utter_speed_confirm_plan"
    assert "每月129元" in talker.turn.text

    await talker.press("确认办理")

    raw.advance(sandbox, "PT10S")
    (line,) = broadband(ALONE)
    assert [one.offering for one in inventory.subscriptions(line)] == ["BB-1000"]
    assert line.speed_mbps == 1000


async def test_the_fastest_line_is_tested_rather_than_sold_more() -> None:
    assert (await Talker(ActionBroadbandSpeed(), FASTEST).begin("提速")).responses == ["utter_speed_top"]


async def test_prices_of_speed_are_told_to_anybody() -> None:
    assert (await Talker(ActionBroadbandSpeed()).begin("提速多少钱")).responses == ["utter_speed_prices"]


def test_a_tier_is_named_by_id_or_by_speed() -> None:
    offers = tiers(catalogue.offerings())

    assert [one.id for one in offers] == ["BB-300", "BB-500", "BB-1000"]
    assert [one.contract_months for one in offers] == [12, 12, 12]
    found = [meant(offers, wanted) for wanted in ("BB-500", "500", "BB-300,BB-500", "200", None)]
    assert [one and one.id for one in found] == ["BB-500", "BB-500", None, None, None]


@pytest.mark.parametrize(
    ("values", "full"),
    [
        ({"address": HERE}, HERE),
        ({"address": "浦东新区万号路3弄5号", "area": "上海市浦东新区"}, HERE),
        ({"address": "万号路3弄5号", "area": "上海市浦东新区"}, HERE),
        ({"address": HERE, "area": "上海市浦东新区"}, HERE),
        ({"address": "浦东新区"}, None),
        ({}, None),
    ],
)
def test_an_address_has_a_door(values: dict[str, Any], full: str | None) -> None:
    assert address(values) == full


@pytest.mark.parametrize(("said", "months"), [("24", 24), ("P1Y", 12), ("P12M", 12), ("P6M", None), ("", None)])
def test_months_are_those_that_are_offered(said: str, months: int | None) -> None:
    assert months_of(said) == months


def test_a_contract_ends_on_a_day_that_exists() -> None:
    assert later(date(2026, 1, 31), 13) == date(2027, 2, 28)
    assert later(date(2026, 11, 26), 12) == date(2027, 11, 26)


async def test_who_has_no_line_left_is_told_so(sandbox: httpx.Client) -> None:
    raw.ends(sandbox, "18900001001")

    turn = await Talker(ActionBroadbandNew(), "18900001001").begin("装宽带")

    raw.reset(sandbox)
    assert turn.responses == ["utter_bss_not_found"]
