"""Reads tests/data/entities.yml and scores an extractor with it: exact span and value, micro-averaged."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from language.extractor import extract
from language.normalise import normalise

TODAY = date(2026, 11, 22)
SET = Path(__file__).parents[1] / "data" / "entities.yml"
# entity, start, end, value
Entity = tuple[str, int, int, str]


@dataclass
class Score:
    """Counts of one entity: found and right, found and wrong, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


@dataclass
class Result:
    """Scores by entity and the sentences with a mistake."""

    scores: dict[str, Score] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    @property
    def total(self) -> Score:
        scores = self.scores.values()
        return Score(sum(s.right for s in scores), sum(s.wrong for s in scores), sum(s.missed for s in scores))

    def table(self) -> str:
        """One line an entity, worst first, and the total."""
        rows = sorted(self.scores.items(), key=lambda row: (row[1].f1, row[0]))
        return "\n".join(
            f"{name:20} F1 {score.f1:.3f}  right {score.right:3}  wrong {score.wrong:2}  missed {score.missed:2}"
            for name, score in [*rows, ("all", self.total)]
        )


def sentences(part: str) -> list[tuple[str, list[Entity]]]:
    """Normalised sentences of a part (development or held) with their entities."""
    loaded = yaml.safe_load(SET.read_text(encoding="utf-8"))[part]
    return [_sentence(str(raw), entities) for raw, entities in loaded.items()]


def _sentence(raw: str, lines: list[str]) -> tuple[str, list[Entity]]:
    text = normalise(raw)
    entities: list[Entity] = []
    seen: Counter[tuple[str, str]] = Counter()
    for line in lines:
        entity, words, *value = line.split("|")
        start = -1
        # The same words said again are the next ones in the sentence.
        for _ in range(seen[entity, words] + 1):
            start = text.find(words, start + 1)
        assert start >= 0, f"{words} is not in {text}"
        seen[entity, words] += 1
        entities.append((entity, start, start + len(words), value[0] if value else words))
    return text, entities


def score(cases: Iterable[tuple[str, list[Entity]]]) -> Result:
    """Scores the extractor."""
    result = Result()
    for text, expected in cases:
        found = [(item.entity, item.start, item.end, item.value) for item in extract(text, TODAY)]
        wrong, missed = Counter(found) - Counter(expected), Counter(expected) - Counter(found)
        right = Counter(found) & Counter(expected)
        for name, counts in (("right", right), ("wrong", wrong), ("missed", missed)):
            for entity in counts.elements():
                scored = result.scores.setdefault(entity[0], Score())
                setattr(scored, name, getattr(scored, name) + 1)
        if wrong or missed:
            result.mistakes.append(f"{text}\n    wrong  {_shown(text, wrong)}\n    missed {_shown(text, missed)}")
    return result


def _shown(text: str, entities: "Counter[Entity]") -> str:
    return ", ".join(f"{entity}|{text[start:end]}|{value}" for entity, start, end, value in entities) or "-"
