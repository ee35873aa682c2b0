import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measures import (
    OTHER,
    OUT_OF_SCOPE,
    Bin,
    IntentFigures,
    Judged,
    by_intent,
    calibration_error,
    confusion,
    confusions,
    percentile,
    rejection,
    reliability,
)


def judged(right: str, acted: str, confidence: float = 0.9) -> Judged:
    return Judged(right, acted, acted, confidence)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.95, 10), (0.9, 9), (0.01, 1), (1.0, 10)])
def test_a_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1.0))
def test_a_percentile_is_not_exceeded_by_its_share_of_the_values(values: list[float], share: float) -> None:
    found = percentile(values, share)

    assert found in values
    assert sum(value <= found for value in values) >= round(share, 3) * len(values) - 1e-6


def test_bins_hold_mean_confidence_and_accuracy_and_leave_empty_ones_out() -> None:
    rows = [judged("a", "a", 0.82), judged("a", "b", 0.88), judged("b", "b", 1.0)]

    assert reliability(rows) == [Bin(pytest.approx(0.85), 0.5, 2), Bin(1.0, 1.0, 1)]


def test_what_the_bot_turned_away_is_judged_by_its_likeliest_intent() -> None:
    assert reliability([Judged("a", OUT_OF_SCOPE, "a", 0.15)]) == [Bin(0.15, 1.0, 1)]


def test_the_calibration_error_weighs_bins_by_their_rows() -> None:
    assert calibration_error([Bin(0.9, 0.8, 30), Bin(0.5, 0.9, 10)]) == pytest.approx((30 * 0.1 + 10 * 0.4) / 40)


def test_a_model_as_often_right_as_it_says_has_no_calibration_error() -> None:
    assert calibration_error([Bin(0.5, 0.5, 7), Bin(1.0, 1.0, 3)]) == 0


def test_figures_of_each_label_frequent_ones_first() -> None:
    rows = [judged("a", "a"), judged("a", "a"), judged("a", "b"), judged("b", "a"), judged("c", "elsewhere")]

    assert by_intent(rows) == [
        IntentFigures("a", 3, pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3)),
        IntentFigures("b", 1, 0.0, 0.0, 0.0),
        IntentFigures("c", 1, 0.0, 0.0, 0.0),
    ]


def test_the_confusion_matrix_counts_intents_that_no_sentence_has_as_other() -> None:
    rows = [judged("a", "a"), judged("a", "b"), judged("b", "b"), judged("a", "elsewhere")]

    assert confusion(rows) == (["a", "b", OTHER], [[1, 1, 1], [0, 1, 0]])


def test_the_commonest_confusions_come_first() -> None:
    rows = [judged("a", "a"), judged("b", "a"), judged("a", "b"), judged("a", "b")]

    assert confusions(rows, 5) == [("a", "b", 2), ("b", "a", 1)]
    assert confusions(rows, 1) == [("a", "b", 2)]


def test_a_higher_threshold_turns_more_away_and_lets_less_through() -> None:
    rows = [
        judged("a", "a", 0.3),
        judged("a", "a", 0.9),
        judged("a", OUT_OF_SCOPE, 0.9),
        judged(OUT_OF_SCOPE, "a", 0.4),
        judged(OUT_OF_SCOPE, OUT_OF_SCOPE, 0.4),
    ]

    assert rejection(rows, [0.0, 0.35, 0.5]) == [
        (0.0, pytest.approx(1 / 3), 0.5),
        (0.35, pytest.approx(2 / 3), 0.5),
        (0.5, pytest.approx(2 / 3), 0.0),
    ]
