"""Conflicts among very many sentences: all pairs of different families, in blocks, in bounded memory.

Candidates are found by vectors of fewer dimensions (the principal ones), and their likeness reckoned exactly
(`corpus.Features`). What that misses is measured against all pairs in docs/bench-conflicts.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from knowledge_base.authoring.corpus import CHARACTERS, MEANING, Features, grams, same
from knowledge_base.authoring.embeddings import Matrix, Progress
from knowledge_base.authoring.examples import NEAR, NEAREST
from language import intents

DIMENSIONS = 128
# Products of shortened vectors lie below those of whole ones by no more than this, nearly always.
SLACK = 0.12
# Of our own sentences no pair that is alike has a lower cosine.
FLOOR = 0.7
ROWS, COLUMNS = 2_048, 8_192
# Pairs whose likeness is reckoned at once: 200 MB.
PAIRS = 50_000
# Entries of a matrix of likeness: 16 MB, with what it is reckoned from some times as much.
MATRIX = 4_000_000


@dataclass(frozen=True)
class Conflict:
    """A sentence, and the nearest one of another intent, by their rows; `score` is their likeness."""

    row: int
    other: int
    score: float


def conflicts(
    keys: Sequence[str], sentences: Sequence[str], vectors: Matrix, progress: Progress | None = None
) -> list[Conflict]:
    """What `checks` would flag, the most alike first; `keys` are the sentences' intents, `vectors` as of `embeddings`.

    A sentence that is also in another intent, one that is nearly the same as one of another family, and one that is
    nearer to one of another family than to all of its own intent. 100,000 sentences take 1 GB. `progress` is told how
    many rows of how many have been compared.
    """
    copies, kept = _copies(keys, sentences)
    names = tuple(dict.fromkeys(keys))
    of = {key: intents.family(key, names) for key in names}
    kept.sort(key=lambda row: (of[keys[row]], keys[row]))
    order = np.array(kept, dtype=np.int64)
    features = Features(vectors[order], grams([sentences[row] for row in kept]))
    owners = np.unique([keys[row] for row in kept], return_inverse=True)[1]
    starts = np.unique([of[keys[row]] for row in kept], return_index=True)[1] if kept else np.zeros(0, dtype=np.int64)
    best, other = _nearest(features, np.append(starts, len(kept)), progress)
    found = {
        int(order[row]): Conflict(int(order[row]), int(order[other[row]]), float(best[row]))
        for row in _nearer(features, owners, best)
    }
    found |= {one.row: one for one in copies}
    return sorted(found.values(), key=lambda one: (-one.score, one.row))


def _copies(keys: Sequence[str], sentences: Sequence[str]) -> tuple[list[Conflict], list[int]]:
    """Sentences that are in several intents, and the rows without repetitions in one."""
    first: dict[str, dict[str, int]] = {}
    for row, (key, sentence) in enumerate(zip(keys, sentences, strict=True)):
        first.setdefault(same(sentence) or sentence, {}).setdefault(key, row)
    copies = [
        Conflict(row, next(one for one in rows.values() if one != row), 1.0)
        for rows in first.values()
        if len(rows) > 1
        for row in rows.values()
    ]
    return copies, [row for rows in first.values() for row in rows.values()]


def _shortened(vectors: Matrix) -> Matrix:
    axes = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1][:, :DIMENSIONS]
    return np.ascontiguousarray(vectors @ axes.astype(np.float32))


def _nearest(features: Features, bounds: Any, progress: Progress | None) -> tuple[Any, Any]:
    """For each row the likeness of the likest row of another family, and that row; 0 where none is near.

    Rows lie by family, whose beginnings (and the end) are `bounds`: what comes after a family's end is of others, so
    each pair is met once.
    """
    count = len(features.vectors)
    best, other = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.int64)
    short = _shortened(features.vectors)
    lengths = np.asarray(features.grams.sum(axis=1)).ravel()
    for start, end, others in _blocks(bounds):
        for left in range(others, count, COLUMNS):
            right = min(left + COLUMNS, count)
            product = short[start:end] @ short[left:right].T
            places = np.flatnonzero(product >= FLOOR - SLACK)
            rows, columns = np.divmod(places, right - left)
            pairs = _Pairs(rows + start, columns + left, product.ravel()[places])
            # Two texts have no more in common than the shorter one has.
            short_of = np.minimum(lengths[pairs.rows], lengths[pairs.columns])
            pairs = pairs.likely(short_of / np.maximum(lengths[pairs.rows], lengths[pairs.columns]))
            for part in range(0, len(pairs.rows), PAIRS):
                _keep(features, lengths, pairs.some(slice(part, part + PAIRS)), best, other)
        if progress is not None:
            progress(end, count)
    return best, other


def _blocks(bounds: Any) -> Iterator[tuple[int, int, int]]:
    """Rows of one family each, 2,048 at most: the first, the end, and the end of the family."""
    for begin, end in pairwise(bounds):
        for start in range(int(begin), int(end), ROWS):
            yield start, min(start + ROWS, int(end)), int(end)


@dataclass(frozen=True)
class _Pairs:
    """Rows that may be alike, and the products of their shortened vectors."""

    rows: Any
    columns: Any
    close: Any

    def some(self, which: Any) -> "_Pairs":
        return _Pairs(self.rows[which], self.columns[which], self.close[which])

    def likely(self, shared: Any) -> "_Pairs":
        """Those that can still be alike when they have no more characters in common than this."""
        return self.some(MEANING * np.minimum(self.close + SLACK, 1.0) + CHARACTERS * shared >= NEAREST)


def _keep(features: Features, lengths: Any, pairs: _Pairs, best: Any, other: Any) -> None:
    shared = np.asarray(features.grams[pairs.rows].multiply(features.grams[pairs.columns]).sum(axis=1)).ravel()
    shared /= lengths[pairs.rows] + lengths[pairs.columns] - shared
    which = np.flatnonzero(MEANING * np.minimum(pairs.close + SLACK, 1.0) + CHARACTERS * shared >= NEAREST)
    rows, columns = pairs.rows[which], pairs.columns[which]
    score = MEANING * np.einsum("ij,ij->i", features.vectors[rows], features.vectors[columns])
    score += CHARACTERS * shared[which]
    order = np.argsort(score)
    for mine, its in ((rows, columns), (columns, rows)):
        better = order[score[order] > best[mine[order]]]
        # Of several for one row the last, the likest, stays.
        best[mine[better]], other[mine[better]] = score[better], its[better]


def _nearer(features: Features, owners: Any, best: Any) -> list[int]:
    """The rows that are nearly the same as one of another family, or nearer to it than to their own intent."""
    found = list(np.flatnonzero(best >= NEAR))
    unsure = np.flatnonzero((best >= NEAREST) & (best < NEAR))
    for owner in np.unique(owners[unsure]):
        own, mine = np.flatnonzero(owners == owner), unsure[owners[unsure] == owner]
        inside = features.rows(own)
        for part in np.array_split(mine, 1 + len(own) * len(mine) // MATRIX):
            likeness = features.rows(part).likeness(inside)
            likeness[part[:, None] == own[None, :]] = -1.0
            found += list(part[best[part] > likeness.max(axis=1)])
    return [int(row) for row in found]
