"""Holds the NLU figures that were reached, less a small margin, on real callers' sentences."""

from pathlib import Path
from typing import Any

import pytest

from bench import dev
from deploy import model

# Training may come first.
pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    sentences = dev.find()
    if sentences is None:
        pytest.skip(dev.MISSING)
    predictions: Path = tmp_path_factory.mktemp("nlu") / "predictions.jsonl"
    dev.predict(model.cached(), sentences.texts(), predictions)
    return sentences.score(predictions)


@pytest.mark.parametrize(("figure", "least"), [("accuracy", 0.92), ("macro_f1", 0.90), ("ambiguous_accuracy", 0.88)])
def test_right_answers_are_not_fewer_than_were_reached(score: dict[str, Any], figure: str, least: float) -> None:
    assert score[figure] >= least


@pytest.mark.parametrize(
    ("figure", "most"), [("false_reject", 0.05), ("false_accept_topical", 0.12), ("false_accept_noise", 0.35)]
)
def test_wrong_refusals_and_wrong_actions_are_not_more_than_were_reached(
    score: dict[str, Any], figure: str, most: float
) -> None:
    assert score[figure] <= most
