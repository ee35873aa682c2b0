import httpx
import pytest

from actions.ticket_care import ActionTicketCancel, ActionTicketUrge
from bss import appointments, tickets
from tests.actions.journeys import Talker
from tests.actions.ticket_making import FAMILY, NUMBER, SOMEBODY_ELSES, sub_card, ticket, visit
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


@pytest.mark.parametrize(
    ("kind", "response"), [("fault", "utter_ticket_urged"), ("complaint", "utter_complaint_urged")]
)
async def test_a_ticket_is_urged_with_the_customers_words(kind: str, response: str) -> None:
    made = ticket(kind=kind)

    turn = await Talker(ActionTicketUrge(), NUMBER).begin("都等了一天了快点派人")

    assert turn.responses == [response]
    assert tickets.ticket(made.id).notes[-1].text == "都等了一天了快点派人"


async def test_nothing_is_urged_where_nothing_is_worked_on() -> None:
    assert (await Talker(ActionTicketUrge(), NUMBER).begin("催单")).responses == ["utter_ticket_none_open"]
    done, ended = ticket("inProgress", "resolved"), ticket("cancelled")

    told = await Talker(ActionTicketUrge(), NUMBER).begin("催单", ticket_number=done.id)
    assert told.responses == ["utter_ticket_done_already"]
    told = await Talker(ActionTicketUrge(), NUMBER).begin("催单", ticket_number=ended.id)
    assert told.responses == ["utter_ticket_ended"]
    assert tickets.ticket(done.id).notes == done.notes


async def test_one_of_several_is_urged() -> None:
    ticket(title="投诉计费", kind="complaint")
    made = ticket(title="报宽带故障")
    talker = Talker(ActionTicketUrge(), NUMBER)
    await talker.begin("催一下")
    await talker.press(next(title for title in talker.buttons if title.startswith("报宽带故障")))

    assert len(tickets.ticket(made.id).notes) == len(made.notes) + 1


async def test_a_ticket_is_withdrawn_after_a_second_question_and_nobody_comes() -> None:
    made = ticket()
    coming = visit(made)
    talker = Talker(ActionTicketCancel(), NUMBER)
    await talker.begin("网好了不用来了")
    assert talker.open == "utter_ticket_cancel_confirm"
    assert tickets.ticket(made.id).open
    turn = await talker.say("对", "affirm")

    assert turn.responses == ["utter_ticket_cancelled"]
    assert (tickets.ticket(made.id).state, appointments.appointment(coming.id).state) == ("cancelled", "cancelled")
    assert tickets.ticket(made.id).history[-1].reason == "网好了不用来了"


async def test_a_no_keeps_ticket_and_visit() -> None:
    made = ticket()
    coming = visit(made)
    talker = Talker(ActionTicketCancel(), NUMBER)
    await talker.begin("撤销报修")
    turn = await talker.press("先不撤")

    assert turn.responses == ["utter_ticket_kept"]
    assert (tickets.ticket(made.id).open, appointments.appointment(coming.id).ahead) == (True, True)


async def test_the_visit_is_called_off_when_its_system_answers_again(sandbox: httpx.Client) -> None:
    made = ticket()
    coming = visit(made)
    talker = Talker(ActionTicketCancel(), NUMBER)
    await talker.begin("撤销报修")
    raw.breaks(sandbox, "646")
    await talker.press("确认撤销")
    assert talker.open == "utter_journey_unavailable"
    raw.mends(sandbox)
    turn = await talker.press("再试一次")

    assert turn.responses == ["utter_ticket_cancelled"]
    assert (tickets.ticket(made.id).state, appointments.appointment(coming.id).state) == ("cancelled", "cancelled")


async def test_somebody_elses_ticket_cannot_be_touched() -> None:
    theirs = ticket(number=SOMEBODY_ELSES)

    for journey in (ActionTicketCancel(), ActionTicketUrge()):
        turn = await Talker(journey, NUMBER).begin("我的单子", ticket_number=theirs.id)
        assert turn.responses == ["utter_ticket_unknown"]
    assert tickets.ticket(theirs.id) == theirs


async def test_a_sub_card_knows_the_tickets_of_its_own_line_only() -> None:
    family, own = ticket(number=FAMILY), ticket(number=sub_card())

    told = await Talker(ActionTicketUrge(), sub_card()).begin("催单", ticket_number=family.id)
    urged = await Talker(ActionTicketUrge(), sub_card()).begin("催单")

    assert (told.responses, urged.responses) == (["utter_ticket_unknown"], ["utter_ticket_urged"])
    assert own.id in urged.text


async def test_who_leaves_before_the_visit_is_called_off_hears_that_the_ticket_is_withdrawn(
    sandbox: httpx.Client,
) -> None:
    made = ticket()
    visit(made)
    talker = Talker(ActionTicketCancel(), NUMBER)
    await talker.begin("撤单", ticket_number=made.id)
    raw.breaks(sandbox, "646")
    await talker.press("确认撤销")
    assert talker.open == "utter_journey_unavailable"
    assert talker.state is not None

    response, blanks = talker.journey.stopped(talker.state.values)

    raw.mends(sandbox)
    assert (response, blanks) == ("utter_ticket_cancelled_visit_stays", {"ticket": made.id})
    assert tickets.ticket(made.id).state == "cancelled"
