"""What the customer's numbers are."""

import json

import httpx

from actions.own_number import ActionOwnNumber
from bss import inventory
from common.masking import mask_number
from tests.actions.talk import run, tracker, verified
from tests.actions.ticket_making import sub_card
from tests.bss import raw


async def test_who_has_not_proven_a_number_is_told_where_the_phone_shows_it() -> None:
    turn = await run(ActionOwnNumber(), tracker("我号多少", "query_own_number"))

    assert (turn.responses, turn.followup) == (["utter_own_number_how"], None)


async def test_the_customers_numbers_are_shown_masked(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "multi_line")[0]

    turn = await run(ActionOwnNumber(), tracker("我号多少", "query_own_number", slots=verified(number)))

    lines = inventory.lines(inventory.line(number).customer)
    assert [row["value"][-4:] for row in turn.card["rows"]] == [line.number[-4:] for line in lines]
    assert not any(line.number in json.dumps(turn.card) for line in lines)


async def test_a_sub_card_is_shown_itself_only() -> None:
    number = sub_card()

    turn = await run(ActionOwnNumber(), tracker("我号多少", "query_own_number", slots=verified(number)))

    assert [row["value"] for row in turn.card["rows"]] == [mask_number(number)]
