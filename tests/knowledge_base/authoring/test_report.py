"""What an approver reads: which cases break, which sentences and conversations would be answered otherwise."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import desk.models
from common.database import reading, transaction
from common.settings import ROOT
from common.times import utc_now
from knowledge_base.authoring import spoken
from knowledge_base.authoring.changes import Change, plain
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.meanings import Meaning
from knowledge_base.authoring.models import InboxSentence
from knowledge_base.authoring.report import MOST_ROWS, Comparison, answer, changes, moved
from knowledge_base.authoring.spoken import Spoken
from knowledge_base.content import content
from tests.knowledge_base.authoring.project import ADDED, CASES, RING, write_project

SURE = 0.9


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return Knowledge.read(write_project(tmp_path_factory.mktemp("project")))


def meanings(**texts: str) -> dict[str, Meaning]:
    return {text: Meaning(intent, SURE, {}) for text, intent in texts.items()}


def right(knowledge: Knowledge) -> dict[str, Meaning]:
    """As if a model understood all cases."""
    return {text: Meaning(case["intent"], SURE, {}) for text, case in knowledge.objects["case"].items()}


def with_answer(knowledge: Knowledge, text: str) -> Knowledge:
    variant = {"text": text, "buttons": [], "when": None}
    value = {**knowledge.objects["intent"]["greet"], "answer": {"kind": "text", "variants": [variant]}}
    return knowledge.with_changes([Change("intent", "greet", None, value)])


def test_marks_of_entities_are_taken_off() -> None:
    assert plain('退订[星卡](package)和[彩铃]{"entity": "business", "value": "ring"}吧') == "退订星卡和彩铃吧"


def test_broken_and_mended_cases_are_listed_and_counted(before: Knowledge) -> None:
    comparison = Comparison(before, before)
    old, new = right(before), right(before)
    old["还有话费吗"] = Meaning("nlu_fallback", 0.7, {})
    new["人工人工"] = Meaning("greet", 0.6, {})
    found = comparison.cases(old, new)
    count = sum(map(len, CASES.values()))
    assert (found["count"], found["right_before"], found["right_after"]) == (count, count - 1, count - 1)
    assert [one["text"] for one in found["mended"]] == ["还有话费吗"]
    assert found["broken"] == [
        {
            "text": "人工人工",
            "expected": "human_agent",
            "before": "human_agent",
            "after": "greet",
            "confidence_before": SURE,
            "confidence_after": 0.6,
        }
    ]


def test_a_case_with_entities_is_right_only_with_them(before: Knowledge) -> None:
    case = Change("case", "上月流量", None, {"intent": "query_usage", "entities": {"month": "2026-10"}})
    after = before.with_changes([case])
    whole = right(after) | {"上月流量": Meaning("query_usage", SURE, {"month": "2026-10"})}
    part = right(after) | {"上月流量": Meaning("query_usage", SURE, {"month": "2026-09"})}
    found = Comparison(before, after).cases(whole, part)
    assert [one["text"] for one in found["broken"]] == ["上月流量"]


def test_a_case_that_expects_something_else_from_now_on_was_right_by_what_it_expected(before: Knowledge) -> None:
    after = before.with_changes([Change("case", "人工人工", {"intent": "human_agent"}, {"intent": "greet"})])
    found = Comparison(before, after).cases(right(before), right(before))
    assert [(one["text"], one["expected"]) for one in found["broken"]] == [("人工人工", "greet")]


def test_the_drafts_own_sentences_are_those_that_it_adds_moves_or_answers_otherwise(before: Knowledge) -> None:
    assert Comparison(before, before).sentences() == []
    assert Comparison(before, before.with_changes([ADDED])).sentences() == RING["examples"]
    greetings = before.objects["intent"]["greet"]["examples"]
    assert Comparison(before, with_answer(before, "你好")).sentences() == greetings


def test_a_sentence_is_listed_with_both_answers_where_intent_or_answer_change(before: Knowledge) -> None:
    after = before.with_changes([ADDED])
    old = meanings(视频彩铃怎么换="nlu_fallback", 查流量="query_usage")
    new = meanings(视频彩铃怎么换="change_ring", 查流量="query_usage")
    found = changes(Comparison(before, after), list(old), old, new)
    assert found["sentences_count"] == 1
    assert found["sentences"] == [
        {
            "text": "视频彩铃怎么换",
            "before": "nlu_fallback",
            "after": "change_ring",
            "answer_before": "没听懂，请客户换个说法",
            "answer_after": "您发短信就能换视频彩铃。",
        }
    ]


def test_only_the_first_rows_are_listed_and_all_are_counted(before: Knowledge) -> None:
    old = {f"句子{number}": Meaning("greet", SURE, {}) for number in range(MOST_ROWS + 5)}
    new = {text: Meaning("query_usage", SURE, {}) for text in old}
    found = changes(Comparison(before, before), list(old), old, new)
    assert (len(found["sentences"]), found["sentences_count"]) == (MOST_ROWS, MOST_ROWS + 5)


def test_an_intent_that_is_only_renamed_changes_no_answer(before: Knowledge) -> None:
    first = before.with_changes([ADDED])
    second = first.with_changes([Change("intent", "change_ring", RING, None), Change("intent", "ring", None, RING)])
    assert moved(first, second) == {"change_ring": "ring"}
    old, new = Meaning("change_ring", SURE, {}), Meaning("ring", SURE, {})
    assert Comparison(first, second).change("视频彩铃怎么换", old, new) is None
    assert Comparison(first, second).change("视频彩铃怎么换", old, Meaning("greet", SURE, {})) is not None


def test_an_entry_of_the_faq_that_answers_otherwise_is_listed_by_its_wordings(before: Knowledge) -> None:
    key, value = next(iter(before.objects["faq"].items()))
    after = before.with_changes([Change("faq", key, value, {**value, "answer": "现在是这样办的。"})])
    found = changes(Comparison(before, after), [], {}, {})
    assert found["sentences_count"] == 1 + len(value["also"])
    assert {row["answer_after"] for row in found["sentences"]} == {"现在是这样办的。"}
    assert {row["answer_before"] for row in found["sentences"]} == {value["answer"]}


def test_answers_are_told_in_words(before: Knowledge) -> None:
    assert answer(before, "query_usage") == "由办理流程回答（action_query_usage）"
    assert answer(before, "nlu_fallback") == "没听懂，请客户换个说法"
    assert answer(before, "no_such_intent") == "没有回答"
    variants = [
        {"text": "贵宾您好", "buttons": [], "when": {"levels": ["5星"], "products": ["星卡"]}},
        {"text": "您好", "buttons": [], "when": None},
    ]
    value = {**before.objects["intent"]["greet"], "answer": {"kind": "text", "variants": variants}}
    after = before.with_changes([Change("intent", "greet", None, value)])
    assert answer(after, "greet") == "（5星、星卡）贵宾您好\n您好"


def test_replayed_turns_that_differ_are_masked_and_dated(before: Knowledge) -> None:
    at = utc_now()
    text = "我的号码18900001001"
    turns = [Spoken("c1", at, text, None), Spoken("c1", at, "查流量", None), Spoken("c2", at, "查流量", None)]
    old = {text: Meaning("greet", SURE, {}), "查流量": Meaning("query_usage", SURE, {})}
    new = {**old, text: Meaning("query_usage", SURE, {})}
    found = Comparison(before, before).replay(turns, old, new)
    assert (found["conversations"], found["turns"], found["different_count"]) == (2, 3, 1)
    (row,) = found["different"]
    assert row["text"] == "我的号码189****1001"
    assert row["at"].startswith(f"{at:%Y-%m-%d}")


def say(session: Any, conversation: str, text: str, minutes: int, payload: str | None = None) -> None:
    if session.get(desk.models.Conversation, conversation) is None:
        session.add(desk.models.Conversation(id=conversation, channel="web"))
        session.flush()
    number = session.scalar(sa.select(sa.func.count()).select_from(desk.models.Turn))
    at = utc_now() + timedelta(minutes=minutes)
    turn = desk.models.Turn(id=f"t{number}", conversation_id=conversation, text=text, payload=payload, created_at=at)
    session.add(turn)
    session.flush()


def test_the_last_conversations_are_read_from_the_desks_own_table(database: Path) -> None:
    assert {column.name for column in spoken.TURNS.columns} <= {
        column.name for column in desk.models.Turn.__table__.columns
    }
    with transaction() as session:
        say(session, "old", "最早的一句", 0)
        say(session, "a", "查流量", 1)
        say(session, "b", "转人工", 2)
        say(session, "a", "查余额", 3)
        say(session, "b", "", 4, "/query_usage")
        say(session, "c", "", 5, "/line_tested")
    with reading() as session:
        found = spoken.last_turns(session, conversations=2)
    assert [(one.conversation, one.text) for one in found] == [("a", "查流量"), ("b", "转人工"), ("a", "查余额")]
    assert found[0].at.tzinfo is not None


def test_the_inbox_without_what_was_dismissed_is_compared(database: Path) -> None:
    with transaction() as session:
        for number, state in enumerate(("open", "assigned", "dismissed")):
            session.add(InboxSentence(form=str(number), text=f"句子{number}", state=state))
    with reading() as session:
        assert spoken.inbox(session) == ["句子1", "句子0"]


def test_every_sentence_of_a_step_is_there_and_every_one_that_is_there_is_said() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "knowledge_base/authoring").glob("*.py")]
    for part, name in (("steps", r'(?:steps|\["steps"\])\["(\w+)"\]'), ("failed", r'\["failed"\]\["(\w+)"\]')):
        said = [one for one in sources if 'content("training")' in one]
        assert {word for one in said for word in re.findall(name, one)} == content("training")[part].keys()
