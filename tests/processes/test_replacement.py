"""The model is replaced while customers talk, and a replacement is killed: the bot answers every message."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.processes.customer import Customer, Operator, wait_for
from tests.supervised import SupervisedStack, supervised_stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]

CUSTOMERS = 5
# What is said over and over, and a word that only the bot's own answer has.
TALK = (
    ("查一下我的话费余额", "余额"),
    ("我有多少积分", "积分"),
    ("您好", "您好"),
    ("这个月流量还剩多少", "流量"),
    ("我现在用的什么套餐", "每月"),
)
# Between a customer's sentences.
PAUSE_SECONDS = 0.5


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SupervisedStack]:
    """A product of this module's own."""
    with supervised_stack(tmp_path_factory.mktemp("replaced")) as running:
        yield running


@pytest.fixture(scope="module")
def operator(stack: SupervisedStack) -> Iterator[Operator]:
    """Its sandbox."""
    with Operator(stack.sandbox) as operator:
        yield operator


class Talker(threading.Thread):
    """A verified customer who talks until told to stop, and checks each answer."""

    def __init__(self, customer: Customer, over: threading.Event) -> None:
        super().__init__()
        self.customer, self.over = customer, over
        self.answered = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        """Talks."""
        while not self.over.is_set():
            said, expected = TALK[self.answered % len(TALK)]
            try:
                text = self.customer.say(said).text
            except (AssertionError, OSError) as failure:
                text = repr(failure)
            if expected not in text:
                self.wrong.append(f"{said}: {text}")
            self.answered += 1
            time.sleep(PAUSE_SECONDS)


@contextmanager
def talking(stack: SupervisedStack, operator: Operator) -> Iterator[list[Talker]]:
    """Customers who talk all through the block; afterwards the bot has answered all they said, once."""
    over = threading.Event()
    customers = [Customer(stack, operator) for _ in range(CUSTOMERS)]
    for customer in customers:
        customer.say("查话费余额")
        customer.verify(operator.number())
    talkers = [Talker(customer, over) for customer in customers]
    for talker in talkers:
        talker.start()
    try:
        yield talkers
    finally:
        over.set()
        for talker in talkers:
            talker.join(30)
    for talker in talkers:
        assert talker.wrong == []
        assert talker.answered > 0
        history = talker.customer.history()
        assert history["mode"] == "bot"
        for line, after in pairwise(talker.customer.transcript()):
            # Neither stands a question without its answer, nor an answer twice.
            assert (line["role"], after["role"]) != ("customer", "customer"), line
            assert (line["role"], line["text"]) != (after["role"], after["text"]), line
        talker.customer.http.close()
    assert stack.apologies == 0


def ended(replacing: "subprocess.Popen[str]") -> str:
    """All that it said, once it has ended well."""
    shown, _ = replacing.communicate(timeout=240)
    assert replacing.returncode == 0, shown
    return shown


def all_are_answered(talkers: list[Talker]) -> None:
    """Waits until every customer has been answered twice more."""
    before = [talker.answered for talker in talkers]
    wait_for(
        lambda: all(talker.answered >= count + 2 for talker, count in zip(talkers, before, strict=True)),
        60,
        "all are answered",
    )


def test_nobody_notices_that_the_model_is_replaced(stack: SupervisedStack, operator: Operator) -> None:
    former, before = stack.live, stack.pid("rasa")
    assert former == "rasa"
    with talking(stack, operator) as talkers:
        shown = ended(stack.replacing())
        all_are_answered(talkers)
    assert "  live    rasa_next\n  ended   rasa, " in shown
    assert stack.live == "rasa_next"
    assert stack.places == {"rasa": "STOPPED", "rasa_next": "RUNNING"}
    assert not Path(f"/proc/{before}").exists()


@pytest.mark.parametrize("line", ["Starting ", "  live "])
def test_nobody_notices_that_a_replacement_is_killed(stack: SupervisedStack, operator: Operator, line: str) -> None:
    with talking(stack, operator) as talkers:
        with stack.replacing() as replacing:
            assert replacing.stdout is not None
            assert next(shown for shown in replacing.stdout if shown.startswith(line))
            replacing.send_signal(signal.SIGKILL)
        all_are_answered(talkers)
        assert stack.places[stack.live] == "RUNNING"
        ended(stack.replacing())
        all_are_answered(talkers)
    assert stack.places[stack.live] == "RUNNING"
    assert sorted(str(state) for state in stack.places.values()) == ["RUNNING", "STOPPED"]
