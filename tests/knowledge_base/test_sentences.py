"""What a customer reads, as a good clerk would say it: domain.yml and the content files."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from knowledge_base.content import CONTENT, content
from tests.bot.training import domain

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LONGEST = 60
# A value that fills a blank counts as so many characters.
BLANK = "某某某某"
# What customers say, what agents and the operator read, and names of things.
NOT_HEARD = frozenset({
    "payload", "quick", "record", "announcing", "closing", "asks", "words", "signs", "aliases", "begins", "intents",
    "also", "source", "staff",
})  # fmt: skip


FOR_STAFF = {
    "workbench", "chats", "routing", "quality", "training", "cases", "publishing", "knowledge_files", "authoring",
    "board", "editor",
}  # fmt: skip


def heard() -> Iterator[tuple[str, str]]:
    """Everything with Chinese in it that a customer reads: where it stands, and what it is."""

    def walk(place: str, value: Any) -> Iterator[tuple[str, str]]:
        if isinstance(value, str) and CHINESE.search(value):
            yield place, value
        elif isinstance(value, list):
            for entry in value:
                yield from walk(place, entry)
        elif isinstance(value, dict):
            for key, entry in value.items():
                if not str(key).endswith("_words") and key not in NOT_HEARD:
                    yield from walk(f"{place}.{key}", entry)

    yield from walk("domain", domain()["responses"])
    for path in sorted(path for path in CONTENT.rglob("*.yml") if path.stem not in FOR_STAFF):
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield from walk(path.stem, loaded if path.stem != "intents" else loaded["titles"])


def responses() -> Iterator[tuple[str, str]]:
    """The texts of the responses, by name."""
    for name, variants in domain()["responses"].items():
        for variant in variants:
            yield name, variant["text"]


def sentences(text: str) -> list[str]:
    """A text's sentences, their blanks filled."""
    return [part for part in re.split(r"[。！？]", re.sub(r"{\w+}", BLANK, text)) if part]


def test_there_is_something_to_read() -> None:
    assert len(list(heard())) > 300


def test_customers_are_addressed_politely() -> None:
    assert [(place, text) for place, text in heard() if "你" in text] == []


def test_sentences_are_short_enough_to_be_heard() -> None:
    long = [(place, part) for place, text in heard() for part in sentences(text) if len(part) > LONGEST]

    assert long == []


def test_punctuation_is_chinese_and_nothing_stands_between_chinese_characters() -> None:
    odd = re.compile(r"[\u4e00-\u9fff}][,;!?:]|[,;!?:][\u4e00-\u9fff]|[\u4e00-\u9fff] [\u4e00-\u9fff]|\.\.\.|。。|！！")

    assert [(place, text) for place, text in heard() if odd.search(text)] == []


def test_a_response_asks_one_question_and_asks_it_last() -> None:
    several = [name for name, text in responses() if text.count("？") > 1]
    buried = [name for name, text in responses() if "？" in text and not text.endswith("？")]

    assert (several, buried) == ([], [])


def test_a_response_ends_as_a_sentence_does() -> None:
    open_ended = [(name, text) for name, text in responses() if not re.search(r"[。？！}]$", text)]

    assert open_ended == []


def test_nobody_has_to_know_the_words_of_the_house() -> None:
    found = [(place, word) for place, text in heard() for word in content("authoring")["jargon"] if word in text]

    assert found == []


def test_money_is_said_in_yuan() -> None:
    assert [(place, text) for place, text in heard() if re.search(r"[¥￥$]|RMB|块钱|\d块|人民币", text)] == []


def test_numbers_of_things_have_one_name_each() -> None:
    """工单号, 订单号, 受理编号, 预约号, 流水号 (of a payment); a bare 编号 or 单号 could be any."""
    bare = re.compile(r"(?<!受理)编号|(?<![工订])单号|工单编号|订单编号")

    assert [(name, text) for name, text in responses() if bare.search(text)] == []


def test_titles_of_buttons_are_short() -> None:
    titles = {
        button["title"]
        for variants in domain()["responses"].values()
        for variant in variants
        for button in variant.get("buttons") or []
    }

    assert [title for title in titles if len(title) > 10] == []
