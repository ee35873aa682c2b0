"""Jobs are done once, by one process at a time, and always come to an end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from common.database import transaction
from common.settings import ROOT
from common.times import utc_now
from knowledge_base.authoring import jobs
from knowledge_base.authoring.models import Job

pytestmark = pytest.mark.usefixtures("database")

# Takes a job, says so, and works on it until it is killed.
WORKER = """
import time
from knowledge_base.authoring import jobs
held = jobs.lease("train")
held.progress(40, "half")
print(held.id, flush=True)
time.sleep(60)
"""


def stored(job: int) -> dict[str, Any]:
    found = jobs.find(job)
    assert found is not None
    return found


def held(*kinds: str) -> jobs.Held:
    found = jobs.lease(*(kinds or jobs.KINDS))
    assert found is not None
    return found


def eventually(true: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.05)
    return False


def lapse(job: int, by: timedelta = timedelta(seconds=1)) -> None:
    """As if whoever works on it had been dead for longer than the lease."""
    with transaction() as session:
        session.execute(sa.update(Job).where(Job.id == job).values(lease_until=utc_now() - by))


def test_a_repeated_request_is_the_same_job() -> None:
    first = jobs.enqueue("train", "k", 7, 3, {"a": 1})
    assert jobs.enqueue("train", "k", 7, 3) == first
    assert (first["state"], first["draft"], first["staff"], first["progress"]) == ("waiting", 7, 3, 0)


def test_requests_at_the_same_moment_make_one_job() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: jobs.enqueue("train", "k")["id"], range(8)))
    assert len(set(made)) == 1


def test_a_key_names_one_kind_and_a_kind_must_be_known() -> None:
    jobs.enqueue("train", "k")
    with pytest.raises(ValueError, match="another kind"):
        jobs.enqueue("publish", "k")
    with pytest.raises(ValueError, match="no such kind"):
        jobs.enqueue("dance", "l")


def test_jobs_are_taken_oldest_first_and_once() -> None:
    numbers = [jobs.enqueue("train", key, draft)["id"] for draft, key in enumerate("abc")]
    jobs.enqueue("publish", "d")
    first = held("train")
    assert first.id == numbers[0]
    with ThreadPoolExecutor(6) as pool:
        taken = [one for one in pool.map(lambda _: jobs.lease("train"), range(6)) if one]
    assert sorted(one.id for one in taken) == numbers[1:]
    for one in (first, *taken):
        one.finish("done")
    assert jobs.lease("train") is None


def test_what_is_done_is_written_down_with_progress_log_and_result() -> None:
    number = jobs.enqueue("train", "k")["id"]
    job = held()
    job.progress(30, "正在训练模型")
    job.log("first")
    job.log("second")
    assert eventually(lambda: stored(number)["progress"] == 30)
    assert stored(number)["log"] == "first\nsecond"
    job.finish("done", {"count": 1}, "已完成")
    found = stored(number)
    assert (found["state"], found["progress"], found["step"], found["result"]) == ("done", 100, "已完成", {"count": 1})
    assert found["ended_at"] >= found["started_at"]


def test_the_log_keeps_its_last_lines() -> None:
    number = jobs.enqueue("train", "k")["id"]
    job = held()
    for line in range(jobs.LOG_LINES + 50):
        job.log(str(line))
    job.finish("failed")
    lines = stored(number)["log"].splitlines()
    assert (len(lines), lines[-1]) == (jobs.LOG_LINES, str(jobs.LOG_LINES + 49))


def test_a_job_that_waits_is_cancelled_at_once_and_never_taken() -> None:
    number = jobs.enqueue("publish", "k")["id"]
    assert (jobs.cancel(number) or {})["state"] == "cancelled"
    assert jobs.lease(*jobs.KINDS) is None
    assert jobs.cancel(number + 1) is None


def test_a_training_that_runs_hears_of_its_cancelling() -> None:
    number = jobs.enqueue("train", "k")["id"]
    job = held()
    jobs.cancel(number)
    assert job.stop.wait(10)
    with pytest.raises(jobs.Cancelled):
        job.progress(50)
    job.finish("cancelled")
    assert stored(number)["state"] == "cancelled"


def test_a_publishing_that_runs_cannot_be_cancelled() -> None:
    number = jobs.enqueue("publish", "k")["id"]
    job = held()
    assert (jobs.cancel(number) or {})["cancel"] is False
    job.finish("done")
    assert stored(number)["state"] == "done"


def test_a_new_training_of_a_draft_ends_its_former_ones() -> None:
    first, other = jobs.enqueue("train", "a", 1)["id"], jobs.enqueue("train", "b", 2)["id"]
    running = held()
    jobs.enqueue("train", "c", 1)
    assert running.id == first
    assert running.stop.wait(10)
    running.finish("cancelled")
    assert stored(other)["state"] == "waiting"


def test_the_lease_of_a_job_that_runs_is_renewed() -> None:
    number = jobs.enqueue("train", "k")["id"]
    job = held()
    with transaction() as session:
        before = session.get(Job, number).lease_until
    assert eventually(lambda: _lease(number) > before)
    job.finish("done")


def _lease(number: int) -> Any:
    with transaction() as session:
        return session.get(Job, number).lease_until


def test_what_a_killed_process_left_is_begun_anew(database: Path) -> None:
    number = jobs.enqueue("train", "k")["id"]
    process = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert int(process.stdout.readline()) == number
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert jobs.lease("train") is None
    lapse(number)
    job = held()
    assert (job.id, stored(number)["progress"]) == (number, 0)
    job.finish("done")


def test_who_has_lost_the_lease_writes_no_more() -> None:
    number = jobs.enqueue("train", "k")["id"]
    slow = held()
    lapse(number)
    quick = held()
    assert slow.stop.wait(10)
    with pytest.raises(jobs.Lost):
        slow.progress(90)
    with pytest.raises(jobs.Lost):
        slow.finish("failed")
    quick.finish("done")
    assert stored(number)["state"] == "done"


def test_a_job_that_was_given_back_is_taken_at_once() -> None:
    number = jobs.enqueue("train", "k")["id"]
    held().give_back()
    again = held()
    assert again.id == number
    again.finish("done")


def test_a_job_whose_process_dies_again_and_again_fails_with_a_sentence() -> None:
    number = jobs.enqueue("train", "k")["id"]
    dead = held()
    with transaction() as session:
        session.get(Job, number).started_at = utc_now() - jobs.TOO_LONG - timedelta(seconds=1)
    lapse(number)
    assert jobs.lease("train") is None
    assert stored(number)["state"] == "failed"
    assert "中断" in stored(number)["step"]
    assert dead.stop.wait(10)


def test_the_newest_job_of_a_draft_and_the_one_that_runs_are_found() -> None:
    jobs.enqueue("train", "a", 1)
    running = held("train")
    with transaction() as session:
        assert (jobs.latest(session) or {})["id"] == running.id
    number = jobs.enqueue("publish", "b", 1)["id"]
    with transaction() as session:
        assert (jobs.latest(session, 1) or {})["id"] == number
        assert (jobs.latest(session) or {})["id"] == number
        assert jobs.latest(session, 2) is None
    running.finish("done")
