import json
import time

import httpx
import pytest

from actions.account import identity_of, waiting_requests
from actions.balance import ActionQueryBalance
from actions.bill import ActionQueryBill
from actions.complaint import ActionComplaint
from actions.package import ActionQueryPackage
from common.identity import Identity, issue_conversation, read_identity
from common.masking import mask_number
from tests.actions.talk import TALK, run, tracker, verified
from tests.bss import raw

BALANCE = {"action": "action_query_balance", "params": {}}


async def test_without_an_identity_the_request_waits_for_the_form() -> None:
    turn = await run(ActionQueryBill(), tracker("查2月账单", "query_bill", entities={"month": "2026-02"}))

    assert turn.followup == "identity_form"
    assert turn.slots["pending_request"] == [{"action": "action_query_bill", "params": {"month": "2026-02"}}]
    assert turn.said == []


async def test_a_verified_customer_is_answered_and_the_identity_renewed(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = tracker(slots=verified(number))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 800)

    turn = await run(ActionQueryBalance(), on)

    monkeypatch.setattr(time, "time", lambda: now + 1600)
    assert read_identity(turn.slots["identity_token"], TALK) == Identity(number, TALK, "sms_code")
    assert turn.slots["pending_request"] == []
    assert turn.followup is None
    assert len(turn.said) == 1


async def test_an_identity_that_was_idle_too_long_is_asked_for_again(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = tracker(slots=verified(number))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 901)

    turn = await run(ActionQueryBalance(), on)

    assert (turn.followup, turn.slots["identity_token"], turn.said) == ("identity_form", None, [])


@pytest.mark.parametrize("token", ["18900001001", "", 5, True, ["x"], {"number": "18900001001"}, None])
async def test_a_slot_alone_proves_nothing(token: object) -> None:
    turn = await run(ActionQueryBalance(), tracker(slots={"identity_token": token}))

    assert (turn.followup, turn.said) == ("identity_form", [])


async def test_the_token_of_another_conversation_opens_no_account(number: str) -> None:
    on = tracker(slots=verified(number, "another-talk"))

    turn = await run(ActionQueryBalance(), on)

    assert identity_of(on) is None
    assert (turn.followup, turn.slots["identity_token"], turn.said) == ("identity_form", None, [])


async def test_a_conversations_own_token_is_no_identity() -> None:
    assert identity_of(tracker(slots={"identity_token": issue_conversation(TALK)})) is None


async def test_asking_for_another_number_needs_its_own_proof(sandbox: httpx.Client) -> None:
    own, other = raw.numbers(sandbox, "basic")[:2]
    on = tracker(f"查{other}的话费", entities={"phone_number": other}, slots=verified(own))

    turn = await run(ActionQueryBalance(), on)

    assert (turn.followup, turn.slots["identity_token"], turn.said) == ("identity_form", None, [])
    assert turn.slots["pending_request"] == [BALANCE]


async def test_asking_for_the_own_number_by_name_is_answered(number: str) -> None:
    turn = await run(ActionQueryBalance(), tracker(entities={"phone_number": number}, slots=verified(number)))

    assert mask_number(number) in turn.text


async def test_an_answer_never_shows_the_whole_number(number: str) -> None:
    turn = await run(ActionQueryBalance(), tracker(slots=verified(number)))

    assert number not in json.dumps([turn.said, turn.texts], ensure_ascii=False)


@pytest.mark.parametrize("mode", ["error", "malformed", "wrong_type"])
async def test_a_system_that_fails_leaves_the_request_waiting_for_a_retry(
    sandbox: httpx.Client, number: str, mode: str
) -> None:
    raw.breaks(sandbox, "654", mode)

    turn = await run(ActionQueryBalance(), tracker(slots=verified(number)))

    assert turn.responses == ["utter_bss_unavailable"]
    assert turn.slots["pending_request"] == [BALANCE]
    assert turn.slots["identity_token"]


async def test_a_number_that_has_gone_is_said_and_forgotten() -> None:
    turn = await run(ActionQueryBalance(), tracker(slots=verified("19900000000")))

    assert turn.responses == ["utter_bss_not_found"]
    assert turn.slots["pending_request"] == []


async def test_a_new_request_takes_the_place_of_one_that_waited() -> None:
    turn = await run(ActionQueryBill(), tracker(slots={"pending_request": [BALANCE]}))

    assert turn.slots["pending_request"] == [{"action": "action_query_bill", "params": {}}]


async def test_a_second_request_of_one_sentence_waits_behind_the_first() -> None:
    turn = await run(ActionQueryBill(), tracker(slots={"pending_request": [BALANCE]}, metadata={"also": True}))

    assert turn.slots["pending_request"] == [BALANCE, {"action": "action_query_bill", "params": {}}]


@pytest.mark.parametrize("slot", [None, "x", {"action": "action_query_bill"}, 5])
def test_what_waits_in_another_shape_counts_as_nothing(slot: object) -> None:
    assert waiting_requests(tracker(slots={"pending_request": slot})) == []


async def test_a_deadline_that_has_passed_asks_no_system(sandbox: httpx.Client, number: str) -> None:
    on = tracker(slots=verified(number), metadata={"deadline": time.time() - 1})

    turn = await run(ActionQueryBalance(), on)

    assert turn.responses == ["utter_bss_unavailable"]


async def test_a_code_to_the_contact_number_has_proven_its_broadband_line_too(sandbox: httpx.Client) -> None:
    number, account = broadband(sandbox)
    on = tracker(entities={"broadband_account": account}, slots=verified(number))

    turn = await run(ActionQueryPackage(), on)

    assert mask_number(account) in turn.text
    assert read_identity(turn.slots["identity_token"], TALK) == Identity(account, TALK, "contact_code")


async def test_a_journey_is_not_put_under_another_line(sandbox: httpx.Client) -> None:
    number, account = broadband(sandbox)
    slots = verified(number) | {"journey": {"name": "action_fault", "values": {}}}

    turn = await run(ActionQueryPackage(), tracker(entities={"broadband_account": account}, slots=slots))

    assert (turn.followup, turn.slots["journey"]) == ("identity_form", None)


@pytest.mark.parametrize("method", ["service_password", "contact_code"])
async def test_what_is_no_code_to_the_contact_number_proves_no_other_line(sandbox: httpx.Client, method: str) -> None:
    number, account = broadband(sandbox)
    on = tracker(entities={"broadband_account": account}, slots=verified(number, method=method))

    assert (await run(ActionQueryPackage(), on)).followup == "identity_form"


async def test_somebody_elses_broadband_needs_its_own_proof(sandbox: httpx.Client, number: str) -> None:
    on = tracker(entities={"broadband_account": broadband(sandbox)[1]}, slots=verified(number))

    turn = await run(ActionQueryBalance(), on)

    assert (turn.followup, turn.slots["identity_token"], turn.said) == ("identity_form", None, [])


async def test_a_second_card_needs_its_own_proof(sandbox: httpx.Client) -> None:
    owner = raw.numbers(sandbox, "multi_line")[0]
    on = tracker(entities={"phone_number": raw.lines(sandbox, owner)["mobile"]}, slots=verified(owner))

    assert (await run(ActionQueryBalance(), on)).followup == "identity_form"


async def test_a_line_that_cannot_be_looked_up_needs_its_own_proof(sandbox: httpx.Client) -> None:
    number, account = broadband(sandbox)
    raw.breaks(sandbox, "637")
    on = tracker(entities={"broadband_account": account}, slots=verified(number))

    assert (await run(ActionQueryBalance(), on)).followup == "identity_form"


async def test_the_number_of_whoever_rang_is_not_the_customers_line(sandbox: httpx.Client, number: str) -> None:
    on = tracker("02155500011老骚扰我", "complain_spam", entities={"landline_number": "02155500011"})
    on.slots |= verified(number)

    turn = await run(ActionComplaint(), on)

    assert (turn.followup, bool(turn.slots["identity_token"])) == ("journey_form", True)


def broadband(sandbox: httpx.Client) -> tuple[str, str]:
    """A mobile number and the broadband account that is bound to it."""
    number = raw.numbers(sandbox, "contract_ending")[0]
    return number, raw.lines(sandbox, number)["broadband"]
