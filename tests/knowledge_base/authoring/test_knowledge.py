from collections.abc import Mapping
from difflib import unified_diff
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from common.settings import ROOT
from knowledge_base.authoring.changes import Change, same
from knowledge_base.authoring.knowledge import Knowledge, hash_of
from tests.knowledge_base.authoring.few_objects import TEXTS

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


@lru_cache
def small() -> Knowledge:
    """A project without code."""
    return Knowledge(TEXTS, Path("/nowhere"))


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
            "+  ring_change: 客户想换一个视频彩铃",
        ],
    }


def test_objects_that_are_written_are_read_again(knowledge: Knowledge) -> None:
    after = knowledge.with_changes([Change("intent", "ring_change", None, NEW)])

    assert same("intent", after.objects["intent"]["ring_change"], NEW)
    assert _others(after, "ring_change") == _others(knowledge, "ring_change")


def _others(knowledge: Knowledge, name: str) -> Mapping[str, Any]:
    return {key: value for key, value in knowledge.objects["intent"].items() if key != name}


def test_sentences_go_from_where_they_are_and_come_to_the_first_block() -> None:
    assert lines(
        small(), [change(small(), "intent", "query_balance", examples=["话费", "还有多少钱", "钱呢", "余额"])]
    ) == {
        "bot/data/nlu/account.yml": ["-    - 查[星卡](package)话费", "+    - 余额"],
    }
    assert lines(small(), [change(small(), "intent", "query_balance", examples=["钱呢", "余额"])]) == {
        "bot/data/nlu/account.yml": [
            "-    - 话费", "-    - 查[星卡](package)话费", "-    - 还有多少钱", "+    - 余额",
        ],
    }  # fmt: skip


def test_a_block_without_sentences_goes() -> None:
    assert lines(small(), [change(small(), "intent", "query_balance", examples=["话费"])])["bot/data/nlu/talk.yml"] == [
        "-- intent: query_balance",
        '-  examples: "- 钱呢"',
    ]


def test_a_changed_field_is_all_that_changes_of_an_object() -> None:
    assert lines(small(), [change(small(), "faq", "debts", answer="会。", source="资费公告")]) == {
        CONTENT + "faq.yml": ['-  answer: "会：两个月。"', "+  answer: 会。", "+  source: 资费公告"],
    }
    assert lines(small(), [change(small(), "faq", "debts", also=["欠费停机", "没钱"], to=None)]) == {
        CONTENT + "faq.yml": ["-  - 不交费呢", "+  - 没钱", "-  to: 2026-12-31"],
    }
    assert lines(small(), [change(small(), "canned", "kc", title="你好")]) == {
        CONTENT + "canned.yml": [
            '-  - {code: kc, title: 问候, text: "您好，我是{agent}。"}',
            '+  - {code: kc, title: 你好, text: "您好，我是{agent}。"}',
        ],
    }


def test_an_answer_with_conditions_is_content_and_its_rule_leads_there() -> None:
    variants = [
        {"text": "金卡客户您好。", "buttons": [], "when": {"levels": ["7星"], "products": []}},
        {"text": "您好。", "buttons": [], "when": None},
    ]
    found = lines(small(), [change(small(), "intent", "greet", answer={"kind": "text", "variants": variants})])

    assert found[RULES] == ["-  - action: utter_greet", "+  - action: action_answer"]
    assert found[DOMAIN][:2] == ["-  utter_greet:", "-  - text: 您好。"]
    assert found[CONTENT + "answers.yml"] == [
        "+  greet:", "+  - text: 金卡客户您好。", "+    when: {levels: [7星]}", "+  - text: 您好。",
    ]  # fmt: skip


def test_a_response_that_code_names_stays_and_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "talk.py").write_text('SAID = "utter_greet"\n', encoding="utf-8")
    knowledge = Knowledge(TEXTS, tmp_path)
    away = change(knowledge, "intent", "greet", answer={"kind": "action", "action": "utter_other"})
    without = knowledge.with_changes([away])
    text = {"kind": "text", "variants": [{"text": "您早。", "buttons": [], "when": None}]}
    again = lines(without, [change(without, "intent", "greet", answer=text)])

    assert "utter_greet:" in without.texts[DOMAIN]
    assert DOMAIN not in again
    assert again[CONTENT + "answers.yml"] == ["+  greet:", "+  - text: 您早。"]


def test_the_only_entry_of_a_file_may_go_and_another_come() -> None:
    texts = {
        DOMAIN: 'version: "3.1"\nintents:\n- a\nactions:\n- action_x\nresponses: {}\n',
        RULES: "rules:\n- rule: a\n  steps:\n  - intent: a\n  - action: action_x\n",
        "bot/data/nlu/authored.yml": "nlu:\n- intent: a\n  examples: |\n    - 甲\n",
        CONTENT + "intents.yml": "titles: {a: 甲}\n",
    }
    knowledge = Knowledge(texts, Path("/nowhere"))
    held = knowledge.objects["intent"]["a"]
    renamed = knowledge.with_changes([Change("intent", "a", held, None), Change("intent", "b", None, held)])

    assert {path: renamed.texts[path].replace(" b", " a") for path in texts} == texts | {
        CONTENT + "intents.yml": "titles:\n  a: 甲\n"
    }
    emptied = renamed.with_changes([Change("intent", "b", held, None)])
    assert emptied.texts[RULES] == "rules: []\n"
    assert emptied.objects["intent"] == {}


def test_the_hash_is_of_names_and_texts() -> None:
    assert small().hash == Knowledge(dict(reversed(TEXTS.items())), Path("/nowhere")).hash
    assert hash_of({"a": "b"}) != hash_of({"b": "b"}) != hash_of({"b": "c"})


# --- any changes: what is wanted, nothing else, and every comment

LETTERS = st.sampled_from("话费怎么查？星卡：, 'a#-:[]&*!|>%@`\"\\。1y~=n")
TEXT = st.text(LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
SENTENCES = st.lists(TEXT, min_size=1, max_size=4, unique=True)
NAMES = {
    "intent": ["greet", "query_balance", "query_balance_arrears", "praise", "ring_change", "tone"],
    "faq": ["balance", "debts", "new-one", "2nd"],
    "offer": ["CARE-CALL", "CARE-FIX", "CARE-NEW"],
    "canned": ["kc", "kz", "js", "xx"],
    "hours": ["default", "fault", "mobile"],
    "notice": ["storm", "work"],
    "case": ["您早", "我的话费", "星卡的话费", "新的: 一句"],
}
PAYLOADS = st.sampled_from(["/query_balance", "/retry"])
BUTTONS = st.lists(st.fixed_dictionaries({"title": st.sampled_from(["话费", "再试"]), "payload": PAYLOADS}), max_size=2)
WHEN = st.fixed_dictionaries({"levels": st.just(["7星"]), "products": st.sampled_from([[], ["PLAN-29"]])})
VARIANTS = st.tuples(
    st.lists(st.fixed_dictionaries({"text": TEXT, "buttons": BUTTONS, "when": WHEN}), max_size=2),
    st.fixed_dictionaries({"text": TEXT, "buttons": BUTTONS, "when": st.none()}),
).map(lambda pair: [*pair[0], pair[1]])
ANSWERS = st.one_of(
    VARIANTS.map(lambda variants: {"kind": "text", "variants": variants}),
    st.just({"kind": "action", "action": "action_query_balance"}),
    st.just({"kind": "action", "action": "utter_other"}),
)
OFFER = small().objects["offer"]["CARE-CALL"]
DAY = st.just("2026-02-03")
WEEK = st.lists(st.sampled_from(["closed", "09:00-10:30"]), min_size=7, max_size=7)
MOMENT = st.sampled_from(["2026-01-01T08:00", "2026-01-01T08:00:00+08:00"])
OBJECTIONS = st.lists(st.fixed_dictionaries({"words": SENTENCES, "answer": TEXT}), max_size=2)


def made(optional: Mapping[str, Any] | None = None, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields, optional=optional)


VALUES = {
    "intent": made(title=st.none() | TEXT, description=st.just("") | TEXT, examples=SENTENCES, answer=ANSWERS),
    "faq": made(
        {"journey": st.just("retry"), "from": DAY, "to": DAY, "source": TEXT},
        question=TEXT,
        also=st.lists(TEXT, max_size=3),
        answer=TEXT,
        topic=st.sampled_from(["greet", "praise"]),
    ),
    "offer": made(
        title=TEXT, cost=st.integers(0, 9), script=SENTENCES, until=st.just("2026-05-06"), objections=OBJECTIONS
    ).map(lambda fields: {**OFFER, **fields}),
    "canned": made(group=st.sampled_from(["开场", "结束", "新: 组"]), title=TEXT, text=TEXT),
    "hours": made(week=WEEK),
    "notice": made({"area": TEXT, "from": MOMENT}, title=TEXT, text=TEXT, lines=st.sampled_from([[], ["iptv"]])),
    "case": made({"entities": st.just({"package": "星卡"})}, intent=st.sampled_from(["greet", "praise"])),
}


@st.composite
def changes_of(draw: st.DrawFn) -> list[Change]:
    held = small().objects
    every = [(kind, key) for kind in NAMES for key in NAMES[kind]]
    chosen = draw(st.lists(st.sampled_from(every), max_size=12, unique=True))
    return [
        Change(kind, key, held[kind].get(key), draw(st.one_of(st.none(), VALUES[kind], VALUES[kind])))
        for kind, key in chosen
    ]


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(changes_of())
def test_any_changes_are_read_again_and_nothing_else_is_touched(changes: list[Change]) -> None:
    knowledge = small()
    possible: list[Change] = []
    for one in changes:
        if not knowledge.problems([*possible, one]):
            possible.append(one)
    after = knowledge.with_changes(possible)

    for kind, held in knowledge.objects.items():
        wanted = {**held, **{one.key: one.value for one in possible if one.kind == kind}}
        keys = {*wanted, *after.objects[kind]}
        assert [key for key in keys if not same(kind, wanted.get(key), after.objects[kind].get(key))] == []
    for path, text in knowledge.texts.items():
        assert comments(after.texts[path]) == comments(text)
    # Back again: what was written is edited like what people wrote.
    back = [Change(one.kind, one.key, one.value, one.base) for one in possible]
    if not after.problems(back):
        again = after.with_changes(back)
        assert all(again.objects[kind].keys() == held.keys() for kind, held in knowledge.objects.items())


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
