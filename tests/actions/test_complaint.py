"""Complaints, over the real sandbox; through the real Rasa they are in tests/dialogues."""

from typing import Any

import httpx
import pytest

from actions.complaint import ActionComplaint
from actions.complaint_facts import answer_by
from common.times import day_label, utc_now
from tests.actions.journeys import Talker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


def complaints(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    return [ticket for ticket in raw.tickets(sandbox, number) if ticket["ticketType"] == "complaint"]


def noted(ticket: dict[str, Any]) -> dict[str, str]:
    return {note["id"]: note["text"] for note in ticket["note"]}


@pytest.fixture
def quiet(sandbox: httpx.Client) -> str:
    """A customer of three stars without tickets and without optional services."""
    raw.reset(sandbox)
    return "18900001036"


async def test_only_what_is_missing_is_asked(sandbox: httpx.Client, quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)
    await talker.begin("我要投诉乱扣费", "complain_billing")
    assert talker.open == "utter_complaint_what"
    await talker.say("每个月多扣我二十块，没人跟我说过", money="2000")
    assert talker.open == "utter_complaint_when"
    await talker.press("上个月")
    assert talker.open == "utter_complaint_wish"
    asked = await talker.press("退费")
    assert talker.open == "utter_complaint_confirm"
    assert all(
        part in asked.text for part in ("投诉计费", "每个月多扣我二十块", "上个月", "20.00元", "退费", "189****1036")
    )
    done = await talker.press("登记投诉")

    (ticket,) = complaints(sandbox, quiet)
    assert done.responses == ["utter_complaint_done"]
    assert ticket["id"] in done.text
    assert day_label(answer_by("3星", utc_now())) in done.text
    assert (ticket["name"], ticket["severity"]) == ("投诉计费", "minor")
    assert ticket["description"] == "每个月多扣我二十块，没人跟我说过"
    facts = {"type": "billing", "when": "上个月", "amount": "20.00元", "wish": "退费", "contact": quiet}
    assert noted(ticket) == facts


async def test_a_sentence_that_says_it_all_leads_to_the_confirmation(quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)

    await talker.begin("上个月多扣了我五十块钱，给我退回来", "complain_billing", month="2026-10", money="5000")

    assert talker.open == "utter_complaint_confirm"


async def test_somebody_who_does_not_know_is_not_asked_again(sandbox: httpx.Client, quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)
    await talker.begin("你们一直在乱扣我的话费", "complain_billing")
    await talker.say("不记得了", "dont_know")
    assert talker.open == "utter_complaint_amount"
    await talker.press("记不清了")
    await talker.say("把话说清楚就行")
    await talker.press("登记投诉")

    (ticket,) = complaints(sandbox, quiet)
    assert noted(ticket) == {"type": "billing", "wish": "把话说清楚就行", "contact": quiet}


async def test_what_happened_tells_the_type_where_the_first_sentence_did_not(sandbox: httpx.Client, quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)
    await talker.begin("我要投诉", "complain")
    await talker.say("你们营业员骂我", "complain_service")
    await talker.press("道歉")
    await talker.press("登记投诉")

    assert complaints(sandbox, quiet)[0]["name"] == "投诉服务态度"


async def test_a_service_that_was_never_asked_for_is_shown_with_its_beginning(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = "18100001018"
    talker = Talker(ActionComplaint(), number)

    shown = await talker.begin("我从来没订过视频彩铃，退钱", "complain_vas", vas="VAS-RING")

    assert shown.responses == ["utter_complaint_item", "utter_complaint_confirm"]
    assert "视频彩铃每月6.00元" in shown.texts[0]
    assert talker.state is not None
    assert talker.state.values["when"] in shown.texts[0]
    done = await talker.press("登记投诉")
    assert done.responses == ["utter_complaint_done_vas"]
    assert noted(complaints(sandbox, number)[0])["item"] == "视频彩铃"


async def test_one_of_several_services_is_asked_for(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionComplaint(), "18100001004")
    await talker.begin("谁给我开的业务", "complain_vas")
    assert talker.open == "utter_complaint_which"
    await talker.press("都不是")

    assert talker.open == "utter_complaint_what"


@pytest.mark.parametrize("intent", ["complain_network", "complain_repeat_fault"])
async def test_a_bad_network_can_be_repaired_too(intent: str, quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)
    await talker.begin("我家这边的网络三天两头断", intent)
    await talker.press("尽快处理")
    done = await talker.press("登记投诉")

    assert done.responses == ["utter_complaint_done_fault"]


async def test_the_second_complaint_on_a_matter_brings_a_person(sandbox: httpx.Client, quiet: str) -> None:
    first = Talker(ActionComplaint(), quiet)
    await first.begin("我家这边手机信号一直不好", "complain_network")
    await first.press("尽快处理")
    await first.press("登记投诉")

    turn = await Talker(ActionComplaint(), quiet).begin("手机信号还是这么差我要投诉", "complain_network")

    assert turn.responses == ["utter_complaint_again"]
    handover = turn.said[0]["custom"]["handover"]
    assert (handover["group"], handover["priority"]) == ("complaint", "high")
    assert len(complaints(sandbox, quiet)) == 1
    other = Talker(ActionComplaint(), quiet)
    await other.begin("营业员态度特别差还骂人", "complain_service")
    assert other.open == "utter_complaint_wish"


async def test_a_matter_that_was_ended_and_comes_back_weighs_more(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = "13300001016"
    (before,) = raw.tickets(sandbox, number)
    talker = Talker(ActionComplaint(), number)
    await talker.begin("宽带修了又坏修了又坏", "complain_repeat_fault")
    await talker.press("赔偿")
    assert talker.open == "utter_complaint_confirm_again"
    await talker.press("登记投诉")

    (ticket,) = complaints(sandbox, number)
    assert ticket["severity"] == "major"
    assert ticket["troubleTicketRelationship"][0]["id"] == before["id"]


async def test_who_names_the_ministry_gets_a_person_before_any_question() -> None:
    turn = await Talker(ActionComplaint()).begin("不退钱我就找工信部", "complain_billing", escalation="miit")

    assert turn.responses == ["utter_handover_complaint"]
    handover = turn.said[0]["custom"]["handover"]
    assert (handover["group"], handover["priority"], handover["escalation"]) == ("complaint", "high", "miit")


async def test_a_threat_in_the_middle_brings_a_person_with_what_was_said(quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)
    await talker.begin("我家这边手机信号一直不好", "complain_network")

    turn = await talker.say("再不解决我就打12315", "nlu_fallback", escalation="12315")

    assert turn.responses == ["utter_handover_complaint"]
    assert turn.said[0]["custom"]["handover"]["journey"]["said"] == "我家这边手机信号一直不好"
    assert talker.state is None


async def test_another_number_to_ring_is_taken_and_a_no_registers_nothing(sandbox: httpx.Client, quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)
    await talker.begin("我家这边手机信号一直不好", "complain_network")
    await talker.press("尽快处理")
    left = await talker.press("先不办")
    assert left.responses == ["utter_stopped_journey"]
    assert complaints(sandbox, quiet) == []

    await talker.begin("我家这边手机信号一直不好", "complain_network")
    await talker.press("尽快处理")
    await talker.press("换联系电话")
    await talker.say("打13800001111", phone_number="13800001111")
    assert noted(complaints(sandbox, quiet)[0])["contact"] == "13800001111"


async def test_no_at_a_question_for_words_is_a_no(quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)
    await talker.begin("我要投诉", "complain")

    await talker.say("不用了", "deny")

    assert talker.open == "utter_complaint_what"
    assert talker.state is not None
    assert "what" not in talker.state.values


async def test_a_complaint_is_kept_when_the_operator_cannot_take_it_now(sandbox: httpx.Client, quiet: str) -> None:
    talker = Talker(ActionComplaint(), quiet)
    await talker.begin("我家这边手机信号一直不好", "complain_network")
    await talker.press("尽快处理")
    raw.breaks(sandbox, "621")
    raw.breaks(sandbox, "629")

    turn = await talker.press("登记投诉")

    raw.mends(sandbox)
    assert turn.responses == ["utter_complaint_later"]


@pytest.mark.parametrize(
    ("text", "answers"), [("上个月账单多扣了我三十块钱", True), ("上个月账单查一下", False), ("话费余额", False)]
)
async def test_what_happened_is_told_in_words_that_sound_like_a_query(number: str, text: str, answers: bool) -> None:
    talker = Talker(ActionComplaint(), number)
    await talker.begin("我要投诉", "complain")
    assert talker.open == "utter_complaint_what"

    turn = await talker.say(text, "query_bill", 0.95)

    assert bool(turn.events) is answers
