"""The questions and answers, and the canned replies, that an agent is offered."""

import re
from collections import Counter
from datetime import date
from string import Formatter
from typing import Any

import pytest
import yaml

from common.settings import ROOT
from knowledge_base.authoring.wording import promises, secrets
from knowledge_base.content import content
from language.normalise import normalise
from tests.bot.training import domain

ENTRIES: list[dict[str, Any]] = content("faq")["entries"]
CANNED: dict[str, list[dict[str, str]]] = content("canned")["groups"]
REPLIES = [reply for group in CANNED.values() for reply in group]


def twice(values: list[str]) -> list[str]:
    """What occurs more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def test_there_are_enough_of_both() -> None:
    assert len(ENTRIES) >= 130
    assert len(REPLIES) >= 60
    assert list(CANNED) == [
        "开场", "核实身份", "请稍等", "道歉安抚", "账单", "宽带", "投诉", "挽留", "转接", "安全提示", "结束",
    ]  # fmt: skip


def test_an_entry_has_nothing_but_what_is_known() -> None:
    needed, more = {"id", "question", "also", "answer", "topic"}, {"from", "to", "journey", "source"}

    assert [entry["id"] for entry in ENTRIES if not needed <= set(entry) <= needed | more] == []


def test_an_entry_has_a_name_of_its_own() -> None:
    assert twice([entry["id"] for entry in ENTRIES]) == []
    assert [entry["id"] for entry in ENTRIES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry["id"])] == []


def test_no_wording_belongs_to_two_entries() -> None:
    texts = [text for entry in ENTRIES for text in [entry["question"], *entry["also"]]]

    assert twice([normalise(text).rstrip("?") for text in texts]) == []


def test_every_question_has_several_wordings() -> None:
    assert [entry["id"] for entry in ENTRIES if not 3 <= len(entry["also"]) <= 16] == []


def test_an_answer_is_short_and_a_question_is_one() -> None:
    assert [entry["id"] for entry in ENTRIES if not 8 <= len(entry["answer"]) <= 120] == []
    assert [entry["id"] for entry in ENTRIES if not entry["question"].endswith("？")] == []
    assert [entry["id"] for entry in ENTRIES if not entry["answer"].endswith("。")] == []
    assert [entry["id"] for entry in ENTRIES if "{" in entry["answer"]] == []


def test_topics_and_journeys_are_intents_of_the_bot() -> None:
    intents = set(domain()["intents"])

    assert {entry["topic"] for entry in ENTRIES} | {
        entry["journey"] for entry in ENTRIES if "journey" in entry
    } <= intents


def test_days_of_validity_are_dates_in_order() -> None:
    for entry in ENTRIES:
        bounds = [entry[name] for name in ("from", "to") if name in entry]
        assert all(type(bound) is date for bound in bounds), entry["id"]
        assert bounds == sorted(bounds), entry["id"]


@pytest.mark.parametrize(
    ("said", "offering"),
    [
        ("星卡每月", "PLAN-29"),
        ("孝心卡，每月", "PLAN-19"),
        ("大流量卡每月", "PLAN-59"),
        ("商企畅联", "BIZ-99"),
        ("500M每月", "BB-500"),
        ("300M每月", "BB-300"),
        ("千兆每月", "BB-1000"),
        ("200M每月", "BB-BIZ"),
        ("每月加", "SPEED-UP"),
        ("天翼高清每月", "TV-20"),
        ("固话月租", "FIX-25"),
        ("10GB流量包，?每月", "DATA-10"),
        ("夜间流量包每月", "DATA-30"),
        ("5GB加油包，?每月", "DATA-5"),
        ("语音包，每月", "VOICE-100"),
        ("漫游流量包", "ROAM-30"),
        ("来电显示每月", "VAS-CLIP"),
        ("彩铃每月", "VAS-RING"),
        ("云盘会员每月", "VAS-DISK"),
        ("会员包每月", "VAS-VIP"),
        ("安全管家每月", "VAS-SAFE"),
        ("亲情网每月", "VAS-FAMILY"),
        ("阅读包每月", "VAS-READ"),
        ("每张每月", "SUB-10"),
    ],
)
def test_a_price_is_that_of_the_catalogue(said: str, offering: str) -> None:
    catalogue = yaml.safe_load((ROOT / "sandbox" / "seed" / "catalogue.yaml").read_text(encoding="utf-8"))
    (fen,) = [entry["fen"] for entry in catalogue if entry["id"] == offering]
    found = [
        (entry["id"], amount)
        for entry in ENTRIES
        for amount in re.findall(rf"{said}(\d+(?:\.\d+)?)元", entry["answer"])
    ]

    assert found
    assert [name for name, amount in found if round(float(amount) * 100) != fen] == []


def test_nothing_is_promised_and_nobody_is_asked_for_a_secret() -> None:
    texts = [entry["answer"] for entry in ENTRIES] + [reply["text"] for reply in REPLIES]

    assert [text for text in texts if promises().search(text) or secrets().search(text)] == []


def test_a_code_is_typed_quickly_and_means_one_reply() -> None:
    codes = [reply["code"] for reply in REPLIES]

    assert twice(codes) == []
    assert [code for code in codes if not re.fullmatch(r"[a-z]{2,4}", code)] == []
    assert twice([reply["title"] for reply in REPLIES]) == []


def test_a_canned_reply_is_short_and_its_blanks_are_known() -> None:
    for reply in REPLIES:
        assert set(reply) == {"code", "title", "text"}, reply
        assert len(reply["text"]) <= 80, reply
        assert len(reply["title"]) <= 8, reply
        fields = {field for _, field, _, _ in Formatter().parse(reply["text"]) if field is not None}
        assert fields <= {"name", "number", "agent", "ticket"}, reply


@pytest.mark.parametrize("name", ["faq_questions", "faq_questions_fresh"])
def test_the_questions_of_the_bench_are_no_wordings_of_the_entries(name: str) -> None:
    asked = yaml.safe_load((ROOT / "tests" / "data" / f"{name}.yml").read_text(encoding="utf-8"))["questions"]
    known = {normalise(text).rstrip("?") for entry in ENTRIES for text in [entry["question"], *entry["also"]]}

    assert len(asked) == 200
    assert twice([normalise(question) for question, _ in asked]) == []
    assert [question for question, _ in asked if normalise(question).rstrip("?") in known] == []
    assert {expected for _, expected in asked} <= {entry["id"] for entry in ENTRIES}
