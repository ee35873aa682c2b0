import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, identity_of
from actions.addon import ActionBuyAddon
from actions.balance import ActionQueryBalance
from actions.bill import ActionQueryBill
from actions.bound import READS, bound_of
from actions.claim import claim_of
from actions.identity import ValidateIdentityForm
from actions.identity_prompts import ActionAskNumber
from actions.journey import JOURNEYS
from actions.own_number import ActionOwnNumber
from actions.puk import ActionPuk
from actions.resume import ACTIONS, ActionResume
from actions.service_password import ActionServicePassword
from bss import inventory
from bss.http import turn as one_turn
from common.binding import BOUND, OPENID, UNBIND, Bound, issue_bound, mark_of, read_unbinding
from common.identity import Identity, issue_identity, read_identity
from common.masking import mask_number
from tests.actions.journeys import Talker
from tests.actions.talk import TALK, Turn, bot, run, tracker, user, verified
from tests.bss import raw

BALANCE = {"action": "action_query_balance", "params": {}}


def owner_of(number: str) -> str:
    with one_turn(5, "test"):
        return inventory.line(number).customer


def told(*numbers: str, conversation: str = TALK, owner: str | None = None) -> dict[str, Any]:
    """The metadata of a turn whose customer has bound these numbers."""
    return {BOUND: issue_bound(conversation, [Bound(number, owner or owner_of(number)) for number in numbers])}


def remembered(number: str, conversation: str = TALK) -> dict[str, str]:
    """The slot of a customer who has read by a bound number."""
    return verified(number, conversation, OPENID)


async def test_a_bound_number_is_answered_without_a_code(number: str) -> None:
    turn = await run(ActionQueryBalance(), tracker(metadata=told(number)))

    assert turn.followup is None
    assert mask_number(number) in turn.text
    assert read_identity(turn.slots["identity_token"], TALK) == Identity(number, TALK, OPENID)
    assert turn.slots["pending_request"] == []


@pytest.mark.parametrize(
    "action", [ActionPuk(), ActionServicePassword(), ActionBuyAddon()], ids=["PUK", "password", "order"]
)
async def test_what_is_secret_or_costs_money_still_asks_for_a_code(action: AccountAction, number: str) -> None:
    turn = await run(action, tracker(intent="", metadata=told(number), slots=remembered(number)))

    assert (turn.followup, turn.slots["identity_token"], turn.said) == ("identity_form", None, [])


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - READS))
async def test_nothing_else_is_done_for_a_number_that_is_only_bound(name: str, number: str) -> None:
    dispatcher = CollectingDispatcher()
    on = tracker(intent="", metadata=told(number), slots=remembered(number))

    events, done = await ACTIONS[name].attempt(dispatcher, on, Identity(number, TALK, OPENID), {})

    assert (dispatcher.messages, done) == ([], False)
    assert [event["name"] for event in events] == ["identity_form"]


@pytest.mark.parametrize("name", sorted(READS))
async def test_what_reads_asks_first_whose_the_number_is(name: str, number: str) -> None:
    dispatcher = CollectingDispatcher()
    on = tracker(intent="", metadata=told(number, owner="somebody else"))

    await ACTIONS[name].attempt(dispatcher, on, Identity(number, TALK, OPENID), {})

    assert [message["response"] for message in dispatcher.messages] == ["utter_bound_over"]


async def test_a_journey_does_not_go_on_with_a_number_that_is_only_bound(number: str) -> None:
    talker = Talker(ActionBuyAddon(), number)
    await talker.begin("我要买流量包", "buy_addon")
    assert talker.open is not None
    talker.slots |= remembered(number)

    turn = await talker.press(next(iter(talker.buttons)))

    assert (turn.said, turn.slots["journey"]) == ([], None)
    assert turn.slots["pending_request"][0]["action"] == "action_buy_addon"


async def test_who_owns_what_is_not_told_to_who_is_only_bound(number: str) -> None:
    turn = await run(ActionOwnNumber(), tracker(metadata=told(number), slots=remembered(number)))

    assert turn.responses == ["utter_own_number_how"]


def test_no_journey_is_among_what_a_bound_number_is_enough_for() -> None:
    assert READS - set(ACTIONS) == set()
    assert READS & set(JOURNEYS) == set()


async def test_a_waiting_request_that_a_bound_number_is_not_enough_for_goes_to_the_form(number: str) -> None:
    waiting = [{"action": "action_puk", "params": {"intent": "puk_code"}}]
    slots = {"pending_request": waiting, **remembered(number)}

    turn = await run(ActionResume(), tracker(intent="retry", metadata=told(number), slots=slots))

    assert (turn.followup, turn.said, turn.slots["pending_request"]) == ("identity_form", [], waiting)


def test_a_token_of_a_bound_number_is_no_verified_identity(number: str) -> None:
    assert identity_of(tracker(metadata=told(number), slots=remembered(number))) is None


# What stands in the place of the desk's word; made in the test, whose secret is its own.
FORGED: dict[str, Callable[[str], dict[str, Any]]] = {
    "none": lambda number: {},
    "null": lambda number: {BOUND: None},
    "a number": lambda number: {BOUND: number},
    "nonsense": lambda number: {BOUND: "gAAAA"},
    "another token": lambda number: {BOUND: issue_identity(Identity(number, TALK, "sms_code"))},
    "another conversation's": lambda number: told(number, conversation="talk-2"),
    "nothing bound": lambda number: told(),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_without_the_desks_word_of_this_turn_a_token_of_a_bound_number_opens_nothing(
    forged: Callable[[str], dict[str, Any]], number: str
) -> None:
    turn = await run(ActionQueryBalance(), tracker(metadata=forged(number), slots=remembered(number)))

    assert (turn.followup, turn.slots["identity_token"], turn.said) == ("identity_form", None, [])


async def test_the_desks_word_of_an_earlier_turn_is_worth_nothing(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = told(number)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)

    assert bound_of(tracker(metadata=metadata)) is None


async def test_another_customers_number_is_not_read_by_naming_it(sandbox: httpx.Client) -> None:
    own, other = raw.numbers(sandbox, "basic")[:2]
    on = tracker(f"查{other}的话费", entities={"phone_number": other}, metadata=told(own))

    turn = await run(ActionQueryBalance(), on)

    assert (turn.followup, turn.said) == ("identity_form", [])


async def test_a_verified_identity_stays_when_a_bound_number_is_read_beside_it(sandbox: httpx.Client) -> None:
    own, other = raw.numbers(sandbox, "basic")[:2]
    on = tracker(f"查{other}的话费", entities={"phone_number": other}, metadata=told(other), slots=verified(own))

    turn = await run(ActionQueryBalance(), on)

    assert mask_number(other) in turn.text
    assert read_identity(turn.slots["identity_token"], TALK) == Identity(own, TALK, "sms_code")


async def asked(on: Tracker) -> Turn:
    return await run(ActionAskNumber(), on)


async def in_form(
    action: Action, *numbers: str, text: str = "", intent: str = "query_balance", **entities: str
) -> Turn:
    slots = {"pending_request": [BALANCE], "requested_slot": "phone_number"}
    on = tracker(text, intent, entities=entities, slots=slots, loop="identity_form", metadata=told(*numbers))
    return await run(action, on)


async def test_of_several_bound_numbers_the_customer_chooses_one(sandbox: httpx.Client) -> None:
    one, two = raw.numbers(sandbox, "basic")[:2]

    begun = await run(ActionQueryBalance(), tracker(metadata=told(one, two)))
    question = await in_form(ActionAskNumber(), one, two)
    chosen = await in_form(
        ValidateIdentityForm(), one, two, text="/answer", intent="answer", ask="bound", value=mark_of(two)
    )
    answered = await run(ActionResume(), tracker(metadata=told(one, two), slots=chosen.slots))

    assert (begun.followup, begun.said) == ("identity_form", [])
    assert question.responses == ["utter_ask_bound_number"]
    assert [button["title"] for button in question.said[0]["buttons"]] == [mask_number(one), mask_number(two)]
    assert mark_of(two) in question.said[0]["buttons"][1]["payload"]
    assert (chosen.said, chosen.slots["requested_slot"]) == ([], None)
    assert mask_number(two) in answered.text
    again = await run(ActionQueryBill(), tracker(intent="query_bill", metadata=told(one, two), slots=answered.slots))
    assert again.followup is None


async def test_a_bound_number_that_is_typed_is_chosen_too(sandbox: httpx.Client) -> None:
    one, two = raw.numbers(sandbox, "basic")[:2]

    chosen = await in_form(ValidateIdentityForm(), one, two, text=two, phone_number=two)

    assert read_identity(chosen.slots["identity_token"], TALK) == Identity(two, TALK, OPENID)


async def test_a_number_that_is_not_bound_any_more_cannot_be_pressed(sandbox: httpx.Client) -> None:
    one, two, over = raw.numbers(sandbox, "basic")[:3]

    pressed = await in_form(
        ValidateIdentityForm(), one, two, text="/answer", intent="answer", ask="bound", value=mark_of(over)
    )

    assert (pressed.said, pressed.slots.get("identity_token")) == ([], None)


async def test_for_what_needs_a_proof_the_code_goes_to_the_bound_number_at_once(unused: str) -> None:
    slots = {"pending_request": [{"action": "action_top_up", "params": {}}]}

    turn = await run(ValidateIdentityForm(), tracker(slots=slots, metadata=told(unused)))

    assert turn.slots["phone_number"] == mask_number(unused)
    assert turn.slots.get("identity_token") is None
    claim = claim_of(tracker(slots=turn.slots))
    assert claim is not None
    assert (claim.number, claim.to, bool(claim.code)) == (unused, unused, True)


async def test_a_number_with_another_owner_is_unbound_and_its_account_not_read(number: str) -> None:
    on = tracker(metadata=told(number, owner="somebody else"), slots=remembered(number))

    turn = await run(ActionQueryBalance(), on)

    assert (turn.responses, turn.followup) == (["utter_bound_over"], "identity_form")
    assert read_unbinding(turn.said[0]["custom"][UNBIND], TALK) == number
    assert (turn.slots["identity_token"], turn.slots["pending_request"]) == (None, [BALANCE])


async def test_what_was_unbound_in_this_turn_is_not_used_again_in_it(number: str) -> None:
    metadata = told(number, owner="somebody else")
    first = await run(ActionQueryBalance(), tracker(metadata=metadata))
    events = [user(), bot("您绑定的号码", "utter_bound_over", custom=first.said[0]["custom"])]
    on = tracker(events=events, slots=first.slots, metadata=metadata)

    form = await run(ValidateIdentityForm(), on)
    question = await asked(on)

    assert (bound_of(on), form.events, question.responses) == ([], [], ["utter_ask_number"])


async def test_a_number_that_has_ended_is_unbound(sandbox: httpx.Client) -> None:
    ended, unknown = raw.numbers(sandbox, "basic")[-1], "18999999999"
    metadata = told(ended)
    raw.ends(sandbox, ended)

    turn = await run(ActionQueryBalance(), tracker(metadata=metadata))
    nobodys = await run(ActionQueryBalance(), tracker(metadata=told(unknown, owner="P0001")))
    raw.reset(sandbox)

    assert (turn.responses, turn.followup) == (["utter_bound_over"], "identity_form")
    assert (nobodys.responses, nobodys.followup) == (["utter_bound_over"], "identity_form")


async def test_while_nobody_can_say_whose_it_is_nothing_is_read_and_nothing_unbound(
    sandbox: httpx.Client, number: str
) -> None:
    metadata = told(number)
    raw.breaks(sandbox, "637")

    turn = await run(ActionQueryBalance(), tracker(metadata=metadata))

    assert (turn.responses, turn.slots["pending_request"]) == (["utter_bss_unavailable"], [BALANCE])
    raw.mends(sandbox)
    again = await run(ActionResume(), tracker(intent="retry", metadata=metadata, slots=turn.slots))
    assert (again.responses, again.slots["pending_request"]) == (["utter_balance"], [])
