import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.requests import clauses, requests

MEANINGS = {
    "查话费": ("query_balance", 0.9),
    "把彩铃退了": ("unsubscribe_vas", 0.8),
    "看看流量": ("query_usage", 0.9),
    "查余额": ("query_balance", 0.9),
    "随便": ("chitchat", 0.0),
    "转人工": ("human_agent", 0.4),
}


def served(text: str, whole: str = "query_balance") -> list[str]:
    return requests(text, whole, lambda part: MEANINGS[part], 0.5)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("查话费顺便把彩铃退了", ["查话费", "把彩铃退了"]),
        ("查话费，另外看看流量", ["查话费", "看看流量"]),
        ("查话费还有流量", ["查话费", "流量"]),
        ("查话费顺便看看还有多少积分", ["查话费", "看看还有多少积分"]),
        ("我还有几个G", ["我还有几个G"]),
        ("我要查上个月的账单", ["我要查上个月的账单"]),
        ("充了五十然后还是停机", ["充了五十然后还是停机"]),
        ("", [""]),
        ("顺便", ["顺便"]),
    ],
)
def test_words_that_add_a_request_divide_a_sentence(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts


def test_more_than_three_parts_are_a_story_and_no_list() -> None:
    text = "查话费顺便看看流量顺便把彩铃退了顺便转人工"

    assert clauses(text) == [text]


def test_two_clear_requests_are_served_in_their_order() -> None:
    assert served("查话费顺便把彩铃退了") == ["查话费", "把彩铃退了"]
    assert served("把彩铃退了顺便查话费") == ["把彩铃退了", "查话费"]


@pytest.mark.parametrize(
    "text", ["查话费顺便查余额", "查话费顺便随便", "查话费顺便转人工"], ids=["same", "small talk", "unsure"]
)
def test_a_part_that_adds_nothing_clear_leaves_the_sentence_whole(text: str) -> None:
    assert served(text) == [text]


def test_a_sentence_that_means_more_than_its_parts_stays_whole() -> None:
    assert served("查话费顺便把彩铃退了", whole="complain") == ["查话费顺便把彩铃退了"]


@given(st.lists(st.sampled_from([*MEANINGS, "顺便", "另外", "，", "还有", "和"]), max_size=6).map("".join))
def test_parts_are_words_of_the_sentence_in_order(text: str) -> None:
    position = 0
    for part in clauses(text):
        position = text.index(part, position) + len(part)
