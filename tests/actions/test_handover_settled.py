import pytest

from actions.handover_settled import ActionHandoverSettled
from actions.ticket import ActionQueryTicket
from actions.ticket_after import ActionNotResolved
from tests.actions.talk import Turn, run, tracker, user, verified
from tests.actions.ticket_making import NUMBER, ticket


async def settled(**found: str) -> Turn:
    slots = {"journey": {"name": "action_fault"}, "pending_request": [{}], "identity_token": "sealed"}
    return await run(
        ActionHandoverSettled(), tracker("/handover_settled", "handover_settled", entities=found, slots=slots)
    )


@pytest.mark.parametrize(
    ("result", "number", "response"),
    [
        ("solved", "", "utter_settled_solved"),
        ("ticket", "TT20261127000001", "utter_settled_ticket"),
        ("order", "PO20261127000001", "utter_settled_order"),
        ("ticket", "", "utter_settled_solved"),
        ("unsolved", "", "utter_settled_unsolved"),
        ("left", "", "utter_settled_left"),
        ("another", "", "utter_settled_left"),
    ],
)
async def test_what_a_person_did_is_said_and_kept(result: str, number: str, response: str) -> None:
    turn = await settled(topic="query_bill", reason="explained", result=result, number=number)

    assert turn.responses == [response]
    assert number in turn.text
    assert turn.slots["settled"] == {"topic": "query_bill", "reason": "explained", "result": result, "number": number}


async def test_the_matter_is_called_as_the_customer_would() -> None:
    assert (await settled(topic="query_bill", result="solved")).text.startswith("“查账单”的事，客服已经为您办好了")
    assert (await settled(result="solved")).text.startswith("刚才的事，客服已经为您办好了")


async def test_what_was_under_way_is_over_but_not_the_proof_of_who_it_is() -> None:
    turn = await settled(result="solved")

    assert {"event": "active_loop", "timestamp": None, "name": None} in turn.events
    assert (turn.slots["journey"], turn.slots["pending_request"]) == (None, None)
    assert turn.slots["identity_token"] == "sealed"


async def test_who_says_that_it_is_not_solved_reaches_a_person_at_once_who_knows_what_was_done() -> None:
    slots = (await settled(topic="query_bill", reason="explained", result="solved")).slots | {"identity_token": None}
    events = [user("", "handover_settled"), user("还是没解决", "not_resolved")]

    turn = await run(ActionNotResolved(), tracker("还是没解决", "not_resolved", slots=slots, events=events))

    assert turn.responses == ["utter_handover_again"]
    wish = turn.said[0]["custom"]["handover"]
    assert wish["settled"] == slots["settled"]
    assert (wish["reason"], wish["escalation"], wish["priority"]) == ("escalation", "again", "high")
    assert (wish["topic"], wish["group"]) == ("query_bill", "mobile")


@pytest.mark.usefixtures("database")
async def test_the_ticket_that_a_person_opened_is_shown_first() -> None:
    opened, newer = ticket(title="投诉计费", kind="complaint"), ticket()
    slots = verified(NUMBER) | {"settled": {"topic": "", "reason": "", "result": "ticket", "number": opened.id}}

    turn = await run(ActionQueryTicket(), tracker("工单进度", "query_ticket", slots=slots))

    assert opened.id in turn.text
    assert newer.id not in turn.text
