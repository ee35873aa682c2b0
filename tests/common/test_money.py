from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import fen, yuan


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (128.5, 12850),
        (0, 0),
        (-3, -300),
        ("77.20", 7720),
        (" 5 ", 500),
        ("0.005", 1),
        ("0.0049", 0),
        ("-0.005", -1),
        (0.29, 29),
        (1.005, 101),
        (4.35, 435),
        (1129.6, 112960),
        (Decimal("12.34"), 1234),
        (10**12, 10**14),
    ],
)
def test_yuan_of_an_api_become_whole_fen(amount: object, expected: int) -> None:
    assert fen(amount) == expected
    assert type(fen(amount)) is int


@pytest.mark.parametrize(
    "amount",
    [None, True, False, "", "abc", "1,234.50", "12元", [], {}, {"value": 1}, b"1", "NaN", "Infinity", "-Infinity"],
)
def test_what_is_no_amount_is_refused(amount: object) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        fen(amount)


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), float("-inf"), Decimal("NaN"), "1e999", 1e300])
def test_a_number_that_cannot_be_money_is_refused(amount: object) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        fen(amount)


@given(st.integers(-(10**13), 10**13))
def test_fen_come_back_from_the_yuan_that_an_api_would_send(amount: int) -> None:
    assert fen(str(Decimal(amount) / 100)) == amount


@given(st.integers(-(10**11), 10**11))
def test_fen_come_back_from_a_float_too(amount: int) -> None:
    assert fen(amount / 100) == amount


@given(st.integers(-(10**15), 10**15))
def test_what_the_screen_shows_reads_back_to_the_fen(amount: int) -> None:
    shown = yuan(amount)

    assert shown.endswith("元")
    assert fen(shown[:-1].replace(",", "")) == amount


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0, "0.00元"),
        (5, "0.05元"),
        (-5, "-0.05元"),
        (100, "1.00元"),
        (-12345, "-123.45元"),
        (123450, "1,234.50元"),
        (100000000, "1,000,000.00元"),
    ],
)
def test_fen_are_shown_as_yuan(amount: int, expected: str) -> None:
    assert yuan(amount) == expected


@given(st.one_of(st.none(), st.booleans(), st.text(), st.floats(), st.integers(), st.lists(st.integers())))
def test_nothing_but_an_amount_or_a_value_error_comes_out(value: object) -> None:
    try:
        result = fen(value)
    except ValueError:
        return
    assert type(result) is int
