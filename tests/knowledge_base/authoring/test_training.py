"""A draft becomes a model and a report, in real processes of Rasa's over a small project."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import desk.models
import knowledge_base.authoring.models
from common.database import Base, engine, transaction
from common.settings import settings
from knowledge_base.authoring import jobs, models, training, trying, workspace
from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.drafted import Files
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.predictor import Failed, Predictor, Predictors, predicted
from tests.common.isolation import isolated
from tests.knowledge_base.authoring.project import ADDED, CASES, RING, write_project

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project whose model is in place, and a database of its own."""
    assert desk.models
    assert knowledge_base.authoring.models
    var = tmp_path_factory.mktemp("var")
    root = write_project(tmp_path_factory.mktemp("project"))
    with pytest.MonkeyPatch.context() as patch, isolated(patch, var, drafts_dir=str(var / "drafts")):
        Base.metadata.create_all(engine())
        placed = workspace.placed_model(root)
        placed.parent.mkdir()
        placed.hardlink_to(workspace.train(Knowledge.read(root).texts))
        yield root


@pytest.fixture(scope="module")
def steps() -> list[tuple[int, str]]:
    return []


@pytest.fixture(scope="module")
def draft(root: Path, steps: list[tuple[int, str]]) -> int:
    """A draft with a new intent, trained."""
    number = new_draft(ADDED)
    made = training.reported(training.changes_of(number), lambda *step: steps.append(step), lambda _: None, root=root)
    keep(number, made)
    return number


def new_draft(*changes: Change) -> int:
    with transaction() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(models.Draft))
        row = models.Draft(key=f"draft-{count}", title="草稿", created_by=1)
        session.add(row)
        session.flush()
        session.add_all(
            models.Change(draft_id=row.id, kind=one.kind, key=one.key, base=one.base, value=one.value, staff_id=1)
            for one in changes
        )
        return int(row.id)


def keep(draft: int, made: dict[str, Any]) -> None:
    with transaction() as session:
        session.execute(sa.update(models.Draft).where(models.Draft.id == draft).values(report=made))


def report(draft: int) -> dict[str, Any]:
    with transaction() as session:
        return dict(session.get(models.Draft, draft).report)


def test_the_report_tells_of_the_new_intent_and_that_nothing_breaks(
    root: Path, draft: int, steps: list[tuple[int, str]]
) -> None:
    made = report(draft)
    assert made["model"] == "new"
    assert made["content_hash"] == Knowledge.read(root).with_changes([ADDED]).hash
    assert made["cases"]["count"] == made["cases"]["right_after"] == sum(map(len, CASES.values()))
    assert made["cases"]["broken"] == []
    rows = {row["text"]: row for row in made["sentences"]}
    assert rows.keys() == set(RING["examples"])
    assert {row["after"] for row in rows.values()} == {"change_ring"}
    assert {row["answer_after"] for row in rows.values()} == {"您发短信就能换视频彩铃。"}
    percents = [percent for percent, _ in steps]
    assert percents == sorted(percents)
    assert {sentence for _, sentence in steps} == {
        "正在整理草稿",
        "正在训练模型",
        "正在比较新旧模型",
        "正在重放最近的对话",
    }


def test_what_was_trained_once_is_not_trained_again(root: Path, draft: int) -> None:
    after = Knowledge.read(root).with_changes([ADDED])
    began = time.monotonic()
    assert workspace.train(after.texts) == workspace.model_of(after.texts)
    assert time.monotonic() - began < 10


def test_a_draft_that_touches_no_model_is_reported_in_seconds(root: Path, draft: int) -> None:
    key, value = next(iter(Knowledge.read(root).objects["faq"].items()))
    change = Change("faq", key, value, {**value, "answer": "现在这样办就行。"})
    began = time.monotonic()
    made = training.reported([change], root=root)
    # 8 s of processor time where the index of the FAQ is made.
    assert time.monotonic() - began < 60
    assert (made["model"], made["archive"]) == ("same", None)
    assert made["cases"]["right_before"] == made["cases"]["right_after"] > 0
    assert {row["answer_after"] for row in made["sentences"]} == {"现在这样办就行。"}


def test_a_draft_and_what_is_live_are_tried_side_by_side(root: Path, draft: int) -> None:
    predictors = Predictors()
    try:
        tried = trying.try_out(Files(root), predictors, draft, "视频彩铃怎么换")
        live = trying.try_out(Files(root), predictors, None, "视频彩铃怎么换")
    finally:
        predictors.close()
    assert (tried["model"], tried["ready"], tried["intent"], tried["title"]) == (
        "draft",
        True,
        "change_ring",
        "换视频彩铃",
    )
    assert tried["answer"] == {"kind": "text", "text": "您发短信就能换视频彩铃。", "buttons": []}
    assert tried["ranking"][0]["name"] == "change_ring"
    assert (live["model"], live["ready"]) == ("live", True)
    assert live["intent"] != "change_ring"


def test_a_draft_without_a_model_is_tried_on_the_live_one_and_says_so(root: Path) -> None:
    other = new_draft(Change("intent", "other", None, {**RING, "examples": ["完全另外的一句话"]}))
    predictors = Predictors()
    try:
        tried = trying.try_out(Files(root), predictors, other, "查流量")
    finally:
        predictors.close()
    assert (tried["model"], tried["ready"], tried["intent"]) == ("live", False, "query_usage")
    assert tried["answer"]["kind"] == "action"


def test_many_texts_are_predicted_in_order(root: Path) -> None:
    texts = ["查流量", "转人工\n快点", "", "查余额"]
    found = predicted(workspace.placed_model(root), texts)
    assert [one["intent"] for one in found][::3] == ["query_usage", "query_balance"]
    assert found[1]["text"] == "转人工 快点"


def test_a_held_model_answers_one_after_the_other_and_two_are_held_at_most(root: Path, draft: int) -> None:
    model = workspace.placed_model(root)
    copies = [model.with_name(f"copy-{number}.tar.gz") for number in range(2)]
    for copy in copies:
        copy.hardlink_to(model)
    predictors = Predictors(most=2)
    try:
        first = predictors.of(model)
        assert predictors.of(model) is first
        answers: list[str] = []
        asking = [
            threading.Thread(target=lambda text=text: answers.append(f"{text} {first.predict(text)['text']}"))
            for text in ("一", "二", "三")
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        assert sorted(answers) == sorted(["一 一", "二 二", "三 三"])
        second = predictors.of(copies[0])
        predictors.of(model)
        third = predictors.of(copies[1])
        assert (first.alive, second.alive, third.alive) == (True, False, True)
        first.used -= 3600
        predictors.sweep()
        assert not first.alive
        third.end()
        assert predictors.of(copies[1]) is not third
    finally:
        predictors.close()


def test_a_model_that_cannot_be_loaded_says_why(root: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no archive")
    one = Predictor(broken)
    with pytest.raises(Failed):
        one.predict("查流量")
    one.end()
    with pytest.raises(Failed, match="Error"):
        predicted(broken, ["查流量"])


def test_a_predictor_whose_process_dies_fails_and_is_made_anew(root: Path) -> None:
    predictors = Predictors()
    try:
        one = predictors.of(workspace.placed_model(root))
        assert one.wait()
        os.kill(one._process.pid, signal.SIGKILL)
        with pytest.raises(Failed):
            one.predict("查流量")
        assert predictors.of(workspace.placed_model(root)).predict("查流量")["intent"] == "query_usage"
    finally:
        predictors.close()


def test_data_that_rasa_refuses_end_as_a_failed_job_with_a_sentence_and_the_log(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = dict(Knowledge.read(root).texts)
    contradiction = "- rule: again\n  steps:\n  - intent: greet\n  - action: action_query_usage\n"
    texts["bot/data/rules.yml"] = texts["bot/data/rules.yml"].rstrip() + "\n\n" + contradiction
    monkeypatch.setattr(training, "reported", lambda *_, **__: workspace.train(texts, line=held.log))
    number = jobs.enqueue("train", "refused", new_draft())["id"]
    held = jobs.lease("train")
    assert held is not None
    training.work(held)
    found = jobs.find(number) or {}
    assert (found["state"], found["step"]) == (
        "failed",
        "训练没有成功，多半是例句或规则写得不对。请看日志最后几行，改好后再训练。",
    )
    assert "again" in found["log"]


def test_a_cancelled_training_ends_its_process_and_leaves_no_model(root: Path) -> None:
    texts = (
        Knowledge.read(root)
        .with_changes([Change("intent", "other_thing", None, {**RING, "examples": ["换掉那个东西"]})])
        .texts
    )
    began: list[str] = []

    def progress(_: int) -> None:
        if began:
            raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        workspace.train(texts, progress, began.append)
    folder = workspace.model_of(texts).parent
    listed = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True).stdout
    assert str(folder) not in listed
    assert not workspace.model_of(texts).exists()


def test_models_that_nobody_used_lately_are_forgotten(root: Path, draft: int) -> None:
    made = workspace.model_of(Knowledge.read(root).with_changes([ADDED]).texts)
    for number in range(workspace.KEPT + 3):
        old = settings().drafts_dir / f"old-{number}"
        old.mkdir()
        os.utime(old, (number, number))
    workspace.train(Knowledge.read(root).with_changes([ADDED]).texts)
    folders = [path for path in settings().drafts_dir.iterdir() if path.is_dir()]
    assert len(folders) == workspace.KEPT
    assert made.is_file()
