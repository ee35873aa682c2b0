"""`python -m knowledge_base check`."""

from pathlib import Path

import pytest

from common.database import transaction
from common.settings import VAR
from knowledge_base.__main__ import main
from knowledge_base.authoring import cli_checks
from knowledge_base.authoring.cli_checks import labelled, shown
from knowledge_base.authoring.findings import finding
from knowledge_base.authoring.models import Change, Draft


def test_a_file_of_lines_is_searched_for_conflicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sentences.tsv"
    file.write_text("query_package\t已办套餐\nchange_package\t办套餐\n\ninvoice\t开发票\n", encoding="utf-8")

    assert main(["check", "--bulk", str(file)]) == 0
    output = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[1:] for line in output[:2]] == [
        ["query_package", "已办套餐", "change_package", "办套餐"],
        ["change_package", "办套餐", "query_package", "已办套餐"],
    ]
    assert output[2] == "sentences: 3, conflicts: 2, of them the same sentence: 0"

    file.write_text("thanks\t开发票\ninvoice\t开发票\n", encoding="utf-8")
    assert main(["check", "--bulk", str(file)]) == 1


def test_a_file_of_rasas_is_read_without_markup(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text("nlu:\n- intent: a\n  examples: |\n    - [星卡](package)多少钱\n    - 查话费\n", encoding="utf-8")

    assert labelled(file) == [("a", "星卡多少钱"), ("a", "查话费")]


def test_what_is_no_such_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "odd.tsv").write_text("invoice\t开发票\n开发票\n", encoding="utf-8")

    assert main(["check", "--bulk", str(tmp_path / "odd.tsv")]) == 2
    assert "row 2 is not an intent, a tab and a sentence" in capsys.readouterr().err
    assert main(["check", "--bulk", str(tmp_path / "none.tsv")]) == 2


@pytest.mark.usefixtures("database")
def test_a_draft_without_changes_is_nothing_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--draft", "77"]) == 2
    assert capsys.readouterr().err == "draft 77 changes nothing\n"


def test_what_the_files_could_not_take_is_told_too(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli_checks, "folder", lambda: VAR / "vectors")
    with transaction() as session:
        draft = Draft(key="hours", title="时间", created_by=1)
        session.add(draft)
        session.flush()
        session.add(Change(draft_id=draft.id, kind="hours", key="fault", value={"week": ["closed"]}, staff_id=1))

    assert main(["check", "--draft", "1"]) == 1
    assert capsys.readouterr().out.startswith("error: hours/fault week: 服务时间要写满七天")


def test_errors_are_what_it_fails_for(capsys: pytest.CaptureFixture[str]) -> None:
    error, hint = finding("error", "text_short", "answer"), finding("hint", "too_uniform", "examples", sentence=" ")

    assert shown({"intent/a": [error, hint]}, hints=False) == 1
    assert (
        capsys.readouterr().out == "error: intent/a answer: 太短了，请把话说完整。\nerrors: 1, warnings: 0, hints: 1\n"
    )
    assert shown({"intent/a": [hint]}, hints=True) == 0
    assert 'hint: intent/a examples: " " 例句之间太像' in capsys.readouterr().out
