from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.identity import seal
from common.times import shanghai_today, utc_now
from desk import store
from desk.errors import Refused
from desk.handover import NUMBER as HANDOVER
from desk.handover_models import Handover, HandoverNote
from desk.workbench import chats, search
from desk.workbench.search import Query, snippet
from tests.desk.agents import agent, counted, talk_of
from tests.desk.staff.people import refusal
from tests.desk.workbench.floor import Floor, chat_of

NUMBER = "18900001001"
CHANNELS = {"web": "web", "wechat": "wechat", "bound": "wechat", "other": "wechat"}
ROW = {"handover", "conversation", "at", "topic_title", "number_mask", "agent", "group", "result", "snippet"}


def found(words: str = "", **query: object) -> list[int]:
    with transaction() as session:
        return [row["handover"] for row in search.find(session, Query(words, **query))["rows"]]


def says(handover: int, *texts: str) -> None:
    for place, text in enumerate(texts):
        store.accept(talk_of(handover).id, f"s{handover}-{place}-{text}", text, None)


def test_words_are_found_in_what_was_said() -> None:
    staff = agent()
    one, two = chat_of(staff), chat_of(staff)
    says(one, "这个月话费怎么多了五十元")
    says(two, "宽带上不了网")

    assert found("话费") == [one]
    assert found("转人工") == [two, one]
    assert found("没有人说过") == []


@pytest.mark.parametrize("words", ["%", "_", "\\", "100%", "%' OR '1'='1"])
def test_signs_mean_themselves(words: str) -> None:
    staff = agent()
    one, two = chat_of(staff), chat_of(staff)
    says(one, f"我说的是{words}这个")
    says(two, "我说的是别的")

    assert found(words) == [one]


def test_one_number_is_found_whether_it_was_proven_on_the_web_or_in_wechat_or_is_bound_there() -> None:
    staff = agent(ceiling=5)
    talks = {name: store.create_conversation(channel) for name, channel in CHANNELS.items()}
    web, wechat = (chat_of(staff, NUMBER, talks[name]) for name in ("web", "wechat"))
    bound = chat_of(staff, None, talks["bound"], known=seal(HANDOVER, {"number": NUMBER}))
    chat_of(staff, None, talks["other"], known=seal(HANDOVER, {"number": "18900001002"}))

    assert found(NUMBER) == [bound, wechat, web]
    with transaction() as session:
        (row,) = [row for row in search.find(session, Query(NUMBER))["rows"] if row["handover"] == bound]
        assert row["number_mask"] is None
        assert NUMBER not in repr(session.get(Handover, bound).context)
        assert "known" not in session.get(Handover, bound).context


def test_a_whole_number_is_found_by_its_hash_and_a_part_of_it_is_not() -> None:
    staff = agent()
    mine = chat_of(staff, NUMBER)
    chat_of(staff, "13300001002")
    says(chat_of(staff), "我的号码是18900001001")

    assert found(NUMBER) == [mine]
    assert found("189 0000 1001") == [mine]
    assert found("18900001009") == []


def test_the_number_of_what_was_made_finds_the_chat() -> None:
    staff = agent()
    one = chat_of(staff)
    chat_of(staff)
    with transaction() as session:
        session.add(HandoverNote(handover_id=one, kind="made", staff_id=staff, text="TT2026-0001"))
        session.add(HandoverNote(handover_id=one, kind="whisper", staff_id=staff, text="TT2026-0002"))

    assert found("tt2026-0001") == [one]
    assert found("TT2026-0002") == []


def test_what_was_said_after_a_chat_is_not_of_it() -> None:
    staff = agent()
    one = chat_of(staff)
    chats.close(one, staff, "billing", "solved", "", ask=False)
    says(one, "后来才说的积分")

    assert found("积分") == []


def test_filters_narrow_it_down() -> None:
    staff, other = agent("甲"), agent("乙", groups=("fault",))
    one, two = chat_of(staff), chat_of(other, group="fault")
    chats.close(one, staff, "billing", "solved", "", ask=False)

    assert found(group="fault") == [two]
    assert found(agent=staff) == [one]
    assert found(result="solved") == [one]
    assert found(result="left") == []
    assert found() == [two, one]


def test_agents_find_their_own_chats_and_their_groups() -> None:
    mine, other = agent("甲"), agent("乙", groups=("fault",))
    own, of_group = chat_of(mine), chat_of(agent("丙"))
    strange = chat_of(other, group="fault")

    assert found(staff=mine, groups=("mobile",)) == [of_group, own]
    assert found(staff=mine, groups=()) == [own]
    assert found(staff=mine, groups=None) == [strange, of_group, own]


def test_days_are_those_of_shanghai_and_three_months_at_most() -> None:
    staff = agent()
    one = chat_of(staff)
    today = shanghai_today()
    with transaction() as session:
        session.execute(sa.update(Handover).values(created_at=utc_now() - timedelta(days=100)))
    two = chat_of(staff)

    assert found() == [two]
    assert found(since=today, until=today) == [two]
    assert found(since=today - timedelta(days=110), until=today - timedelta(days=90)) == [one]
    for since, until in ((today - timedelta(days=92), today), (today, today - timedelta(days=1))):
        with pytest.raises(Refused):
            search.days(since, until)
    begin, end = search.days(date(2026, 1, 1), date(2026, 1, 1))
    assert (begin.isoformat(), end - begin) == ("2026-01-01T00:00:00+08:00", timedelta(days=1))


def test_pages_hold_twenty_and_the_total_all() -> None:
    staff = agent(ceiling=50)
    made = [chat_of(staff) for _ in range(23)]
    with transaction() as session:
        first, second = (search.find(session, Query(page=page)) for page in (1, 2))

    assert [row["handover"] for row in first["rows"] + second["rows"]] == made[::-1]
    assert (first["total"], len(first["rows"])) == (23, 20)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("我的号码是18900001001，话费不对", "话费", "我的号码是189****1001，话费不对"),
        ("话费", "没有", "话费"),
        ("一" * 5 + "很长" * 30 + "话费" + "很长" * 30, "话费", "…" + "很长" * 12 + "话费" + "很长" * 12 + "…"),
        ("", "话费", ""),
    ],
)
def test_a_snippet_is_masked_and_short(text: str, words: str, expected: str) -> None:
    assert snippet(text, words) == expected


def test_the_route_tells_only_what_may_be_seen(floor: Floor) -> None:
    worker, stranger = floor.worker(), floor.worker("2002", ("fault",))
    lead = floor.worker("2003", (), "supervisor")
    one = worker.serves(NUMBER, topic_title="查话费")
    says(one, "我是18900001001，话费不对")
    (row,) = worker.reads("/search", q="话费不对")["rows"]

    assert set(row) == ROW
    assert (row["handover"], row["topic_title"], row["number_mask"]) == (one, "查话费", "189****1001")
    assert row["snippet"] == "我是189****1001，话费不对"
    assert stranger.reads("/search", q=NUMBER) == {"rows": [], "total": 0}
    assert lead.reads("/search", q=NUMBER)["total"] == 1
    assert worker.reads("/search", q="", group="", result="", page=1, **{"from": "", "to": ""})["total"] == 1


def test_the_route_refuses_what_makes_no_sense(floor: Floor) -> None:
    worker = floor.worker()

    for query in ({"from": "2026-13-01"}, {"from": "x"}, {"page": 0}, {"q": "x" * 65}, {"staff": 0}):
        assert refusal(worker.gets("/search", **query)) == (422, "bad_request")
    assert refusal(worker.gets("/search", **{"from": "2020-01-01"})) == (422, "range_too_wide")


@pytest.mark.parametrize("words", ["", "话费"])
def test_a_page_takes_as_many_questions_for_many_chats_as_for_one(words: str) -> None:
    staff = agent(ceiling=9)

    def asked(chats_: int) -> int:
        for _ in range(chats_):
            says(chat_of(staff), "话费怎么多了", "谢谢")
        with counted() as questions:
            assert len(found(words)) >= chats_
        return len(questions)

    assert asked(1) == asked(4)
