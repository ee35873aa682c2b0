"""What all journeys have in common, shown on a fault of a mobile line."""

import copy

import httpx
import pytest

from actions import resume
from actions.balance import ActionQueryBalance
from actions.callback import ActionCallback
from actions.complaint import ActionComplaint
from actions.conversation import ActionStop
from actions.fault import ActionFault
from actions.handover import ActionHandover
from actions.journey_form import ValidateJourneyForm
from actions.talk import State
from tests.actions.journeys import Talker
from tests.actions.talk import run, tracker, verified
from tests.bss import raw


@pytest.fixture
async def fault(number: str, database: None) -> Talker:
    """A customer who is asked to try something."""
    talker = Talker(ActionFault(), number)
    await talker.begin("手机没信号", "report_fault_mobile", phenomenon="no_signal")
    assert talker.open == "utter_fault_try"
    return talker


async def test_an_answer_leads_to_the_next_question(fault: Talker) -> None:
    first = fault.turn.texts[-1]

    await fault.press("还没好")

    assert fault.open == "utter_fault_try"
    assert fault.turn.texts[-1] != first


async def test_what_nobody_understands_is_asked_again_and_the_second_time_with_a_person(fault: Talker) -> None:
    once = await fault.say("啦啦啦")
    assert once.responses == ["utter_journey_again", "utter_fault_try"]
    assert "转人工" not in fault.buttons

    twice = await fault.say("啦啦啦")
    assert twice.responses == ["utter_journey_again_or_human", "utter_fault_try"]
    assert fault.buttons["转人工"] == "/human_agent"
    assert fault.buttons["不办了"] == "/deny_stop"

    await fault.press("还没好")
    assert "转人工" not in fault.buttons


async def test_what_nobody_understands_a_third_time_brings_a_person_in(fault: Talker) -> None:
    for _ in range(2):
        await fault.say("啦啦啦")

    turn = await fault.say("啦啦啦")

    assert turn.responses == ["utter_handover_failed"]
    wish = turn.said[0]["custom"]["handover"]
    assert (wish["reason"], wish["group"], wish["journey"]["said"]) == ("failed", "fault", "手机没信号")
    assert fault.state is None


@pytest.mark.parametrize("intent", ["handover_settled", "request_callback", "ticket_settled"])
async def test_what_the_desk_begins_is_no_answer_to_a_question_for_free_words(number: str, intent: str) -> None:
    talker = Talker(ActionComplaint(), number)
    await talker.begin("我要投诉", "complain")
    assert talker.open == "utter_complaint_what"
    before = talker.state

    turn = await talker.say(f'/{intent}{{"topic": "query_bill"}}', intent, 1.0)

    assert turn.events == []
    assert talker.state == before


async def test_a_wish_to_be_rung_is_an_answer_where_it_is_one_of_the_choices(number: str) -> None:
    talker = Talker(ActionCallback(), number)
    await talker.begin("给我回电话")

    turn = await talker.say("打13800001111给我", "human_agent_callback", phone_number="13800001111")

    assert turn.responses == ["utter_callback_when"]


@pytest.mark.parametrize("intent", ["query_balance", "human_agent", "back_to_menu", "deny_stop", "chitchat_mood"])
async def test_requests_and_ways_around_are_left_to_their_rules(fault: Talker, intent: str) -> None:
    before = fault.state

    turn = await fault.say("话费余额", intent)

    assert turn.events == []
    assert fault.state == before


async def test_an_old_button_answers_nothing(fault: Talker) -> None:
    old = fault.turn
    await fault.press("还没好")
    asked = fault.open

    payload = next(button["payload"] for button in old.said[-1]["buttons"] if button["title"] == "好了")
    ask = payload.split('"')[3]
    turn = await fault.say(payload, "answer", ask=ask, value="done")

    assert turn.responses == ["utter_choice_over", asked]


async def test_a_mistake_goes_one_question_back(fault: Talker) -> None:
    await fault.press("不会弄")
    assert fault.open == "utter_fault_confirm"

    await fault.say("点错了", "correction")

    assert fault.open == "utter_fault_try"


async def test_a_correction_means_what_is_said_last(fault: Talker) -> None:
    on = tracker("不是手机，是宽带", "correction", slots=fault.slots, loop="journey_form")
    on.latest_message["entities"] = [
        {"entity": "product_line", "value": "mobile"},
        {"entity": "product_line", "value": "broadband"},
    ]

    turn = await run(ValidateJourneyForm(), on)

    # This customer has none, and hears of the one that was meant.
    assert turn.responses == ["utter_fault_no_line"]
    assert turn.said[0]["kind"] == "宽带"


async def test_a_person_is_reached_by_number_too(fault: Talker, sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "637")
    await fault.press("还没好")
    raw.mends(sandbox)
    assert list(fault.buttons) == ["再试一次", "转人工"]

    turn = await fault.say("第二个")

    assert turn.responses == ["utter_handover"]
    assert turn.slots["journey"] is None


async def test_another_number_is_proven_before_the_same_request_goes_on(fault: Talker, sandbox: httpx.Client) -> None:
    other = raw.numbers(sandbox, "basic")[2]
    named = {"phone_number": other}
    on = tracker("另一个号没信号", "report_fault_mobile", entities=named, slots=fault.slots, loop="journey_form")

    turn = await run(ActionFault(), on)

    assert turn.followup == "identity_form"
    assert turn.slots["journey"] is None


async def test_what_was_promised_for_later_waits_through_a_question_in_between(fault: Talker) -> None:
    promised = [{"action": "action_invoice", "params": {"intent": "invoice"}}]
    slots = fault.slots | {"pending_request": promised}

    turn = await run(ActionQueryBalance(), tracker("话费余额", "query_balance", slots=slots, loop="journey_form"))

    assert turn.slots["pending_request"] == promised


async def test_leaving_says_what_was_not_done(fault: Talker) -> None:
    turn = await run(ActionStop(), tracker("算了", "deny_stop", slots=fault.slots, loop="journey_form"))

    assert turn.text == "好的，报手机故障没有继续，什么都没有改动。"
    assert turn.slots["journey"] is None


async def test_another_journey_takes_its_place_and_says_so(fault: Talker) -> None:
    on = tracker("宽带也坏了", "report_fault_broadband", slots=fault.slots, loop="journey_form")
    turn = await run(ActionFault(), on)

    assert turn.texts[0] == "好的，报手机故障没有继续，什么都没有改动。"


async def test_a_second_request_of_the_same_sentence_waits_its_turn(fault: Talker) -> None:
    on = tracker(
        "宽带也坏了", "report_fault_broadband", slots=fault.slots, loop="journey_form", metadata={"also": True}
    )  # fmt: skip
    turn = await run(ActionFault(), on)

    assert turn.text == "好的，这件办完接着帮您报宽带故障。"
    assert [entry["action"] for entry in turn.slots["pending_request"]] == ["action_fault"]
    assert State.read(turn.slots["journey"]) == fault.state


async def test_a_person_sees_what_was_gathered(fault: Talker) -> None:
    turn = await run(ActionHandover(), tracker("转人工", "human_agent", slots=fault.slots, loop="journey_form"))

    gathered = turn.said[0]["custom"]["handover"]["journey"]
    assert gathered["phenomenon"] == "no_signal"
    assert gathered["said"] == "手机没信号"
    assert turn.slots["journey"] is None


async def test_after_fifteen_minutes_the_identity_is_asked_for_and_the_journey_goes_on(
    fault: Talker, number: str
) -> None:
    fault.slots["identity_token"] = None
    on = tracker("还没好", "not_resolved", slots=fault.slots, loop="journey_form")
    left = await run(ValidateJourneyForm(), on)
    assert left.slots["journey"] is None
    (waiting,) = left.slots["pending_request"]
    assert waiting["action"] == "action_fault"

    slots = left.slots | verified(number)
    back = await run(resume.ActionResume(), tracker("123456", "nlu_fallback", slots=slots))

    assert back.followup == "journey_form"
    assert State.read(back.slots["journey"]).values["tried"] == 1


async def test_under_another_number_it_begins_anew(fault: Talker, sandbox: httpx.Client) -> None:
    other = raw.numbers(sandbox, "basic")[1]
    await fault.press("还没好")
    waiting = [{"action": "action_fault", "params": {"journey": fault.slots["journey"]}}]

    slots = verified(other) | {"pending_request": waiting}
    turn = await run(resume.ActionResume(), tracker("123456", "nlu_fallback", slots=slots))

    values = State.read(turn.slots["journey"]).values
    assert values["said"] == "手机没信号"
    assert "tried" not in values or values["tried"] == 0


async def test_a_system_that_is_down_loses_nothing_of_what_was_said(fault: Talker, sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "637")
    await fault.press("还没好")
    assert fault.open == "utter_journey_unavailable"
    raw.mends(sandbox)

    await fault.press("再试一次")

    assert fault.open == "utter_fault_try"
    assert fault.state is not None
    assert fault.state.values["tried"] == 1


async def test_a_turn_that_was_cut_off_after_it_acted_and_then_tried_again_acts_once(
    fault: Talker, sandbox: httpx.Client, number: str
) -> None:
    await fault.press("不会弄")
    before, question, known = copy.deepcopy(fault.slots), fault.turn, len(raw.tickets(sandbox, number))
    await fault.press("登记报修")
    assert len(raw.tickets(sandbox, number)) == known + 1
    # Rasa died before it could save the turn; when it is repeated, the operator does not answer at first.
    fault.slots, fault.turn = before, question
    raw.breaks(sandbox, "637")
    await fault.press("登记报修")
    raw.mends(sandbox)
    assert fault.open == "utter_journey_unavailable"

    told = await fault.press("再试一次")

    assert told.responses == ["utter_reported"]
    assert len(raw.tickets(sandbox, number)) == known + 1
    raw.reset(sandbox)


async def test_nothing_personal_is_in_the_state(fault: Talker, number: str) -> None:
    await fault.press("不会弄")
    await fault.press("换联系电话")
    await fault.say("打18912345678", "nlu_fallback", phone_number="18912345678")

    assert fault.state is None
    assert number not in str(fault.turn.events)
    assert "18912345678" not in str(fault.turn.events)
