"""Figures out of judged predictions: values in, values out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

OUT_OF_SCOPE = "out_of_scope"
# What the bot must not act on; the scorer counts all of it as out_of_scope.
FALLBACK = "nlu_fallback"
OTHER = "(other)"


@dataclass(frozen=True)
class Judged:
    """One sentence with one right answer, in base intents.

    `right`: its label. `acted`: what the bot acts on (`out_of_scope`: nothing). `leader`: the likeliest intent, whether
    or not the bot was sure of it, and `confidence`, the probability that it had, 0 to 1.
    """

    right: str
    acted: str
    leader: str
    confidence: float


@dataclass(frozen=True)
class Bin:
    """Sentences whose confidence lies in one stretch: how sure the model was on average, and how often right."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class IntentFigures:
    """How one intent is recognised; all shares from 0 to 1."""

    intent: str
    rows: int
    precision: float
    recall: float
    f1: float


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def reliability(judged: Sequence[Judged], bins: int = 10) -> list[Bin]:
    """Bins of equal width, the empty ones left out; the leader is judged, not what the bot acts on."""
    binned: list[list[Judged]] = [[] for _ in range(bins)]
    for row in judged:
        binned[min(bins - 1, int(row.confidence * bins))].append(row)
    return [
        Bin(
            sum(row.confidence for row in rows) / len(rows),
            sum(row.leader == row.right for row in rows) / len(rows),
            len(rows),
        )
        for rows in binned
        if rows
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error (ECE): the distance of confidence and accuracy, weighted by rows, 0 to 1."""
    return sum(part.count * abs(part.confidence - part.accuracy) for part in bins) / sum(part.count for part in bins)


def by_intent(judged: Sequence[Judged]) -> list[IntentFigures]:
    """Precision, recall and F1 of each label, the frequent ones first."""
    support = Counter(row.right for row in judged)
    taken = Counter(row.acted for row in judged)
    hits = Counter(row.right for row in judged if row.acted == row.right)
    return [
        IntentFigures(
            intent,
            rows,
            hits[intent] / taken[intent] if taken[intent] else 0.0,
            hits[intent] / rows,
            2 * hits[intent] / (rows + taken[intent]),
        )
        for intent, rows in sorted(support.items(), key=lambda item: (-item[1], item[0]))
    ]


def confusion(judged: Sequence[Judged]) -> tuple[list[str], list[list[int]]]:
    """Labels, the frequent ones first, then `(other)`; and for each label how often each was taken for it.

    The matrix has a row for each label and a column for each label and for `(other)`: intents that no sentence has.
    """
    labels = [figures.intent for figures in by_intent(judged)]
    columns = {label: column for column, label in enumerate([*labels, OTHER])}
    matrix = [[0] * len(columns) for _ in labels]
    for row in judged:
        matrix[columns[row.right]][columns.get(row.acted, columns[OTHER])] += 1
    return [*labels, OTHER], matrix


def confusions(judged: Sequence[Judged], most: int) -> list[tuple[str, str, int]]:
    """The commonest (label, what it was taken for, times)."""
    wrong = Counter((row.right, row.acted) for row in judged if row.right != row.acted)
    ordered = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    return [(right, acted, times) for (right, acted), times in ordered[:most]]


def rejection(judged: Sequence[Judged], thresholds: Sequence[float]) -> list[tuple[float, float, float]]:
    """For each threshold: itself, the share of requests turned away, the share of the rest that is acted on."""
    requests = [row for row in judged if row.right != OUT_OF_SCOPE]
    others = [row for row in judged if row.right == OUT_OF_SCOPE]

    def acting(rows: Sequence[Judged], threshold: float) -> float:
        acted = sum(row.leader != OUT_OF_SCOPE and row.confidence >= threshold for row in rows)
        return acted / max(1, len(rows))

    return [(value, 1 - acting(requests, value), acting(others, value)) for value in thresholds]
