"""What the bot did not do well by comes into the inbox, once, masked, and leaves it for a draft."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.times import iso, utc_now
from desk import store
from desk.editor import inbox
from desk.editor.inbox import Gatherer
from desk.models import REJECTED_INTENTS, Turn
from desk.supervisor.days import today
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.models import Cluster, InboxSentence, InboxSource
from tests.desk.agents import enters
from tests.desk.editor.conftest import Editor
from tests.desk.staff.people import noted, refusal

Gather = Callable[[], None]


@pytest.fixture
def gather() -> Gather:
    """Looks until there is nothing more."""
    gatherer = Gatherer(pause=0)

    def all_of_it() -> None:
        while gatherer.step():
            pass

    return all_of_it


def said(
    text: str,
    intent: str | None = "nlu_fallback",
    confidence: float | None = 0.2,
    *,
    talk: str | None = None,
    ago: timedelta = timedelta(minutes=1),
    payload: str | None = None,
) -> str:
    """A turn that the bot has answered."""
    talk = talk or store.create_conversation("web")
    made = store.accept(talk, f"c{text}{ago}", text, None, payload=payload).turn
    with transaction() as session:
        row = session.get(Turn, made)
        row.created_at, row.payload = utc_now() - ago, payload
        store.finish(session, made, "done", intent=intent, confidence=confidence)
    return made


def brought() -> list[tuple[str, str]]:
    """(text, reason) of all sources."""
    with transaction() as session:
        rows = session.execute(
            sa.select(InboxSentence.text, InboxSource.reason)
            .join(InboxSource, InboxSource.sentence_id == InboxSentence.id)
            .order_by(InboxSource.id)
        ).all()
        return [tuple(row) for row in rows]


def sentence(text: str) -> InboxSentence:
    with transaction() as session:
        return session.scalar(sa.select(InboxSentence).where(InboxSentence.text == text))


@pytest.mark.parametrize("intent", sorted(REJECTED_INTENTS))
def test_what_the_bot_says_no_to_is_brought_in_however_sure_it_was(gather: Gather, intent: str) -> None:
    said("手机号想归到孩子那边", intent, 0.9)
    gather()

    assert brought() == [("手机号想归到孩子那边", "rejected")]
    with transaction() as session:
        assert session.scalar(sa.select(InboxSource.guess)) is None
    assert intent == "nlu_fallback" or intent in Knowledge.read().objects["intent"]


def test_what_was_not_or_hardly_understood_is_brought_in(gather: Gather) -> None:
    said("视频彩铃咋个换")
    said("那个会员的事", "query_package_vas", 0.4)
    said("查话费余额", "query_balance", 0.9)
    gather()
    gather()

    assert brought() == [("视频彩铃咋个换", "rejected"), ("那个会员的事", "unsure")]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("好", "nlu_fallback"),
        ("嗯嗯", "nlu_fallback"),
        ("123456", "nlu_fallback"),
        ("18912345678", "nlu_fallback"),
        ("一二三四五六", "nlu_fallback"),
        ("您好在吗", "greet"),
        ("是的没错", "affirm"),
        ("给我转人工", "human_agent"),
        ("••••••", "nlu_fallback"),
        ("？！。。。", "nlu_fallback"),
    ],
)
def test_what_nobody_can_learn_from_stays_out(gather: Gather, text: str, intent: str) -> None:
    said(text, intent, 0.3)
    gather()

    assert brought() == []


def test_numbers_are_masked(gather: Gather) -> None:
    said("我18912345678的彩铃怎么没了")
    gather()

    assert brought() == [("我189****5678的彩铃怎么没了", "rejected")]


def test_a_sentence_is_such_that_a_draft_can_hold_it(gather: Gather) -> None:
    said("视频彩铃\n咋个\t换")
    said("视频彩铃${HOME}咋个换")
    gather()

    assert brought() == [("视频彩铃 咋个 换", "rejected")]


def test_a_press_and_an_event_stay_out(gather: Gather) -> None:
    said("换彩铃怎么弄", None, None, payload="/query_balance")
    gather()

    assert brought() == []


def test_the_same_words_are_one_sentence_with_several_sources(gather: Gather) -> None:
    for text in ("视频彩铃怎么换", "视频彩铃怎么换？", "呃视频彩铃怎么换"):
        said(text)
    gather()

    assert brought() == [("视频彩铃怎么换", "rejected")] * 3


def test_what_was_said_in_the_two_turns_before_a_person_is_brought_in(gather: Gather) -> None:
    talk = store.create_conversation("web")
    for minutes, text in ((9, "先问一个别的"), (8, "我的会员怎么没有了"), (7, "不是这个意思呀")):
        said(text, "query_package_vas", 0.9, talk=talk, ago=timedelta(minutes=minutes))
    enters(talk)
    gather()
    gather()

    assert sorted(brought()) == [("不是这个意思呀", "handover"), ("我的会员怎么没有了", "handover")]


def test_who_begins_anew_goes_on_where_the_former_stopped(gather: Gather) -> None:
    said("第一句听不懂的话")
    gather()
    said("第二句听不懂的话")
    Gatherer(pause=0).step()

    assert [text for text, _ in brought()] == ["第一句听不懂的话", "第二句听不懂的话"]


def test_an_answer_that_came_late_is_not_overlooked(gather: Gather) -> None:
    late = said("晚到的一句话", None, None, ago=timedelta(minutes=9))
    said("早到的一句话", ago=timedelta(minutes=1))
    gather()
    with transaction() as session:
        store.finish(session, late, "done", intent="nlu_fallback", confidence=0.1)
    gather()

    assert [text for text, _ in brought()] == ["早到的一句话", "晚到的一句话"]


def test_many_are_brought_in_over_several_steps(monkeypatch: pytest.MonkeyPatch, gather: Gather) -> None:
    monkeypatch.setattr(inbox, "AT_ONCE", 2)
    for number in "甲乙丙丁戊":
        said(f"听不懂的{number}这句")
        enters(None)
    assert Gatherer(pause=0).step() is True
    gather()

    assert len(brought()) == 5


def test_between_two_looks_it_asks_nothing() -> None:
    gatherer = Gatherer(pause=60)
    gatherer.step()
    said("这句等下一次再看")

    assert gatherer.step() is False
    assert brought() == []


def clustered(*texts: str) -> None:
    """These sentences mean the same, of which the first is in the middle."""
    with transaction() as session:
        made = Cluster(title=texts[0])
        session.add(made)
        session.flush()
        for row in session.scalars(sa.select(InboxSentence).where(InboxSentence.text.in_(texts))):
            row.cluster_id = made.id


def test_clusters_are_shown_with_counts_and_their_trend(gather: Gather, writer: Editor) -> None:
    for days, text in ((0, "视频彩铃咋个换"), (1, "视频彩铃咋个换"), (9, "彩铃换一下怎么弄"), (0, "会员费多扣了")):
        said(text, ago=timedelta(days=days, seconds=1))
    gather()
    clustered("视频彩铃咋个换", "彩铃换一下怎么弄")

    shown = writer.get("/inbox")
    assert (shown["count"], shown["open"]) == (2, 3)
    first, other = shown["clusters"]
    assert (first["title"], first["count"], first["delta"], sum(first["days"])) == ("视频彩铃咋个换", 3, 1, 3)
    assert shown["days"][-1] == str(today())
    assert [(one["text"], one["count"], one["reasons"]) for one in first["sentences"]] == [
        ("视频彩铃咋个换", 2, {"rejected": 2}), ("彩铃换一下怎么弄", 1, {"rejected": 1}),
    ]  # fmt: skip
    assert len(first["sentences"][0]["conversations"]) == 2
    assert other["id"] == f"s{sentence('会员费多扣了').id}"
    assert writer.get("/inbox", q="会员")["count"] == 1
    assert writer.get("/inbox", reason="handover")["count"] == 0
    assert writer.get("/inbox", offset=1)["clusters"] == [other]
    assert writer.get("/overview")["inbox"] == {"open": 3}


def test_what_was_said_often_names_its_newest_conversations_and_what_it_was_mostly_taken_for(
    gather: Gather, writer: Editor
) -> None:
    talks = [store.create_conversation("web") for _ in range(7)]
    for number, talk in enumerate(talks, 1):
        guess = "query_bill" if number % 2 else "query_usage"
        said("那个钱的事", guess, 0.4, talk=talk, ago=timedelta(hours=number))
    newest = said("那个钱的事", talk=talks[6])
    gather()

    ((shown,),) = [one["sentences"] for one in writer.get("/inbox")["clusters"]]
    assert (shown["count"], shown["reasons"], shown["guess"]) == (8, {"unsure": 7, "rejected": 1}, "query_bill")
    assert shown["conversations"] == [talks[6], *talks[:4]]
    with transaction() as session:
        assert shown["last_at"] == iso(session.get(Turn, newest).created_at)


def test_a_sentence_becomes_an_example_and_an_undoing_gives_it_back(gather: Gather, writer: Editor) -> None:
    said("话费咋个查嘛")
    gather()
    draft, wanted = writer.begins(), sentence("话费咋个查嘛").id

    assert writer.does("/inbox/assign", sentences=[wanted], draft=draft, intent="query_balance") == {"changed": 1}
    held = writer.get("/objects/intent/query_balance", draft=draft)
    assert held["value"]["examples"] == [*held["live"]["examples"], "话费咋个查嘛"]
    assert writer.get("/inbox")["count"] == 0
    (cluster,) = writer.get("/inbox", state="assigned")["clusters"]
    assert (cluster["sentences"][0]["intent"], cluster["sentences"][0]["draft"]) == ("query_balance", draft)
    assert ("kb_assign", f"{draft} 问候语") in noted()

    writer.does(f"/drafts/{draft}/undo")
    assert writer.get("/inbox")["count"] == 1


def test_an_example_stays_the_sentence_that_it_was_when_its_entities_are_marked(gather: Gather, writer: Editor) -> None:
    said("星卡咋个查话费嘛")
    gather()
    draft, wanted = writer.begins(), sentence("星卡咋个查话费嘛").id
    writer.does("/inbox/assign", sentences=[wanted], draft=draft, intent="query_balance")
    held = writer.get("/objects/intent/query_balance", draft=draft)
    examples = [*held["live"]["examples"], "[星卡](package)咋个查话费嘛"]
    writer.saves(draft, "intent", "query_balance", {**held["value"], "examples": examples}, held["version"])
    assert writer.get("/inbox")["count"] == 0

    writer.does("/inbox/reopen", sentences=[wanted])
    writer.does("/inbox/assign", sentences=[wanted], draft=draft, intent="query_balance")
    assert writer.get("/objects/intent/query_balance", draft=draft)["value"]["examples"] == examples


def test_a_discarded_draft_gives_its_sentences_back(gather: Gather, writer: Editor) -> None:
    said("话费咋个查嘛")
    gather()
    draft = writer.begins()
    writer.does("/inbox/assign", sentences=[sentence("话费咋个查嘛").id], draft=draft, intent="query_balance")
    writer.does(f"/drafts/{draft}/discard")

    assert writer.get("/inbox")["count"] == 1


def test_nothing_is_assigned_to_an_intent_that_is_not_there(gather: Gather, writer: Editor) -> None:
    said("话费咋个查嘛")
    gather()
    answer = writer.post("/inbox/assign", sentences=[sentence("话费咋个查嘛").id], draft=writer.begins(), intent="nix")

    assert refusal(answer) == (422, "bad_request")
    assert writer.get("/inbox")["count"] == 1


def test_what_was_dismissed_stays_so_until_somebody_wants_it_back(gather: Gather, writer: Editor) -> None:
    said("随便说说而已呀")
    gather()
    wanted = sentence("随便说说而已呀").id
    assert writer.does("/inbox/dismiss", sentences=[wanted]) == {"changed": 1}
    assert writer.does("/inbox/dismiss", sentences=[wanted]) == {"changed": 0}
    said("随便说说而已呀", ago=timedelta(seconds=1))
    gather()

    assert writer.get("/inbox")["count"] == 0
    assert writer.get("/inbox", state="dismissed")["clusters"][0]["count"] == 2
    writer.does("/inbox/reopen", sentences=[wanted])
    assert writer.get("/inbox")["count"] == 1
    assert [action for action, _ in noted() if action.startswith("kb_")] == ["kb_dismiss", "kb_reopen"]
