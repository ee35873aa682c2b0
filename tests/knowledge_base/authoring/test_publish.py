"""What is published, and that whoever is killed in the middle leaves the old or the new, whole."""

import itertools
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from common.database import reading, transaction
from common.settings import settings
from knowledge_base.authoring import jobs, publish, publisher
from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.models import Draft, IntentName, Job, Release
from knowledge_base.authoring.publish import Refused, roll_back
from knowledge_base.authoring.recovery import alone, mend, recover
from knowledge_base.authoring.refactor import merge, rename
from knowledge_base.authoring.release import KEPT, Folder, Withdrawn
from knowledge_base.authoring.runner import Runner
from tests.knowledge_base.authoring.deaths import killed_at, mended
from tests.knowledge_base.authoring.fake_deploy import Deploy
from tests.knowledge_base.authoring.small_project import (
    ANSWERED,
    APPROVER,
    CASES,
    DOMAIN,
    EDITOR,
    FAQ,
    FILES,
    NLU,
    VIDEO,
    drafted,
    new_intent,
    other_answer,
    project,
    texts,
)

STALE = "-"


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Deploy:
    """See `Deploy`."""
    return Deploy.in_place(monkeypatch, tmp_path)


@pytest.fixture
def root(database: Path, deploy: Deploy) -> Path:
    """A project with a database of its own."""
    assert deploy.archives == []
    return project(database / "project")


def published(root: Path, *changes: Change, **values: Any) -> dict[str, Any]:
    """What publishing these changes gives."""
    return publish.publish(drafted(root, changes, **values), APPROVER, root=root)


def release(number: int) -> Release:
    """Its row."""
    with reading() as session:
        row = session.get(Release, number)
        session.expunge_all()
    return row


def model(root: Path) -> tuple[str, str]:
    """The archive in place, and what its hash says."""
    return tuple((root / "models" / name).read_text().strip() for name in ("wanhao.tar.gz", "wanhao.hash"))


def code(function: Callable[[], Any]) -> str:
    """Why it is refused."""
    with pytest.raises(Refused) as refused:
        function()
    assert refused.value.message
    return refused.value.code


def test_a_new_intent_goes_live_with_its_model_and_is_written_to_the_files(root: Path, deploy: Deploy) -> None:
    before, steps = texts(root), []
    draft = drafted(root, [new_intent()], note="新业务")
    expected = {**before, **Knowledge.read(root).changed([new_intent()])}

    result = publish.publish(draft, APPROVER, lambda percent, step: steps.append((percent, step)), root=root)

    assert texts(root) == expected
    assert result["model"] == "new"
    assert (deploy.archives, model(root)) == (["5"], ("5", "of 5"))
    row = release(result["release"])
    assert (row.state, row.draft_id, row.approved_by, row.published_by) == ("written", draft, APPROVER, APPROVER)
    assert (row.title, row.note, row.authors) == ("草稿1", "新业务", [EDITOR])
    assert row.files == sorted(path for path, text in expected.items() if before.get(path) != text)
    assert [(one["kind"], one["key"], one["change"]) for one in row.diff] == [("intent", "video_ring", "added")]
    with reading() as session:
        assert session.get(Draft, draft).state == "published"
    percents = [percent for percent, _ in steps]
    assert (percents, percents[-1]) == (sorted(percents), 100)
    assert result["seconds"] >= result["live_seconds"] >= 0


def test_an_answer_goes_live_without_a_model(root: Path, deploy: Deploy) -> None:
    result = published(root, other_answer(root))

    assert Knowledge.read(root).objects["faq"]["hours"] == ANSWERED
    assert (deploy.archives, model(root), result["model"]) == ([None], ("first", "of the first"), "same")
    assert release(result["release"]).files == [FAQ]


def test_a_release_has_all_content_as_it_is_then(root: Path) -> None:
    folder = Folder(published(root, other_answer(root))["release"]).path / "content"

    assert {path.name for path in folder.iterdir()} == {Path(path).name for path in FILES if "content" in path}
    assert (folder / "faq.yml").read_text("utf-8") == (root / FAQ).read_text("utf-8")
    assert (folder / "cases.yml").read_text("utf-8") == FILES[CASES]


def test_a_draft_is_published_once(root: Path) -> None:
    draft = drafted(root, [other_answer(root)])
    first = publish.publish(draft, APPROVER, root=root)

    assert publish.publish(draft, APPROVER, root=root) == first


def test_what_others_have_changed_meanwhile_stays(root: Path) -> None:
    own = other_answer(root)
    published(root, new_intent())
    published(root, own)

    objects = Knowledge.read(root).objects
    assert (objects["intent"]["video_ring"], objects["faq"]["hours"]) == (VIDEO, ANSWERED)


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"state": "submitted"}, "not_approved"),
        ({"reviewed_by": None}, "same_person"),
        ({"reviewed_by": EDITOR}, "same_person"),
        ({"created_by": APPROVER}, "same_person"),
        ({"submitted_by": APPROVER}, "same_person"),
        ({"report": None}, "no_report"),
        ({"content_hash": STALE}, "no_report"),
    ],
)
def test_a_draft_that_is_not_ready_is_refused(root: Path, deploy: Deploy, values: dict[str, Any], refused: str) -> None:
    before = texts(root)

    assert code(lambda: published(root, new_intent(), **values)) == refused
    assert (texts(root), deploy.archives, model(root)) == (before, [], ("first", "of the first"))


def reported(root: Path, **more: Any) -> dict[str, Any]:
    """A report of the new intent's draft."""
    with reading() as session:
        report = session.get(Draft, drafted(root, [new_intent()])).report
    return {**report, **more}


def test_an_error_that_a_check_has_found_is_refused(root: Path) -> None:
    report = reported(root, findings={"error": 2, "warning": 1})

    assert code(lambda: published(root, new_intent(), report=report)) == "findings"


@pytest.mark.parametrize(
    ("reasons", "refused"),
    [
        ({}, True),
        ({"彩铃想换一个": "  "}, True),
        ({"别的": "有意"}, True),
        ({"彩铃想换一个": "改由视频彩铃应答"}, False),
    ],
)
def test_a_broken_fixed_case_needs_a_written_reason(root: Path, reasons: dict[str, str], refused: bool) -> None:
    report = reported(root, cases={"count": 1, "broken": [{"text": "彩铃想换一个"}]})
    draft = drafted(root, [new_intent()], report=report, reasons=reasons)

    if refused:
        assert code(lambda: publish.publish(draft, APPROVER, root=root)) == "broken"
    else:
        assert release(publish.publish(draft, APPROVER, root=root)["release"]).reasons == reasons


def test_what_others_have_changed_in_the_same_place_is_told_and_nothing_changes(root: Path) -> None:
    own = other_answer(root)
    published(root, Change(own.kind, own.key, own.base, {**ANSWERED, "answer": "十点。"}))
    before = texts(root)

    assert code(lambda: published(root, own)) == "conflicts"
    assert texts(root) == before


def test_files_that_were_changed_after_the_test_are_tested_again_first(root: Path) -> None:
    draft = drafted(root, [new_intent()])
    (root / CASES).write_text(FILES[CASES] + "  - 换铃声\n", "utf-8")

    assert code(lambda: publish.publish(draft, APPROVER, root=root)) == "no_report"


def test_what_a_developer_writes_before_the_switch_stops_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = publish.write

    def wrote(*arguments: Any) -> Folder:
        (root / CASES).write_text("cases: {}\n", "utf-8")
        return real(*arguments)

    monkeypatch.setattr(publish, "write", wrote)

    assert code(lambda: published(root, new_intent())) == "changed_meanwhile"
    assert texts(root) == {**FILES, CASES: "cases: {}\n"}
    assert release(1).state == "failed"


def test_what_a_developer_writes_during_the_switch_is_kept_and_told(root: Path, deploy: Deploy) -> None:
    deploy.meanwhile = lambda: (root / FAQ).write_text("entries: []\n", "utf-8") and None

    result = published(root, other_answer(root))

    assert Knowledge.read(root).objects["faq"]["hours"] == ANSWERED
    assert (Folder(result["release"]).path / "kept" / FAQ).read_text("utf-8") == "entries: []\n"
    assert FAQ in result["told"][0]
    assert result["told"][0] in release(result["release"]).note


def test_a_model_that_does_not_start_leaves_all_as_it_was(root: Path, deploy: Deploy) -> None:
    before, deploy.fails = texts(root), "before"

    draft = drafted(root, [new_intent()])
    assert code(lambda: publish.publish(draft, APPROVER, root=root)) == "switch"

    assert (texts(root), model(root)) == (before, ("first", "of the first"))
    assert (release(1).state, "did not start" in release(1).failure) == ("failed", True)
    assert not Folder(1).path.exists()
    deploy.fails = None
    assert publish.publish(draft, APPROVER, root=root)["release"] == 2


def test_a_former_server_that_does_not_end_does_not_keep_the_files_from_being_written(
    root: Path, deploy: Deploy
) -> None:
    deploy.fails = "after"

    assert release(published(root, new_intent())["release"]).state == "written"
    assert "video_ring" in Knowledge.read(root).objects["intent"]


def test_a_draft_that_is_taken_back_before_the_switch_is_not_published(root: Path, deploy: Deploy) -> None:
    def taken_back() -> None:
        deploy.fails = "before"
        with transaction() as session:
            session.execute(sa.update(Draft).values(state="open"))

    before, deploy.meanwhile = texts(root), taken_back

    assert code(lambda: published(root, new_intent())) == "withdrawn"
    assert texts(root) == before


def test_a_draft_that_is_approved_anew_as_another_before_the_switch_is_not_published(
    root: Path, deploy: Deploy
) -> None:
    def changed_trained_and_approved() -> None:
        with transaction() as session:
            session.execute(sa.update(Draft).values(content_hash="of what it is now"))

    before, deploy.meanwhile = texts(root), changed_trained_and_approved

    with pytest.raises(Withdrawn):
        published(root, new_intent())
    assert (release(1).state, texts(root)) == ("failed", before)


def test_one_publisher_works_at_a_time(root: Path) -> None:
    draft = drafted(root, [new_intent()])
    with alone():
        assert code(lambda: publish.publish(draft, APPROVER, root=root)) == "busy"
        assert code(lambda: roll_back(EDITOR, "不对", root=root)) == "busy"
        with transaction() as session:
            session.add(Release(title="中断"))
        assert recover() == []


@contextmanager
def author(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """An author who publishes to the project."""
    for name in ("publish", "roll_back"):
        monkeypatch.setattr(publisher, name, partial(getattr(publish, name), root=root))
    running = Runner({"publisher": {"publish": publisher.work, "rollback": publisher.work}})
    running.start()
    try:
        yield running
    finally:
        running.stop()


def job_is(job: int, **wanted: Any) -> bool:
    """Whether a job is so within some seconds."""
    ends = time.monotonic() + 15
    while any((jobs.find(job) or {})[name] != value for name, value in wanted.items()):
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


def test_a_job_waits_for_whoever_publishes_and_is_done_then(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.enqueue("publish", "one", drafted(root, [new_intent()]), APPROVER)["id"]
    with author(root, monkeypatch):
        with alone():
            assert job_is(job, state="running", progress=1)
        assert job_is(job, state="done")
    assert release(1).state == "written"


def test_a_job_that_waits_while_the_author_stops_is_given_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.enqueue("publish", "one", drafted(root, [new_intent()]), APPROVER)["id"]
    with alone():
        with author(root, monkeypatch):
            assert job_is(job, state="running", progress=1)
        assert job_is(job, state="waiting")
    with author(root, monkeypatch):
        assert job_is(job, state="done")


def test_what_is_live_when_the_author_stops_is_written_and_its_job_is_done(
    root: Path, deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, switching = drafted(root, [new_intent()]), threading.Event()
    with author(root, monkeypatch) as running:

        def stopped() -> None:
            switching.set()
            assert running._stopping.wait(10)
            time.sleep(0.2)

        deploy.meanwhile = stopped
        job = jobs.enqueue("publish", "one", draft, APPROVER)["id"]
        assert switching.wait(10)
    assert (release(1).state, jobs.find(job)["state"]) == ("written", "done")


def test_a_way_back_has_the_former_texts_and_the_former_model(root: Path, deploy: Deploy) -> None:
    before = texts(root)
    taken = published(root, new_intent())["release"]

    result = roll_back(EDITOR, "答错了", root=root)

    assert texts(root) == before
    assert (deploy.archives, model(root)) == (["5", "first"], ("first", "of the first"))
    row = release(result["release"])
    assert (row.reverts, row.note, row.published_by, row.state) == (taken, "答错了", EDITOR, "written")
    assert [(one["key"], one["change"]) for one in row.diff] == [("video_ring", "removed")]
    assert result["told"] == []


def test_a_job_that_is_begun_anew_is_not_done_twice(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("publish", "roll_back"):
        monkeypatch.setattr(publisher, name, partial(getattr(publish, name), root=root))
    before = published(root, other_answer(root)), texts(root)
    results = []
    enqueued = [
        jobs.enqueue("publish", "one", drafted(root, [new_intent()]), APPROVER),
        jobs.enqueue("rollback", "two", None, EDITOR, {"reason": "答错了", "release": 2}),
    ]
    for kind in ("publish", "publish", "rollback", "rollback"):
        held = jobs.lease(kind)
        publisher.work(held)
        found = jobs.find(held.id)
        results.append(found["result"])
        with transaction() as session:  # as if it had died before it could say so
            session.get(Job, held.id).state = "waiting" if len(results) % 2 else "done"

    assert [found["id"] for found in enqueued] == [1, 2]
    assert results[0] == results[1]
    assert results[2] == results[3]
    assert (release(results[2]["release"]).note, texts(root)) == ("答错了", before[1])


def test_a_job_that_is_refused_says_why(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "publish", partial(publish.publish, root=root))
    jobs.enqueue("publish", "one", drafted(root, [new_intent()], state="open"), APPROVER)
    held = jobs.lease("publish")

    publisher.work(held)

    found = jobs.find(held.id)
    assert (found["state"], found["result"]["error"]["code"]) == ("failed", "not_approved")
    assert found["step"] == found["result"]["error"]["message"]


def test_ways_back_lead_further_back_each_time(root: Path, deploy: Deploy) -> None:
    before = texts(root)
    published(root, other_answer(root))
    published(root, new_intent())

    taken = [release(roll_back(EDITOR, "", root=root)["release"]).reverts for _ in range(2)]

    assert (taken, texts(root), deploy.archives) == ([2, 1], before, [None, "5", "first", None])
    assert code(lambda: roll_back(EDITOR, "", root=root)) == "nothing_to_take_back"


def test_what_two_ask_for_at_once_is_taken_back_once(root: Path) -> None:
    published(root, other_answer(root))
    published(root, new_intent())

    first, second = (roll_back(staff, "", release=2, root=root) for staff in (EDITOR, APPROVER))

    assert first == second
    assert release(first["release"]).published_by == EDITOR
    assert Knowledge.read(root).objects["faq"]["hours"] == ANSWERED


def test_what_is_not_the_newest_is_not_taken_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(root, other_answer(root))
    published(root, new_intent())
    before = texts(root)

    assert code(lambda: roll_back(EDITOR, "", release=1, root=root)) == "not_newest"
    with author(root, monkeypatch):
        # Asked for when there was nothing to take back.
        job = jobs.enqueue("rollback", "k", None, EDITOR, {"reason": "", "release": None})["id"]
        assert job_is(job, state="failed")
    assert texts(root) == before


def test_what_a_developer_has_changed_since_stays_and_is_told(root: Path) -> None:
    published(root, other_answer(root), new_intent())
    own = (root / FAQ).read_text("utf-8") + "- id: price\n  question: 多少钱\n  answer: 十元。\n  topic: greet\n"
    (root / FAQ).write_text(own, "utf-8")

    result = roll_back(EDITOR, "", root=root)

    objects = Knowledge.read(root).objects
    assert {key: value["answer"] for key, value in objects["faq"].items()} == {"hours": "八点。", "price": "十元。"}
    assert "video_ring" not in objects["intent"]
    assert FAQ in result["told"][0]


def test_a_way_back_that_a_developer_has_changed_himself_is_refused(root: Path) -> None:
    published(root, other_answer(root))
    (root / FAQ).write_text((root / FAQ).read_text("utf-8").replace("九点", "十点"), "utf-8")

    assert code(lambda: roll_back(EDITOR, "", root=root)) == "conflicts"


def test_past_figures_follow_a_renaming_and_its_way_back(root: Path) -> None:
    published(root, *rename(Knowledge.read(root), "ring", "melody"))

    def names() -> dict[str, str]:
        with reading() as session:
            return {row.old: row.new for row in session.scalars(sa.select(IntentName))}

    assert names() == {"ring": "melody"}
    roll_back(EDITOR, "", root=root)
    assert names() == {"melody": "ring"}

    published(root, *rename(Knowledge.read(root), "ring", "tune"))
    published(root, *merge(Knowledge.read(root), "tune", "greet"))
    assert names() == {"melody": "ring", "ring": "tune", "tune": "greet"}
    roll_back(EDITOR, "", root=root)
    assert names() == {"melody": "ring", "ring": "tune"}


def test_folders_of_few_releases_stay_and_what_is_older_cannot_be_taken_back(root: Path) -> None:
    for number in range(KEPT + 2):
        own = other_answer(root)
        published(root, Change(own.kind, own.key, own.base, {**ANSWERED, "answer": f"{number}点。"}))
    (settings().releases_dir / "99.new").mkdir()
    for _ in range(3):
        roll_back(EDITOR, "", root=root)

    kept = {path.name for path in settings().releases_dir.iterdir() if path.is_dir()}
    assert kept == {str(number) for number in range(KEPT + 3 + 2 - KEPT + 1, KEPT + 2 + 3 + 1)}
    assert code(lambda: roll_back(EDITOR, "", root=root)) == "gone"


def test_a_release_that_is_live_and_whose_folder_is_gone_is_ended(root: Path) -> None:
    before = texts(root)
    with transaction() as session:
        session.add(Release(title="发布", state="live"))

    with alone() as lock:
        assert mend(lock, root) == [1]
    assert (release(1).state, texts(root)) == ("failed", before)


def whole(root: Path, before: dict[str, str], after: dict[str, str], live: bool) -> None:
    """Files, model and rows are all of the former or all of the new release."""
    assert texts(root) == (after if live else before)
    assert model(root) == (("5", "of 5") if live else ("first", "of the first"))
    with reading() as session:
        states = list(session.scalars(sa.select(Release.state)))
        drafts = list(session.scalars(sa.select(Draft.state)))
    assert (states, drafts) == ((["written"], ["published"]) if live else (["failed"] * len(states), ["approved"]))


@pytest.mark.usefixtures("deploy")
def test_a_publisher_that_is_killed_at_any_step_leaves_the_old_or_the_new_whole(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # See `deaths`.
    monkeypatch.setattr(os, "fsync", lambda _: None)
    outcomes: list[bool] = []
    for number in itertools.count(1):
        root = project(database / f"project-{number}")
        shutil.rmtree(settings().releases_dir, ignore_errors=True)
        with transaction() as session:
            for table in reversed(Release.metadata.sorted_tables):
                session.execute(table.delete())
        before = texts(root)
        draft = drafted(root, [new_intent(), other_answer(root)])
        after = {**before, **Knowledge.read(root).changed([new_intent(), other_answer(root)])}
        was_killed = killed_at(number, publish.publish, draft, APPROVER, root=root)
        with reading() as session:
            live = session.scalar(sa.select(sa.func.count()).where(Release.state.in_(("live", "written")))) == 1
        if not live:
            # Nothing of the project has changed.
            assert (texts(root), model(root)) == (before, ("first", "of the first"))
        else:
            # Each file is one or the other, and what customers get is there as a whole.
            assert all(text in (before.get(path), after[path]) for path, text in texts(root).items())
            (folder,) = (path for path in settings().releases_dir.iterdir() if path.is_dir())
            assert (folder / "content" / "faq.yml").read_text("utf-8") == after[FAQ]
            assert (folder / NLU).exists() is (before[NLU] != after[NLU])
            assert (folder / DOMAIN).read_text("utf-8") == after[DOMAIN]
        # What mends may be killed, too.
        killed_at(1 + number % 20, mended, root)
        with alone() as lock:
            mend(lock, root)
            whole(root, before, after, live)
            assert mend(lock, root) == []
        outcomes.append(live)
        assert publish.publish(draft, APPROVER, root=root)["model"] == "new"
        if not was_killed:
            break
    # Every step before the one that makes it live leaves the old, every one after it the new.
    assert (outcomes, len(outcomes) > 40) == (sorted(outcomes), True)
    assert 10 < outcomes.count(False) < len(outcomes) - 10
