from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from knowledge_base.authoring.changes import Change, Value
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.refactor import Refused, delete, impact, merge, rename, split


def intent(title: str, *examples: str, buttons: Sequence[str] = ()) -> Value:
    shown = [{"title": "去看看", "payload": payload} for payload in buttons]
    variants = [{"text": f"{title}的事。", "buttons": shown, "when": None}]
    return {
        "title": title,
        "description": "",
        "examples": list(examples),
        "answer": {"kind": "text", "variants": variants},
    }


def entry(question: str, topic: str, **fields: str) -> Value:
    return {"question": question, "also": [], "answer": "好。", "topic": topic, **fields}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The project's, with two intents that only objects name."""
    change = intent("换彩铃", "视频彩铃怎么换", "换个彩铃", buttons=["/ring_change", "/menu"])
    return Knowledge.read().with_changes([
        Change("intent", "ring_change", None, change),
        Change("intent", "ring_price", None, intent("彩铃资费", "彩铃多少钱", buttons=['/ring_change{"month": 9}'])),
        Change("faq", "ring-where", None, entry("在哪里换彩铃？", "ring_change", journey="ring_change")),
        Change("faq", "ring-fee", None, entry("彩铃收费吗？", "ring_price", journey="ring_change")),
        Change("case", "我要换一段彩铃", None, {"intent": "ring_change"}),
    ])  # fmt: skip


def after(knowledge: Knowledge, changes: list[Change]) -> Knowledge:
    return knowledge.with_changes(changes)


def payloads(knowledge: Knowledge, name: str) -> list[str]:
    return [one["payload"] for one in knowledge.objects["intent"][name]["answer"]["variants"][0]["buttons"]]


def test_the_impact_is_every_rule_answer_sentence_entry_button_and_case(knowledge: Knowledge) -> None:
    assert [(one["where"], one["what"]) for one in impact(knowledge, "ring_change")] == [
        ("bot/data/rules.yml", "规则：客户说到它时，答“utter_ring_change”"),
        ("domain.yml: utter_ring_change", "答案文字"),
        ("bot/data/nlu/authored.yml", "2条例句"),
        ("knowledge_base/content/faq.yml: ring-where", "知识“在哪里换彩铃？”的所属意图"),
        ("knowledge_base/content/faq.yml: ring-where", "知识“在哪里换彩铃？”的办理意图"),
        ("knowledge_base/content/faq.yml: ring-fee", "知识“彩铃收费吗？”的办理意图"),
        ("ring_price", "“彩铃资费”的答案里的按钮“去看看”"),
        ("knowledge_base/content/cases.yml", "固定考题“我要换一段彩铃”"),
    ]
    assert not any(one["blocking"] for one in impact(knowledge, "ring_change"))


def test_what_only_developers_change_is_blocking(knowledge: Knowledge) -> None:
    blocking = {one["where"].partition(":")[0] for one in impact(knowledge, "complain") if one["blocking"]}

    assert {
        "domain.yml",
        "knowledge_base/content/complaints.yml",
        "knowledge_base/content/skills.yml",
        "actions/complaint.py",
    } <= blocking
    assert not any(where.startswith(("tests/", "knowledge_base/authoring/")) for where in blocking)


def test_code_that_names_an_intent_is_told_with_its_line(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "rings.py").write_text(
        '"""ring_change"""\nNAMES = ("other", "ring_change")\n# ring_change\n'
    )
    (tmp_path / "actions" / "links.py").write_text(
        "def link(month):\n    return f'/ring_change{{\"month\": {month}}}'\n"
    )

    assert [one["where"] for one in impact(knowledge, "ring_change", tmp_path) if one["blocking"]] == [
        "actions/rings.py:1",
        "actions/rings.py:2",
    ]


def test_a_renamed_intent_takes_everything_with_it(knowledge: Knowledge) -> None:
    found = after(knowledge, rename(knowledge, "ring_change", "tone_change"))

    assert "ring_change" not in found.intents
    assert found.objects["intent"]["tone_change"]["examples"] == ["视频彩铃怎么换", "换个彩铃"]
    assert found.objects["intent"]["tone_change"]["title"] == "换彩铃"
    assert payloads(found, "tone_change") == ["/tone_change", "/menu"]
    assert payloads(found, "ring_price") == ['/tone_change{"month": 9}']
    assert found.objects["faq"]["ring-where"] == entry("在哪里换彩铃？", "tone_change", journey="tone_change")
    assert found.objects["faq"]["ring-fee"]["journey"] == "tone_change"
    assert found.objects["case"]["我要换一段彩铃"] == {"intent": "tone_change"}
    assert "ring_change" not in "".join(found.texts.values())


def test_a_merged_intent_gives_its_sentences_away(knowledge: Knowledge) -> None:
    found = after(knowledge, merge(knowledge, "ring_change", "ring_price"))

    assert "ring_change" not in found.intents
    assert set(found.objects["intent"]["ring_price"]["examples"]) == {"彩铃多少钱", "视频彩铃怎么换", "换个彩铃"}
    assert payloads(found, "ring_price") == ['/ring_price{"month": 9}']
    assert found.objects["case"]["我要换一段彩铃"] == {"intent": "ring_price"}


def test_a_part_of_an_intent_becomes_one_that_answers_alike(knowledge: Knowledge) -> None:
    found = after(knowledge, split(knowledge, "ring_change", "ring_change_video", ["视频彩铃怎么换"]))

    assert found.objects["intent"]["ring_change"]["examples"] == ["换个彩铃"]
    assert found.objects["intent"]["ring_change_video"] == {
        **knowledge.objects["intent"]["ring_change"], "title": None, "examples": ["视频彩铃怎么换"],
    }  # fmt: skip


def test_a_deleted_intent_leaves_nothing_that_names_it(knowledge: Knowledge) -> None:
    found = after(knowledge, delete(knowledge, "ring_change", "ring_price"))

    assert "ring_change" not in "".join(found.texts.values())
    assert found.objects["faq"]["ring-where"]["topic"] == "ring_price"


def test_without_another_one_its_buttons_cases_and_journeys_go(knowledge: Knowledge) -> None:
    moved = knowledge.with_changes([
        Change("faq", "ring-where", None, entry("在哪里换彩铃？", "ring_price", journey="ring_change"))
    ])  # fmt: skip
    found = after(moved, delete(moved, "ring_change", None))

    assert payloads(found, "ring_price") == []
    assert found.objects["faq"]["ring-where"] == entry("在哪里换彩铃？", "ring_price")
    assert "我要换一段彩铃" not in found.objects["case"]


@pytest.mark.parametrize(
    ("code", "do"),
    [
        ("blocked", lambda known: rename(known, "complain", "grievance")),
        ("blocked", lambda known: merge(known, "complain", "praise")),
        ("blocked", lambda known: delete(known, "complain", "praise")),
        ("unknown", lambda known: rename(known, "not_there", "other")),
        ("unknown", lambda known: merge(known, "ring_change", "not_there")),
        ("unknown", lambda known: delete(known, "ring_change", "not_there")),
        ("same", lambda known: merge(known, "ring_change", "ring_change")),
        ("taken", lambda known: rename(known, "ring_change", "ring_price")),
        ("name_reserved", lambda known: rename(known, "ring_change", "retry")),
        ("name_form", lambda known: rename(known, "ring_change", "换彩铃")),
        ("name_begins", lambda known: split(known, "ring_change", "ring_prices", ["换个彩铃"])),
        ("sentences", lambda known: split(known, "ring_change", "tone", ["彩铃多少钱"])),
        ("nothing_left", lambda known: split(known, "ring_change", "tone", ["换个彩铃", "视频彩铃怎么换"])),
        ("topic", lambda known: delete(known, "ring_change", None)),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_a_reason(
    knowledge: Knowledge, code: str, do: Callable[[Knowledge], object]
) -> None:
    with pytest.raises(Refused) as refused:
        do(knowledge)

    assert refused.value.code == code
    assert refused.value.detail
    assert "{" not in refused.value.detail
