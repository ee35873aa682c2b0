"""Customers who talk all the time, while something is done to the bot."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from tests.processes.customer import Customer, Operator, wait_for
from tests.supervised import SupervisedStack

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
        assert not talker.wrong, talker.wrong
        assert talker.answered > 0
        history = talker.customer.history()
        assert history["mode"] == "bot", history
        for line, after in pairwise(talker.customer.transcript()):
            # Neither stands a question without its answer, nor an answer twice.
            assert (line["role"], after["role"]) != ("customer", "customer"), line
            assert (line["role"], line["text"]) != (after["role"], after["text"]), line
        talker.customer.http.close()
    assert stack.apologies == 0


def all_are_answered(talkers: list[Talker]) -> None:
    """Waits until every customer has been answered twice more."""
    before = [talker.answered for talker in talkers]
    wait_for(
        lambda: all(talker.answered >= count + 2 for talker, count in zip(talkers, before, strict=True)),
        60,
        "all are answered",
    )
