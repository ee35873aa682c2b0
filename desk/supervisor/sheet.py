"""The form by which chats are scored (质检评分表): its items, and what answers add up to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_base.content import content, of_content

FULL = 100


@dataclass(frozen=True)
class Item:
    """What is looked at: an answer is 0 to `points`; 0 for a `fatal` one makes the whole 0 (一票否决)."""

    id: str
    title: str
    help: str
    points: int
    fatal: bool = False


@dataclass(frozen=True)
class Form:
    """The items of one version; their points add up to 100. Raises ValueError for one that is not so."""

    version: str
    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        if len({item.id for item in self.items}) < len(self.items):
            raise ValueError("an item occurs twice")
        if min(item.points for item in self.items) < 1 or sum(item.points for item in self.items) != FULL:
            raise ValueError(f"the points of form {self.version} do not add up to {FULL}")


@of_content
def form() -> Form:
    """The form of `content/quality.yml`."""
    loaded = content("quality")
    return Form(str(loaded["version"]), tuple(Item(**item) for item in loaded["items"]))


def total(of: Form, answers: Mapping[str, int]) -> tuple[int, bool]:
    """What a chat gets, 0 to 100, and whether that is 0 because of a fatal item.

    Raises ValueError unless every item, and nothing else, has an answer from 0 to its points.
    """
    if answers.keys() != {item.id for item in of.items}:
        raise ValueError("not the items of the form")
    if not all(0 <= answers[item.id] <= item.points for item in of.items):
        raise ValueError("more or fewer points than an item has")
    fatal = any(item.fatal and answers[item.id] == 0 for item in of.items)
    return (0 if fatal else sum(answers.values())), fatal
