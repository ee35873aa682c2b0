import json
from typing import Any

import pytest

from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.diff import shown
from knowledge_base.authoring.knowledge import Knowledge


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.read()


def changed(knowledge: Knowledge, kind: str, key: str, **fields: Any) -> list[dict[str, Any]]:
    held = knowledge.objects[kind][key]
    return shown(knowledge.objects, [Change(kind, key, held, {**held, **fields})])


def test_a_changed_text_is_shown_before_and_after(knowledge: Knowledge) -> None:
    before = knowledge.objects["faq"]["balance-check"]["answer"]

    assert changed(knowledge, "faq", "balance-check", answer="新。") == [
        {
            "kind": "faq", "key": "balance-check", "title": "怎么查话费余额？", "change": "changed",
            "fields": [{"field": "answer", "before": before, "after": "新。", "added": [], "removed": []}],
        }
    ]  # fmt: skip


def test_of_sentences_those_are_told_that_come_and_go(knowledge: Knowledge) -> None:
    held = knowledge.objects["intent"]["query_balance"]["examples"]
    (entry,) = changed(knowledge, "intent", "query_balance", examples=[*held[1:], "新句子"])

    assert (entry["title"], entry["fields"][0]["added"], entry["fields"][0]["removed"]) == (
        "查话费余额", ["新句子"], [held[0]],
    )  # fmt: skip


def test_what_comes_and_goes_as_a_whole_says_so(knowledge: Knowledge) -> None:
    case = {"intent": "query_balance"}
    objects = {**knowledge.objects, "case": {"我的钱呢": case}}
    kept = {key: value for key, value in objects["canned"].items() if key != "kc"}
    entries = shown({**objects, "case": {}}, {**objects, "canned": kept})

    assert [(one["kind"], one["key"], one["title"], one["change"]) for one in entries] == [
        ("canned", "kc", "问候", "removed"),
        ("case", "我的钱呢", "我的钱呢", "added"),
    ]
    assert entries[1]["fields"] == [
        {"field": "intent", "before": None, "after": "query_balance", "added": [], "removed": []}
    ]


def test_hours_are_called_as_their_group(knowledge: Knowledge) -> None:
    (entry,) = changed(knowledge, "hours", "fault", week=["closed"] * 7)

    assert (entry["title"], entry["fields"][0]["added"]) == ("宽带固话障碍", [])


def test_order_and_what_is_optional_make_no_difference(knowledge: Knowledge) -> None:
    held = knowledge.objects["intent"]["query_balance"]["examples"]

    assert changed(knowledge, "intent", "query_balance", examples=held[::-1]) == []
    assert changed(knowledge, "faq", "balance-check", source=None) == []
    assert shown(knowledge.objects, knowledge.objects) == []


def test_it_is_json(knowledge: Knowledge) -> None:
    entries = changed(knowledge, "offer", "SAVE-100", until="2028-12-31")

    assert json.loads(json.dumps(entries)) == entries
