"""When a model is trained, and when the one that is there will do."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from rasa.model import get_latest_model

from deploy import model
from deploy.steps import Problem


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
    """Where models were trained to; training only leaves a file there that says how many there were before."""
    folders: list[Path] = []

    def train(_title: str, argv: Sequence[str], _log: str, **_: object) -> None:
        folders.append(Path(argv[argv.index("--out") + 1]))
        folders[-1].mkdir(parents=True, exist_ok=True)
        (folders[-1] / "wanhao.tar.gz").write_text(str(len(folders) - 1))

    monkeypatch.setattr(model, "step", train)
    monkeypatch.setattr(model, "MODELS", tmp_path / "models")
    monkeypatch.setattr(model, "CACHE", tmp_path / "cache")
    (tmp_path / "models").mkdir()
    return folders


def archives(models: Path) -> tuple[str, str]:
    """The model in place, and the former one."""
    return (models / "wanhao.tar.gz").read_text(), (models / "previous" / "wanhao.tar.gz").read_text()


def test_training_happens_once_for_the_same_data(trained: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "data_hash", lambda: "a")
    assert model.ensure(model.MODELS)
    assert not model.ensure(model.MODELS)
    assert trained == [model.MODELS / "next"]
    monkeypatch.setattr(model, "data_hash", lambda: "b")
    assert model.ensure(model.MODELS)
    assert trained == [model.MODELS / "next"] * 2


def test_the_former_model_is_kept_and_can_be_gone_back_to_and_from(
    trained: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in "abc":
        monkeypatch.setattr(model, "data_hash", lambda value=value: value)
        model.ensure(model.MODELS)
    assert archives(model.MODELS) == ("2", "1")
    model.go_back(model.MODELS)
    assert archives(model.MODELS) == ("1", "2")
    assert not model.ensure(model.MODELS)  # `make run` stays with it
    model.go_back(model.MODELS)
    assert archives(model.MODELS) == ("2", "1")
    assert len(trained) == 3


def test_without_a_former_model_there_is_no_way_back(trained: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "data_hash", lambda: "a")
    model.ensure(model.MODELS)
    with pytest.raises(Problem, match="no former model"):
        model.go_back(model.MODELS)
    assert model.is_current(model.MODELS, "a")
    assert len(trained) == 1


def test_an_exchanged_model_is_not_the_present_datas(trained: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for value in "ab":
        monkeypatch.setattr(model, "data_hash", lambda value=value: value)
        model.ensure(model.MODELS)
    model.exchange(model.MODELS)
    assert archives(model.MODELS) == ("0", "1")
    assert model.ensure(model.MODELS)
    assert len(trained) == 3


def test_rasa_finds_the_model_in_place_and_no_other(trained: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for value in "ab":
        monkeypatch.setattr(model, "data_hash", lambda value=value: value)
        model.ensure(model.MODELS)
    model.go_back(model.MODELS)
    assert len(trained) == 2
    assert get_latest_model(str(model.MODELS)) == str(model.MODELS / "wanhao.tar.gz")


def test_a_place_of_rasa_keeps_its_model_while_another_is_put_in_place(
    trained: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in "ab":
        monkeypatch.setattr(model, "data_hash", lambda value=value: value)
        model.ensure(model.MODELS)
        if value == "a":
            model.give("rasa", models=model.MODELS)
    model.give("rasa_next", models=model.MODELS)
    assert [get_latest_model(str(model.MODELS / place)) for place in ("rasa", "rasa_next")] == [
        str(model.MODELS / place / "wanhao.tar.gz") for place in ("rasa", "rasa_next")
    ]
    held = [(model.MODELS / place / "wanhao.tar.gz").read_text() for place in ("rasa", "rasa_next")]
    assert (held, len(trained)) == (["0", "1"], 2)


def test_a_model_from_elsewhere_is_adopted_once_and_is_the_present_datas(
    trained: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(model, "data_hash", lambda: "a")
    model.ensure(model.MODELS)
    (tmp_path / "wanhao.tar.gz").write_text("other")
    monkeypatch.setattr(model, "data_hash", lambda: "b")
    for _ in range(2):
        model.adopt(tmp_path / "wanhao.tar.gz", model.MODELS)
        assert archives(model.MODELS) == ("other", "0")
        assert model.is_current(model.MODELS, "b")
    (tmp_path / "wanhao.hash").write_text("c\n")
    model.adopt(tmp_path / "wanhao.tar.gz", model.MODELS)
    assert (archives(model.MODELS), len(trained)) == (("other", "0"), 1)
    assert model.is_current(model.MODELS, "c")


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
    assert trained == [model.CACHE / value / "next" for value in "abcde"]
    assert sorted(folder.name for folder in model.CACHE.iterdir()) == ["c", "d", "e"]
