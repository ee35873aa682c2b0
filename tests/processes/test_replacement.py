"""The model is replaced while customers talk, and a replacement is killed: the bot answers every message."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.customer import Operator
from tests.processes.talkers import all_are_answered, talking
from tests.supervised import SupervisedStack, supervised_stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]


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


def ended(replacing: "subprocess.Popen[str]") -> str:
    """All that it said, once it has ended well."""
    shown, _ = replacing.communicate(timeout=240)
    assert replacing.returncode == 0, shown
    return shown


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
