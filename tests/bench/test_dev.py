import json
from pathlib import Path

import pytest

from bench import dev
from bench.dev import Dev
from bench.measures import OUT_OF_SCOPE, Judged
from deploy.steps import Problem

# Stands in for the real scorer: two labels are one, a finer intent is its base.
SCORER = """
import json, sys
ONE = {"recommend": "ask"}
def base(name, labels):
    if name.startswith("nlu_fallback"):
        return "out_of_scope"
    found = next((label for label in labels if name.startswith(label)), name)
    return ONE.get(found, found)
if __name__ == "__main__":
    print(json.dumps({"accuracy": 0.5, "arguments": len(sys.argv)}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "score.py").write_text(SCORER, "utf-8")
    rows = "text\tintent\tsource\n推荐一下\trecommend\tx\n查账单\tquery\tx\n"
    (tmp_path / "dev_intents.tsv").write_text(rows, "utf-8")
    (tmp_path / "dev_ambiguous.tsv").write_text(
        "text\tintents\tsource\n查账单\tquery|ask\tx\n套餐\task|query\tx\n", "utf-8"
    )
    return tmp_path


def prediction(text: str, intent: str, *ranking: tuple[str, float]) -> dev.Prediction:
    return {"text": text, "intent": intent, "ranking": [{"name": name, "confidence": sure} for name, sure in ranking]}


def test_sentences_are_found_where_the_variable_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(dev.VARIABLE, str(folder))

    assert dev.find() == Dev(folder)


def test_a_folder_without_them_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(dev.VARIABLE, str(tmp_path))

    assert dev.find() is None


def test_each_text_comes_once(folder: Path) -> None:
    assert Dev(folder).texts() == ["推荐一下", "查账单", "套餐"]


def test_the_scorer_gets_predictions_and_both_files(folder: Path) -> None:
    assert Dev(folder).score(folder / "predictions.jsonl") == {"accuracy": 0.5, "arguments": 5}


def test_judging_uses_the_scorers_bases_and_looks_behind_the_fallback(folder: Path) -> None:
    predictions = [
        prediction("推荐一下", "ask_price", ("ask_price", 0.8)),
        prediction("查账单", "nlu_fallback", ("nlu_fallback", 0.7), ("query_bill", 0.3)),
    ]

    assert Dev(folder).judge(predictions) == [
        Judged("ask", "ask_price", "ask_price", 0.8),
        Judged("query", OUT_OF_SCOPE, "query", 0.3),
    ]
    assert len(Dev(folder).judge(predictions, without=["推荐一下"])) == 1


def test_a_model_that_cannot_be_loaded_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"bot\.predict failed"):
        dev.predict(tmp_path / "no-model", ["查账单"], tmp_path / "predictions.jsonl")


def test_predictions_are_read_line_by_line(tmp_path: Path) -> None:
    rows = [prediction("查账单", "query", ("query", 0.9)), prediction("套餐", "ask", ("ask", 0.8))]
    path = tmp_path / "predictions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    assert dev.read(path) == rows
