"""`python -m knowledge_base diff|export|import`."""

from pathlib import Path

import pytest
import yaml

from common.database import transaction
from knowledge_base.__main__ import main
from knowledge_base.authoring import drafts
from knowledge_base.authoring.knowledge import Knowledge

pytestmark = pytest.mark.usefixtures("database")

ANNA = 1


@pytest.fixture
def draft() -> int:
    with transaction() as session:
        return int(drafts.create(session, "key", "问候语", ANNA)[0].id)


def change(draft: int, key: str, text: str, base: str | None = None) -> None:
    live = Knowledge.read().objects["canned"][key]
    with transaction() as session:
        begun = live if base is None else {**live, "text": base}
        drafts.save(session, draft, "canned", key, {**live, "text": text}, None, ANNA, live=live, base=begun)


def test_a_draft_is_shown_by_field_and_by_line(draft: int, capsys: pytest.CaptureFixture[str]) -> None:
    change(draft, "kcz", "请问您还在吗？")

    assert main(["diff", str(draft)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "~ canned/kcz 在不在",
        '    text: "您好，请问您还在吗？" → "请问您还在吗？"',
    ]
    assert main(["diff", str(draft), "--files"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith(("+", "-"))] == [
        "--- a/knowledge_base/content/canned.yml",
        "+++ b/knowledge_base/content/canned.yml",
        "-  - {code: kcz, title: 在不在, text: 您好，请问您还在吗？}",
        "+  - {code: kcz, title: 在不在, text: 请问您还在吗？}",
    ]


def test_a_contradiction_is_told(draft: int, capsys: pytest.CaptureFixture[str]) -> None:
    change(draft, "kcz", "请问您还在吗？", base="在吗？")

    assert main(["diff", str(draft)]) == 1
    assert capsys.readouterr().err == "conflict: canned/kcz: text\n"


@pytest.mark.parametrize("name", ["canned.yml", "canned.xlsx"])
def test_what_is_exported_and_imported_again_changes_nothing(
    draft: int, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / name)

    assert main(["export", "canned", file]) == 0
    assert main(["import", "canned", file, "--draft", str(draft), "--staff", str(ANNA)]) == 0
    assert drafts.changes(draft) == []


def test_what_was_edited_outside_is_saved_in_the_draft_and_exported_from_it(draft: int, tmp_path: Path) -> None:
    file = tmp_path / "canned.yml"
    main(["export", "canned", str(file)])
    held = yaml.safe_load(file.read_text(encoding="utf-8"))
    held["objects"] = [{**held["objects"][0], "text": "您好。"}]
    file.write_text(yaml.safe_dump(held, allow_unicode=True), encoding="utf-8")
    assert main(["import", "canned", str(file), "--draft", str(draft), "--staff", str(ANNA)]) == 0
    assert main(["export", "canned", str(file), "--draft", str(draft)]) == 0

    assert [(one.kind, one.key) for one in drafts.changes(draft)] == [("canned", held["objects"][0]["key"])]
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["objects"][0]["text"] == "您好。"


def test_what_cannot_be_kept_is_told_by_object(draft: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "faq.yml"
    entry = {"key": "ring-how", "question": "怎么换彩铃？", "answer": "说“换彩铃”。", "topic": "nowhere"}
    file.write_text(yaml.safe_dump({"kind": "faq", "objects": [entry]}), encoding="utf-8")

    assert main(["import", "faq", str(file), "--draft", str(draft), "--staff", str(ANNA)]) == 1
    assert capsys.readouterr().err == "faq/ring-how: 没有“nowhere”这个意图。\n"
    assert main(["export", "faq", str(file), "--draft", str(draft)]) == 1


def test_without_a_draft_nothing_is_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "canned.yml")
    main(["export", "canned", file])

    assert main(["import", "canned", file, "--draft", "7", "--staff", str(ANNA)]) == 1
    assert capsys.readouterr().err == "there is no draft 7 that can be changed\n"
