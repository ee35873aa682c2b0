"""Faults, over the real sandbox; through the real Rasa they are in tests/dialogues."""

from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from actions.fault import ActionFault
from actions.journey import forget
from actions.line_tested import ActionLineTested
from bss import appointments, outbox
from bss.models import Watch
from common.database import transaction
from common.masking import mask_number
from common.times import SHANGHAI, visit_label
from tests.actions.journeys import Talker
from tests.actions.talk import run, tracker
from tests.bss import raw

pytestmark = pytest.mark.usefixtures("database")


def faults(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    return [ticket for ticket in raw.tickets(sandbox, number) if ticket["ticketType"] == "fault"]


@pytest.fixture
def at_home(sandbox: httpx.Client) -> str:
    """A customer with broadband and television and nothing wrong."""
    raw.reset(sandbox)
    return "18900001036"


async def test_arrears_explain_it_and_no_ticket_is_opened(sandbox: httpx.Client) -> None:
    number = "18000001006"
    before = faults(sandbox, number)
    talker = Talker(ActionFault(), number)

    turn = await talker.begin("手机打不出去", "report_fault_mobile")

    assert turn.responses == ["utter_fault_arrears"]
    assert (talker.state, faults(sandbox, number)) == (None, before)


@pytest.mark.parametrize(("number", "said"), [("18900001008", "停机保号"), ("13300001009", "挂失")])
async def test_a_line_that_was_stopped_on_wish_is_explained(number: str, said: str) -> None:
    turn = await Talker(ActionFault(), number).begin("手机用不了", "report_fault_mobile")

    assert said in turn.text


async def test_a_known_outage_is_told_with_its_end(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = "18000001013"
    before = faults(sandbox, number)

    turn = await Talker(ActionFault(), number).begin("宽带断网了", "report_fault_broadband")

    assert turn.responses == ["utter_fault_outage"]
    assert faults(sandbox, number) == before
    with transaction() as session:
        assert list(session.scalars(sa.select(Watch.topic))) == ["outage"]
    raw.advance(sandbox, "P3D")
    assert "恢复" in raw.messages(sandbox, number)[-1]
    raw.reset(sandbox)


async def test_the_kind_is_asked_only_when_nothing_tells_it(at_home: str, number: str) -> None:
    several = Talker(ActionFault(), at_home)
    await several.begin("坏了")
    assert several.open == "utter_fault_which_kind"
    assert list(several.buttons) == ["宽带", "手机", "电视"]

    one = Talker(ActionFault(), number)
    await one.begin("坏了")
    assert one.open == "utter_fault_try"

    told = Talker(ActionFault(), at_home)
    await told.begin("电视花屏", phenomenon="picture_broken")
    assert told.state is not None
    assert told.state.values["product_line"] == "iptv"


async def test_a_kind_of_line_that_the_customer_has_not_is_said(number: str) -> None:
    turn = await Talker(ActionFault(), number).begin("宽带断网", "report_fault_broadband")

    assert turn.responses == ["utter_fault_no_line"]


async def test_a_line_test_that_passes_leads_to_self_help_and_a_ticket_with_a_visit(
    sandbox: httpx.Client, at_home: str
) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带上不了网", "report_fault_broadband", phenomenon="no_internet")
    assert talker.open == "utter_fault_testing"
    assert talker.state is not None
    raw.advance(sandbox, "PT10S")

    tested = await talker.say("/line_tested", "line_tested", test=talker.state.values["test"])
    assert tested.responses == ["utter_fault_test_passed", "utter_fault_try"]
    await talker.press("还没好")
    await talker.press("还没好")
    assert talker.open == "utter_fault_confirm"
    reported = await talker.press("登记报修")
    assert reported.responses == ["utter_fault_reported", "utter_visit_when"]
    (ticket,) = faults(sandbox, at_home)
    assert ticket["name"] == "报宽带故障"
    assert {note["id"]: note["text"] for note in ticket["note"]}["phenomenon"] == "no_internet"
    booked = await talker.press(next(iter(talker.buttons)))
    assert booked.responses == ["utter_visit_booked"]
    assert talker.state is None
    (visit,) = raw.visits(sandbox, ticket["relatedParty"][0]["id"])
    assert visit["category"] == "repair"


async def test_a_test_that_fails_spares_the_customer_the_tricks(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    talker = Talker(ActionFault(), "13300001016")
    await talker.begin("宽带又掉线了", "report_fault_broadband", phenomenon="unstable")
    assert talker.state is not None
    raw.advance(sandbox, "PT10S")

    tested = await talker.say("/line_tested", "line_tested", test=talker.state.values["test"])

    assert tested.responses == ["utter_fault_test_failed", "utter_fault_confirm_again"]
    await talker.press("登记报修")
    newest = max(faults(sandbox, "13300001016"), key=lambda ticket: ticket["creationDate"])
    assert newest["severity"] == "major"
    assert newest["troubleTicketRelationship"][0]["relationshipType"] == "isRepeatOf"


async def test_a_test_without_a_result_does_not_hold_the_fault_up(at_home: str) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带上不了网", "report_fault_broadband")
    assert talker.state is not None

    await talker.say("/line_tested", "line_tested", test=talker.state.values["test"])

    assert talker.open == "utter_fault_try"


async def test_a_fault_is_not_held_up_by_what_only_helps_to_find_its_cause(sandbox: httpx.Client, at_home: str) -> None:
    for api in ("653", "outage", "646"):
        raw.breaks(sandbox, api)
    talker = Talker(ActionFault(), at_home)

    await talker.begin("宽带上不了网", "report_fault_broadband")

    assert talker.open == "utter_fault_try"
    await talker.press("不会弄")
    reported = await talker.press("登记报修")
    raw.mends(sandbox)
    assert reported.responses == ["utter_fault_reported", "utter_visit_by_phone"]
    assert len(faults(sandbox, at_home)) == 1


async def test_self_help_that_works_opens_nothing(sandbox: httpx.Client, number: str) -> None:
    before = faults(sandbox, number)
    talker = Talker(ActionFault(), number)
    await talker.begin("没信号", "report_fault_mobile")

    turn = await talker.say("好了", "resolved")

    assert turn.responses == ["utter_fault_solved"]
    assert faults(sandbox, number) == before


async def test_the_result_of_a_test_nobody_waits_for_is_told_all_the_same(sandbox: httpx.Client, at_home: str) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带上不了网", "report_fault_broadband")
    assert talker.state is not None
    test = talker.state.values["test"]
    early = await run(ActionLineTested(), tracker("", "line_tested", entities={"test": test}))
    raw.advance(sandbox, "PT10S")
    late = await run(ActionLineTested(), tracker("", "line_tested", entities={"test": test}))
    unknown = await run(ActionLineTested(), tracker("", "line_tested", entities={"test": "ST0"}))

    assert [early.responses, unknown.responses] == [["utter_line_untested"]] * 2
    assert late.text == "刚才的线路检测有结果了：线路正常。"


async def test_an_open_ticket_is_urged_instead_of_doubled(sandbox: httpx.Client, at_home: str) -> None:
    first = Talker(ActionFault(), at_home)
    await first.begin("手机没信号", "report_fault_mobile")
    await first.press("不会弄")
    await first.press("登记报修")
    (ticket,) = faults(sandbox, at_home)

    again = Talker(ActionFault(), at_home)
    await again.begin("手机还是没信号", "report_fault_mobile")
    assert again.open == "utter_fault_existing"
    urged = await again.press("催一下")

    assert urged.responses == ["utter_ticket_urged"]
    (same,) = faults(sandbox, at_home)
    assert len(same["note"]) == len(ticket["note"]) + 1


async def test_somebody_who_leaves_after_the_ticket_hears_that_it_stays(sandbox: httpx.Client, at_home: str) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带断网", "report_fault_broadband")
    await talker.press("不等了，直接报修")
    await talker.press("登记报修")
    assert talker.state is not None

    response, blanks = talker.journey.stopped(talker.state.values)

    assert response == "utter_fault_left_without_visit"
    assert blanks["ticket"] == faults(sandbox, at_home)[0]["id"]


async def test_a_visit_is_understood_as_people_say_it_and_a_full_day_is_said(
    sandbox: httpx.Client, at_home: str
) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带断网", "report_fault_broadband")
    await talker.press("不等了，直接报修")
    await talker.press("登记报修")

    taken = await talker.say("明年元旦", date="2027-01-01")
    assert taken.responses == ["utter_visit_taken"]
    free = talker.state and talker.state.ask and talker.state.ask.options[2].value
    assert free
    booked = await talker.say("那天上午", date=free[:10], time_slot="08:00-14:00")

    assert booked.responses == ["utter_visit_booked"]


async def test_a_time_that_was_taken_and_is_free_again_is_booked(
    sandbox: httpx.Client, at_home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带断网", "report_fault_broadband")
    await talker.press("不等了，直接报修")
    await talker.press("登记报修")
    assert talker.state is not None
    line = str(talker.state.values["line"])
    free = appointments.slots(line)
    slot = free[0]
    visit = {
        "validFor": {"startDateTime": slot.start.isoformat(), "endDateTime": slot.end.isoformat()},
        "relatedEntity": [{"id": line, "role": "line", "@referredType": "Product"}],
    }
    others = []
    while (made := sandbox.post("/tmf-api/appointment/v4/appointment", json=visit)).status_code == 201:  # noqa: ASYNC212
        others.append(made.json()["id"])
    when = visit_label(slot.start, slot.end)
    with monkeypatch.context() as patch:
        # It is taken between the look at the calendar and the booking.
        patch.setattr(appointments, "slots", lambda _line: free)
        taken = await talker.press(when)
    assert (taken.responses, when in talker.buttons) == (["utter_visit_taken"], False)
    appointments.cancel(others[0], idempotency_key="called off")

    start, end = (at.astimezone(SHANGHAI) for at in (slot.start, slot.end))
    booked = await talker.say(when, date=f"{start:%Y-%m-%d}", time_slot=f"{start:%H:%M}-{end:%H:%M}")

    assert booked.responses == ["utter_visit_booked"]


async def test_a_ticket_is_kept_when_the_operator_cannot_take_it_now(sandbox: httpx.Client, at_home: str) -> None:
    before = len(faults(sandbox, at_home))
    talker = Talker(ActionFault(), at_home)
    await talker.begin("没信号", "report_fault_mobile")
    await talker.press("不会弄")
    raw.breaks(sandbox, "621")

    turn = await talker.press("登记报修")

    raw.mends(sandbox)
    assert turn.responses == ["utter_reported_later"]
    assert len(faults(sandbox, at_home)) == before
    assert outbox.work_one() or outbox.status(turn.said[0]["receipt"]).state == "waiting"


async def test_a_line_that_ended_meanwhile_is_not_reported(sandbox: httpx.Client, at_home: str) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带断网", "report_fault_broadband")
    raw.ends(sandbox, raw.lines(sandbox, at_home)["broadband"])

    turn = await talker.press("不等了，直接报修")

    raw.reset(sandbox)
    assert turn.responses == ["utter_fault_no_line"]


async def test_who_has_no_line_left_is_told_so(sandbox: httpx.Client) -> None:
    raw.ends(sandbox, "18900001001")

    turn = await Talker(ActionFault(), "18900001001").begin("坏了")

    raw.reset(sandbox)
    assert turn.responses == ["utter_bss_not_found"]


def visit_contact(sandbox: httpx.Client, number: str) -> str:
    (visit,) = raw.visits(sandbox, raw.product(sandbox, number)["relatedParty"][0]["id"])
    return str(visit["contactMedium"][0]["characteristic"]["phoneNumber"])


async def test_the_engineer_rings_the_number_that_the_customer_gave(sandbox: httpx.Client, at_home: str) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带断网", "report_fault_broadband")
    await talker.press("不等了，直接报修")
    await talker.press("换联系电话")
    await talker.say("打13800001111", phone_number="13800001111")
    await talker.press(next(iter(talker.buttons)))

    assert visit_contact(sandbox, at_home) == "13800001111"


async def test_the_engineer_rings_the_lines_contact_that_was_shown(sandbox: httpx.Client, at_home: str) -> None:
    broadband = raw.lines(sandbox, at_home)["broadband"]
    talker = Talker(ActionFault(), broadband)
    await talker.begin("宽带断网", "report_fault_broadband")
    shown = await talker.press("不等了，直接报修")
    await talker.press("登记报修")
    await talker.press(next(iter(talker.buttons)))

    contact = visit_contact(sandbox, at_home)
    assert contact == at_home
    assert mask_number(contact) in shown.text


async def test_another_kind_of_line_is_looked_at_from_the_beginning(at_home: str) -> None:
    talker = Talker(ActionFault(), at_home)
    await talker.begin("宽带上不了网", "report_fault_broadband")
    assert talker.state is not None
    state = talker.state
    state.values |= {"tested": "yes", "finding": "线路正常", "current": "TT1"}

    forget(ActionFault(), state, "product_line")

    assert not {"test", "tested", "finding", "current"} & set(state.values)
