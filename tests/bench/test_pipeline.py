from dataclasses import replace
from pathlib import Path

import pytest

from bench import nlu_report, stock_project, training
from bench.measures import Judged
from bench.model import Archive
from bench.pipeline import Pipeline, Speed
from bench.timing import Spent
from bench.training import Trained

STOCK = Pipeline(
    Trained(Path("stock.tar.gz"), Spent(1200.0, 1400.0, (3.0, 4.0))),
    {"accuracy": 0.6},
    [Judged("deny", "deny", "deny", 0.5)],
    0.59,
    Speed(5.0, 4.8, 40.0, 39.0, 18.0, 21.0, 16.0, 90.0, 1900.0, 3, (1.0, 1.5)),
    Archive(40_000_000, 42_000_000, None),
    "2026-01-01",
)


def test_kept_figures_are_read_as_they_were(tmp_path: Path) -> None:
    STOCK.save(tmp_path / "measured.json")

    assert Pipeline.read(tmp_path / "measured.json") == STOCK


@pytest.fixture
def trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Command lines of trainings, which only pretend to run."""
    commands: list[list[str]] = []

    def train(argv: list[str], folder: Path, name: str) -> Spent:
        commands.append(argv)
        return Spent(1200.0, 1400.0, (3.0, 4.0))

    monkeypatch.setattr(training, "VAR", tmp_path)
    monkeypatch.setattr(training, "_train", train)
    return commands


def test_the_stock_pipeline_is_trained_once_for_each_state_of_the_data(
    trainings: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = training.stock(), training.stock()

    assert first == second == Trained(training.stock_folder() / "stock.tar.gz", Spent(1200.0, 1400.0, (3.0, 4.0)), 100)
    assert [argv[:3] for argv in trainings] == [["nice", "-n", "10"]]

    monkeypatch.setattr(stock_project, "DATA", tmp_path)
    training.stock()
    assert len(trainings) == 2


def test_fewer_epochs_are_another_model(trainings: list[list[str]]) -> None:
    training.stock()
    short = training.stock(5)

    assert len(trainings) == 2
    assert short.archive != training.stock().archive
    assert "  epochs: 5\n" in (short.archive.parent / "project" / "config.yml").read_text("utf-8")


def test_only_the_newest_stock_models_are_kept(trainings: list[list[str]], tmp_path: Path) -> None:
    for epochs in (1, 2, 3):
        training.stock(epochs)

    kept = {training.stock_folder(epochs) for epochs in (2, 3)}
    assert set((tmp_path / "stock").iterdir()) == kept


def test_figures_of_the_present_data_are_preferred_then_those_of_more_epochs(
    trainings: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nlu_report, "VAR", tmp_path)
    assert nlu_report.kept_stock() is None

    def keep(name: str, epochs: int) -> Pipeline:
        folder = training.stock_folder(epochs) if name == "present" else tmp_path / "stock" / name
        folder.mkdir(parents=True)
        figures = replace(STOCK, trained=Trained(folder / "stock.tar.gz", Spent(1.0, 1.0, (0.0, 0.0)), epochs))
        figures.save(folder / "measured.json")
        return figures

    old = keep("old", 10)
    assert nlu_report.kept_stock() == old
    longer = keep("older", 100)
    assert nlu_report.kept_stock() == longer
    present = keep("present", 10)
    assert nlu_report.kept_stock() == present


def test_differences_are_counted_in_intents_and_measured_in_confidence() -> None:
    first = [{"intent": "deny", "confidence": 0.9}, {"intent": "greet", "confidence": 0.8}]
    second = [{"intent": "deny", "confidence": 0.85}, {"intent": "thanks", "confidence": 0.8}]

    assert nlu_report.differences(first, second) == (1, pytest.approx(0.05))
    assert nlu_report.differences(first, first) == (0, 0.0)
