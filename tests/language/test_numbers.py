from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.numbers import Found, codes, mobile_numbers, months

TODAY = date(2026, 3, 15)


def month(text: str, today: date = TODAY) -> list[str]:
    return [found.value for found in months(text, today)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18912345678", Found("phone_number", 0, 11, "18912345678")),
        ("号码189-1234-5678。", Found("phone_number", 2, 15, "18912345678")),
        ("号码189 1234 5678", Found("phone_number", 2, 15, "18912345678")),
        ("+8618912345678", Found("phone_number", 3, 14, "18912345678")),
        ("86 18912345678", Found("phone_number", 3, 14, "18912345678")),
    ],
)
def test_a_mobile_number_is_found_with_its_place_and_plain_digits(text: str, expected: Found) -> None:
    assert list(mobile_numbers(text)) == [expected]


@pytest.mark.parametrize("text", ["10000", "1891234567", "189123456789", "12345678901", "02584567890", "2189123456780"])
def test_other_runs_of_digits_are_no_mobile_number(text: str) -> None:
    assert list(mobile_numbers(text)) == []


def test_two_numbers_in_a_sentence_are_both_found() -> None:
    found = list(mobile_numbers("查18912345678和13312345678"))

    assert [entity.value for entity in found] == ["18912345678", "13312345678"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123456", ["123456"]),
        ("验证码是123456", ["123456"]),
        ("123456。", ["123456"]),
        ("123456或654321", ["123456", "654321"]),
        ("12345", []),
        ("1234567", []),
        ("123456元", []),
        ("100000块", []),
        ("128.123456", []),
        ("123456.5", []),
        ("18912345678", []),
    ],
)
def test_a_code_is_exactly_six_digits_and_no_amount(text: str, expected: list[str]) -> None:
    assert [found.value for found in codes(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上个月话费", ["2026-02"]),
        ("上月账单", ["2026-02"]),
        ("上上个月", ["2026-01"]),
        ("大上个月", ["2026-02"]),
        ("上上上月", ["2025-12"]),
        ("这个月", ["2026-03"]),
        ("本月", ["2026-03"]),
        ("当月用了多少", ["2026-03"]),
        ("2月", ["2026-02"]),
        ("二月份", ["2026-02"]),
        ("3月的", ["2026-03"]),
        ("4月的账单", ["2025-04"]),
        ("12月", ["2025-12"]),
        ("十二月", ["2025-12"]),
        ("十一月份", ["2025-11"]),
        ("十月", ["2025-10"]),
        ("01月", ["2026-01"]),
        ("去年12月", ["2025-12"]),
        ("去年3月", ["2025-03"]),
        ("今年1月", ["2026-01"]),
        ("2025年8月", ["2025-08"]),
        ("2025年十二月", ["2025-12"]),
        ("2025-11", ["2025-11"]),
        ("2025/11的", ["2025-11"]),
        ("1月和2月的账单", ["2026-01", "2026-02"]),
    ],
)
def test_a_month_is_meant_from_where_the_customer_stands(text: str, expected: list[str]) -> None:
    assert month(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "月租多少",
        "本月租",
        "三月五号",
        "3月15日",
        "13月",
        "0月",
        "一个月",
        "每月",
        "两个月",
        "202511",
        "2025-13",
        "满月酒",
        "包月",
    ],
)
def test_what_only_looks_like_a_month_is_none(text: str) -> None:
    assert month(text) == []


def test_the_former_month_of_january_is_last_years_december() -> None:
    assert month("上个月", date(2026, 1, 31)) == ["2025-12"]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 12))
def test_a_bare_month_is_never_in_the_future_nor_a_year_old(today: date, number: int) -> None:
    (found,) = month(f"{number}月的账单", today)

    assert f"{today.year - 1:04d}-{today.month + 1:02d}" <= found or today.month == 12
    assert found <= f"{today:%Y-%m}"
    assert int(found[5:]) == number


@given(st.text("上个这本当月年去今十一二三0129-/份", max_size=12), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_month_found_is_a_real_one_at_its_place(text: str, today: date) -> None:
    for found in months(text, today):
        assert 1 <= int(found.value[5:]) <= 12
        assert 0 <= found.start < found.end <= len(text)
