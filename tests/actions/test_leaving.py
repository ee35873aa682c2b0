"""Leaving, over the real sandbox; through the real Rasa it is in tests/dialogues."""

import json
from typing import Any

import httpx
import pytest

from actions import resume  # all journeys are known then
from actions.leaving import ActionLeaving
from bss import balance
from common.masking import mask_number
from knowledge_base.content import content
from tests.actions.journeys import Talker
from tests.actions.talk import Event, bot, run, tracker, user, verified
from tests.actions.ticket_making import FAMILY
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")
ELIGIBLE, BOUND, OWING, UNDISTURBED = "13300001030", "18100001032", "19900001007", "18000001034"
FUSION = "18900001036"


@pytest.fixture(autouse=True)
def seeded(sandbox: httpx.Client) -> None:
    """Everything as seeded."""
    raw.reset(sandbox)


def noted(sandbox: httpx.Client, number: str) -> list[str]:
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    found = raw.get(sandbox, "683", "partyInteraction", relatedParty__id=customer, limit=100)
    return [entry["description"] for entry in found if entry["reason"] == "离网原因"]


def orders(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    return raw.get(sandbox, "622", "productOrder", relatedParty__id=customer, limit=100)


def stop_for_debt(sandbox: httpx.Client, account: str) -> None:
    product = raw.product(sandbox, account)
    features = [
        feature | {"value": "arrears_suspended"} if feature["name"] == "accountState" else feature
        for feature in product["productCharacteristic"]
    ]
    body = json.dumps({"productCharacteristic": features}, default=float)
    address = f"{raw.PATHS['637']}product/{product['id']}"
    sandbox.patch(address, content=body, headers={"Content-Type": "application/merge-patch+json"}).raise_for_status()


async def test_who_asks_for_the_code_is_told_at_once_without_a_question() -> None:
    for slots in ({}, verified(ELIGIBLE)):
        turn = await run(ActionLeaving(), tracker("我要授权码", "cancel_service_port_out", slots=slots))

        assert turn.responses == ["utter_port_out_way", "utter_port_out_conditions"]
        assert "SQXZ#姓名#证件号码到10001" in turn.texts[0]
        assert "15天" in turn.texts[0]
        assert (turn.followup, turn.slots.get("journey")) == (None, None)


async def test_who_asks_how_needs_no_identity() -> None:
    way = await run(ActionLeaving(), tracker("携号转网怎么办理", "cancel_service_port_out"))
    close = await run(ActionLeaving(), tracker("销户要带身份证吗", "cancel_service"))

    assert way.responses == ["utter_port_out_way", "utter_port_out_conditions"]
    assert close.responses == ["utter_close_way"]
    assert (way.followup, close.followup) == (None, None)


async def test_who_wants_the_number_looked_at_proves_it_first() -> None:
    turn = await run(ActionLeaving(), tracker("查查我这个号符不符合携转条件", "cancel_service_port_out"))

    assert turn.followup == "identity_form"


async def test_the_reason_is_asked_once_and_no_ends_it(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLeaving(), ELIGIBLE)
    turn = await talker.begin("我要携号转网", "cancel_service_port_out")
    assert turn.responses == ["utter_leaving_facts", "utter_leaving_losses", "utter_leaving_why"]
    assert turn.texts[0].endswith("没有欠费，也没有合约限制。")
    assert "900积分" in turn.texts[1]
    assert "43.30元" in turn.texts[1]

    turn = await talker.press("不想说")

    assert turn.responses == ["utter_port_out_way"]
    assert talker.state is None
    assert noted(sandbox, ELIGIBLE) == ["携号转网；原因：不想说；推荐：；结果：未推荐"]


async def test_one_offer_fits_the_reason_and_no_leads_to_the_way(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLeaving(), ELIGIBLE)
    await talker.begin("我要携号转网", "cancel_service_port_out")

    turn = await talker.press("网络不好")
    assert turn.responses == ["utter_leaving_offer"]
    turn = await talker.say("不用了", "deny")

    assert turn.responses == ["utter_port_out_way"]
    assert noted(sandbox, ELIGIBLE) == ["携号转网；原因：网络不好；推荐：先修一下；结果：不接受"]


async def test_an_offer_that_is_taken_begins_its_journey(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLeaving(), ELIGIBLE)
    await talker.begin("信号太差了我要转网", "cancel_service_port_out")
    assert talker.open == "utter_leaving_offer"

    await talker.press("先修一下")

    assert talker.slots["pending_request"] == [
        {"action": "action_fault", "params": {"intent": "report_fault", "product_line": "mobile"}}
    ]
    assert (talker.state, len(noted(sandbox, ELIGIBLE))) == (None, 1)


async def test_own_words_are_a_reason_and_the_code_asked_for_there_ends_the_asking() -> None:
    own = Talker(ActionLeaving(), ELIGIBLE)
    await own.begin("我要携号转网", "cancel_service_port_out")
    turn = await own.say("我老婆也要换", "out_of_scope")
    assert turn.responses == ["utter_port_out_way"]

    code = Talker(ActionLeaving(), ELIGIBLE)
    await code.begin("我要携号转网", "cancel_service_port_out")
    turn = await code.say("网络不好，别问了，给我授权码", "cancel_service_port_out")
    assert turn.responses == ["utter_port_out_way"]


@pytest.mark.parametrize("before", [user("给我授权码", "cancel_service_port_out"), bot(response="utter_leaving_offer")])
async def test_who_asked_for_the_code_or_had_an_offer_before_is_asked_and_offered_nothing(before: Event) -> None:
    words = "信号太差了我要转网"
    on = tracker(
        words, "cancel_service_port_out", slots=verified(ELIGIBLE), events=[before, user(words, "cancel_service")]
    )

    turn = await run(ActionLeaving(), on)

    assert turn.responses[-1] == "utter_port_out_way"
    assert turn.slots["journey"] is None


async def test_an_offer_that_is_open_comes_again_when_the_request_is_repeated() -> None:
    words = "信号太差了我要转网"
    first = await run(ActionLeaving(), tracker(words, "cancel_service_port_out", slots=verified(ELIGIBLE)))
    said = [user(words, "cancel_service_port_out"), bot(response="utter_leaving_offer"), user(words)]

    again = await run(ActionLeaving(), tracker(words, "cancel_service_port_out", slots=first.slots, events=said))

    assert again.slots["journey"]["ask"]["response"] == "utter_leaving_offer"


@pytest.mark.parametrize(
    ("number", "parts"),
    [(BOUND, ["合约到", "违约金"]), (OWING, ["目前欠费", "缴清后才能转"]), ("18900001008", ["现在停机了"])],
)
async def test_what_stands_in_the_way_is_told_as_it_is(number: str, parts: list[str]) -> None:
    turn = await Talker(ActionLeaving(), number).begin("我要携号转网", "cancel_service_port_out")

    assert all(part in turn.texts[0] for part in parts), turn.texts[0]


async def test_who_is_not_to_be_disturbed_gets_no_offer() -> None:
    talker = Talker(ActionLeaving(), UNDISTURBED)

    turn = await talker.begin("资费太贵了我要携号转网", "cancel_service_port_out")

    assert turn.responses[-1] == "utter_port_out_way"
    assert "utter_leaving_offer" not in turn.responses


async def test_the_way_is_told_also_when_nothing_can_be_looked_up(sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "637")

    turn = await Talker(ActionLeaving(), ELIGIBLE).begin("我要携号转网", "cancel_service_port_out")

    assert turn.responses[:2] == ["utter_leaving_facts_unknown", "utter_port_out_way"]


async def test_a_mobile_number_is_closed_at_the_counter(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLeaving(), ELIGIBLE)
    await talker.begin("销户", "cancel_service")

    turn = await talker.press("其他")

    assert turn.responses == ["utter_close_way"]
    assert orders(sandbox, ELIGIBLE) == []


async def test_broadband_is_dismantled_after_a_second_confirmation(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLeaving(), FUSION)
    turn = await talker.begin("我要把宽带拆了", "cancel_service_broadband")
    assert "现在拆不收违约金" in turn.texts[0]
    assert "拆了套餐月费不变" in turn.texts[1]
    assert "拆了也看不了" in turn.texts[1]
    before = len(orders(sandbox, FUSION))
    await talker.press("其他")
    assert talker.open == "utter_dismantle_confirm"
    assert len(orders(sandbox, FUSION)) == before

    turn = await talker.press("确认拆机")

    assert turn.responses == ["utter_dismantle_ordered"]
    assert "光猫请还到营业厅" in turn.text
    raw.advance(sandbox, "PT10S")
    account = raw.lines(sandbox, FUSION)["broadband"]
    assert raw.product(sandbox, account)["status"] == "terminated"
    assert raw.product(sandbox, FUSION)["status"] == "active"


async def test_who_does_not_confirm_keeps_the_line(sandbox: httpx.Client) -> None:
    talker = Talker(ActionLeaving(), FUSION)
    await talker.begin("宽带拆机违约金多少", "cancel_service_broadband")
    assert talker.open == "utter_dismantle_confirm"
    before = len(orders(sandbox, FUSION))

    turn = await talker.press("先不办")

    assert turn.responses == ["utter_stopped_journey"]
    assert len(orders(sandbox, FUSION)) == before


async def test_a_line_that_is_stopped_for_debt_is_paid_first(sandbox: httpx.Client) -> None:
    stop_for_debt(sandbox, raw.lines(sandbox, FUSION)["broadband"])

    turn = await Talker(ActionLeaving(), FUSION).begin("拆宽带", "cancel_service_broadband")

    assert turn.responses[-1] == "utter_leaving_pay_first"


async def test_another_way_to_leave_is_another_request_also_where_words_are_an_answer() -> None:
    talker = Talker(ActionLeaving(), FUSION)
    await talker.begin("我要销户", "cancel_service")
    turn = await talker.say("不是，我要把宽带拆了", "cancel_service_broadband")

    assert "现在拆不收违约金" in turn.texts[0]
    turn = await talker.say("不对，是电视", "correction", product_line="iptv")

    assert turn.responses[0] == "utter_leaving_facts"
    assert talker.state is not None
    assert talker.state.values["product_line"] == "iptv"


async def test_a_company_gets_a_person(sandbox: httpx.Client) -> None:
    turn = await Talker(ActionLeaving(), "15300001026").begin("销户", "cancel_service")

    assert turn.responses == ["utter_leaving_enterprise"]
    assert turn.said[0]["custom"]["handover"]["group"] == "retention"


async def test_what_somebody_has_not_cannot_be_dismantled() -> None:
    turn = await Talker(ActionLeaving(), ELIGIBLE).begin("拆宽带", "cancel_service_broadband")

    assert turn.responses == ["utter_line_none"]


def test_what_is_offered_names_journeys() -> None:
    assert {offer["journey"] for offer in content("leaving")["offers"]} <= set(resume.ACTIONS)


@pytest.mark.parametrize(
    ("words", "number", "journey", "begins"),
    [
        ("宽带太贵了拆了吧", FUSION, "action_change_package", {"intent": "change_package_down"}),
        ("要搬家了宽带拆机", FUSION, "action_broadband_move", {"intent": "broadband_service_move"}),
        ("服务太差了拆宽带", FUSION, "action_complaint", {"intent": "complain_service"}),
    ],
)
async def test_each_reason_has_its_offer(words: str, number: str, journey: str, begins: dict[str, str]) -> None:
    talker = Talker(ActionLeaving(), number)
    await talker.begin(words, "cancel_service_broadband")
    assert talker.open == "utter_leaving_offer"

    await talker.say("好的", "affirm")

    (waiting,) = talker.slots["pending_request"]
    assert (waiting["action"], waiting["params"]) == (journey, begins | {"product_line": "broadband"})


async def test_who_has_no_line_left_is_told_so(sandbox: httpx.Client) -> None:
    raw.ends(sandbox, ELIGIBLE)

    turn = await Talker(ActionLeaving(), ELIGIBLE).begin("销户", "cancel_service_close")

    assert turn.responses == ["utter_bss_not_found"]


async def test_the_balance_that_is_told_is_that_of_the_number_that_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    # In the sandbox a family's numbers share one balance: what tells is which number is asked about.
    asked: list[str] = []
    real = balance.balance

    def recorded(number: str) -> int:
        asked.append(number)
        return real(number)

    monkeypatch.setattr(balance, "balance", recorded)
    talker = Talker(ActionLeaving(), FAMILY)
    await talker.begin("副卡销户", "cancel_service_close")
    chosen = list(talker.buttons)[1]
    await talker.press(chosen)

    assert [mask_number(number) for number in asked] == [chosen]
    assert asked != [FAMILY]
