import httpx

from actions.points import ActionQueryPoints
from common.times import day_label, parse_iso
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw


async def ask(number: str) -> Turn:
    return await run(ActionQueryPoints(), tracker(intent="query_points", slots=verified(number)))


async def test_points_are_told_with_the_days_they_run_out(sandbox: httpx.Client, number: str) -> None:
    customer = raw.product(sandbox, number)["relatedParty"][0]["id"]
    lots = [
        lot
        for lot in raw.get(sandbox, "658", "loyaltyBalance", loyaltyProgramMember__id=customer)
        if lot["quantity"]["value"] > 0
    ]

    turn = await ask(number)

    assert f"有{sum(lot['quantity']['value'] for lot in lots):,}积分" in turn.text
    assert {(row["label"], row["value"]) for row in turn.card["rows"]} == {
        (f"{day_label(parse_iso(lot['validFor']['endDateTime']))}到期", f"{lot['quantity']['value']:,}分")
        for lot in lots
    }


async def test_a_company_is_told_that_it_has_none(sandbox: httpx.Client) -> None:
    turn = await ask(raw.numbers(sandbox, "enterprise")[0])

    assert turn.responses == ["utter_points_none"]
