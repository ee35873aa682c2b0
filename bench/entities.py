"""Entity figures from the hand-made sentences and their scorer, which live with the tests."""

from dataclasses import dataclass

from tests.language import entity_set

# The rules were written with one part in view; the other was kept aside.
PARTS = ("development", "held")


@dataclass(frozen=True)
class EntityFigures:
    """Entities by exact span and value, micro-averaged, for a part of the sentences."""

    part: str
    sentences: int
    f1: float


def figures() -> list[EntityFigures]:
    """One for each part, and one for all."""
    parts = {name: entity_set.sentences(name) for name in PARTS}
    parts["all"] = [case for cases in parts.values() for case in cases]
    return [EntityFigures(name, len(cases), entity_set.score(cases).total.f1) for name, cases in parts.items()]
