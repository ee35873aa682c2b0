import inspect

import httpx
import pytest

from actions.resume import ACTIONS, ActionResume
from common.identity import read_identity
from tests.actions.talk import TALK, run, tracker, verified
from tests.bss import raw

BILL = {"action": "action_query_bill", "params": {}}
BALANCE = {"action": "action_query_balance", "params": {}}


def test_every_action_that_reads_an_account_can_be_resumed() -> None:
    from actions.account import AccountAction

    def kinds(of: type) -> set[type]:
        found = {of, *(kind for child in of.__subclasses__() for kind in kinds(child))}
        return {kind for kind in found if not inspect.isabstract(kind)}

    assert {type(one) for one in ACTIONS.values()} == kinds(AccountAction)


async def test_what_waited_is_answered_once_the_number_is_proven(number: str) -> None:
    turn = await run(ActionResume(), tracker("123456", "x", slots=verified(number) | {"pending_request": [BALANCE]}))

    assert turn.responses == ["utter_balance"]
    assert turn.slots["pending_request"] == []
    assert read_identity(turn.slots["identity_token"], TALK).number == number


async def test_two_requests_that_waited_are_answered_in_their_order(number: str) -> None:
    slots = verified(number) | {"pending_request": [BALANCE, BILL]}

    turn = await run(ActionResume(), tracker("123456", "x", slots=slots))

    assert [response.split("_")[1] for response in turn.responses] == ["balance", "bill"]


async def test_the_month_that_was_asked_for_survives_the_detour(number: str) -> None:
    waiting = [{"action": "action_query_bill", "params": {"month": "2019-01"}}]

    turn = await run(ActionResume(), tracker("123456", "x", slots=verified(number) | {"pending_request": waiting}))

    assert "2019年1月" in turn.text


async def test_what_could_not_be_answered_waits_on(sandbox: httpx.Client, number: str) -> None:
    raw.breaks(sandbox, "678", "error")
    slots = verified(number) | {"pending_request": [BALANCE, BILL]}

    turn = await run(ActionResume(), tracker("再试一次", "retry", slots=slots))

    assert turn.responses == ["utter_balance", "utter_bss_unavailable"]
    assert turn.slots["pending_request"] == [BILL]


async def test_a_retry_without_an_identity_asks_for_it_first() -> None:
    turn = await run(ActionResume(), tracker("再试一次", "retry", slots={"pending_request": [BALANCE]}))

    assert (turn.followup, turn.said) == ("identity_form", [])


@pytest.mark.parametrize("slots", [{}, {"pending_request": [{"action": "os.system", "params": {}}]}])
async def test_a_retry_of_nothing_shows_the_menu(slots: dict[str, object]) -> None:
    turn = await run(ActionResume(), tracker("再试一次", "retry", slots=slots))

    assert turn.responses == ["utter_menu"]


async def test_a_form_that_ended_without_an_identity_leaves_it_at_what_was_said() -> None:
    turn = await run(ActionResume(), tracker("123456", "x", slots={"pending_request": [BALANCE]}))

    assert (turn.events, turn.said) == ([], [])


async def test_the_token_of_another_conversation_resumes_nothing(number: str) -> None:
    slots = verified(number, "another-talk") | {"pending_request": [BALANCE]}

    turn = await run(ActionResume(), tracker("123456", "x", slots=slots))

    assert turn.said == []
