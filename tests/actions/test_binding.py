import json
import time
from typing import Any

import pytest

from actions.balance import ActionQueryBalance
from actions.binding import NO, ActionAffirm, ActionBind
from actions.conversation import ActionDeny
from actions.journey_form import ActionJourneyEnd
from actions.resume import ActionResume
from common.binding import BIND, BOUND, MOST, Bound, issue_bound, mark_of, read_binding
from common.masking import mask_number
from tests.actions.talk import TALK, Turn, bot, run, tracker, user, verified
from tests.actions.test_bound import owner_of

BALANCE = {"action": "action_query_balance", "params": {}}
OTHERS = [Bound(f"1890000200{digit}", "P0001") for digit in range(MOST)]


def wechat(*bound: Bound) -> dict[str, Any]:
    """The metadata of a turn in WeChat."""
    return {BOUND: issue_bound(TALK, list(bound))}


async def proves(number: str, metadata: dict[str, Any], **slots: Any) -> Turn:
    """What is said once a number was proven for a question about the balance."""
    kept = {"pending_request": [BALANCE], **verified(number), **slots}
    return await run(ActionResume(), tracker(metadata=metadata, slots=kept))


def offered() -> list[dict[str, Any]]:
    """The conversation after the offer, with the customer's next message."""
    return [user(), bot("要不要绑定", "utter_bind_offer"), user("好的", "affirm")]


async def test_after_the_answer_it_is_asked_once_whether_to_remember_the_number(number: str) -> None:
    turn = await proves(number, wechat())
    again = await proves(number, wechat(), binding_asked=turn.slots["binding_asked"])

    assert turn.responses == ["utter_balance", "utter_bind_offer"]
    assert mask_number(number) in turn.texts[1]
    payloads = [button["payload"] for button in turn.said[1]["buttons"]]
    assert payloads == [f"/bind_number{json.dumps({'value': value})}" for value in (mark_of(number), NO)]
    assert again.responses == ["utter_balance"]
    assert number not in json.dumps(turn.events)


async def test_it_is_not_asked_on_the_web_nor_for_what_is_bound_nor_when_no_more_fit(number: str) -> None:
    for metadata in ({}, wechat(Bound(number, "P0001")), wechat(*OTHERS)):
        assert (await proves(number, metadata)).responses == ["utter_balance"]


async def test_after_a_journey_it_is_asked_too_but_not_when_a_person_comes(number: str) -> None:
    over = tracker(metadata=wechat(), slots=verified(number))
    person = tracker(
        metadata=wechat(),
        slots=verified(number),
        events=[user(), bot("好的", custom={"handover": {"group": "mobile"}})],
    )

    assert (await run(ActionJourneyEnd(), over)).responses == ["utter_bind_offer"]
    assert (await run(ActionJourneyEnd(), person)).said == []


async def test_a_yes_orders_the_binding_with_the_proof_and_the_owner(number: str) -> None:
    value = mark_of(number)
    on = tracker("/bind_number", "bind_number", entities={"value": value}, metadata=wechat(), slots=verified(number))

    turn = await run(ActionBind(), on)

    assert turn.responses == ["utter_bound"]
    assert read_binding(turn.said[0]["custom"][BIND], TALK) == Bound(number, owner_of(number))


async def test_a_typed_yes_or_no_right_after_the_offer_answers_it(number: str) -> None:
    asked = await proves(number, wechat())
    on = tracker("好的", "affirm", metadata=wechat(), slots=asked.slots, events=offered())
    unasked = tracker("好的", "affirm", metadata=wechat(), slots=asked.slots)

    assert (await run(ActionAffirm(), on)).responses == ["utter_bound"]
    assert (await run(ActionDeny(), on)).responses == ["utter_bind_declined"]
    assert (await run(ActionAffirm(), unasked)).responses == ["utter_affirm"]
    assert (await run(ActionDeny(), unasked)).responses == ["utter_deny"]


async def test_without_a_proof_of_this_conversation_nothing_is_bound(number: str) -> None:
    for slots in ({}, {"identity_token": number}, verified(number, "talk-2"), verified(number, method="openid")):
        turn = await run(ActionBind(), tracker("绑定号码", "bind_number", metadata=wechat(), slots=slots))

        assert (turn.said, turn.followup) == ([], "identity_form")
        assert turn.slots["pending_request"] == [{"action": "action_bind", "params": {}}]


async def test_an_expired_proof_binds_nothing(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = verified(number)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 901)

    turn = await run(ActionBind(), tracker("好的", "bind_number", metadata=wechat(), slots=slots))

    assert (turn.said, turn.followup) == ([], "identity_form")


async def test_who_asked_to_bind_proves_the_number_and_is_not_asked_again(number: str) -> None:
    slots = {"pending_request": [{"action": "action_bind", "params": {}}], **verified(number)}

    turn = await run(ActionResume(), tracker(metadata=wechat(), slots=slots))

    assert turn.responses == ["utter_bound"]
    assert turn.slots["binding_asked"] == [mark_of(number)]


async def test_a_button_for_another_number_binds_none(number: str) -> None:
    pressed = {"value": mark_of("18900001099")}
    on = tracker("/bind_number", "bind_number", entities=pressed, metadata=wechat(), slots=verified(number))
    waited = {"pending_request": [{"action": "action_bind", "params": pressed}], **verified(number)}

    assert (await run(ActionBind(), on)).responses == ["utter_choice_over"]
    assert (await run(ActionResume(), tracker(metadata=wechat(), slots=waited))).responses == ["utter_choice_over"]


async def test_what_cannot_be_bound_is_said_so(number: str) -> None:
    cases = {"utter_bound_already": wechat(Bound(number, "P0001")), "utter_bind_full": wechat(*OTHERS)}
    for response, metadata in cases.items():
        turn = await run(ActionBind(), tracker("", "bind_number", metadata=metadata, slots=verified(number)))
        assert turn.responses == [response]

    on_the_web = await run(ActionBind(), tracker("", "bind_number", slots=verified(number)))
    no = await run(ActionBind(), tracker("", "bind_number", entities={"value": NO}, metadata=wechat()))
    assert (on_the_web.responses, no.responses) == (["utter_bind_elsewhere"], ["utter_bind_declined"])


async def test_nothing_is_offered_to_who_is_only_bound(number: str) -> None:
    bound = wechat(Bound(number, owner_of(number)))

    assert (await run(ActionQueryBalance(), tracker(metadata=bound))).responses == ["utter_balance"]
