"""Jobs of one lane wait for each other, those of others do not; each comes to an end, whatever its work does."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from knowledge_base.authoring import jobs
from knowledge_base.authoring.jobs import Held
from knowledge_base.authoring.runner import Runner, Work

pytestmark = pytest.mark.usefixtures("database")


def eventually(true: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 15
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.05)
    return False


def state(job: int) -> str:
    return str((jobs.find(job) or {})["state"])


def ends_as(job: int, wanted: str) -> bool:
    return eventually(lambda: state(job) == wanted)


@contextmanager
def running(lanes: dict[str, dict[str, Work]], *rounds: Any) -> Iterator[Runner]:
    runner = Runner(lanes, rounds)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()


def done(held: Held) -> None:
    held.finish("done")


def until_stopped(held: Held) -> None:
    while True:
        held.progress(50)
        time.sleep(0.05)


def failing(held: Held) -> None:
    raise ZeroDivisionError(held.id)


def test_a_publishing_does_not_wait_for_a_training() -> None:
    training, publishing = jobs.enqueue("train", "a")["id"], jobs.enqueue("publish", "b")["id"]
    with running({"trainer": {"train": until_stopped}, "publisher": {"publish": done}}):
        assert ends_as(publishing, "done")
        assert ends_as(training, "running")


def test_jobs_of_a_lane_are_done_one_after_the_other() -> None:
    at_once: list[int] = []
    most: list[int] = []

    def work(held: Held) -> None:
        at_once.append(held.id)
        most.append(len(at_once))
        time.sleep(0.1)
        at_once.remove(held.id)
        held.finish("done")

    numbers = [jobs.enqueue("train", str(number), number)["id"] for number in range(3)]
    with running({"trainer": {"train": work}}):
        assert all(ends_as(number, "done") for number in numbers)
    assert max(most) == 1


def test_a_work_that_breaks_ends_as_failed_and_the_next_one_is_done() -> None:
    broken, next_one = jobs.enqueue("train", "a", 1)["id"], jobs.enqueue("publish", "b")["id"]
    with running({"lane": {"train": failing, "publish": done}}):
        assert ends_as(broken, "failed")
        assert ends_as(next_one, "done")
    found = jobs.find(broken) or {}
    assert (found["step"], found["log"]) == ("这项工作出了错，没有完成。请看日志，或稍后再试。", "ZeroDivisionError")


def test_what_was_done_is_not_failed_because_its_end_was_not_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    number = jobs.enqueue("publish", "a")["id"]

    def locked() -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    def work(held: Held) -> None:
        with monkeypatch.context() as once:
            once.setattr(jobs, "transaction", locked)
            held.finish("done", {"release": 7}, "已发布")

    Runner({})._one("publisher", {"publish": work})

    found = jobs.find(number) or {}
    assert (found["state"], found["step"], found["progress"]) == ("done", "已发布", 100)
    assert (found["result"], found["log"]) == ({"release": 7}, "OperationalError")


def test_a_job_that_is_cancelled_ends_so() -> None:
    number = jobs.enqueue("train", "a")["id"]
    with running({"trainer": {"train": until_stopped}}):
        assert ends_as(number, "running")
        jobs.cancel(number)
        assert ends_as(number, "cancelled")
    assert (jobs.find(number) or {})["step"] == "已取消"


def test_a_training_in_an_author_that_is_stopped_is_given_back() -> None:
    number = jobs.enqueue("train", "a")["id"]
    with running({"trainer": {"train": until_stopped}}):
        assert ends_as(number, "running")
    assert state(number) == "waiting"
    with running({"trainer": {"train": done}}):
        assert ends_as(number, "done")


def test_a_job_that_is_taken_while_the_author_stops_is_given_back_not_begun() -> None:
    number = jobs.enqueue("publish", "a")["id"]
    runner = Runner({})
    runner._stopping.set()
    runner._one("publisher", {"publish": done})
    assert state(number) == "waiting"


def test_a_round_comes_again_also_when_it_breaks() -> None:
    times: list[float] = []
    twice = threading.Event()

    def step() -> bool:
        times.append(time.monotonic())
        if len(times) == 2:
            twice.set()
        raise ZeroDivisionError

    with running({}, ("round", 0.05, step)):
        assert twice.wait(5)
