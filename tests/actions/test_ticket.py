import httpx

from actions.ticket import SHOWN, ActionQueryTicket
from knowledge_base.content import content
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw


async def ask(number: str) -> Turn:
    return await run(ActionQueryTicket(), tracker("工单进度", "query_ticket", slots=verified(number)))


async def test_tickets_are_told_with_how_they_stand(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "repeat_fault")[0]
    found = raw.tickets(sandbox, number)
    states = content("promises")["states"]

    turn = await ask(number)

    assert 0 < len(turn.card["rows"]) == min(SHOWN, len(found))
    told = {row["note"].split("，")[0]: row["value"] for row in turn.card["rows"]}
    assert told.items() <= {ticket["id"]: states[ticket["status"]] for ticket in found}.items()


async def test_only_a_customer_without_tickets_is_told_that_there_are_none(sandbox: httpx.Client) -> None:
    numbers = raw.numbers(sandbox, "porting_eligible") + raw.numbers(sandbox, "repeat_fault")
    told = {number: (await ask(number)).responses for number in numbers}

    assert told == {
        number: ["utter_tickets" if raw.tickets(sandbox, number) else "utter_tickets_none"] for number in numbers
    }
    assert ["utter_tickets_none"] in told.values()
