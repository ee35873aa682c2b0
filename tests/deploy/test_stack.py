"""The product's real processes, as ``make run`` starts them."""

import signal
import time

import pytest

from deploy import readiness
from tests.stack import STOP_SECONDS, Stack


def test_every_process_answers_and_its_page_is_served(stack: Stack) -> None:
    for name in ("sandbox", "actions", "rasa", "desk"):
        stack.wait_ready(name)
    status, body = readiness.get(f"{stack.desk}/")
    assert status == 200
    assert b"<html" in body


@pytest.mark.parametrize("name", ["sandbox", "actions", "desk"])
def test_a_process_ends_soon_after_sigterm_and_starts_again(stack: Stack, name: str) -> None:
    before = time.monotonic()
    stack.kill(name, signal.SIGTERM)
    assert time.monotonic() - before < STOP_SECONDS
    assert not stack.alive(name)
    stack.restart(name)
    stack.wait_ready("desk")


def test_a_hung_process_is_replaced(stack: Stack) -> None:
    stack.kill("actions", signal.SIGSTOP)
    assert stack.alive("actions")
    assert not readiness.answers(f"{stack.actions}/health")
    stack.restart("actions")
    stack.wait_ready("desk")


def test_what_a_process_prints_is_kept(stack: Stack) -> None:
    assert "Rasa server is up and running" in stack.logs("rasa")
