import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from actions.report import ActionConfirmReport, ActionDeny, ActionReport
from bss.models import OperatorRequest
from common.database import transaction
from common.masking import mask_number
from tests.actions.talk import Turn, run, tracker, verified
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


async def report(number: str, text: str = "宽带连不上了", intent: str = "report_fault_broadband", **more: Any) -> Turn:
    """A verified customer reports something."""
    return await run(ActionReport(), tracker(text, intent, slots=verified(number), **more))


def written() -> list[str]:
    with transaction() as session:
        return list(session.scalars(sa.select(OperatorRequest.state)))


async def test_nothing_is_reported_before_the_customer_says_yes(sandbox: httpx.Client, number: str) -> None:
    before = raw.tickets(sandbox, number)

    turn = await report(number)

    assert turn.responses == ["utter_report_fault"]
    assert turn.slots["draft_ticket"]["said"] == "宽带连不上了"
    assert turn.slots["draft_ticket"]["kind"] == "fault"
    assert (raw.tickets(sandbox, number), written()) == (before, [])


async def test_a_yes_makes_one_ticket_and_a_repeated_yes_no_second(sandbox: httpx.Client, number: str) -> None:
    before = len(raw.tickets(sandbox, number))
    slots = (await report(number)).slots
    yes = tracker("确认", "confirm_report", slots=slots, message_id=f"yes-{number}")

    first = await run(ActionConfirmReport(), yes)
    again = await run(ActionConfirmReport(), yes)

    assert first.responses == again.responses == ["utter_reported"]
    assert first.text == again.text
    assert len(raw.tickets(sandbox, number)) == before + 1
    assert first.slots["draft_ticket"] is None


async def test_a_ticket_is_kept_when_the_operator_cannot_take_it_now(sandbox: httpx.Client, number: str) -> None:
    before = len(raw.tickets(sandbox, number))
    slots = (await report(number)).slots
    raw.breaks(sandbox, "621")

    turn = await run(ActionConfirmReport(), tracker("确认", "confirm_report", slots=slots))

    raw.mends(sandbox)
    assert turn.responses == ["utter_reported_later"]
    assert written() == ["waiting"]
    assert len(raw.tickets(sandbox, number)) == before


async def test_a_yes_to_nothing_is_only_a_yes() -> None:
    turn = await run(ActionConfirmReport(), tracker("好的", "affirm"))

    assert (turn.responses, written()) == (["utter_affirm"], [])


async def test_a_yes_after_the_identity_ran_out_asks_for_it_first(number: str) -> None:
    slots = (await report(number)).slots | {"identity_token": None}

    turn = await run(ActionConfirmReport(), tracker("确认", "confirm_report", slots=slots))

    assert turn.followup == "identity_form"
    assert turn.slots["pending_request"][0]["action"] == "action_report"
    assert written() == []


async def test_a_no_drops_the_draft_and_reports_nothing(number: str) -> None:
    slots = (await report(number)).slots

    turn = await run(ActionDeny(), tracker("不用了", "deny", slots=slots))

    assert (turn.responses, turn.slots["draft_ticket"], written()) == (["utter_stopped"], None, [])


async def test_a_no_to_nothing_is_a_closing_word() -> None:
    assert (await run(ActionDeny(), tracker("没有了", "deny"))).responses == ["utter_deny"]


async def test_arrears_are_told_instead_of_a_fault(sandbox: httpx.Client) -> None:
    states = {
        number: {item["name"]: item["value"] for item in raw.product(sandbox, number)["productCharacteristic"]}
        for number in raw.numbers(sandbox, "arrears")
    }
    suspended = [number for number, told in states.items() if told["accountState"] == "arrears_suspended"]
    assert suspended

    for number in suspended:
        turn = await report(number, "手机打不通", "report_fault_mobile")
        assert turn.responses == ["utter_fault_arrears"]
        assert "draft_ticket" not in turn.slots


async def test_a_known_outage_is_told_instead_of_another_ticket(sandbox: httpx.Client) -> None:
    told = [
        await report(number, entities={"product_line": "broadband"}) for number in raw.numbers(sandbox, "outage_area")
    ]

    assert {turn.responses[0] for turn in told} <= {"utter_fault_outage", "utter_fault_outage_open"}
    assert all("draft_ticket" not in turn.slots for turn in told)


async def test_a_complaint_is_taken_even_from_somebody_in_arrears(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "arrears")[0]

    turn = await report(number, "乱扣我的钱", "complain_billing")

    assert turn.responses == ["utter_report_complaint"]
    assert turn.slots["draft_ticket"]["kind"] == "complaint"


async def test_numbers_in_the_customers_words_are_masked_in_the_draft(number: str) -> None:
    turn = await report(number, f"我的号码{number}没信号", "report_fault_mobile")

    assert number not in json.dumps([turn.said, turn.slots["draft_ticket"]], ensure_ascii=False)
    assert mask_number(number) in turn.slots["draft_ticket"]["said"]


async def test_the_payload_of_a_button_is_not_taken_for_the_customers_words(number: str) -> None:
    turn = await report(number, "/report_fault_broadband")

    assert "/" not in turn.slots["draft_ticket"]["said"]
