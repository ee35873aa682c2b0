import httpx
import pytest

from actions.ticket import ActionQueryTicket
from common.times import moment_label, visit_label
from tests.actions.journeys import Talker
from tests.actions.talk import Turn
from tests.actions.ticket_making import NUMBER, SOMEBODY_ELSES, late_ticket, ticket, visit
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def fresh(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)


async def ask(number: str = NUMBER, **entities: str) -> Turn:
    return await Talker(ActionQueryTicket(), number).begin("工单进度", **entities)


async def test_a_customer_without_tickets_is_told_so() -> None:
    assert (await ask()).responses == ["utter_tickets_none"]


async def test_a_ticket_is_told_with_its_promise_and_the_visit() -> None:
    made = ticket()
    assert made.expected is not None
    alone = await ask()
    coming = visit(made)
    assert coming.start is not None
    assert coming.end is not None
    visited = await ask()

    assert alone.responses == ["utter_tickets"]
    assert f"工单{made.id}" in alone.text
    assert f"目前已受理。承诺{moment_label(made.expected)}前办好。" in alone.text
    assert visited.responses == ["utter_tickets_visit"]
    assert f"师傅{visit_label(coming.start, coming.end)}上门" in visited.text


async def test_a_promise_that_was_missed_is_owned_up_to(sandbox: httpx.Client) -> None:
    late_ticket(sandbox)

    turn = await ask()

    assert turn.responses == ["utter_tickets_late"]
    assert "已经过了，很抱歉" in turn.text


async def test_one_of_several_that_are_worked_on_is_chosen_and_the_rest_is_beside_it() -> None:
    first, over, second = ticket(), ticket("cancelled", title="旧的"), ticket(kind="complaint", title="投诉计费")
    talker = Talker(ActionQueryTicket(), NUMBER)
    await talker.begin("工单进度")
    assert talker.open == "utter_ticket_which"
    assert len(talker.buttons) == 2
    turn = await talker.press(next(title for title in talker.buttons if title.startswith("投诉计费")))

    assert f"投诉计费（工单{second.id}）" in turn.text
    assert {row["note"].split("，")[0] for row in turn.card["rows"]} == {first.id, over.id, second.id}
    assert len(turn.card["rows"]) == 3


@pytest.mark.parametrize(
    ("states", "response"),
    [(("inProgress", "resolved"), "utter_tickets_resolved"), (("cancelled",), "utter_tickets_ended")],
)
async def test_what_is_over_is_told_as_it_ended(states: tuple[str, ...], response: str) -> None:
    ticket(*states)

    assert (await ask()).responses == [response]


async def test_a_number_that_was_named_is_told_and_somebody_elses_is_unknown() -> None:
    named, theirs = ticket("cancelled"), ticket(number=SOMEBODY_ELSES)
    ticket()

    assert f"工单{named.id}" in (await ask(ticket_number=named.id)).text
    for unknown in (theirs.id, "TT2020010100000001"):
        turn = await ask(ticket_number=unknown)
        assert turn.responses == ["utter_ticket_unknown"]


async def test_a_ticket_is_told_while_nobody_can_be_asked_about_visits(sandbox: httpx.Client) -> None:
    visit(ticket())
    raw.breaks(sandbox, "646")

    turn = await ask()

    raw.mends(sandbox)
    assert turn.responses == ["utter_tickets"]
