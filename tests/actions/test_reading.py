from datetime import date

import pytest

from actions.reading import Ask, Option, Said, read
from language.extractor import extract

PACKS = [Option("10GB流量包，20元", "DATA-10"), Option("5GB加油包，10元", "DATA-5"), Option("夜间包", "DATA-30")]
YES_NO = [Option("确认办理", "yes"), Option("先不办", "no")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10GB流量包，20元", "DATA-10"),
        ("第二个", "DATA-5"),
        ("2", "DATA-5"),
        ("我要第三个吧", "DATA-30"),
        ("选一", "DATA-10"),
        ("最后那个", "DATA-30"),
        ("我要夜间包", "DATA-30"),
        ("加油包", "DATA-5"),
        ("夜间的那个", "DATA-30"),
        ("第四个", None),
        ("流量", "DATA-10"),
        ("包", None),
        ("", None),
    ],
)
def test_an_option_is_chosen_by_title_part_or_number(text: str, value: str | None) -> None:
    assert read(Ask("pack", "utter", PACKS), Said(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50", "5000"),
        ("充50元", "5000"),
        ("100元", "10000"),
        ("150元", None),
        ("20", None),
        ("10", None),
        ("00元", None),
    ],
)
def test_a_part_of_a_number_chooses_nothing(text: str, value: str | None) -> None:
    amounts = [Option("50元", "5000"), Option("100元", "10000"), Option("200元", "20000")]

    assert read(Ask("money", "utter", amounts), Said(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("明天下午", "2026-11-28 12:00-18:00"),
        ("就明天下午吧", "2026-11-28 12:00-18:00"),
        ("明天下午三点", "2026-11-28 15:00"),
        ("明天下午的两点半", "2026-11-28 14:30"),
        ("明天下午3:20", "2026-11-28 15:20"),
    ],
)
def test_an_hour_behind_a_part_of_the_day_says_more_than_the_option(text: str, value: str) -> None:
    times = [
        Option("尽快", "soon"),
        Option("明天上午", "2026-11-28 08:00-12:00"),
        Option("明天下午", "2026-11-28 12:00-18:00"),
    ]
    heard = tuple((found.entity, found.value) for found in extract(text, date(2026, 11, 27)))

    assert read(Ask("when", "utter", times, accepts=("when",)), Said(text, entities=heard)) == value


@pytest.mark.parametrize(
    ("intent", "value"),
    [("affirm", "yes"), ("deny", "no"), ("resolved", "yes"), ("nlu_fallback", None), ("query_bill", None)],
)
def test_yes_and_no_are_understood_by_intent(intent: str, value: str | None) -> None:
    assert read(Ask("confirm", "utter", YES_NO), Said("嗯嗯", intent)) == value


DOING = [Option("确认办理", "yes"), Option("马上挂失", "lost"), Option("不等了，直接报修", "skip")]


@pytest.mark.parametrize(
    "text",
    [
        "先别确认办理",
        "我还没确认办理呢",
        "不要马上挂失",
        "怎么确认办理",
        "马上挂失吗",
        "马上挂失要多少钱",
        "取消确认办理",
    ],
)
def test_a_refusal_or_a_question_that_names_an_option_does_not_choose_it(text: str) -> None:
    assert read(Ask("confirm", "utter", DOING), Said(text, "nlu_fallback")) is None


def test_an_option_that_says_no_itself_can_be_chosen_in_other_words() -> None:
    assert read(Ask("waiting", "utter", DOING), Said("我不等了，直接报修吧")) == "skip"


@pytest.mark.parametrize("value", ["retry", "take", "resume", "swap", "roaming_pack"])
def test_a_plain_yes_means_the_one_thing_that_is_offered(value: str) -> None:
    assert (
        read(Ask("next", "utter", [Option("办这个", value), Option("先不办", "no")]), Said("好的", "affirm")) == value
    )


def test_a_pressed_button_answers_only_with_an_option_of_the_question() -> None:
    assert read(Ask("confirm", "utter", YES_NO), Said("/answer", chosen="yes")) == "yes"
    assert read(Ask("confirm", "utter", YES_NO), Said("/answer", chosen="DATA-5")) is None


@pytest.mark.parametrize(
    ("accepts", "said", "value"),
    [
        ("money", Said("充50", entities=[("money", "5000")]), 5000),
        ("money", Said("50"), 5000),
        ("money", Said("一百吧"), 10000),
        ("money", Said("两百五"), 25000),
        ("money", Said("不知道"), None),
        ("money", Said("一个朋友的"), None),
        ("money", Said("十一月", entities=[("month", "2026-11")]), None),
        ("when", Said("", entities=[("date", "2026-11-28"), ("time_slot", "08:00-12:00")]), "2026-11-28 08:00-12:00"),
        ("when", Said("随便"), None),
        ("month", Said("十月", entities=[("month", "2026-10")]), "2026-10"),
        ("address", Said("浦东新区万号路3弄5号"), "浦东新区万号路3弄5号"),
        ("address", Said("家里"), None),
        ("address", Said("万号路三弄五号，打13812345678"), "万号路三弄五号，打138****5678"),
        ("speed", Said("五百兆的", entities=[("speed", "500")]), "500"),
        ("duration", Said("续两年", entities=[("duration", "P2Y")]), "P2Y"),
        ("offering", Said("换129的", entities=[("package", "PLAN-129,FUSION-129")]), "PLAN-129,FUSION-129"),
    ],
)  # fmt: skip
def test_other_answers_are_read_from_what_was_said(accepts: str, said: Said, value: object) -> None:
    assert read(Ask("slot", "utter", accepts=(accepts,)), said) == value


def test_a_number_to_ring_is_kept_sealed_and_words_masked() -> None:
    number = read(
        Ask("contact", "utter", accepts=("phone",)), Said("打这个", entities=[("phone_number", "18912345678")])
    )
    words = read(Ask("what", "utter", accepts=("words",)), Said("我 18912345678 被乱扣费"))

    assert "18912345678" not in number + words
    assert words.startswith("我 189****5678")


@pytest.mark.parametrize("reader", ["words", "address", "not_a_number"])
def test_the_meaning_of_a_button_is_never_taken_for_free_words(reader: str) -> None:
    assert (
        read(Ask("what", "utter", accepts=(reader,)), Said('/query_ticket{"ticket_number": "TT20261127000001"}'))
        is None
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("1380000111", "not_a_number"), ("打我手机", None), ("我等了3天了", None), ("38 00 11", "not_a_number")],
)
def test_digits_that_are_no_number_to_ring_are_noticed(text: str, value: str | None) -> None:
    assert read(Ask("contact", "utter", accepts=("phone", "not_a_number")), Said(text)) == value
