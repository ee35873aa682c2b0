"""The stage on which the dialogues are played."""

from collections.abc import Iterator

import pytest

from tests.dialogues.books import Books
from tests.dialogues.player import Stage
from tests.stack import Stack


@pytest.fixture(scope="module")
def stage(stack: Stack) -> Iterator[Stage]:
    """The running product and its operator, left as seeded for the tests that come after."""
    with Books(stack.sandbox) as books:
        stage = Stage(stack, books)
        yield stage
        stage.clear()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Shows the Chinese names of dialogues as they are written, so that `-k 宽带` finds them; pytest escapes them."""
    for name in ("name", "_nodeid"):
        setattr(item, name, getattr(item, name).encode("ascii", "backslashreplace").decode("unicode_escape"))
