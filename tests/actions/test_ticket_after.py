import httpx
import pytest

from actions.ticket_after import ActionNotResolved, ActionResolved, ActionTicketReopen, ActionTicketSettled
from bss import tickets
from tests.actions.journeys import Talker
from tests.actions.talk import run, tracker, verified
from tests.actions.ticket_making import FAMILY, NUMBER, SOMEBODY_ELSES, sub_card, ticket
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")
DONE = ("inProgress", "resolved")


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


@pytest.mark.parametrize(
    ("kind", "facts", "cause"),
    [
        ("fault", {}, "网络"),
        ("complaint", {"type": "vas"}, "营销"),
        ("complaint", {"type": "suspension"}, "规则"),
        ("complaint", {"type": "compensation"}, "流程"),
        ("complaint", {}, "服务"),
    ],
)
async def test_a_settled_ticket_is_closed_with_its_root_cause(kind: str, facts: dict[str, str], cause: str) -> None:
    made = ticket(*DONE, kind=kind, **facts)

    turn = await Talker(ActionTicketSettled(), NUMBER).begin("/ticket_settled", ticket_number=made.id)

    closed = tickets.ticket(made.id)
    assert turn.responses == ["utter_ticket_settled"]
    assert (closed.state, closed.fact("rootCause"), closed.history[-1].reason) == ("closed", cause, "客户确认已解决")
    again = await Talker(ActionTicketSettled(), NUMBER).begin("/ticket_settled", ticket_number=made.id)
    assert again.responses == ["utter_ticket_settled"]


async def test_a_ticket_that_is_still_worked_on_is_not_closed() -> None:
    made = ticket()

    turn = await Talker(ActionTicketSettled(), NUMBER).begin("/ticket_settled", ticket_number=made.id)

    assert turn.responses == ["utter_ticket_still_open"]
    assert tickets.ticket(made.id).open


async def test_somebody_elses_ticket_is_neither_closed_nor_reopened() -> None:
    theirs = ticket(*DONE, number=SOMEBODY_ELSES)

    for journey in (ActionTicketSettled(), ActionTicketReopen()):
        turn = await Talker(journey, NUMBER).begin("/x", ticket_number=theirs.id)
        assert turn.responses == ["utter_ticket_unknown"]
    assert tickets.ticket(theirs.id).state == "resolved"


async def test_what_is_still_wrong_is_asked_and_the_ticket_is_worked_on_again() -> None:
    made = ticket(*DONE)
    talker = Talker(ActionTicketReopen(), NUMBER)
    await talker.begin("/query_ticket_reopen", ticket_number=made.id)
    assert talker.open == "utter_ticket_wrong"
    turn = await talker.say("晚上还是断网")

    again = tickets.ticket(made.id)
    assert turn.responses == ["utter_ticket_reopened"]
    assert (again.state, again.fact("stillWrong")) == ("inProgress", "晚上还是断网")


async def test_a_sentence_that_tells_what_is_wrong_is_enough() -> None:
    ticket(*DONE)

    turn = await Talker(ActionTicketReopen(), NUMBER).begin("师傅走了没一会儿又没网了")

    assert turn.responses == ["utter_ticket_reopened"]


async def test_a_closed_ticket_gets_a_successor(sandbox: httpx.Client) -> None:
    made = ticket(*DONE, "closed", kind="complaint", title="投诉计费", type="billing")

    turn = await Talker(ActionTicketReopen(), NUMBER).begin("说退的钱还是没有退给我", ticket_number=made.id)

    assert turn.responses == ["utter_ticket_again"]
    (newest,) = (one for one in raw.tickets(sandbox, NUMBER) if one["id"] != made.id)
    assert (newest["name"], newest["severity"], newest["ticketType"]) == ("投诉计费", "major", "complaint")
    assert newest["troubleTicketRelationship"][0]["id"] == made.id
    assert {note["id"]: note["text"] for note in newest["note"]} == {"type": "billing", "contact": NUMBER}


async def test_what_is_worked_on_already_only_gets_the_words() -> None:
    made = ticket()

    turn = await Talker(ActionTicketReopen(), NUMBER).begin("师傅来过了还是用不了啊")

    assert turn.responses == ["utter_ticket_noted"]
    assert tickets.ticket(made.id).notes[-1].text == "师傅来过了还是用不了啊"


async def test_without_a_ticket_a_new_report_is_offered() -> None:
    assert (await Talker(ActionTicketReopen(), NUMBER).begin("又坏了")).responses == ["utter_ticket_none_to_reopen"]


async def test_a_word_without_a_question_is_about_the_ticket_that_was_just_resolved(sandbox: httpx.Client) -> None:
    slots = verified(NUMBER)
    assert (await run(ActionResolved(), tracker("解决了", "resolved", slots=slots))).responses == ["utter_resolved"]
    assert (await run(ActionNotResolved(), tracker("没解决", "not_resolved", slots=slots))).responses == [
        "utter_not_resolved"
    ]
    made = ticket(*DONE)

    good = await run(ActionResolved(), tracker("解决了", "resolved", slots=slots))
    bad = await run(ActionNotResolved(), tracker("没解决", "not_resolved", slots=slots))
    raw.breaks(sandbox, "621")
    unsure = await run(ActionResolved(), tracker("解决了", "resolved", slots=slots))
    raw.mends(sandbox)

    assert good.responses == ["utter_ticket_is_it_settled"]
    assert made.id in good.text
    assert bad.followup == "journey_form"
    assert bad.slots["journey"]["values"]["ticket"] == made.id
    assert unsure.responses == ["utter_resolved"]
    assert (await run(ActionResolved(), tracker("解决了", "resolved"))).responses == ["utter_resolved"]


async def test_a_sub_card_is_not_asked_about_the_owners_ticket() -> None:
    ticket(*DONE, number=FAMILY)

    turn = await run(ActionResolved(), tracker("解决了", "resolved", slots=verified(sub_card())))

    assert turn.responses == ["utter_resolved"]
