"""Knowledge goes live while customers talk, and whoever publishes it is killed: the bot answers every message."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knowledge_base.authoring.changes import Change
from tests.copied import CopiedStack, copied_stack
from tests.processes.customer import Customer, Operator, wait_for
from tests.processes.talkers import all_are_answered, talking

# Before the first test the model of a new intent is trained.
pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]

ASKED = "视频彩铃怎么换"
ANSWER = "请在视频彩铃页面里换您喜欢的。"
VIDEO = {
    "title": "换视频彩铃",
    "description": "客户想换视频彩铃",
    "examples": [
        ASKED, "视频彩铃怎么更换", "我想换个视频彩铃", "换视频彩铃", "视频彩铃在哪里换", "怎么把视频彩铃换成别的",
        "视频彩铃想换一个", "能不能换视频彩铃", "视频彩铃的片子怎么换", "帮我换一下视频彩铃",
    ],
    "answer": {"kind": "text", "variants": [{"text": ANSWER, "buttons": [], "when": None}]},
}  # fmt: skip
NEW_INTENT = Change("intent", "change_video_ring", None, VIDEO)
FAQ_ANSWER = "这是刚刚改过的回答。"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CopiedStack]:
    """A product in a folder of its own."""
    with copied_stack(tmp_path_factory.mktemp("published")) as running:
        running.train(NEW_INTENT)
        yield running


@pytest.fixture
def operator(stack: CopiedStack) -> Iterator[Operator]:
    """Its sandbox."""
    with Operator(stack.sandbox) as operator:
        yield operator


class Asker(threading.Thread):
    """One customer after the other asks the same; whether each was given the new answer, and when."""

    def __init__(self, stack: CopiedStack, operator: Operator, asked: str, new: str) -> None:
        super().__init__()
        self.stack, self.operator, self.asked, self.new = stack, operator, asked, new
        self.over = threading.Event()
        self.answers: list[tuple[float, bool]] = []

    def run(self) -> None:
        """Asks."""
        while not self.over.is_set():
            with Customer(self.stack, self.operator) as customer:
                text = customer.say(self.asked).text
            self.answers.append((time.monotonic(), self.new in text))
            time.sleep(0.5)


@contextmanager
def asking(stack: CopiedStack, operator: Operator, asked: str, new: str) -> Iterator[Asker]:
    """Somebody asks all through the block; there is one moment from which on all answers are others."""
    asker = Asker(stack, operator, asked, new)
    asker.start()
    try:
        wait_for(lambda: len(asker.answers) > 1, 30, "two answers before")
        yield asker
    finally:
        asker.over.set()
        asker.join(30)
    heard = [new for _, new in asker.answers]
    assert heard == sorted(heard, reverse=heard[0])


def done(publishing: "subprocess.Popen[str]") -> tuple[int, float]:
    """The release, and the seconds until it was live, of what has ended well."""
    shown, _ = publishing.communicate(timeout=400)
    assert publishing.returncode == 0, shown
    found = re.search(r"^release (\d+), live after ([\d.]+) s", shown, re.MULTILINE)
    assert found, shown
    return int(found[1]), float(found[2])


def asked_entry(stack: CopiedStack, operator: Operator) -> tuple[str, dict[str, str]]:
    """An entry of the FAQ whose question the bot answers with it: its id and value."""
    for key, value in stack.knowledge().objects["faq"].items():
        with Customer(stack, operator) as customer:
            if value["answer"] in customer.say(value["question"]).text:
                return key, value
    raise AssertionError("no entry is answered")


def test_a_new_intent_goes_live_and_back_while_customers_talk(
    stack: CopiedStack, operator: Operator, record_testsuite_property: Callable[[str, object], None]
) -> None:
    before = stack.knowledge()
    assert NEW_INTENT.key not in before.objects["intent"]
    with talking(stack, operator) as talkers:
        with asking(stack, operator, ASKED, ANSWER) as asker:
            release, _ = done(stack.publishing("publish", str(stack.drafted(NEW_INTENT))))
            all_are_answered(talkers)
        assert (asker.answers[0][1], asker.answers[-1][1]) == (False, True)
        assert (stack.live, stack.release) == ("rasa_next", release)
        assert stack.knowledge().objects["intent"][NEW_INTENT.key] == VIDEO
        with asking(stack, operator, ASKED, ANSWER) as asker:
            began = time.monotonic()
            back, seconds = done(stack.publishing("rollback", "答得不对"))
            all_are_answered(talkers)
        first = next(at for at, new in asker.answers if not new)
        record_testsuite_property("rollback of a model", f"live after {seconds} s, heard after {first - began:.1f} s")
    assert (stack.live, stack.release) == ("rasa", back)
    assert dict(stack.knowledge().texts) == dict(before.texts)
    assert stack.places == {"rasa": "RUNNING", "rasa_next": "STOPPED"}


def test_an_answer_of_the_faq_goes_live_and_back_at_once(
    stack: CopiedStack, operator: Operator, record_testsuite_property: Callable[[str, object], None]
) -> None:
    key, value = asked_entry(stack, operator)
    before, pid = stack.knowledge(), Path(f"/proc/{stack.pid(stack.live)}")
    with talking(stack, operator) as talkers:
        with asking(stack, operator, value["question"], FAQ_ANSWER) as asker:
            draft = stack.drafted(Change("faq", key, value, {**value, "answer": FAQ_ANSWER}))
            release, _ = done(stack.publishing("publish", str(draft)))
            all_are_answered(talkers)
        assert (asker.answers[0][1], asker.answers[-1][1]) == (False, True)
        assert stack.release == release
        with asking(stack, operator, value["question"], FAQ_ANSWER) as asker:
            _, seconds = done(stack.publishing("rollback", "答得不对"))
            all_are_answered(talkers)
        assert (asker.answers[0][1], asker.answers[-1][1]) == (True, False)
        record_testsuite_property("rollback of an answer", f"live after {seconds} s")
    assert dict(stack.knowledge().texts) == dict(before.texts)
    assert pid.exists()


@pytest.mark.parametrize("line", ["切换", "写回"])
@pytest.mark.parametrize("with_switch", [True, False])
def test_a_publisher_that_is_killed_leaves_the_old_or_the_new_and_nobody_notices(
    stack: CopiedStack, operator: Operator, line: str, with_switch: bool
) -> None:
    before = dict(stack.knowledge().texts)
    after = {**before, **stack.knowledge().changed([NEW_INTENT])}
    draft = stack.drafted(NEW_INTENT)
    with talking(stack, operator) as talkers:
        with stack.publishing("publish", str(draft)) as publishing:
            assert publishing.stdout is not None
            assert next(shown for shown in publishing.stdout if line in shown)
            time.sleep(1)
            if with_switch:
                os.killpg(publishing.pid, signal.SIGKILL)
            else:
                publishing.kill()
        # The author process does the same each second; whichever comes first.
        wait_for(lambda: stack.recover() is not None and ended(stack), 120, "the publishing is ended")
        all_are_answered(talkers)
        live = stack.states("kb_releases")[-1] == "written"
        assert dict(stack.knowledge().texts) == (after if live else before)
        assert stack.places[stack.live] == "RUNNING"
        with Customer(stack, operator) as customer:
            assert (ANSWER in customer.say(ASKED).text) is live
        if not live:
            done(stack.publishing("publish", str(draft)))
        done(stack.publishing("rollback", "再来一次"))
        all_are_answered(talkers)
    assert dict(stack.knowledge().texts) == before
    assert sorted(str(state) for state in stack.places.values()) == ["RUNNING", "STOPPED"]


def ended(stack: CopiedStack) -> bool:
    """Whether no release is under way."""
    return not {"preparing", "live"} & set(stack.states("kb_releases"))


def test_after_a_power_cut_what_was_live_answers_and_is_written(stack: CopiedStack, operator: Operator) -> None:
    before = stack.knowledge()
    after = {**before.texts, **before.changed([NEW_INTENT])}
    publishing = stack.publishing("publish", str(stack.drafted(NEW_INTENT)))
    # It is live, and waits for the former server to end: nothing is written yet.
    wait_for(lambda: "live" in stack.states("kb_releases"), 200, "it is live")
    os.killpg(publishing.pid, signal.SIGKILL)
    stack.cut()
    publishing.wait()
    assert dict(stack.knowledge().texts) == dict(before.texts)

    stack.start()

    assert dict(stack.knowledge().texts) == after
    assert ended(stack)
    with Operator(stack.sandbox) as operator, Customer(stack, operator) as customer:
        assert ANSWER in customer.say(ASKED).text
    assert "Training" not in (stack.var / "log" / "run.log").read_text("utf-8")
