from collections.abc import Mapping
from difflib import unified_diff
from typing import Any

import pytest

from common.settings import ROOT
from knowledge_base.authoring.changes import Change, same
from knowledge_base.authoring.knowledge import Knowledge

RULES, DOMAIN = "bot/data/rules.yml", "domain.yml"
CONTENT = "knowledge_base/content/"
NEW = {
    "title": "换视频彩铃",
    "description": "客户想换一个视频彩铃",
    "examples": ["视频彩铃怎么换", "换个彩铃"],
    "answer": {
        "kind": "text",
        "variants": [{"text": "在彩铃页面里换。", "buttons": [{"title": "菜单", "payload": "/menu"}], "when": None}],
    },
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.read()


def lines(knowledge: Knowledge, changes: list[Change]) -> dict[str, list[str]]:
    """path → the lines that go (-) and come (+), each file's in order."""
    return {
        path: [
            line
            for line in unified_diff(knowledge.texts.get(path, "").splitlines(), text.splitlines(), n=0, lineterm="")
            if not line.startswith(("---", "+++", "@@"))
        ]
        for path, text in knowledge.changed(changes).items()
    }


def change(knowledge: Knowledge, kind: str, key: str, **fields: Any) -> Change:
    held = knowledge.objects[kind][key]
    return Change(kind, key, held, {**held, **fields})


def test_every_file_of_the_project_is_read_with_its_bytes(knowledge: Knowledge) -> None:
    assert {path: text.encode() for path, text in knowledge.texts.items()} == {
        path: (ROOT / path).read_bytes() for path in knowledge.texts
    }
    assert {DOMAIN, RULES, CONTENT + "faq.yml", "bot/data/nlu/account.yml"} <= set(knowledge.texts)
    assert all(knowledge.objects[kind] for kind in ("intent", "faq", "offer", "canned", "hours"))


def test_what_becomes_as_it_is_changes_no_file(knowledge: Knowledge) -> None:
    every = [
        Change(kind, key, value, dict(value)) for kind, held in knowledge.objects.items() for key, value in held.items()
    ]

    assert knowledge.changed(every) == {}


def test_a_new_intent_has_sentences_name_rule_response_title_and_description(knowledge: Knowledge) -> None:
    assert lines(knowledge, [Change("intent", "ring_change", None, NEW)]) == {
        "bot/data/nlu/authored.yml": [
            '+version: "3.1"',
            "+nlu:",
            "+- intent: ring_change",
            "+  examples: |",
            "+    - 视频彩铃怎么换",
            "+    - 换个彩铃",
        ],
        DOMAIN: [
            "+- ring_change",
            "+  utter_ring_change:",
            "+  - text: 在彩铃页面里换。",
            "+    buttons:",
            "+    - title: 菜单",
            "+      payload: /menu",
        ],
        RULES: ["+", "+- rule: ring_change", "+  steps:", "+  - intent: ring_change", "+  - action: utter_ring_change"],
        CONTENT + "intents.yml": [
            "+  ring_change: 换视频彩铃",
            "+descriptions:",
            "+  ring_change: 客户想换一个视频彩铃",
        ],
    }


def test_objects_that_are_written_are_read_again(knowledge: Knowledge) -> None:
    after = knowledge.with_changes([Change("intent", "ring_change", None, NEW)])

    assert same("intent", after.objects["intent"]["ring_change"], NEW)
    assert _others(after, "ring_change") == _others(knowledge, "ring_change")


def _others(knowledge: Knowledge, name: str) -> Mapping[str, Any]:
    return {key: value for key, value in knowledge.objects["intent"].items() if key != name}
