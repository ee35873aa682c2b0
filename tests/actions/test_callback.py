import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from actions.callback import ActionCallback
from actions.handover_context import HANDOVER
from common.identity import seal
from common.masking import mask_number
from common.times import moment_label, utc_now
from tests.actions.journeys import Talker
from tests.actions.talk import tracker, user
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")
OTHER = "13800001111"


@pytest.fixture
def other_tickets(sandbox: httpx.Client) -> Any:
    """The call-back tickets that have been opened since, whosever they are."""
    before = {one["id"] for one in raw.get(sandbox, "621", "troubleTicket", limit=1000)}

    def new() -> list[dict[str, Any]]:
        return [one for one in raw.get(sandbox, "621", "troubleTicket", limit=1000) if one["id"] not in before]

    return new


def facts(ticket: dict[str, Any]) -> dict[str, str]:
    return {note["id"]: note["text"] for note in ticket["note"]}


async def begun(number: str | None = None, **payload: str) -> Talker:
    talker = Talker(ActionCallback(), number)
    await talker.begin("/request_callback", "request_callback", **payload)
    return talker


async def test_a_verified_customer_is_rung_at_the_number_that_is_known(number: str, other_tickets: Any) -> None:
    talker = await begun(number, group="fault", why="queue", topic="report_fault_broadband")
    assert talker.turn.responses == ["utter_callback_number"]
    await talker.press(f"回拨{mask_number(number)}")
    assert talker.open == "utter_callback_when"

    turn = await talker.press("尽快")

    (ticket,) = other_tickets()
    assert turn.responses == ["utter_callback_done"]
    assert turn.text == f"已经登记，工单号{ticket['id']}。客服会尽快打{mask_number(number)}联系您。"
    assert (ticket["ticketType"], ticket["name"], ticket["description"]) == ("callback", "请人工回电", "报宽带故障")
    assert facts(ticket) == {
        "reason": "callback",
        "contact": number,
        "group": "fault",
        "when": "尽快",
        "topic": "报宽带故障",
        "why": "queue",
    }
    assert number not in json.dumps([turn.events, turn.said], ensure_ascii=False)


async def test_who_has_proven_nothing_is_rung_too(other_tickets: Any) -> None:
    talker = await begun(group="fault", why="closed", sealed="")
    assert talker.turn.responses == ["utter_ask_contact"]
    await talker.say(f"打{OTHER}", phone_number=OTHER)
    await talker.press("尽快")
    assert talker.open == "utter_callback_about"

    turn = await talker.say("想问问宽带怎么装")

    (ticket,) = other_tickets()
    assert turn.responses == ["utter_callback_done_unverified"]
    assert "relatedParty" not in ticket
    assert ticket["relatedEntity"] == []
    assert (ticket["description"], facts(ticket)["contact"]) == ("想问问宽带怎么装", OTHER)


async def test_the_number_that_was_verified_before_comes_sealed(
    sandbox: httpx.Client, number: str, other_tickets: Any
) -> None:
    talker = await begun(group="fault", why="timeout", topic="query_bill", sealed=seal(HANDOVER, {"number": number}))
    await talker.press(f"回拨{mask_number(number)}")

    await talker.press("尽快")

    (ticket,) = other_tickets()
    assert facts(ticket)["contact"] == number
    assert ticket["relatedParty"][0]["id"] == raw.product(sandbox, number)["relatedParty"][0]["id"]


async def test_a_seal_for_something_else_is_worth_nothing() -> None:
    for sealed in ("", "gAAAAmade-up", seal("contact", {"number": OTHER})):
        assert (await begun(sealed=sealed)).open == "utter_ask_contact"


async def test_another_number_can_be_given_and_a_slip_is_noticed(number: str, other_tickets: Any) -> None:
    talker = await begun(number, group="fault", topic="query_bill")
    await talker.press("换联系电话")
    assert talker.open == "utter_ask_contact"
    await talker.say("1380000111")
    assert talker.open == "utter_callback_number_wrong"
    await talker.say(OTHER, phone_number=OTHER)

    turn = await talker.press("尽快")

    (ticket,) = other_tickets()
    assert facts(ticket)["contact"] == OTHER
    assert mask_number(OTHER) in turn.text


async def test_a_sentence_that_says_it_all_is_asked_nothing(other_tickets: Any) -> None:
    on = tracker(
        f"打{OTHER}给我，后天下午",
        "human_agent_callback",
        entities={"phone_number": OTHER, "time_slot": "12:00-18:00"},
        events=[user("", "query_bill"), user("", "human_agent_callback")],
    )
    talker = Talker(ActionCallback())

    turn = await talker._do(talker.journey.run, on)

    (ticket,) = other_tickets()
    assert turn.responses == ["utter_callback_done_unverified"]
    assert facts(ticket)["when"].startswith("在")
    assert (facts(ticket)["topic"], facts(ticket)["group"]) == ("查账单", "mobile")


async def test_a_time_without_people_is_not_promised(number: str) -> None:
    talker = await begun(number, group="mobile", topic="query_bill")
    await talker.press(f"回拨{mask_number(number)}")

    await talker.say("凌晨三点", time_slot="03:00")

    assert talker.open == "utter_callback_when_not"
    assert "尽快" in talker.buttons


async def test_on_a_holiday_nobody_is_promised_a_call_before_people_are_there_again(number: str) -> None:
    opens = utc_now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=3)
    talker = await begun(number, group="fault", why="closed", topic="query_bill", opens=opens.isoformat())
    await talker.press(f"回拨{mask_number(number)}")
    assert list(talker.buttons) == ["尽快"]

    assert f"在{moment_label(opens)}上班后尽快" in (await talker.press("尽快")).text


async def test_the_same_wish_again_with_a_time_is_the_same_call(number: str) -> None:
    talker = await begun(number, group="mobile", topic="query_bill")

    turn = await talker.begin("明天给我打", "human_agent_callback", time_slot="12:00-18:00")

    assert turn.responses == ["utter_callback_number"]
    await talker.press(f"回拨{mask_number(number)}")
    assert talker.open is None


async def test_while_the_operator_is_down_it_is_written_down(sandbox: httpx.Client, number: str) -> None:
    raw.breaks(sandbox, "all")
    talker = await begun(number, group="fault", topic="query_bill")
    await talker.press(f"回拨{mask_number(number)}")

    turn = await talker.press("尽快")

    assert turn.responses == ["utter_callback_later"]
