from collections.abc import Callable

import pytest
import sqlalchemy as sa

from common.database import transaction
from desk import dispatch
from desk.errors import Refused
from desk.staff_models import Audit, Presence
from desk.supervisor import stepping_in
from desk.workbench import cards, chats, presence
from tests.desk.agents import agent, enters, row, served
from tests.desk.conftest import Clock
from tests.desk.staff.people import Browser, refusal

Browsers = Callable[[], Browser]
ROOT = "/api/supervisor/v1"
SECRET = "客户情绪不好，先安抚再查账单"


def refused(code: str) -> object:
    return pytest.raises(Refused, match=f"^{code}$")


def noted() -> list[tuple[str, str, str]]:
    with transaction() as session:
        return [(one.action, one.subject, one.detail) for one in session.scalars(sa.select(Audit).order_by(Audit.id))]


def boss() -> int:
    return agent("班长", groups=("fault",), role="supervisor", state="busy")


def waiting() -> int:
    """A customer who waits because everybody is busy."""
    return enters()


def test_a_whisper_is_a_note_of_the_chat(clock: Clock) -> None:
    staff, lead = agent(), boss()
    found = served(staff)

    made = stepping_in.whisper(found, lead, SECRET)

    with transaction() as session:
        shown = cards.whole(session, found, staff=staff, sees_all=False)
    assert shown["notes"] == [made]
    assert (made["kind"], made["staff"], made["text"]) == ("whisper", "班长", SECRET)
    assert SECRET not in [line["text"] for line in shown["messages"]]
    assert noted() == [("whisper", f"handover {found}", "")]


@pytest.mark.parametrize("state", ["queued", "offered", "closed"])
def test_a_whisper_needs_a_chat_with_an_agent(state: str, clock: Clock) -> None:
    staff, lead = agent(), boss()
    found = served(staff) if state == "closed" else enters()
    if state == "closed":
        chats.close(found, staff, "billing", "solved", "")
    elif state == "offered":
        dispatch.step()

    with refused("moved_on"):
        stepping_in.whisper(found, lead, SECRET)
    assert row(found).state == state
    assert noted() == []


def test_a_supervisor_takes_a_chat_from_its_agent(clock: Clock) -> None:
    staff, lead = agent(), boss()
    found = served(staff)

    shown, before = stepping_in.take_over(found, lead, "我来处理")

    assert before == staff
    assert (shown["writable"], shown["card"]["transferred_from"], row(found).staff_id) == (True, "班长", lead)
    assert noted() == [("take_over", f"handover {found}", "")]
    assert stepping_in.take_over(found, lead, "")[1] == lead
    assert len(noted()) == 1


def test_a_chat_that_is_over_is_not_taken(clock: Clock) -> None:
    staff, lead = agent(), boss()
    found = served(staff)
    chats.close(found, staff, "billing", "solved", "")

    with refused("moved_on"):
        stepping_in.take_over(found, lead, "")
    assert noted() == []


def test_who_waits_is_assigned_to_an_agent_of_any_group(clock: Clock) -> None:
    lead, staff = boss(), agent(groups=("fault",), state="busy")
    found = waiting()

    stepping_in.assign(found, lead, staff)
    stepping_in.assign(found, lead, staff)

    assert (row(found).state, row(found).staff_id) == ("offered", staff)
    assert noted() == [("assign", f"handover {found}", "林晓")]
    chats.accept(found, staff)
    assert row(found).state == "active"


def test_an_assigned_chat_that_is_let_pass_waits_again(clock: Clock) -> None:
    lead, staff = boss(), agent(groups=("fault",), state="busy")
    found = waiting()
    stepping_in.assign(found, lead, staff)

    clock.forward(26)
    presence.seen([lead, staff])
    dispatch.step()

    assert (row(found).state, row(found).staff_id) == ("queued", None)


def test_nobody_is_assigned_more_than_they_take(clock: Clock) -> None:
    lead, staff = boss(), agent(ceiling=1)
    served(staff)
    found = waiting()

    with refused("assign_ceiling") as error:
        stepping_in.assign(found, lead, staff)
    assert error.value.message == "林晓已经有1个会话，请指派给别人。"
    assert row(found).state == "queued"


@pytest.mark.parametrize("state", ["break", "offline"])
def test_nobody_is_assigned_what_they_will_not_see(state: str, clock: Clock) -> None:
    lead, staff, found = boss(), agent(state=state), waiting()

    with refused("assign_absent"):
        stepping_in.assign(found, lead, staff)
    assert row(found).state == "queued"


def test_nobody_is_assigned_whose_page_is_gone(clock: Clock) -> None:
    lead, staff, found = boss(), agent(), waiting()
    clock.forward(30)

    with refused("assign_absent"):
        stepping_in.assign(found, lead, staff)


@pytest.mark.parametrize("whom", [999, "editor", "never"])
def test_nobody_is_assigned_who_does_not_serve(whom: object, clock: Clock) -> None:
    lead, found = boss(), waiting()
    staff = whom if isinstance(whom, int) else agent("某", role="editor" if whom == "editor" else "agent")
    if whom == "never":
        with transaction() as session:
            session.delete(session.get(Presence, staff))

    with refused("assign_absent" if whom == "never" else "not_found"):
        stepping_in.assign(found, lead, staff)


def test_who_is_served_already_is_not_assigned(clock: Clock) -> None:
    lead, staff, other = boss(), agent("甲"), agent("乙", state="busy")
    found = served(staff)

    with refused("moved_on"):
        stepping_in.assign(found, lead, other)


def test_who_waits_is_hurried_and_served_first(clock: Clock) -> None:
    lead = boss()
    first, second = waiting(), waiting()

    stepping_in.prioritise(second, lead, urgent=True)
    stepping_in.prioritise(second, lead, urgent=True)

    assert row(second).urgent
    staff = agent(ceiling=1)
    assert dispatch.step().offers == [(staff, second)]
    assert noted() == [("priority", f"handover {second}", "urgent")]
    stepping_in.prioritise(second, lead, urgent=False)
    assert noted()[-1] == ("priority", f"handover {second}", "normal")
    assert row(first).state == "queued"


def test_who_is_served_is_not_hurried(clock: Clock) -> None:
    lead, staff = boss(), agent()
    found = served(staff)

    with refused("moved_on"):
        stepping_in.prioritise(found, lead, urgent=True)
    assert not row(found).urgent


def test_an_agent_is_put_into_a_state(clock: Clock) -> None:
    lead, staff = boss(), agent()

    shown = stepping_in.set_presence(staff, lead, "break")

    assert shown == {"state": "break", "since": shown["since"], "missed": False}
    with transaction() as session:
        assert presence.of(session, staff).state == "break"
    assert noted() == [("presence_set", "林晓", "break")]


def test_who_has_no_page_open_can_only_be_offline(clock: Clock) -> None:
    lead, staff = boss(), agent()
    clock.forward(30)

    with refused("presence_absent"):
        stepping_in.set_presence(staff, lead, "ready")
    assert stepping_in.set_presence(staff, lead, "offline")["state"] == "offline"


# Over HTTP


def test_priority_is_set_over_http(browsers: Browsers) -> None:
    lead, found = browsers().signs_in("lead"), enters()

    assert lead.post(f"{ROOT}/queue/{found}/priority", json={"urgent": True}).status_code == 204

    assert row(found).urgent


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("chats/999/whisper", {"text": "在"}, (404, "not_found")),
        ("chats/1/whisper", {"text": "  "}, (422, "empty")),
        ("chats/1/whisper", {"text": "话" * 501}, (413, "too_long")),
        ("chats/1/whisper", {"text": "在", "to": "customer"}, (422, "bad_request")),
        ("chats/999/take-over", {}, (404, "not_found")),
        ("chats/999/assign", {"staff": 1}, (404, "not_found")),
        ("chats/1/assign", {"staff": 0}, (422, "bad_request")),
        ("queue/999/priority", {"urgent": True}, (404, "not_found")),
        ("queue/1/priority", {}, (422, "bad_request")),
        ("agents/999/presence", {"state": "offline"}, (404, "not_found")),
        ("agents/1/presence", {"state": "asleep"}, (422, "bad_request")),
    ],
)
def test_what_cannot_be_done_is_said(browsers: Browsers, path: str, body: object, expected: object) -> None:
    assert refusal(browsers().signs_in("lead").post(f"{ROOT}/{path}", json=body)) == expected
