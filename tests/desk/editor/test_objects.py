"""What forms offer, what a text names, refactoring, files in and out, releases and history."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from common.database import transaction
from common.settings import settings
from common.times import utc_now
from desk.bot_server import BotServer
from knowledge_base.authoring import refactor
from knowledge_base.authoring.models import Job, Release
from tests.bss.scripted import Operator
from tests.desk.editor.conftest import CANNED, ROOT, Editor
from tests.desk.editor.test_drafts import INTENT
from tests.desk.staff.people import noted, person, refusal


def test_forms_offer_what_there_is(writer: Editor) -> None:
    words = writer.get("/words")

    named = {name: {one["name"]: one["title"] for one in words[name]} for name in words}
    assert named["entities"]["package"] == "套餐"
    assert "sealed" not in named["entities"]
    assert [name for name, title in named["entities"].items() if name == title] == []
    assert named["products"]["PLAN-29"].startswith("星卡")
    assert named["levels"]["5星"] == "5星"
    assert named["groups"]["fault"]
    assert named["actions"]["action_query_balance"] == "查话费余额"
    assert [name for name, title in named["actions"].items() if name == title] == []
    assert named["reasons"]["rejected"] == "没听懂"
    assert named["canned"]["开场"] == "开场"


def test_what_a_text_names_is_found_where_it_stands(writer: Editor) -> None:
    text = "呃我想把星卡换成5G的"
    (found,) = [one for one in writer.does("/entities", text=text)["entities"] if one["entity"] == "package"]

    assert text[found["start"] : found["end"]] == "星卡"


def test_objects_are_found_by_page_and_words(writer: Editor) -> None:
    whole = writer.get("/objects", kind="canned", limit=500)

    assert writer.get("/objects", kind="canned", offset=1, limit=1)["rows"] == whole["rows"][1:2]
    found = writer.get("/objects", kind="intent", q="查话费余额")
    assert "query_balance" in [row["key"] for row in found["rows"]]
    assert found["count"] < writer.get("/objects", kind="intent")["count"]
    assert refusal(writer.browser.get(f"{ROOT}/objects", params={"kind": "nix"})) == (404, "not_found")


def test_no_intent_is_called_by_its_code(writer: Editor) -> None:
    rows = writer.get("/objects", kind="intent", limit=500)["rows"]

    assert [row["key"] for row in rows if row["title"] == row["key"]] == []
    assert {row["key"]: row["title"] for row in rows}["affirm"] == "同意"


def test_a_case_is_named_by_its_sentence(writer: Editor) -> None:
    draft = writer.begins()
    writer.saves(draft, "case", "视频彩铃/怎么换", {"intent": "query_balance"})

    assert writer.get("/objects/case/视频彩铃/怎么换", draft=draft)["value"] == {"intent": "query_balance"}


def test_an_intent_of_the_draft_is_renamed_with_all_that_names_it_and_back_at_once(writer: Editor) -> None:
    draft = writer.begins()
    writer.saves(draft, "intent", "video_ring_change", INTENT)
    writer.saves(draft, "case", "换个彩铃咋弄", {"intent": "video_ring_change"})
    asked = {"action": "rename", "intent": "video_ring_change", "to": "ring_change"}

    seen = writer.does(f"/drafts/{draft}/refactor", **asked, dry=True)
    assert {(one["kind"], one["key"], one["change"]) for one in seen["changes"]} == {
        ("intent", "video_ring_change", "removed"),
        ("intent", "ring_change", "added"),
        ("case", "换个彩铃咋弄", "changed"),
    }
    assert "换个彩铃咋弄" in str(seen["impact"])
    assert not any(one["blocking"] for one in seen["impact"])
    assert writer.get("/objects/intent/video_ring_change", draft=draft)["change"] == "added"

    writer.does(f"/drafts/{draft}/refactor", **asked, dry=False)
    assert {(one["kind"], one["key"]) for one in writer.draft(draft)["changes"]} == {
        ("intent", "ring_change"),
        ("case", "换个彩铃咋弄"),
    }
    assert len(writer.does(f"/drafts/{draft}/undo")["undone"]) == 3
    assert writer.get("/objects/intent/video_ring_change", draft=draft)["value"] == INTENT


def test_what_somebody_saves_during_a_renaming_is_not_written_over(
    writer: Editor, second: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = writer.begins()
    version = writer.saves(draft, "intent", "video_ring_change", INTENT)
    grown = {**INTENT, "examples": [*INTENT["examples"], "彩铃想换一个"]}
    rename = refactor.rename

    def meanwhile(*given: Any) -> Any:
        second.saves(draft, "intent", "video_ring_change", grown, version)
        return rename(*given)

    monkeypatch.setattr(refactor, "rename", meanwhile)
    asked = {"action": "rename", "intent": "video_ring_change", "to": "ring_change"}

    assert refusal(writer.post(f"/drafts/{draft}/refactor", **asked)) == (409, "wrong_state")
    assert writer.get("/objects/intent/video_ring_change", draft=draft)["value"] == grown


def test_what_developers_alone_change_is_refused_with_the_place(writer: Editor) -> None:
    answer = writer.post(
        f"/drafts/{writer.begins()}/refactor", action="rename", intent="query_balance", to="balance", dry=True
    )

    assert refusal(answer) == (422, "blocked")
    assert "开发人员" in answer.json()["error"]["message"]


def sent(writer: Editor, draft: int, name: str, data: bytes, kind: str = "canned") -> Any:
    return writer.browser.post(f"{ROOT}/drafts/{draft}/import", files={"file": (name, data)}, data={"kind": kind})


@pytest.mark.parametrize("form", ["yaml", "xlsx"])
def test_what_was_exported_comes_back_as_it_was(writer: Editor, form: str) -> None:
    draft = writer.begins()
    writer.saves(draft, "canned", "zz", CANNED)
    answer = writer.browser.get(f"{ROOT}/export", params={"kind": "canned", "format": form, "draft": draft})
    assert answer.headers["content-disposition"] == f'attachment; filename="canned.{form}"'
    assert answer.headers["cache-control"] == "no-store"

    other = writer.begins("另一份")
    assert sent(writer, other, f"canned.{form}", answer.content).json() == {"saved": 1, "problems": []}
    assert writer.get("/objects/canned/zz", draft=other)["value"] == CANNED
    assert [(one["key"], one["change"]) for one in writer.draft(other)["changes"]] == [("zz", "added")]
    assert noted()[-3:-1] == [("kb_export", "canned"), ("kb_create", f"{other} 另一份")]
    assert noted()[-1] == ("kb_import", f"{other} 另一份")


def test_what_no_cell_holds_is_told(writer: Editor) -> None:
    draft = writer.begins()
    many = [f"第{number:05}个一模一样长的例句" for number in range(2_500)]
    writer.saves(draft, "intent", "video_ring_change", {**INTENT, "examples": many})

    answer = writer.browser.get(f"{ROOT}/export", params={"kind": "intent", "format": "xlsx", "draft": draft})
    assert refusal(answer) == (422, "too_long")
    assert "video_ring_change" in answer.json()["error"]["message"]


def test_what_cannot_be_read_is_told_and_the_rest_is_saved(writer: Editor) -> None:
    answer = writer.browser.get(f"{ROOT}/export", params={"kind": "canned", "format": "xlsx"})
    book = load_workbook(io.BytesIO(answer.content))
    book.active.append(["zz", "开场", "新的", "您好，有什么可以帮您？"])
    book.active.append(["", "开场", "没有编号", "您好"])
    changed = io.BytesIO()
    book.save(changed)

    found = sent(writer, writer.begins(), "回复.xlsx", changed.getvalue()).json()
    assert found["saved"] == 1
    assert len(found["problems"]) == 1
    assert found["problems"][0]["message"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"kind: faq\nobjects: []", b"- 1"])
def test_a_file_of_something_else_changes_nothing(writer: Editor, data: bytes) -> None:
    draft = writer.begins()
    found = sent(writer, draft, "x.yml", data).json()

    assert (found["saved"], len(found["problems"])) == (0, 1)
    assert writer.draft(draft)["changes"] == []


@pytest.fixture
def small_pictures(author: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that takes small pictures only."""
    monkeypatch.setenv("WANHAO_PICTURE_BYTES", "1000")
    settings.cache_clear()


@pytest.mark.usefixtures("small_pictures")
def test_a_file_may_be_larger_than_a_picture(writer: Editor) -> None:
    assert sent(writer, writer.begins(), "x.yml", b"#" * 100_000).status_code == 200


def released(title: str, **values: Any) -> int:
    author = person("writer").id
    with transaction() as session:
        row = Release(title=title, state="written", authors=[author], live_at=utc_now(), **values)
        session.add(row)
        session.flush()
        return int(row.id)


def test_releases_tell_who_and_which_can_be_taken_back(writer: Editor) -> None:
    first = released("甲", approved_by=person("lead").id, diff=[{"key": "x"}])
    failed = released("坏的")
    second = released("乙")
    back = released("回退乙", reverts=second)
    with transaction() as session:
        session.get(Release, failed).state = "failed"
        session.add(BotServer(place="rasa", release=back))

    shown = writer.get("/releases")
    assert [one["title"] for one in shown] == ["回退乙", "乙", "坏的", "甲"]
    assert [one["id"] for one in shown if one["can_rollback"]] == [first]
    assert [one["id"] for one in shown if one["current"]] == [back]
    assert refusal(writer.post("/rollback", key="r", reason="错了", release=second)) == (409, "wrong_state")
    for key, named in (("r", {"release": first}), ("s", {})):
        job = writer.does("/rollback", key=key, reason="错了", **named)
        assert job["kind"] == "rollback"
        with transaction() as session:
            assert session.get(Job, job["id"]).arguments["release"] == first
        writer.does(f"/jobs/{job['id']}/cancel")
    one = writer.get(f"/releases/{first}")
    assert (one["authors"], one["approved_by"], one["diff"]) == (["员工writer"], "员工lead", [{"key": "x"}])
    assert writer.get("/overview")["live"]["release"] == back


def test_history_tells_what_was_done_to_the_knowledge_alone(writer: Editor, lead: Editor) -> None:
    draft = writer.begins()
    writer.does(f"/drafts/{draft}/discard")

    rows = lead.get("/history")
    assert [(one["staff"], one["action"]) for one in rows] == [
        ("员工writer", "kb_discard"),
        ("员工writer", "kb_create"),
    ]
    assert lead.get("/history", before=rows[0]["id"]) == rows[1:]
