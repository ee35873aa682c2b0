import json
import time

import httpx
import pytest

from actions.identity import (
    ActionAskCode,
    ActionAskNumber,
    ActionRestartIdentity,
    ValidateIdentityForm,
    claim_of,
)
from common.identity import Identity, read_identity, seal
from common.masking import mask_number
from tests.actions.talk import TALK, Turn, action, bot, run, tracker, user
from tests.bss import raw

FORM = "identity_form"


async def send(number: str, **more: object) -> Turn:
    """The customer says a number to the form."""
    on = tracker(number, entities={"phone_number": number}, slots={"requested_slot": "phone_number"}, loop=FORM, **more)
    return await run(ValidateIdentityForm(), on)


async def type_code(code: str, slots: dict[str, object]) -> Turn:
    """The customer says a code to the form."""
    on = tracker(code, entities={"code": code}, slots=slots | {"requested_slot": "sms_code"}, loop=FORM)
    return await run(ValidateIdentityForm(), on)


def messages(sandbox: httpx.Client, number: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = sandbox.get("/sandbox/sms", params={"number": number}).json()
    return found


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_a_number_gets_a_code_and_the_slots_hold_neither(sandbox: httpx.Client, unused: str) -> None:
    turn = await send(unused)

    assert len(messages(sandbox, unused)) == 1
    assert turn.slots["phone_number"] == mask_number(unused)
    stored = json.dumps(turn.events)
    assert unused not in stored
    assert raw.last_code(sandbox, unused) not in stored
    assert turn.said == []


async def test_the_right_code_proves_the_number_for_this_conversation(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots

    turn = await type_code(raw.last_code(sandbox, unused), slots)

    assert read_identity(turn.slots["identity_token"], TALK) == Identity(unused, TALK, "sms_code")
    assert [turn.slots[name] for name in ("phone_number", "sms_code", "identity_claim", "requested_slot")] == [None] * 4
    assert unused not in json.dumps(turn.events)


async def test_a_repeated_message_sends_no_second_code(sandbox: httpx.Client, unused: str) -> None:
    await send(unused, message_id=f"m-{unused}")
    await send(unused, message_id=f"m-{unused}")

    assert len(messages(sandbox, unused)) == 1


async def test_wrong_codes_count_down_and_the_fifth_ends_the_form(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots
    code = raw.last_code(sandbox, unused)

    said = [await type_code(wrong(code), slots) for _ in range(5)]

    assert [turn.responses for turn in said] == [["utter_code_wrong"]] * 4 + [["utter_code_paused"]]
    assert ["还可以试4次" in said[0].text, "还可以试1次" in said[3].text, "15分钟" in said[4].text] == [True] * 3
    assert all("identity_token" not in turn.slots for turn in said)
    last = said[4].slots
    assert [last["requested_slot"], last["pending_request"], last["identity_claim"]] == [None] * 3
    again = await send(unused)
    assert again.responses == ["utter_code_paused"]
    assert len(messages(sandbox, unused)) == 1


async def test_a_code_without_one_having_been_sent_is_refused() -> None:
    turn = await type_code("123456", {})

    assert turn.responses == ["utter_code_expired"]
    assert "identity_token" not in turn.slots


async def test_a_claim_that_was_made_up_proves_nothing(sandbox: httpx.Client, unused: str) -> None:
    code_id = (await send(unused)).slots["identity_claim"]
    made_up = [json.dumps({"number": unused, "code": "x"}), code_id[:-4] + "AAAA", seal("identity", {"n": unused}), 5]

    for claim in made_up:
        turn = await type_code(raw.last_code(sandbox, unused), {"identity_claim": claim})
        assert turn.responses == ["utter_code_expired"]
        assert "identity_token" not in turn.slots


async def test_a_claim_too_old_is_refused(sandbox: httpx.Client, unused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = (await send(unused)).slots
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 901)

    assert claim_of(tracker(slots=slots)) is None
    assert (await type_code(raw.last_code(sandbox, unused), slots)).responses == ["utter_code_expired"]


async def test_a_code_that_was_used_or_voided_has_expired(sandbox: httpx.Client, unused: str) -> None:
    first = (await send(unused)).slots
    code = raw.last_code(sandbox, unused)
    await send(unused)

    turn = await type_code(code, first)

    assert turn.responses == ["utter_code_expired"]
    assert "identity_token" not in turn.slots


async def test_a_number_of_nobody_is_said_to_be_unknown() -> None:
    turn = await send("19900000000")

    assert turn.responses == ["utter_number_unknown"]
    assert "199****0000" in turn.text
    assert turn.slots["identity_claim"] is None


async def test_when_no_code_can_be_sent_the_form_ends_and_the_request_waits(sandbox: httpx.Client, unused: str) -> None:
    raw.breaks(sandbox, "otp", "error")

    turn = await send(unused)

    assert turn.responses == ["utter_bss_unavailable"]
    assert turn.slots["requested_slot"] is None
    assert "pending_request" not in turn.slots


async def test_when_a_code_cannot_be_checked_the_form_goes_on(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots
    raw.breaks(sandbox, "otp", "error")

    turn = await type_code("123456", slots)

    assert turn.responses == ["utter_bss_unavailable"]
    assert turn.slots["identity_claim"] == slots["identity_claim"]
    assert "identity_token" not in turn.slots


@pytest.mark.parametrize(
    ("text", "requested", "response"),
    [
        ("123456", "phone_number", "utter_number_invalid"),
        ("1891234567", "phone_number", "utter_number_invalid"),
        ("12345", "sms_code", "utter_code_invalid"),
        ("1234567", "sms_code", "utter_code_invalid"),
    ],
)
async def test_digits_of_the_wrong_length_are_asked_for_again(text: str, requested: str, response: str) -> None:
    turn = await run(ValidateIdentityForm(), tracker(text, slots={"requested_slot": requested}, loop=FORM))

    assert turn.responses == [response]
    assert "identity_token" not in turn.slots


@pytest.mark.parametrize("requested", ["phone_number", "sms_code"])
@pytest.mark.parametrize("text", ["为什么要核实", "转人工", "查12月的", ""])
async def test_other_words_are_left_to_their_own_rule(text: str, requested: str) -> None:
    turn = await run(ValidateIdentityForm(), tracker(text, slots={"requested_slot": requested}, loop=FORM))

    assert (turn.events, turn.said) == ([], [])


async def test_a_message_that_another_action_has_answered_is_no_answer_to_the_form(
    sandbox: httpx.Client, unused: str
) -> None:
    events = [user(unused), action("utter_menu"), action("identity_form")]

    turn = await send(unused, events=events)

    assert (turn.events, messages(sandbox, unused)) == ([], [])


async def test_the_number_in_the_request_itself_is_taken_at_once(sandbox: httpx.Client, unused: str) -> None:
    on = tracker(f"查{unused}的话费", entities={"phone_number": unused})

    turn = await run(ValidateIdentityForm(), on)

    assert turn.slots["phone_number"] == mask_number(unused)
    assert len(messages(sandbox, unused)) == 1


async def test_a_new_number_in_the_middle_starts_over_with_it(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots
    other = next(other for other in raw.numbers(sandbox, "elderly") if not messages(sandbox, other))
    on = tracker(other, entities={"phone_number": other}, slots=slots | {"requested_slot": "sms_code"}, loop=FORM)

    turn = await run(ValidateIdentityForm(), on)

    assert turn.slots["phone_number"] == mask_number(other)
    assert claim_of(tracker(slots=turn.slots))["number"] == other


async def test_another_code_goes_to_the_same_number(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots

    turn = await run(ActionRestartIdentity(), tracker(intent="resend_code", slots=slots, loop=FORM))

    assert len(messages(sandbox, unused)) == 2
    assert turn.slots["identity_claim"] != slots["identity_claim"]


async def test_another_number_forgets_the_first(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots

    turn = await run(ActionRestartIdentity(), tracker(intent="change_number", slots=slots, loop=FORM))

    assert [turn.slots[name] for name in ("phone_number", "sms_code", "identity_claim")] == [None] * 3
    assert len(messages(sandbox, unused)) == 1


async def test_outside_the_form_there_is_nothing_to_restart(sandbox: httpx.Client, unused: str) -> None:
    slots = (await send(unused)).slots

    turn = await run(ActionRestartIdentity(), tracker(intent="resend_code", slots=slots))

    assert turn.responses == ["utter_correction"]
    assert len(messages(sandbox, unused)) == 1


SENT = {"event": "slot", "name": "identity_claim", "value": "sealed"}


@pytest.mark.parametrize(
    ("events", "responses"),
    [
        ([user(), SENT], ["utter_code_sent"]),
        ([SENT, user()], ["utter_ask_code"]),
        ([user(), bot("不对", "utter_code_wrong")], []),
        ([bot("不对", "utter_code_wrong"), user()], ["utter_ask_code"]),
        ([user(), bot("菜单", "utter_menu")], ["utter_ask_code"]),
    ],
)
async def test_the_code_is_asked_for_as_the_moment_demands(events: list[dict], responses: list[str]) -> None:
    turn = await run(ActionAskCode(), tracker(events=events, slots={"phone_number": "189****1001"}))

    assert turn.responses == responses


@pytest.mark.parametrize(
    ("events", "responses"),
    [([user()], ["utter_ask_number"]), ([user(), bot("不对", "utter_number_invalid")], [])],
)
async def test_the_number_is_asked_for_once_a_turn(events: list[dict], responses: list[str]) -> None:
    assert (await run(ActionAskNumber(), tracker(events=events))).responses == responses
