import pytest
import sqlalchemy as sa

from common.database import transaction
from desk import handover, store
from desk.handover_models import Handover
from desk.store import Said
from knowledge_base.content import content


def enter(talk: str, **context: str) -> list[dict[str, object]]:
    turn = store.accept(talk, "enter", "转人工", None).turn
    with transaction() as session:
        row = store.lock_conversation(session, talk)
        return handover.open_handover(session, row, context, [Said("bot", "好的")], turn)


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
        ("system", content("desk")["sentences"]["queued_next"]),
    ]
    assert [choice["title"] for choice in lines[-1]["choices"]] == ["取消排队"]
    assert store.history(talk, 0)[1] == "queued"


def test_the_context_is_kept_with_the_handover(talk: str) -> None:
    enter(talk, intent="human_agent", topic="query_bill")

    with transaction() as session:
        assert session.scalar(sa.select(Handover.context)) == {"intent": "human_agent", "topic": "query_bill"}


def test_positions_follow_the_order_of_entering() -> None:
    queue = talks(4)
    for talk in queue:
        enter(talk)

    places = [handover.queue(talk) for talk in queue]

    assert [(place["position"], place["ahead"]) for place in places] == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert [place["estimate_minutes"] for place in places] == [1, 3, 6, 9]
    assert places[0]["text"] == content("desk")["sentences"]["queued_next"]
    assert "3位" in places[3]["text"]
    assert "9分钟" in places[3]["text"]


def test_everybody_moves_up_when_somebody_leaves() -> None:
    first, second, third = talks(3)
    for talk in (first, second, third):
        enter(talk)

    handover.leave_queue(second, store.accept(second, "leave", "取消排队", None).turn)

    assert handover.queue(second) is None
    assert [handover.queue(talk)["position"] for talk in (first, third)] == [1, 2]


def test_entering_twice_keeps_the_place(talk: str) -> None:
    enter(talk)
    enter(store.create_conversation("web"))
    with transaction() as session:
        handover.open_handover(session, store.lock_conversation(session, talk), {}, [], None)

    assert handover.queue(talk)["position"] == 1
    assert len(rows()) == 2


def test_leaving_gives_the_conversation_back_to_the_bot(talk: str) -> None:
    enter(talk)

    (line,) = handover.leave_queue(talk, store.accept(talk, "leave", "不等了", None).turn)

    assert line["text"] == content("desk")["sentences"]["queue_left"]
    assert [choice["title"] for choice in line["choices"]] == ["菜单", "转人工"]
    assert store.history(talk, 0)[1] == "bot"
    assert rows() == [(talk, "cancelled")]


def test_who_leaves_and_comes_back_waits_at_the_end(talk: str) -> None:
    enter(talk)
    enter(other := store.create_conversation("web"))
    handover.leave_queue(talk, store.accept(talk, "leave", "不等了", None).turn)

    with transaction() as session:
        handover.open_handover(session, store.lock_conversation(session, talk), {}, [], None)

    assert (handover.queue(other)["position"], handover.queue(talk)["position"]) == (1, 2)


def test_a_message_while_waiting_is_confirmed_with_the_place(talk: str) -> None:
    enter(store.create_conversation("web"))
    enter(talk)

    (line,) = handover.remind(talk, store.accept(talk, "c2", "在吗", None).turn)

    assert line["text"] == content("desk")["sentences"]["still_queued"].format(ahead=1)
    assert [choice["title"] for choice in line["choices"]] == ["取消排队"]


def test_who_does_not_wait_is_not_reminded(talk: str) -> None:
    assert handover.queue(talk) is None
    assert handover.remind(talk, store.accept(talk, "c1", "在吗", None).turn) == []


@pytest.mark.parametrize("text", ["转人工", "我要找真人", "叫客服来", "给我接坐席"])
def test_a_plain_wish_for_a_person_is_understood_without_the_bot(text: str) -> None:
    assert handover.asks_for_person(text)


@pytest.mark.parametrize("text", ["查话费", "您好", "", "账单怎么这么多"])
def test_other_sentences_are_no_wish_for_a_person(text: str) -> None:
    assert not handover.asks_for_person(text)


@pytest.mark.parametrize(("text", "leaves"), [("取消排队", True), ("不等了", True), ("还要等多久", False), ("", False)])
def test_a_plain_wish_to_leave_the_queue_is_understood(text: str, leaves: bool) -> None:
    assert handover.asks_to_leave_queue(text) is leaves
