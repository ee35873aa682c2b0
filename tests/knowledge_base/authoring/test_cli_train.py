"""`python -m knowledge_base train` says what went wrong; what it prints is the report."""

import json
from typing import Any

import pytest

from knowledge_base.__main__ import main
from knowledge_base.authoring import training, workspace
from knowledge_base.authoring.predictor import Failed

pytestmark = pytest.mark.usefixtures("database")


def test_a_draft_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--draft", "7"]) == 1
    assert capsys.readouterr().err == "There is no draft 7 that can be trained.\n"


@pytest.mark.parametrize("failure", [workspace.TrainingFailed("the last lines"), Failed("the last lines")])
def test_a_training_that_fails_shows_the_last_lines(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def reported(*_: Any, **__: Any) -> dict[str, Any]:
        raise failure

    monkeypatch.setattr(training, "reported", reported)
    assert main(["train"]) == 1
    assert capsys.readouterr().err == "the last lines\n"


def test_the_report_is_printed_and_each_step_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def reported(changes: Any, progress: Any, line: Any, *, anyway: bool) -> dict[str, Any]:
        assert (changes, anyway) == ([], True)
        progress(1, "正在整理草稿")
        progress(2, "正在训练模型")
        progress(3, "正在训练模型")
        return {"model": "new"}

    monkeypatch.setattr(training, "reported", reported)
    assert main(["train"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"model": "new"}
    assert printed.err == "  1 % 正在整理草稿\n  2 % 正在训练模型\n"
