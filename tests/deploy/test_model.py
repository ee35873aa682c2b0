"""When a model is trained, and when the one that is there will do."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy import model


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("bot/data/bill.yml", "bot/nlu/classifier.py", "language/jieba.py", "domain.yml", "config.yml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    (tmp_path / "bot" / "channel.py").touch()
    (tmp_path / "requirements.txt").write_text("rasa==3.6.21 \\\n    --hash=sha256:0\nruff==1.0\n")
    return tmp_path


@pytest.mark.parametrize(
    "name", ["bot/data/bill.yml", "bot/nlu/classifier.py", "language/jieba.py", "domain.yml", "config.yml"]
)
def test_the_hash_follows_all_that_a_model_is_made_from(root: Path, name: str) -> None:
    before = model.data_hash(root)
    (root / name).write_text("changed")
    assert model.data_hash(root) != before


def test_the_hash_does_not_follow_the_rest(root: Path) -> None:
    before = model.data_hash(root)
    (root / "bot" / "channel.py").write_text("changed")
    (root / "requirements.txt").write_text("rasa==3.6.21 \\\n    --hash=sha256:0\nruff==1.1\n")
    assert model.data_hash(root) == before


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """Where models were trained to; training only leaves an empty file there."""
    folders: list[Path] = []

    def train(_title: str, argv: Sequence[str], _log: str, **_: object) -> None:
        folders.append(Path(argv[argv.index("--out") + 1]))
        (folders[-1] / "wanhao.tar.gz").touch()

    monkeypatch.setattr(model, "step", train)
    monkeypatch.setattr(model, "MODELS", tmp_path / "models")
    monkeypatch.setattr(model, "CACHE", tmp_path / "cache")
    (tmp_path / "models").mkdir()
    return folders


def test_training_happens_once_for_the_same_data(trained: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "data_hash", lambda: "a")
    model.ensure(model.MODELS)
    model.ensure(model.MODELS)
    assert trained == [model.MODELS]
    monkeypatch.setattr(model, "data_hash", lambda: "b")
    model.ensure(model.MODELS)
    assert trained == [model.MODELS, model.MODELS]


def test_the_tests_use_the_model_that_is_there(trained: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "data_hash", lambda: "a")
    model.ensure(model.MODELS)
    assert model.cached() == model.MODELS
    assert len(trained) == 1


def test_the_tests_train_beside_an_old_model_and_keep_a_few(
    trained: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in "abcde":
        monkeypatch.setattr(model, "data_hash", lambda value=value: value)
        assert model.cached() == model.cached() == model.CACHE / value
    assert trained == [model.CACHE / value for value in "abcde"]
    assert sorted(folder.name for folder in model.CACHE.iterdir()) == ["c", "d", "e"]
