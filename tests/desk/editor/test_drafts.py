"""Drafts over HTTP: saved by two, undone, reviewed, published."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from common.database import transaction
from desk.editor import knowledge, work
from knowledge_base.authoring import drafts, jobs
from knowledge_base.authoring.drafted import Files
from knowledge_base.authoring.models import Draft, Job
from tests.desk.editor.conftest import CANNED, REPORT, ROOT, Editor, trained
from tests.desk.staff.people import noted, refusal

INTENT: dict[str, Any] = {
    "title": "换视频彩铃",
    "description": "换视频彩铃",
    "examples": ["视频彩铃怎么换", "我想换个视频彩铃"],
    "answer": {"kind": "text", "variants": [{"text": "打开视频彩铃App就能换。", "buttons": [], "when": None}]},
}


def ready(writer: Editor) -> int:
    draft = writer.begins()
    writer.saves(draft, "canned", "zz", CANNED)
    trained(draft)
    return draft


def approved(writer: Editor, lead: Editor) -> int:
    draft = ready(writer)
    writer.does(f"/drafts/{draft}/submit", note="请看", reasons={})
    lead.does(f"/drafts/{draft}/approve", note="可以")
    return draft


def test_a_draft_is_begun_once_for_a_key_and_listed(writer: Editor) -> None:
    first, again = (writer.does("/drafts", key="k", title="彩铃") for _ in range(2))

    assert first["id"] == again["id"]
    (card,) = writer.get("/drafts", state="open")
    assert (card["title"], card["created_by"], card["mine"], card["changes"]) == ("彩铃", "员工writer", True, 0)
    assert writer.get("/drafts", state="submitted") == []
    assert noted()[-1] == ("kb_create", f"{first['id']} 彩铃")


def test_an_object_is_saved_read_and_listed_as_the_draft_has_it(writer: Editor) -> None:
    draft = writer.begins()
    version = writer.saves(draft, "intent", "video_ring_change", INTENT)

    shown = writer.get("/objects/intent/video_ring_change", draft=draft)
    assert (shown["value"], shown["live"], shown["version"]) == (INTENT, None, version)
    assert (shown["author"], shown["change"]) == ("员工writer", "added")
    rows = writer.get("/objects", kind="intent", draft=draft, q="视频彩铃怎么换")
    assert rows["rows"] == [
        {"kind": "intent", "key": "video_ring_change", "title": "换视频彩铃", "changed": "added", "count": 2}
    ]
    assert writer.get("/objects", kind="intent", q="我想换个视频彩铃")["count"] == 0
    whole = writer.draft(draft)
    assert [(one["kind"], one["key"], one["change"]) for one in whole["changes"]] == [
        ("intent", "video_ring_change", "added")
    ]
    assert whole["diff"][0]["title"] == "换视频彩铃"


def test_two_editors_are_told_of_each_other(writer: Editor, second: Editor) -> None:
    draft = writer.begins()
    mine, his = {**CANNED, "text": "甲"}, {**CANNED, "text": "乙"}
    version = writer.saves(draft, "canned", "zz", CANNED)
    theirs = second.saves(draft, "canned", "zz", his, version)

    answer = writer.puts(draft, "canned", "zz", mine, version)

    assert refusal(answer) == (409, "stale")
    assert answer.json()["theirs"] == {"value": his, "version": theirs, "author": "员工second"}
    assert writer.puts(draft, "canned", "zz", mine, theirs).status_code == 200


@pytest.mark.parametrize(
    "value",
    [{}, {"group": 1, "title": "问候", "text": "您好"}, {**CANNED, "odd": "x"}, {**CANNED, "text": "a\0b"}],
)
def test_what_is_no_object_of_the_kind_is_refused_with_a_sentence(writer: Editor, value: Any) -> None:
    draft = writer.begins()

    assert refusal(writer.puts(draft, "canned", "zz", value, 0)) == (422, "bad_request")
    assert writer.draft(draft)["changes"] == []


def test_what_was_saved_last_is_undone(writer: Editor, second: Editor) -> None:
    draft = writer.begins()
    version = writer.saves(draft, "canned", "zz", CANNED)
    writer.saves(draft, "canned", "zz", {**CANNED, "text": "改过"}, version)

    assert refusal(second.post(f"/drafts/{draft}/undo")) == (409, "nothing_to_undo")
    assert writer.does(f"/drafts/{draft}/undo") == {"undone": [{"kind": "canned", "key": "zz", "title": "问候语"}]}
    assert writer.get("/objects/canned/zz", draft=draft)["value"] == CANNED


def test_what_is_as_it_is_live_is_no_change(writer: Editor) -> None:
    draft = writer.begins()
    live = writer.get("/objects/canned/kc")["value"]
    version = writer.saves(draft, "canned", "kc", {**live, "text": "别的"})

    assert writer.saves(draft, "canned", "kc", live, version) == 0
    assert writer.draft(draft)["changes"] == []


def test_a_conflict_is_shown_and_decided_by_naming_the_base(writer: Editor) -> None:
    draft = writer.begins()
    live = writer.get("/objects/canned/kc")["value"]
    old, mine = {**live, "text": "从前的"}, {**live, "text": "我的"}
    version = writer.saves(draft, "canned", "kc", mine, base=old)

    (conflict,) = writer.draft(draft)["conflicts"]
    assert (conflict["key"], conflict["fields"], conflict["mine"], conflict["theirs"]) == ("kc", ["text"], mine, live)
    drafts.trained(draft, "x", REPORT)
    assert refusal(writer.post(f"/drafts/{draft}/submit", note="", reasons={})) == (409, "conflicts")
    writer.saves(draft, "canned", "kc", mine, version, base=live)
    assert writer.draft(draft)["conflicts"] == []


def test_a_draft_goes_through_review_and_each_step_is_noted(writer: Editor, lead: Editor) -> None:
    draft = ready(writer)
    allowed = {name for name, may in writer.draft(draft)["can"].items() if may}
    assert allowed == {"edit", "submit", "discard"}

    writer.does(f"/drafts/{draft}/submit", note="请看", reasons={})
    assert refusal(writer.post(f"/drafts/{draft}/approve", note="")) == (403, "same_person")
    assert lead.draft(draft)["can"]["approve"]
    shown = lead.does(f"/drafts/{draft}/approve", note="可以")

    assert (shown["state"], shown["submitted_by"], shown["reviewed_by"]) == ("approved", "员工writer", "员工lead")
    assert shown["can"]["publish"] is False
    assert writer.draft(draft)["can"]["publish"]
    assert [action for action, _ in noted() if action.startswith("kb_")] == ["kb_create", "kb_submit", "kb_approve"]


def test_a_change_after_the_training_makes_the_report_stale(writer: Editor) -> None:
    draft = ready(writer)
    shown = writer.draft(draft)
    assert shown["report_stale"] is False
    writer.saves(draft, "canned", "zz", {**CANNED, "text": "又改了"}, shown["changes"][0]["version"])

    assert writer.draft(draft)["report_stale"] is True
    assert refusal(writer.post(f"/drafts/{draft}/submit", note="", reasons={})) == (409, "report_stale")
    writer.does(f"/drafts/{draft}/undo")
    assert writer.draft(draft)["report_stale"] is False


def test_a_broken_case_is_named_until_there_is_a_reason(writer: Editor) -> None:
    draft = writer.begins()
    writer.saves(draft, "canned", "zz", CANNED)
    trained(draft, {**REPORT, "cases": {"broken": [{"text": "查话费"}]}})

    answer = writer.post(f"/drafts/{draft}/submit", note="", reasons={})
    assert refusal(answer) == (409, "reasons_missing")
    assert answer.json()["cases"] == ["查话费"]
    shown = writer.does(f"/drafts/{draft}/submit", note="", reasons={"查话费": "改由余额回答"})
    assert shown["reasons"] == {"查话费": "改由余额回答"}


def test_an_approved_draft_that_is_changed_needs_approval_again(writer: Editor, lead: Editor) -> None:
    draft = approved(writer, lead)
    version = writer.draft(draft)["changes"][0]["version"]

    answer = writer.puts(draft, "canned", "zz", {**CANNED, "text": "偷偷改"}, version)

    assert answer.json()["state"] == "open"
    assert refusal(writer.post(f"/drafts/{draft}/publish", key="p")) == (409, "wrong_state")


def test_only_an_approved_draft_is_published_and_once_for_a_key(writer: Editor, lead: Editor) -> None:
    draft = ready(writer)
    assert refusal(writer.post(f"/drafts/{draft}/publish", key="p1")) == (409, "wrong_state")
    draft = approved(writer, lead)

    job, again = (writer.does(f"/drafts/{draft}/publish", key="p2") for _ in range(2))

    assert (job["kind"], job["draft"], job["state"], job["id"]) == ("publish", draft, "waiting", again["id"])
    assert [action for action, _ in noted()].count("kb_publish") == 1
    assert refusal(writer.post(f"/drafts/{draft}/publish", key="p3")) == (409, "publishing")
    assert refusal(writer.post("/rollback", key="r1", reason="改错了")) == (409, "publishing")


def test_a_rollback_is_asked_for_with_a_reason(writer: Editor) -> None:
    job = writer.does("/rollback", key="r1", reason="答错了")

    assert job["kind"] == "rollback"
    with transaction() as session:
        assert session.scalar(sa.select(Job.arguments)) == {"reason": "答错了", "release": None}
    assert ("kb_rollback", "") in noted()
    assert refusal(writer.post("/rollback", key="r2", reason=" ")) == (422, "bad_request")


def test_who_has_asked_for_a_publishing_is_on_record_if_there_is_a_job(
    writer: Editor, lead: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = approved(writer, lead)

    def fails(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "enqueue", fails)
    with pytest.raises(ZeroDivisionError):
        work.publish(1, draft, "p1")
    with pytest.raises(ZeroDivisionError):
        work.roll_back(1, "r1", "错了", None)
    assert noted()[-1][0] == "kb_approve"


def test_a_publishing_that_waits_is_cancelled_and_one_that_runs_is_not(writer: Editor, second: Editor) -> None:
    job = writer.does("/rollback", key="r1", reason="错了")["id"]
    for _ in range(2):
        assert second.does(f"/jobs/{job}/cancel")["state"] == jobs.CANCELLED
    assert [one for one in noted() if one[0] == "kb_cancel"] == [("kb_cancel", f"rollback {job}")]
    assert writer.get("/history")[0]["staff"] == "员工second"

    job = writer.does("/rollback", key="r2", reason="错了")["id"]
    held = jobs.lease("rollback")
    assert held is not None
    assert refusal(writer.post(f"/jobs/{job}/cancel")) == (409, "wrong_state")
    held.finish(jobs.FAILED)


def test_a_training_is_begun_seen_and_cancelled(writer: Editor) -> None:
    draft = writer.begins()
    job = writer.does(f"/drafts/{draft}/train", key="t1")

    assert writer.get(f"/jobs/{job['id']}")["state"] == "waiting"
    assert writer.get("/overview")["job"]["id"] == job["id"]
    assert writer.draft(draft)["job"]["id"] == job["id"]
    assert writer.does(f"/jobs/{job['id']}/cancel")["state"] == jobs.CANCELLED
    assert refusal(writer.post("/rollback", key="t1", reason="x")) == (409, "wrong_state")


def test_a_discarded_draft_is_only_read(writer: Editor) -> None:
    draft = writer.begins()
    assert writer.does(f"/drafts/{draft}/discard")["state"] == "discarded"

    assert refusal(writer.puts(draft, "canned", "zz", CANNED, 0)) == (409, "wrong_state")
    assert refusal(writer.post(f"/drafts/{draft}/train", key="t")) == (409, "wrong_state")
    assert refusal(writer.browser.patch(f"{ROOT}/drafts/{draft}", json={"title": "x"})) == (409, "wrong_state")


def test_a_supervisor_reads_a_draft_and_is_offered_no_change(writer: Editor, lead: Editor) -> None:
    assert lead.draft(writer.begins())["can"]["edit"] is False


def test_what_is_not_there_is_not_found(writer: Editor) -> None:
    for path in ("/drafts/9", "/jobs/9", "/releases/9", "/objects/intent/none", "/objects/none/x"):
        assert refusal(writer.browser.get(ROOT + path)) == (404, "not_found")
    assert refusal(writer.puts(9, "canned", "zz", CANNED, 0)) == (404, "not_found")


def test_live_knowledge_is_read_again_when_a_file_changes(
    writer: Editor, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("project")
    copied(knowledge.live().root, root)
    monkeypatch.setattr(knowledge, "_files", Files(root))
    first = knowledge.live()
    assert knowledge.live() is first
    path = root / "knowledge_base/content/canned.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("您好，请问您还在吗？", "请问还在吗？"), encoding="utf-8")

    assert writer.get("/objects/canned/kcz")["value"]["text"] == "请问还在吗？"


def copied(project: Path, root: Path) -> None:
    shutil.copy(project / "domain.yml", root)
    for folder in ("bot/data", "knowledge_base/content"):
        shutil.copytree(project / folder, root / folder)


def test_a_published_draft_is_only_read(writer: Editor, lead: Editor) -> None:
    draft = approved(writer, lead)
    with transaction() as session:
        session.get(Draft, draft).state = "published"

    shown = writer.draft(draft)
    assert not any(shown["can"].values())
    assert shown["report_stale"] is False
