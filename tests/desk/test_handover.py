import json
from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.identity import seal
from common.settings import settings
from common.times import SHANGHAI
from desk import handover, opening, queue, store
from desk.errors import sentence
from desk.handover_models import Handover
from desk.models import Turn
from desk.staff_models import Closure
from desk.store import Said
from desk.workbench import chats
from knowledge_base.content import content
from tests.desk.agents import agent, row, served


def enter(talk: str, **context: str) -> list[dict[str, object]]:
    turn = store.accept(talk, "enter", "转人工", None).turn
    with transaction() as session:
        row = store.lock_conversation(session, talk)
        return handover.open_handover(session, row, context, [], turn, Said("bot", "好的"))


def leave(talk: str, text: str = "不等了") -> list[dict[str, object]]:
    turn = store.accept(talk, "leave", text, None).turn
    with transaction() as session:
        handover.leave_queue(session, store.lock_conversation(session, talk), turn)
    return store.replies(turn)


def rows() -> list[tuple[str, str]]:
    with transaction() as session:
        found = session.execute(sa.select(Handover.conversation_id, Handover.state).order_by(Handover.id))
        return [tuple(row) for row in found]


def talks(number: int) -> list[str]:
    return [store.create_conversation("web") for _ in range(number)]


def test_a_customer_who_enters_is_told_what_happens_next(talk: str) -> None:
    lines = enter(talk, intent="human_agent")

    assert [(line["role"], line["text"]) for line in lines] == [
        ("bot", "好的"),
        ("system", content("desk")["sentences"]["queued_alone"]),
    ]
    assert [choice["title"] for choice in lines[-1]["choices"]] == ["留电话回拨", "取消排队"]
    assert store.history(talk, 0)[1] == "queued"


def test_the_context_is_kept_with_the_handover(talk: str) -> None:
    enter(talk, intent="human_agent", topic="query_bill")

    with transaction() as session:
        assert session.scalar(sa.select(Handover.context)) == {"intent": "human_agent", "topic": "query_bill"}


def test_positions_follow_the_order_of_entering() -> None:
    agent(ceiling=2, state="busy")
    waiting = talks(5)
    for talk in waiting:
        enter(talk)

    places = [queue.place(talk) for talk in waiting]

    assert [(place["position"], place["ahead"]) for place in places] == [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]
    assert [place["estimate_minutes"] for place in places] == [3, 6, 9, 12, 15]
    assert places[0]["text"] == sentence("queued_next", minutes=3)
    assert places[4]["text"] == sentence("queued", ahead=4, minutes=15)


def test_without_anybody_there_no_time_is_promised() -> None:
    first, second = talks(2)
    for talk in (first, second):
        enter(talk)

    assert queue.place(first)["text"] == sentence("queued_alone")
    assert queue.place(second)["estimate_minutes"] is None
    assert queue.place(second)["text"] == sentence("queued_unknown", ahead=1)


def test_everybody_moves_up_when_somebody_leaves() -> None:
    first, second, third = talks(3)
    for talk in (first, second, third):
        enter(talk)

    leave(second, "取消排队")

    assert queue.place(second) is None
    assert [queue.place(talk)["position"] for talk in (first, third)] == [1, 2]


def test_entering_twice_keeps_the_place(talk: str) -> None:
    enter(talk)
    enter(store.create_conversation("web"))
    with transaction() as session:
        handover.open_handover(session, store.lock_conversation(session, talk), {}, [], None)

    assert queue.place(talk)["position"] == 1
    assert len(rows()) == 2


def test_leaving_gives_the_conversation_back_to_the_bot(talk: str) -> None:
    enter(talk)

    (line,) = leave(talk)

    assert line["text"] == content("desk")["sentences"]["queue_left"]
    assert [choice["title"] for choice in line["choices"]] == ["菜单", "转人工"]
    assert store.history(talk, 0)[1] == "bot"
    assert rows() == [(talk, "cancelled")]


def test_who_leaves_and_comes_back_waits_at_the_end(talk: str) -> None:
    enter(talk)
    enter(other := store.create_conversation("web"))
    leave(talk)

    with transaction() as session:
        handover.open_handover(session, store.lock_conversation(session, talk), {}, [], None)

    assert (queue.place(other)["position"], queue.place(talk)["position"]) == (1, 2)


def test_a_message_while_waiting_is_confirmed_with_the_place(talk: str) -> None:
    enter(store.create_conversation("web"))
    enter(talk)

    turn = store.accept(talk, "c2", "在吗", None).turn
    handover.remind(talk, turn)

    (line,) = store.replies(turn)
    assert line["text"] == content("desk")["sentences"]["still_queued"].format(ahead=1)
    assert [choice["title"] for choice in line["choices"]] == ["留电话回拨", "取消排队"]


def test_who_does_not_wait_is_not_reminded(talk: str) -> None:
    assert queue.place(talk) is None
    turn = store.accept(talk, "c1", "在吗", None).turn
    handover.remind(talk, turn)
    assert store.replies(turn) == []


@pytest.mark.parametrize("text", ["转人工", "我要找真人", "叫客服来", "给我接坐席"])
def test_a_plain_wish_for_a_person_is_understood_without_the_bot(text: str) -> None:
    assert handover.asks_for_person(text)


@pytest.mark.parametrize("text", ["查话费", "您好", "", "账单怎么这么多"])
def test_other_sentences_are_no_wish_for_a_person(text: str) -> None:
    assert not handover.asks_for_person(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("取消排队", handover.LEAVE_QUEUE),
        ("不等了", handover.LEAVE_QUEUE),
        ("给我回电吧。", handover.CALL_BACK),
        ("不等了，算了吧", None),
        ("还要等多久", None),
        ("昨天你们给我打电话推销的套餐，我没同意", None),
        ("上次说好回电的，一直没回电", None),
        ("我不等了半天才排到吗", None),
        ("", None),
    ],
)
def test_what_is_said_about_the_queue_itself_is_understood(text: str, asked: str | None) -> None:
    assert handover.asked_while_waiting(text) == asked


def event_turns() -> list[str]:
    with transaction() as session:
        return list(session.scalars(sa.select(Turn.payload).where(Turn.text == "", Turn.payload.is_not(None))))


def test_who_wants_to_be_called_back_leaves_the_queue_and_the_bot_asks(talk: str) -> None:
    enter(talk, group="fault")
    turn = store.accept(talk, "c2", "给我回电吧", None).turn
    with transaction() as session:
        handover.call_back(session, store.lock_conversation(session, talk), turn)

    assert rows() == [(talk, "callback")]
    assert store.history(talk, 0)[1] == "bot"
    (payload,) = event_turns()
    assert json.loads(payload.removeprefix("/request_callback")) == {
        "group": "fault",
        "why": "queue",
        "sealed": "",
        "topic": "",
    }


class AtNight:
    """Three in the morning of a Thursday in Shanghai."""

    def __call__(self) -> datetime:
        return datetime(2026, 11, 26, 3, tzinfo=SHANGHAI)


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_ALWAYS_OPEN", "false")
    settings.cache_clear()
    monkeypatch.setattr(opening, "utc_now", AtNight())
    monkeypatch.setattr(opening, "shanghai_today", lambda: date(2026, 11, 26))


@pytest.mark.usefixtures("night")
def test_out_of_hours_a_call_back_is_offered_instead_of_a_queue(talk: str) -> None:
    (line,) = enter(talk, group="mobile")

    assert line["text"] == sentence("closed", at="11月26日 08:00")
    assert rows() == [(talk, "callback")]
    assert store.history(talk, 0)[1] == "bot"
    asked = json.loads(event_turns()[0].removeprefix("/request_callback"))
    assert (asked["why"], asked["opens"]) == ("closed", "2026-11-26T00:00:00.000Z")


@pytest.mark.usefixtures("night")
def test_faults_are_served_at_night(talk: str) -> None:
    enter(talk, group="fault")

    assert rows() == [(talk, "queued")]


@pytest.mark.usefixtures("night")
def test_a_holiday_closes_what_would_be_open(talk: str) -> None:
    with transaction() as session:
        session.add(Closure(date=date(2026, 11, 26), name="演练", start=None, end=None))

    assert enter(talk, group="fault")[-1]["text"] == sentence("closed", at="11月27日 00:00")


@pytest.mark.usefixtures("night")
def test_what_else_the_bot_said_is_not_lost_out_of_hours(talk: str) -> None:
    turn = store.accept(talk, "enter", "转人工", None).turn
    with transaction() as session:
        row = store.lock_conversation(session, talk)
        lines = handover.open_handover(session, row, {}, [Said("bot", "工单T1已登记。")], turn, Said("bot", "马上转"))

    assert [line["text"] for line in lines] == ["工单T1已登记。", sentence("closed", at="11月26日 08:00")]


@pytest.mark.parametrize("press", [handover.leave_queue, handover.call_back])
def test_an_old_button_of_the_queue_is_told_to_be_old(talk: str, press: Callable[..., None]) -> None:
    staff = agent()
    served(staff, talk)
    turn = store.accept(talk, "old", "取消排队", None).turn
    with transaction() as session:
        press(session, store.lock_conversation(session, talk), turn)

    assert [line["text"] for line in store.replies(turn)] == [sentence("choice_unknown")]
    assert store.history(talk, 0)[1] == "human"


def test_who_is_with_a_person_is_not_queued_again(talk: str) -> None:
    staff = agent()
    found = served(staff, talk)
    with transaction() as session:
        handover.open_handover(session, store.lock_conversation(session, talk), {}, [], None)

    assert rows() == [(talk, "active")]
    assert row(found).staff_id == staff


def test_a_sealed_number_is_shown_masked_and_found_again(talk: str) -> None:
    sealed = seal(handover.NUMBER, {"number": "18900001001"})
    staff = agent()
    chats.close(served(staff, talk, number=sealed), staff, "billing", "solved", "")
    enter(store.create_conversation("web"), number=sealed)

    with transaction() as session:
        first, second = session.scalars(sa.select(Handover).order_by(Handover.id)).all()
        assert (first.number_mask, first.repeats, second.repeats) == ("189****1001", 0, 1)
        assert "number" not in first.context
        assert "18900001001" not in str(first.context) + str(first.number)
        assert handover.number_of(first.number) == "18900001001"


def test_a_number_that_was_not_sealed_by_us_is_no_number() -> None:
    assert handover.number_of("rubbish") is None
    assert handover.number_of(None) is None
