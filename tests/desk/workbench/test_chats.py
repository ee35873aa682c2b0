import pytest
import sqlalchemy as sa

from common.database import transaction
from desk import dispatch, store
from desk.errors import Refused, sentence
from desk.handover_models import Survey
from desk.models import OutboxEvent
from desk.workbench import cards, chats
from tests.desk.agents import agent, enters, read, row, served, talk_of, texts


def refused(status: int, code: str) -> object:
    return pytest.raises(Refused, match=f"^{code}$")


def test_a_chat_that_is_accepted_belongs_to_its_agent() -> None:
    staff = agent()

    found = served(staff)

    assert row(found).state == "active"
    assert (talk_of(found).mode, talk_of(found).staff_id, talk_of(found).handover_id) == ("human", staff, found)
    assert texts(found)[-1] == ("system", sentence("accepted", agent="林晓"))


def test_accepting_twice_says_hello_once() -> None:
    staff = agent()
    found = served(staff)
    before = len(read(found))

    chats.accept(found, staff)

    assert len(read(found)) == before


def test_a_chat_of_somebody_else_cannot_be_accepted_or_spoken_in() -> None:
    staff, other = agent("甲"), agent("乙", groups=("fault",))
    found = served(staff)

    for press in (
        lambda: chats.accept(found, other),
        lambda: chats.say(found, other, "c1", "您好"),
        lambda: chats.close(found, other, "billing", "solved", ""),
        lambda: chats.transfer(found, other, "", group="fault"),
    ):
        with refused(409, "moved_on"):
            press()


def test_an_agents_line_reaches_the_customer_once() -> None:
    staff = agent()
    found = served(staff)

    first = chats.say(found, staff, "c1", "您好")
    again = chats.say(found, staff, "c1", "您好")

    assert first == again
    assert texts(found)[-1] == ("agent", "您好")
    assert [line["text"] for line in read(found)].count("您好") == 1


def test_the_first_line_is_the_first_answer() -> None:
    staff = agent()
    found = served(staff)
    assert row(found).answered_at is None

    chats.say(found, staff, "c1", "您好")
    at = row(found).answered_at
    chats.say(found, staff, "c2", "请讲")

    assert at is not None
    assert row(found).answered_at == at


def test_what_a_customer_says_goes_to_the_agent() -> None:
    staff = agent()
    found = served(staff)
    store.accept(talk_of(found).id, "c9", "在吗", None)

    with transaction() as session:
        last = session.scalar(sa.select(OutboxEvent).order_by(OutboxEvent.id.desc()).limit(1))

    assert (last.staff_id, last.handover_id, last.payload["text"]) == (staff, found, "在吗")


def test_a_chat_taken_by_hand_respects_group_and_ceiling() -> None:
    staff = agent(ceiling=1, state="busy")
    first, second, other = enters(), enters(), enters(group="fault")

    with refused(403, "other_group"):
        chats.take(other, staff)
    chats.take(first, staff)
    with refused(409, "ceiling"):
        chats.take(second, staff)
    assert row(first).state == "active"


def test_a_transfer_waits_for_the_wanted_agent() -> None:
    staff, wanted = agent("甲"), agent("乙", groups=("complaint",))
    found = served(staff)

    chats.transfer(found, staff, "客户要投诉", to=wanted)
    assert (talk_of(found).mode, row(found).state) == ("queued", "queued")
    dispatch.step()

    assert row(found).staff_id == wanted
    chats.accept(found, wanted)
    with transaction() as session:
        shown = cards.whole(session, found, staff=wanted, sees_all=False)
    assert [(note["kind"], note["staff"], note["text"]) for note in shown["notes"]] == [
        ("transfer", "甲", "客户要投诉")
    ]
    assert shown["card"]["transferred_from"] == "甲"
    assert shown["writable"]


def test_a_transfer_to_a_group_does_not_come_back_at_once() -> None:
    staff = agent(groups=("mobile", "fault"))
    found = served(staff)

    chats.transfer(found, staff, "", group="fault")

    assert dispatch.step().offers == []
    assert row(found).group == "fault"


@pytest.mark.parametrize("to", [{}, {"to": 999}, {"group": "nowhere"}])
def test_a_transfer_to_nobody_changes_nothing(to: dict[str, object]) -> None:
    staff = agent()
    found = served(staff)

    with refused(422, "transfer_to_nobody"):
        chats.transfer(found, staff, "", **to)
    assert row(found).state == "active"


def test_a_closed_chat_gives_the_conversation_back_and_asks_for_a_score() -> None:
    staff = agent()
    found = served(staff)

    chats.close(found, staff, "billing", "solved", "已解释")
    chats.close(found, staff, "billing", "solved", "已解释")

    closed = row(found)
    assert (closed.state, closed.reason, closed.result, closed.note) == ("closed", "billing", "solved", "已解释")
    assert (talk_of(found).mode, talk_of(found).staff_id) == ("bot", None)
    assert [text for _, text in texts(found)[-2:]] == [sentence("closed_by_agent", agent="林晓"), sentence("survey")]
    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Survey)) == 1


def test_a_chat_may_end_without_a_survey() -> None:
    staff = agent()
    found = served(staff)

    chats.close(found, staff, "billing", "left", "", ask=False)

    assert texts(found)[-1][1] == sentence("closed_by_agent", agent="林晓")


@pytest.mark.parametrize(("reason", "result"), [("", "solved"), ("billing", ""), ("x", "y")])
def test_a_wrap_up_must_be_complete(reason: str, result: str) -> None:
    staff = agent()
    found = served(staff)

    with refused(422, "wrap_up_incomplete"):
        chats.close(found, staff, reason, result, "")
    assert row(found).state == "active"


def test_a_supervisor_takes_a_chat_over() -> None:
    staff, boss = agent("甲"), agent("班长", groups=(), role="supervisor", state="busy")
    found = served(staff)

    chats.take_over(found, boss, "我来处理")

    assert talk_of(found).staff_id == boss
    with refused(409, "moved_on"):
        chats.say(found, staff, "c1", "您好")
    chats.say(found, boss, "c1", "您好")


def test_unread_lines_are_counted_until_they_are_read() -> None:
    staff = agent()
    found = served(staff)
    store.accept(talk_of(found).id, "c8", "在吗", None)
    store.accept(talk_of(found).id, "c9", "喂", None)

    def unread() -> int:
        with transaction() as session:
            (card,) = cards.chats(session, staff)
            return card["unread"]

    assert unread() == 2
    chats.read(found, staff, talk_of(found).last_seq)
    assert unread() == 0


def test_a_summary_says_what_the_bot_knew() -> None:
    staff = agent()
    found = served(
        staff,
        topic_title="宽带报障",
        reason="failed",
        mood="upset",
        journey={"product_line": "broadband", "intent": "report_fault"},
        tried=["宽带报障"],
    )

    with transaction() as session:
        summary = cards.whole(session, found, staff=staff, sees_all=False)["summary"]

    assert summary["wanted"] == "宽带报障"
    assert summary["why"] == "机器人没听懂"
    assert summary["fields"] == [{"label": "产品", "value": "宽带"}]
    assert summary["mood"] == "upset"
    assert summary["bot_seq"] == row(found).opened_seq


def test_only_agents_of_the_group_may_read_a_chat() -> None:
    staff, other = agent("甲"), agent("乙", groups=("fault",))
    found = served(staff)

    with transaction() as session, refused(403, "forbidden"):
        cards.whole(session, found, staff=other, sees_all=False)
    with transaction() as session:
        assert cards.whole(session, found, staff=other, sees_all=True)["writable"] is False


def test_a_closed_chat_ends_where_it_was_closed() -> None:
    staff = agent()
    found = served(staff)
    chats.close(found, staff, "billing", "solved", "", ask=False)
    store.accept(talk_of(found).id, "later", "我的密码是多少", None)

    with transaction() as session:
        lines = cards.whole(session, found, staff=staff, sees_all=False)["messages"]

    assert "我的密码是多少" not in [line["text"] for line in lines]
