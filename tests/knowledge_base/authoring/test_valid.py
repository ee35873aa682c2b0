from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.authoring.changes import Change, Invalid, Value
from knowledge_base.authoring.knowledge import Knowledge
from tests.knowledge_base.authoring.few_objects import TEXTS

NEW: Value = {
    "title": "换彩铃",
    "description": "",
    "examples": ["换个彩铃"],
    "answer": {"kind": "action", "action": "action_query_balance"},
}
ENTRY: Value = {"question": "怎么换彩铃？", "also": [], "answer": "说“换彩铃”。", "topic": "greet"}
NOTICE: Value = {"title": "停电", "text": "今晚停电。", "lines": ["iptv"]}


@lru_cache
def small() -> Knowledge:
    return Knowledge(TEXTS, Path("/nowhere"))


def found(kind: str, key: str, value: Value | None) -> list[tuple[str, str | None]]:
    return [(one.code, one.field) for one in small().problems([Change(kind, key, None, value)])]


def answer(*variants: Mapping[str, Any]) -> Value:
    return {**NEW, "answer": {"kind": "text", "variants": list(variants)}}


def test_what_the_project_has_is_as_it_must_be() -> None:
    knowledge = Knowledge.read()

    assert knowledge.problems([
        Change(kind, key, value, value) for kind, held in knowledge.objects.items() for key, value in held.items()
    ]) == []  # fmt: skip


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("ring change", "name_form"),
        ("Ring", "name_form"),
        ("换彩铃", "name_form"),
        ("retry", "name_reserved"),
        ("nlu_fallback", "name_reserved"),
        ("greeting", "name_begins"),
        ("query", "name_heads"),
        ("greet_again", None),
        ("ring_change", None),
    ],
)
def test_a_new_name_is_one_and_makes_no_family_by_chance(key: str, code: str | None) -> None:
    assert found("intent", key, NEW) == ([] if code is None else [(code, None)])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": "查话费"}, ("title_taken", "title")),
        ({"title": "长" * 31}, ("too_long", "title")),
        ({"examples": []}, ("no_examples", "examples")),
        ({"examples": ["欠费"]}, ("example_elsewhere", "examples")),
        ({"examples": ["[星卡](packages)"]}, ("entity_unknown", "examples")),
        ({"examples": ['[星卡]{"entity": "other", "value": "x"}']}, ("entity_unknown", "examples")),
        ({"examples": ["a\u0000b"]}, ("characters", "examples")),
        ({"examples": ["a\u2028b"]}, ("characters", "examples")),
        ({"examples": ["a\nb"]}, ("characters", "examples")),
        ({"examples": ["${HOME}"]}, ("characters", "examples")),
        ({"examples": "一句"}, ("shape", "examples")),
        ({"answer": {"kind": "action", "action": "action_nothing"}}, ("action_unknown", "answer")),
        ({"answer": {"kind": "action", "action": "utter_greet"}}, ("answer_shared", "answer")),
        ({"answer": {"kind": "poem"}}, ("shape", "answer")),
        ({"answer": {"kind": "text", "variants": [{"text": 1}]}}, ("shape", "answer")),
        ({"answer": None}, ("empty", "answer")),
        ({"colour": "red"}, ("field_unknown", None)),
    ],
)
def test_an_intent_has_sentences_of_its_own_and_an_answer_that_is_there(
    fields: Value, problem: tuple[str, str | None]
) -> None:
    assert found("intent", "ring_change", {**NEW, **fields}) == [problem]


@pytest.mark.parametrize(
    ("variants", "code"),
    [
        ([], "variants_default"),
        ([{"text": "一。"}, {"text": "二。"}], "variants_default"),
        ([{"text": "一。", "when": {"levels": ["7星"]}}], "variants_default"),
        ([{"text": " "}], "empty"),
        ([{"text": "您有{amount}。"}], "text_blank"),
        ([{"text": "a\u0007"}], "characters"),
        ([{"text": "一。", "buttons": [{"title": "", "payload": "/retry"}]}], "button_title"),
        ([{"text": "一。", "buttons": [{"title": "长" * 11, "payload": "/retry"}]}], "button_title"),
        ([{"text": "一。", "buttons": [{"title": "去", "payload": "/nowhere"}]}], "button_payload"),
        ([{"text": "一。", "buttons": [{"title": "去", "payload": "retry"}]}], "button_payload"),
        ([{"text": "一。"}, {"text": "二。", "when": {"levels": ["8星"]}}], "choice_unknown"),
        ([{"text": "一。"}, {"text": "二。", "when": {"products": ["月卡"]}}], "choice_unknown"),
        ([{"text": "一。"}, {"text": "二。", "when": {"products": ["星卡"], "levels": ["3星"]}}], None),
        ([{"text": "一。", "buttons": [{"title": "去", "payload": '/ring_change{"a": 1}'}]}], None),
    ],
)
def test_an_answer_is_text_with_buttons_that_lead_somewhere(variants: list[Value], code: str | None) -> None:
    assert found("intent", "ring_change", answer(*variants)) == ([] if code is None else [(code, "answer")])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"question": ""}, ("empty", "question")),
        ({"answer": "长" * 121}, ("too_long", "answer")),
        ({"also": ["话费在哪"]}, ("wording_elsewhere", "also")),
        ({"topic": "nowhere"}, ("intent_unknown", "topic")),
        ({"journey": "nowhere"}, ("intent_unknown", "journey")),
        ({"from": "2026-1-2"}, ("date_form", "from")),
        ({"from": "2026-02-30"}, ("date_form", "from")),
        ({"from": "2026-02-03", "to": "2026-02-02"}, ("date_order", "to")),
        ({"topic": None}, ("empty", "topic")),
    ],
)
def test_an_entry_of_the_faq_has_wordings_of_its_own_and_days_in_order(fields: Value, problem: tuple[str, str]) -> None:
    named = [one for one in found("faq", "ring-how", {**ENTRY, **fields}) if one != ("empty", "also")]

    assert named == [problem]


@pytest.mark.parametrize(
    ("kind", "key", "value", "problem"),
    [
        ("faq", "Ring", ENTRY, ("id_form", None)),
        ("canned", "k-1", {"group": "开场", "title": "好", "text": "好。"}, ("code_form", None)),
        ("canned", "kk", {"group": "开场", "title": "好", "text": "好，{town}。"}, ("blank_unknown", "text")),
        ("canned", "kk", {"group": "开场", "title": "好", "text": "好，{name。"}, ("blank_unknown", "text")),
        ("canned", "kk", {"group": "", "title": "好", "text": "好。"}, ("empty", "group")),
        ("hours", "nobody", {"week": ["closed"] * 7}, ("group_unknown", None)),
        ("hours", "fault", {"week": ["closed"] * 6}, ("week_form", "week")),
        ("hours", "fault", {"week": ["9:00-10:00"] * 7}, ("week_form", "week")),
        ("hours", "fault", {"week": ["10:00-09:00"] * 7}, ("week_form", "week")),
        ("hours", "default", None, ("default_needed", None)),
        ("notice", "storm", {**NOTICE, "lines": ["radio"]}, ("choice_unknown", "lines")),
        ("notice", "storm", {**NOTICE, "from": "2026-11-27"}, ("time_form", "from")),
        ("notice", "storm", {**NOTICE, "from": "2026-11-27T08:00", "to": "2026-11-27T07:00"}, ("date_order", "to")),
        ("case", "好话", {"intent": "nowhere"}, ("intent_unknown", "intent")),
        ("case", "好话", {"intent": "greet", "entities": {"town": "x"}}, ("choice_unknown", "entities")),
        ("case", "长" * 101, {"intent": "greet"}, ("too_long", "sentence")),
        ("case", " 好话", {"intent": "greet"}, ("empty", "sentence")),
        ("offer", "CARE-FIX", {"title": "x", "from": "2026-01-01", "until": "2026-02-01"}, ("offer_field", "kind")),
        ("offer", "CARE-FIX", {"title": "x", "from": "2026-02-02", "until": "2026-02-01"}, ("date_order", "until")),
        ("offer", "CARE-FIX", {"title": "x", "from": "bald", "until": "2026-02-01"}, ("date_form", "from")),
        ("offer", "CARE-FIX", {"title": "x", "from": 5, "until": "2026-02-01"}, ("date_form", "from")),
        ("offer", "CARE-FIX", {"title": "x", "cost": float("nan")}, ("shape", "cost")),
        ("offer", "CARE-FIX", {"title": "x", "for": {"age": {"least": float("inf")}}}, ("shape", "for")),
    ],
)
def test_each_kind_is_what_its_reader_expects(
    kind: str, key: str, value: Value | None, problem: tuple[str, str | None]
) -> None:
    assert found(kind, key, value) == [problem]


def test_an_intent_that_is_used_is_not_deleted() -> None:
    (one,) = small().problems([Change("intent", "query_balance", None, None)])

    assert (one.code, one.key) == ("intent_used", "query_balance")
    assert "knowledge_base/content/faq.yml: balance" in one.message
    assert small().problems([Change("intent", "praise", None, None)]) == []


def test_what_uses_it_may_go_with_it() -> None:
    changes = [Change("intent", "praise", None, None), Change("case", "真不错", None, {"intent": "praise"})]

    assert [(one.kind, one.code) for one in small().problems(changes)] == [
        ("intent", "intent_used"),
        ("case", "intent_unknown"),
    ]
    assert small().problems([changes[0], Change("case", "真不错", None, None)]) == []


def test_one_object_is_judged_upon_all_changes_and_nothing_is_asked_about_the_others(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions/half.py").write_text("PRAISE = ('praise'", encoding="utf-8")
    knowledge = Knowledge(TEXTS, tmp_path)
    changes = [
        Change("intent", "praise", None, None),
        Change("faq", "ring-how", None, ENTRY),
        Change("faq", "ring-2", None, {**ENTRY, "topic": "praise"}),
    ]

    # The code that cannot be read is not read.
    assert [(one.key, one.code) for one in knowledge.problems(changes, of=("faq", "ring-2"))] == [
        ("ring-2", "wording_elsewhere"),
        ("ring-2", "intent_unknown"),
    ]
    with pytest.raises(SyntaxError):
        knowledge.problems(changes)


def test_nothing_is_written_of_what_cannot_be_kept() -> None:
    with pytest.raises(Invalid) as invalid:
        small().changed(
            [Change("faq", "ring-how", None, ENTRY), Change("faq", "ring-2", None, {**ENTRY, "topic": "x"})]
        )

    assert {(one.key, one.code) for one in invalid.value.problems} == {
        ("ring-how", "wording_elsewhere"), ("ring-2", "wording_elsewhere"), ("ring-2", "intent_unknown"),
    }  # fmt: skip
    assert invalid.value.problems[0].message == "问法“怎么换彩铃？”已在“怎么换彩铃？”里。"
