from dataclasses import replace
from pathlib import Path

import pytest

from bench import page
from bench.data import Theme
from bench.entities import EntityFigures
from bench.measures import OUT_OF_SCOPE, Judged
from bench.model import Archive
from bench.page import Difference, Goal, Report
from bench.pipeline import Pipeline, Speed
from bench.serving import Served
from bench.timing import Spent
from bench.training import Trained

SCORE = {
    "rows": 2,
    "ambiguous_rows": 1,
    "accuracy": 0.93,
    "macro_f1": 0.9,
    "in_scope_accuracy": 0.94,
    "false_reject": 0.06,
    "false_accept_topical": 0.1,
    "false_accept_noise": 0.2,
    "ambiguous_accuracy": 0.9,
}
OURS = Pipeline(
    trained=Trained(Path("ours.tar.gz"), Spent(60.0, 70.0, (1.0, 2.0))),
    score=SCORE,
    judged=[Judged("query_bill", "query_bill", "query_bill", 0.9), Judged("deny", OUT_OF_SCOPE, "deny", 0.2)],
    accuracy_unseen=0.925,
    speed=Speed(5.0, 4.8, 4.0, 3.5, 8.0, 11.0, 6.0, 200.0, 900.0, 3, (1.0, 1.5)),
    archive=Archive(4_000_000, 12_000_000, {"mix": [9.0, 3.0], "threshold": 0.3, "curve": [[0.3, 0.04, 0.1, 0.9]]}),
    day="2026-01-02",
)
STOCK = replace(
    OURS,
    trained=Trained(Path("stock.tar.gz"), Spent(1200.0, 1400.0, (3.0, 4.0)), 100),
    score=SCORE | {"accuracy": 0.62, "false_accept_noise": 0.0},
    day="2026-01-01",
)
REPORT = Report(
    day="2026-01-02",
    machine=["2 cores"],
    themes=[Theme("account", {"query_bill": ["查账单", "账单"], "out_of_scope": ["天气"]})],
    rules=105,
    shared=(3, 1),
    ours=OURS,
    second=Spent(61.0, 71.0, (2.0, 2.0)),
    served=Served(9.5, 830.0, (1.0, 1.0)),
    difference=Difference(1262, 0, 0.0, same_sources=True),
    same_sources=True,
    entities=[EntityFigures("held", 150, 0.96)],
    stock=STOCK,
    stock_sources=True,
)


@pytest.mark.parametrize(
    ("goal", "row"),
    [
        (Goal("accuracy", 0.92, 0.9312), "| accuracy | ≥ 0.920 | 0.931 | yes |  |"),
        (Goal("accuracy", 0.92, 0.91), "| accuracy | ≥ 0.920 | 0.910 | **no** |  |"),
        (Goal("seconds", 90, 61.2, True, "{:.0f}", "CPU 70 s"), "| seconds | ≤ 90 | 61 | yes | CPU 70 s |"),
        (Goal("seconds", 90, 120.0, True, "{:.0f}"), "| seconds | ≤ 90 | 120 | **no** |  |"),
    ],
)
def test_a_goal_says_whether_it_was_met(goal: Goal, row: str) -> None:
    assert goal.row == row


def test_a_table_is_markdown() -> None:
    assert page.table(["label", "rows"], [["a", 1]]) == "| label | rows |\n| --- | ---: |\n| a | 1 |"


def test_the_page_holds_goals_figures_and_ratios() -> None:
    text = page.write(REPORT)

    assert "| dev accuracy | ≥ 0.920 | 0.930 | yes |" in text
    assert "| requests turned away (`false_reject`) | ≤ 0.050 | 0.060 | **no** |" in text
    assert "| entity F1, held, 150 sentences | ≥ 0.950 | 0.960 | yes |" in text
    assert "| `account` | 2 | 3 |" in text
    assert "| `query_bill` | 1 | 1.00 | 1.00 | 1.00 |" in text
    assert "| `deny` | `out_of_scope` | 1 |" in text
    assert "| dev accuracy | 0.930 | 0.620 | 1.5 |" in text
    assert "| training, s of CPU | 70 | 1400 | 0.05 |" in text
    assert "The stock figures are of 2026-01-01." in text
    assert "0 differ in intent" in text


def test_a_ratio_to_nothing_is_left_out() -> None:
    assert "| `false_accept_noise` | 0.200 | 0.000 | – |" in page.write(REPORT)


def test_what_was_not_measured_is_said() -> None:
    text = page.write(replace(REPORT, stock=None))

    assert "Left out of this run (`STOCK=0`)." in text


def test_fewer_epochs_are_said() -> None:
    trained = replace(STOCK.trained, epochs=5)

    assert "**It was trained for 5 epochs instead of 100**" in page.write(
        replace(REPORT, stock=replace(STOCK, trained=trained))
    )
    assert "epochs instead" not in page.write(REPORT)


def test_a_stock_model_of_other_data_is_said() -> None:
    assert "The data have changed since" in page.write(replace(REPORT, stock_sources=False))
    assert "The data have changed since" not in page.write(REPORT)


def test_a_change_between_the_trainings_is_said() -> None:
    changed = replace(REPORT, difference=Difference(1262, 4, 0.2, same_sources=False), same_sources=False)

    assert "a difference may come from that" in page.write(changed)
    assert "it mixes two states of them" in page.write(changed)
    assert "mixes" not in page.write(REPORT)


def test_no_training_sentence_is_on_the_page() -> None:
    text = page.write(REPORT)

    assert [sentence for sentence in ("查账单", "账单", "天气") if sentence in text] == []
