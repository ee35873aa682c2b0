from datetime import timedelta

import httpx
import pytest

from actions.compensation import ActionTicketCompensation, worth
from knowledge_base.content import content
from tests.actions.journeys import Talker
from tests.actions.ticket_making import NUMBER, late_ticket, ticket
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


def test_each_day_begun_counts_up_to_the_limit() -> None:
    rule = content("promises")["compensation"]

    assert worth(timedelta(minutes=1)) == rule["each_day"]
    assert worth(timedelta(days=1, seconds=1)) == 2 * rule["each_day"]
    assert worth(timedelta(days=400)) == rule["most"]


async def test_a_missed_promise_is_claimed_once(sandbox: httpx.Client) -> None:
    late = late_ticket(sandbox, days=2)
    talker = Talker(ActionTicketCompensation(), NUMBER)
    asked = await talker.begin("我要申请慢必赔")
    assert asked.responses == ["utter_compensation_confirm"]
    assert "20.00元" in asked.text  # 25 hours beyond the day that was promised
    done = await talker.press("登记赔付")

    claims = [one for one in raw.tickets(sandbox, NUMBER) if one["ticketType"] == "complaint"]
    again = await Talker(ActionTicketCompensation(), NUMBER).begin("慢必赔")
    raw.reset(sandbox)
    assert done.responses == ["utter_compensation_done"]
    assert [claim["name"] for claim in claims] == ["慢必赔"]
    facts = {note["id"]: note["text"] for note in claims[0]["note"]}
    assert facts == {"type": "compensation", "compensates": late.id, "amount": "20.00元", "contact": NUMBER}
    assert again.responses == ["utter_compensation_claimed"]
    assert claims[0]["id"] in again.text


async def test_a_no_claims_nothing(sandbox: httpx.Client) -> None:
    late_ticket(sandbox)
    talker = Talker(ActionTicketCompensation(), NUMBER)
    await talker.begin("慢必赔")
    turn = await talker.press("先不办")

    claims = [one for one in raw.tickets(sandbox, NUMBER) if one["ticketType"] == "complaint"]
    raw.reset(sandbox)
    assert turn.responses == ["utter_stopped_journey"]
    assert claims == []


async def test_who_was_not_let_down_hears_until_when(sandbox: httpx.Client) -> None:
    nothing = await Talker(ActionTicketCompensation(), NUMBER).begin("慢必赔")
    made = ticket("inProgress")
    early = await Talker(ActionTicketCompensation(), NUMBER).begin("慢必赔")
    raw.reset(sandbox)
    ticket("inProgress", "resolved")
    complaint = ticket(kind="complaint", title="投诉")
    in_time = await Talker(ActionTicketCompensation(), NUMBER).begin("慢必赔")
    other = await Talker(ActionTicketCompensation(), NUMBER).begin("慢必赔", ticket_number=complaint.id)

    assert nothing.responses == ["utter_compensation_none"]
    assert early.responses == ["utter_compensation_not_yet"]
    assert made.id in early.text
    assert in_time.responses == ["utter_compensation_in_time"]
    assert other.responses == ["utter_compensation_none"]
