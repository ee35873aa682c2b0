import json
from datetime import datetime

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.times import SHANGHAI
from desk import dispatch, handover, opening, queue, store
from desk.errors import sentence
from desk.handover_models import Handover, HandoverNote
from desk.models import OutboxEvent, Turn
from desk.staff_models import Presence, Staff
from desk.store import Said
from desk.workbench import chats, presence
from tests.desk.agents import agent, enters, read, row, served, talk_of, texts
from tests.desk.conftest import Clock


def state_of(staff: int) -> tuple[str, bool]:
    with transaction() as session:
        found = session.get(Presence, staff)
        return found.state, found.missed


def notes(found: int) -> list[str]:
    with transaction() as session:
        return list(session.scalars(sa.select(HandoverNote.text).where(HandoverNote.handover_id == found)))


def test_who_waits_is_offered_to_who_is_free() -> None:
    staff, found = agent(), enters()

    changes = dispatch.step()

    assert (row(found).state, row(found).staff_id) == ("offered", staff)
    assert changes.offers == [(staff, found)]
    assert talk_of(found).mode == "queued"


@pytest.mark.parametrize("state", ["busy", "break", "offline"])
def test_who_is_not_free_is_offered_nothing(state: str) -> None:
    agent(state=state)
    found = enters()

    dispatch.step()

    assert row(found).state == "queued"


def test_nobody_is_asked_for_more_than_they_take() -> None:
    agent(ceiling=2)
    found = [enters() for _ in range(3)]

    dispatch.step()
    dispatch.step()

    assert sorted(row(one).state for one in found) == ["offered", "offered", "queued"]


def test_other_groups_are_not_asked() -> None:
    agent(groups=("fault",))
    found = enters()

    assert dispatch.step().offers == []
    assert row(found).state == "queued"


def test_who_does_not_accept_in_time_is_busy_and_the_next_is_asked(clock: Clock) -> None:
    first, found = agent("甲"), enters()
    dispatch.step()
    second = agent("乙")
    clock.forward(26)
    presence.seen([first, second])

    changes = dispatch.step()

    assert (row(found).state, row(found).staff_id) == ("offered", second)
    assert state_of(first) == ("busy", True)
    assert changes.presence == {first}
    assert sentence("note_missed") in notes(found)


def test_who_let_it_pass_alone_is_asked_again_after_a_while(clock: Clock) -> None:
    staff, found = agent(), enters()
    dispatch.step()
    chats.decline(found, staff)

    assert dispatch.step().offers == []
    clock.forward(61)
    presence.seen([staff])

    assert dispatch.step().offers == [(staff, found)]


def test_a_page_that_is_gone_is_offered_nothing(clock: Clock) -> None:
    agent()
    found = enters()
    clock.forward(21)

    assert dispatch.step().offers == []
    assert row(found).state == "queued"


def test_chats_of_an_agent_who_is_gone_wait_for_a_while_and_then_go_to_others(clock: Clock) -> None:
    gone = agent("甲")
    found = served(gone)
    other = agent("乙")
    clock.forward(50)
    presence.seen([other])
    dispatch.step()
    assert (row(found).state, row(found).staff_id) == ("active", gone)

    clock.forward(11)
    presence.seen([other])
    dispatch.step()

    assert state_of(gone) == ("offline", False)
    assert (row(found).state, row(found).staff_id) == ("offered", other)
    assert talk_of(found).mode == "queued"
    assert texts(found)[-1] == ("system", sentence("agent_lost"))
    chats.accept(found, other)
    assert talk_of(found).staff_id == other
    assert texts(found)[-1] == ("system", sentence("accepted_again", agent="乙"))


def test_an_agent_who_is_back_in_time_keeps_the_chats(clock: Clock) -> None:
    staff = agent()
    found = served(staff)
    clock.forward(55)
    presence.seen([staff])
    clock.forward(30)

    dispatch.step()

    assert (row(found).state, row(found).staff_id) == ("active", staff)


def test_who_was_lost_comes_before_who_has_just_come(clock: Clock) -> None:
    gone = agent("甲")
    lost = served(gone)
    clock.forward(61)
    dispatch.step()
    enters()
    other = agent("乙", ceiling=1)

    assert dispatch.step().offers == [(other, lost)]


def test_who_waits_long_is_told_again_and_offered_a_call_back(clock: Clock) -> None:
    found = enters()
    before = len(read(found))
    clock.forward(181)

    dispatch.tend_waiting()
    dispatch.tend_waiting()

    (line,) = read(found)[before:]
    assert line["text"] == sentence("queued_alone")
    assert [choice["title"] for choice in line["choices"]] == ["留电话回拨", "取消排队"]


def test_a_queue_outlives_everything_but_the_database() -> None:
    found = [enters() for _ in range(5)]
    staff = agent(ceiling=9)

    dispatch.step()

    assert {row(one).staff_id for one in found} == {staff}


def test_urgent_matters_come_first() -> None:
    enters()
    urgent = enters(priority="high")
    staff = agent(ceiling=1)

    assert dispatch.step().offers == [(staff, urgent)]


def test_places_are_counted_in_the_order_of_serving() -> None:
    first, urgent = enters(), enters(priority="high")

    with transaction() as session:
        places = queue.places(session)

    assert places[talk_of(urgent).id]["ahead"] == 0
    assert places[talk_of(first).id]["ahead"] == 1
    assert places[talk_of(first).id] == queue.place(talk_of(first).id)


def answered(talk: str, client_id: str, answer: str, state: str = "done") -> None:
    turn = store.accept(talk, client_id, "查话费", None).turn
    with transaction() as session:
        store.add_lines(session, store.lock_conversation(session, talk), [Said("bot", answer)], turn)
        store.finish(session, turn, state)


@pytest.mark.parametrize(
    "last", [("请问您的手机号码是多少？", "done"), ("抱歉，没能处理成功。", "failed")], ids=["asked", "failed"]
)
def test_who_was_asked_something_or_not_answered_is_not_asked_for_a_score(
    clock: Clock, talk: str, last: tuple[str, str]
) -> None:
    for number in range(2):
        answered(talk, f"c{number}", "余额12元。")
    answered(talk, "last", *last)
    clock.forward(301)
    dispatch.ask_the_idle()

    assert len(store.history(talk, 0)[0]) == 6


def test_the_silent_are_asked_for_a_score_once(clock: Clock, talk: str) -> None:
    for number in range(2):
        answered(talk, f"c{number}", "余额12元。")
    dispatch.ask_the_idle()
    assert len(store.history(talk, 0)[0]) == 4

    clock.forward(301)
    dispatch.ask_the_idle()
    dispatch.ask_the_idle()

    lines = store.history(talk, 0)[0]
    assert [line["text"] for line in lines[4:]] == [sentence("survey_bot")]
    assert [choice["title"][0] for choice in lines[-1]["choices"]] == ["5", "4", "3", "2", "1"]


def test_the_bot_knows_what_was_settled() -> None:
    staff = agent()
    found = served(staff, topic="query_bill", topic_title="账单")
    chats.close(found, staff, "billing", "solved", "")

    with transaction() as session:
        payloads = list(session.scalars(sa.select(Turn.payload).where(Turn.payload.like("/handover_settled%"))))

    assert len(payloads) == 1
    assert '"result": "solved"' in payloads[0]
    assert '"topic": "query_bill"' in payloads[0]
    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Handover)) == 1


@pytest.mark.parametrize(("topic", "told"), [("cancel_service_close", ""), ("change_package", "change_package")])
def test_an_order_is_not_told_as_the_closing_that_the_customer_came_for(topic: str, told: str) -> None:
    staff = agent()
    found = served(staff, topic=topic, topic_title="销户")
    chats.close(found, staff, "leaving", "order", "")

    with transaction() as session:
        payload = session.scalar(sa.select(Turn.payload).where(Turn.payload.like("/handover_settled%")))

    assert json.loads(payload.removeprefix("/handover_settled"))["topic"] == told


def test_chats_of_who_said_offline_and_went_home_go_to_others(clock: Clock) -> None:
    gone = agent("甲")
    found = served(gone)
    presence.choose(gone, "offline")
    other = agent("乙")
    clock.forward(61)
    presence.seen([other])

    dispatch.step()

    assert (row(found).state, row(found).staff_id) == ("offered", other)


def test_what_a_supervisor_took_over_and_left_goes_to_others(clock: Clock) -> None:
    boss = agent("班长", groups=(), role="supervisor", state="offline")
    found = enters()
    chats.take_over(found, boss, "")
    clock.forward(61)
    other = agent("乙")

    dispatch.step()

    assert (row(found).state, row(found).staff_id) == ("offered", other)


def test_who_waits_at_closing_time_is_called_back(monkeypatch: pytest.MonkeyPatch) -> None:
    found = enters()
    monkeypatch.setattr(opening, "is_open", lambda *_: False)
    monkeypatch.setattr(opening, "opens", lambda *_: datetime(2026, 11, 27, 8, tzinfo=SHANGHAI))

    dispatch.tend_waiting()
    dispatch.tend_waiting()

    assert row(found).state == "callback"
    assert talk_of(found).mode == "bot"
    assert texts(found)[-1] == ("system", sentence("queue_closed", at="11月27日 08:00"))


def test_who_is_gone_waits_no_more(clock: Clock) -> None:
    found = enters()
    clock.forward(7201)

    dispatch.tend_waiting()

    assert row(found).state == "cancelled"
    assert texts(found)[-1] == ("system", sentence("queue_silent"))


def test_who_is_passed_on_is_not_told_that_they_waited_long(clock: Clock) -> None:
    staff = agent(groups=("mobile", "fault"))
    found = served(staff)
    clock.forward(900)
    chats.transfer(found, staff, "", group="fault")
    dispatch.tend_waiting()

    assert texts(found)[-1][1].startswith("正在为您转给")


def test_an_account_that_no_longer_serves_is_offered_nothing() -> None:
    staff = agent()
    with transaction() as session:
        session.get(Staff, staff).role = "editor"
    enters()

    assert dispatch.step().offers == []


def test_an_agent_hears_that_who_was_offered_has_left() -> None:
    staff, found = agent(), enters()
    dispatch.step()
    handover.give_up(talk_of(found).id)

    with transaction() as session:
        told = session.scalars(sa.select(OutboxEvent.event).where(OutboxEvent.staff_id == staff)).all()
    assert "staff:chats" in told
    assert (row(found).state, row(found).staff_id) == ("cancelled", None)
