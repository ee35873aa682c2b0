"""Groups sentences by meaning, so that an editor decides once about what many customers said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float32]]

# Measured on our own training sentences, see docs/bench-conflicts.md.
ALIKE = 0.55
# How many are compared with all others at once; the rest waits for the next round.
MOST = 2_000


@dataclass(frozen=True)
class Cluster:
    """Sentences of one meaning.

    `id` is that of a known centre, or None for a new group. `rows` are those of the given texts that belong to it,
    `centre` the unit mean of its vectors, shape (512,), `representative` the row whose vector is nearest to it.
    """

    id: int | None
    rows: tuple[int, ...]
    centre: Matrix
    representative: int


def clustered(vectors: Matrix, texts: Sequence[str], known: Mapping[int, Matrix]) -> list[Cluster]:
    """Every text in exactly one cluster, those with known ids first, then new ones, the large first.

    `vectors` are unit rows, one a text; `known` the centres of earlier clusters by id. A text joins the nearest known
    centre if it is near enough; the rest is grouped among themselves, 2,000 at a time. The same input, the same
    clusters, whatever was asked before.
    """
    if len(vectors) != len(texts):
        raise ValueError("one vector a text")
    joined: dict[int, list[int]] = {}
    left = list(range(len(texts)))
    if known and left:
        ids = sorted(known)
        likeness = vectors @ np.stack([known[one] for one in ids]).T
        nearest, left = likeness.argmax(axis=1), []
        for row, column in enumerate(nearest):
            if likeness[row, column] >= ALIKE:
                joined.setdefault(ids[column], []).append(row)
            else:
                left.append(row)
    groups: list[list[int]] = []
    while left:
        left = _joined(vectors, groups, left)
        portion, left = left[:MOST], left[MOST:]
        groups += _grouped(vectors, portion)
    groups.sort(key=lambda rows: (-len(rows), rows[0]))
    return [_cluster(one, vectors, texts, rows) for one, rows in sorted(joined.items())] + [
        _cluster(None, vectors, texts, rows) for rows in groups
    ]


def _joined(vectors: Matrix, groups: list[list[int]], rows: list[int]) -> list[int]:
    """Puts rows to the groups of earlier portions that are near enough; those that find none."""
    if not groups:
        return rows
    likeness = vectors[rows] @ np.stack([centre(vectors[group]) for group in groups]).T
    left = []
    for row, scores in zip(rows, likeness, strict=True):
        nearest = int(scores.argmax())
        if scores[nearest] >= ALIKE:
            groups[nearest].append(row)
        else:
            left.append(row)
    return left


def _grouped(vectors: Matrix, rows: list[int]) -> list[list[int]]:
    from sklearn.cluster import AgglomerativeClustering  # only who clusters waits for it

    if len(rows) <= 1:
        return [rows] if rows else []
    distances = 1.0 - vectors[rows] @ vectors[rows].T
    model = AgglomerativeClustering(
        n_clusters=None, affinity="precomputed", linkage="average", distance_threshold=1.0 - ALIKE
    )
    labels = model.fit_predict(np.maximum(distances, 0.0))
    return [[rows[place] for place in np.flatnonzero(labels == label)] for label in np.unique(labels)]


def _cluster(known: int | None, vectors: Matrix, texts: Sequence[str], rows: list[int]) -> Cluster:
    middle = centre(vectors[rows])
    likeness = vectors[rows] @ middle
    # Of several as near the shortest says it best, and the order of rows does not matter.
    best = min(
        range(len(rows)), key=lambda place: (-round(float(likeness[place]), 3), len(texts[rows[place]]), rows[place])
    )
    return Cluster(known, tuple(rows), middle, rows[best])


def centre(vectors: Matrix) -> Matrix:
    """The unit mean of unit rows."""
    mean: Matrix = vectors.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)
