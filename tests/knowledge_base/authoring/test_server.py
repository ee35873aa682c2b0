"""The author answers the desk alone, starts cheaply, and does its jobs beside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from common.database import reading, transaction
from common.identity import channel_token
from common.settings import ROOT
from deploy.ports import Ports
from knowledge_base.authoring.changes import Value
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.models import Change, Cluster, Draft, InboxSentence
from knowledge_base.authoring.server import create_app
from tests.knowledge_base.authoring.project import RING, write_project

# Beside whoever answers customers it must not be felt until it is needed.
MOST_MEMORY = 150 * 1024
REJECTED = ["视频彩铃怎么换", "视频彩铃怎么更换", "怎么换视频彩铃", "宽带密码忘了", "宽带的密码忘记了"]


def bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {channel_token()}"}


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def author(database: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The author as a process, and its address."""
    url = Ports.free().url("author")
    process = subprocess.Popen(
        [sys.executable, "-m", "knowledge_base.authoring"], cwd=ROOT, env={**os.environ, "WANHAO_AUTHOR_URL": url}
    )
    try:
        assert eventually(lambda: _healthy(url))
        yield process, url
    finally:
        process.terminate()
        process.wait(10)


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def _memory(process: int) -> int:
    """In kB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def _ungrouped(session: Session) -> int:
    return int(session.scalar(sa.select(sa.func.count(InboxSentence.id)).where(InboxSentence.cluster_id.is_(None))))


def _all_grouped() -> bool:
    with reading() as session:
        return not _ungrouped(session)


@pytest.fixture
def client(database: Path, tmp_path: Path) -> Iterator[TestClient]:
    """The author over a small project, in this process."""
    with TestClient(create_app(root=write_project(tmp_path / "project")), headers=bearer()) as client:
        yield client


def drafted(
    value: Value | None = RING, name: str = "change_ring", state: str = "open", base: Value | None = None
) -> int:
    with transaction() as session:
        row = Draft(key=f"draft-{name}", title="草稿", created_by=1, state=state)
        session.add(row)
        session.flush()
        session.add(Change(draft_id=row.id, kind="intent", key=name, base=base, value=value, staff_id=1))
        return int(row.id)


def checked(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"loading": True}

    def known() -> bool:
        answer = client.post(path, json=body)
        assert answer.status_code == 200
        found.update(answer.json())
        return not found["loading"]

    assert eventually(known)
    return found


@pytest.mark.processes
def test_it_starts_small_and_behind_the_others(author: tuple[subprocess.Popen[bytes], str]) -> None:
    process, url = author
    assert httpx.post(f"{url}/check", json={}).status_code == 401
    assert _memory(process.pid) < MOST_MEMORY
    assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.processes
def test_it_groups_the_inbox_and_what_it_was_killed_in_is_done_after_all(
    author: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, _ = author
    with transaction() as session:
        session.add_all(InboxSentence(form=str(number), text=text) for number, text in enumerate(REJECTED))
    with transaction() as session:
        # Until this ends it cannot write what it finds.
        assert _ungrouped(session) == len(REJECTED)
        assert eventually(lambda: _memory(process.pid) > MOST_MEMORY)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert _ungrouped(session) == len(REJECTED)
    again = subprocess.Popen(
        [sys.executable, "-m", "knowledge_base.authoring"],
        cwd=ROOT,
        env={**os.environ, "WANHAO_AUTHOR_URL": Ports.free().url("author")},
    )
    try:
        assert eventually(_all_grouped)
    finally:
        again.terminate()
        again.wait(10)
    with transaction() as session:
        rows = session.execute(sa.select(InboxSentence.text, InboxSentence.cluster_id).order_by(InboxSentence.id)).all()
        titles = dict(session.execute(sa.select(Cluster.id, Cluster.title)).all())
    clusters = [cluster for _, cluster in rows]
    assert clusters[:3] == [clusters[0]] * 3
    assert clusters[3] == clusters[4] != clusters[0]
    assert titles[clusters[0]] in REJECTED[:3]


@pytest.mark.parametrize("path", ["check", "check-draft", "try"])
def test_nobody_is_answered_without_the_bearer(client: TestClient, path: str) -> None:
    for given in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {channel_token()}"}):
        assert client.post(path, json={}, headers={"Authorization": "", **given}).status_code == 401
    assert client.get("healthz", headers={"Authorization": ""}).json() == {"status": "ok"}


def test_an_example_that_another_intent_has_is_found_while_it_is_typed(client: TestClient) -> None:
    value = {**RING, "examples": [*RING["examples"], "查流量"]}
    found = checked(client, "check", kind="intent", key="change_ring", value=value)
    assert [one["other"]["key"] for one in found["findings"] if one.get("sentence") == "查流量"] == ["query_usage"]


def test_what_the_draft_holds_besides_counts_and_what_it_has_saved_of_the_object_does_not(client: TestClient) -> None:
    draft = drafted()
    value = {**RING, "title": "别的", "examples": RING["examples"]}
    same = checked(client, "check", draft=draft, kind="intent", key="change_ring", value=RING)
    other = checked(client, "check", draft=draft, kind="intent", key="other", value=value)
    assert not [one for one in same["findings"] if one.get("other")]
    assert {one["other"]["key"] for one in other["findings"] if one.get("other")} == {"change_ring"}


def test_a_whole_draft_is_checked_by_object(client: TestClient) -> None:
    draft = drafted({**RING, "examples": ["查流量", *RING["examples"]]})
    found = checked(client, "check-draft", draft=draft)
    assert found["objects"].keys() == {"intent/change_ring"}
    assert any(one["level"] == "error" for one in found["objects"]["intent/change_ring"])


def test_checks_follow_the_files(client: TestClient, tmp_path: Path) -> None:
    value = {**RING, "examples": [*RING["examples"], "改天再说的话费"]}

    def conflicts() -> list[str]:
        found = checked(client, "check", kind="intent", key="change_ring", value=value)
        return [one["other"]["key"] for one in found["findings"] if one.get("sentence") == "改天再说的话费"]

    assert conflicts() == []
    path = tmp_path / "project/bot/data/nlu/small.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("查话费余额\n", "查话费余额\n\n    - 改天再说的话费\n", 1), encoding="utf-8")
    assert conflicts() == ["query_balance"]


def test_what_the_files_could_not_take_is_found_while_it_is_typed(client: TestClient) -> None:
    value = {"question": "营业厅能带宠物吗？", "also": [], "answer": "导盲犬可以进，其他宠物不行。", "topic": ""}
    found = checked(client, "check", kind="faq", key="bring-pet", value=value)["findings"]
    assert [one["code"] for one in found if one["level"] == "error"] == ["topic_missing"]


def test_no_code_is_read_at_every_key_for_what_the_draft_deletes(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "project/actions").mkdir()
    (tmp_path / "project/actions/half.py").write_text("USAGE = ('query_usage'", encoding="utf-8")
    base = Knowledge.read(tmp_path / "project").objects["intent"]["query_usage"]
    draft = drafted(None, name="query_usage", base=base)
    assert checked(client, "check", draft=draft, kind="intent", key="change_ring", value=RING)["findings"] != []


def test_what_is_to_be_deleted_needs_no_check_and_unknown_kinds_are_refused(client: TestClient) -> None:
    gone = client.post("check", json={"kind": "intent", "key": "greet", "value": None})
    assert gone.json() == {"findings": [], "loading": False}
    assert client.post("check", json={"kind": "song", "key": "k", "value": {}}).status_code == 422


def test_nothing_is_tried_without_a_model_or_on_a_draft_that_is_gone(client: TestClient) -> None:
    assert client.post("try", json={"text": "查流量"}).status_code == 503
    assert client.post("try", json={"text": "查流量", "draft": 99}).status_code == 404
    published = drafted(state="published")
    assert client.post("try", json={"text": "查流量", "draft": published}).status_code == 404
