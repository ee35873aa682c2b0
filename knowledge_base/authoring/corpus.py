"""Every sentence that means something: examples of intents and wordings of questions, and how alike they are.

Likeness is 0.6 × the cosine of two sentences' vectors + 0.4 × the share of characters and pairs of neighbours that they
have in common (Jaccard). The encoder alone takes 掰了 for 甭了, whose characters it does not know, and 需要的 for
不需要的; characters alone know no other words. The thresholds were measured on our own training sentences, see
docs/bench-conflicts.md.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import HashingVectorizer

from knowledge_base.authoring.changes import Change, plain
from knowledge_base.authoring.embeddings import Matrix, Progress, vectors
from knowledge_base.authoring.knowledge import Knowledge
from language.encoder import encode
from language.normalise import normalise

MEANING, CHARACTERS = 0.6, 0.4
# Sentences that were typed lately and are in no file.
TYPED = 5_000
_GRAMS = HashingVectorizer(
    analyzer="char", ngram_range=(1, 2), lowercase=False, binary=True, norm=None, alternate_sign=False, dtype=np.float32
)


@lru_cache(maxsize=2**17)
def same(sentence: str) -> str:
    """What sentences share that differ in nothing but fillers, punctuation and case."""
    return "".join(char for char in normalise(sentence).lower() if char.isalnum())


def grams(sentences: Sequence[str]) -> csr_matrix:
    """Which characters and pairs of neighbours sentences have, both ends marked; shape (len(sentences), 2**20)."""
    if not sentences:
        return csr_matrix((0, _GRAMS.n_features), dtype=np.float32)
    return _GRAMS.transform([f"\x02{same(sentence)}\x03" for sentence in sentences])


def wordings(kind: str, value: Mapping[str, Any]) -> list[str]:
    """The sentences of an object as they are compared with those of others of its kind; of most kinds none."""
    if kind == "intent":
        return [plain(example) for example in value.get("examples") or []]
    if kind == "faq":
        return [text for text in (value.get("question"), *(value.get("also") or [])) if text]
    return []


@dataclass(frozen=True)
class Features:
    """Vectors (n, 512) and grams (n, 2**20) of n sentences."""

    vectors: Matrix
    grams: csr_matrix

    def likeness(self, others: "Features") -> Matrix:
        """Shape (n, number of others), from below 0 to 1."""
        shared = np.asarray((others.grams @ self.grams.T.tocsc()).T.todense())
        either = np.asarray(self.grams.sum(axis=1)) + np.asarray(others.grams.sum(axis=1)).T - shared
        found: Matrix = MEANING * (self.vectors @ others.vectors.T) + CHARACTERS * (shared / np.maximum(either, 1.0))
        return found

    def rows(self, rows: Any) -> "Features":
        """Some of them."""
        return Features(self.vectors[rows], self.grams[rows])


class Pool:
    """The sentences of one kind of object: `keys` and `sentences` of like length, and their features.

    `owners` are the different keys, `codes` say for each sentence which of them it is of.
    """

    def __init__(self, keys: Sequence[str], sentences: Sequence[str], features: Features) -> None:
        self.keys = np.array(keys, dtype=object)
        self.owners, self.codes = np.unique(self.keys.astype(str), return_inverse=True)
        self.sentences = list(sentences)
        self.features = features
        self._same: dict[str, list[int]] = {}
        for row, sentence in enumerate(self.sentences):
            self._same.setdefault(same(sentence), []).append(row)

    def but(self, keys: Collection[str]) -> Any:
        """Which sentences are of other objects, a mask."""
        return np.array([owner not in keys for owner in self.owners], dtype=bool)[self.codes]

    def equal(self, sentence: str) -> list[int]:
        """The rows that are the same sentence."""
        return self._same.get(same(sentence), [])


class Corpus:
    """The sentences of a state of knowledge. It does not change: `updated` makes another one that shares what stays."""

    def __init__(self, pools: Mapping[str, Pool], typed: dict[str, Matrix]) -> None:
        self.pools = pools
        self._typed = typed
        self._rows = {text: (pool, row) for pool in pools.values() for row, text in enumerate(pool.sentences)}

    @classmethod
    def read(cls, knowledge: Knowledge, folder: Path, progress: Progress | None = None) -> "Corpus":
        """Of all intents and questions. 15,000 sentences take a second when `folder` has their vectors, else 15."""
        pools = {}
        for kind in ("intent", "faq"):
            rows = list(_rows(kind, knowledge.objects.get(kind, {}).items()))
            sentences = [sentence for _, sentence in rows]
            features = Features(vectors(sentences, folder, progress), grams(sentences))
            pools[kind] = Pool([key for key, _ in rows], sentences, features)
        return cls(pools, {})

    def updated(self, changes: Sequence[Change]) -> "Corpus":
        """As it would be with the changes; only sentences that are new are encoded."""
        pools = dict(self.pools)
        for kind, pool in self.pools.items():
            changed = {change.key: change.value for change in changes if change.kind == kind}
            if not changed:
                continue
            kept = np.flatnonzero([key not in changed for key in pool.keys])
            rows = list(_rows(kind, ((key, value) for key, value in changed.items() if value is not None)))
            sentences = [sentence for _, sentence in rows]
            old, new = pool.features.rows(kept), self.features(sentences)
            pools[kind] = Pool(
                [*pool.keys[kept], *(key for key, _ in rows)],
                [*(pool.sentences[row] for row in kept), *sentences],
                Features(np.vstack([old.vectors, new.vectors]), vstack([old.grams, new.grams], format="csr")),
            )
        return Corpus(pools, self._typed)

    def features(self, sentences: Sequence[str]) -> Features:
        """Those of any sentences; what is neither here nor was typed lately is encoded, about a millisecond each."""
        new = list(dict.fromkeys(text for text in sentences if text not in self._rows and text not in self._typed))
        for text, vector in zip(new, encode([normalise(text) for text in new]), strict=True):
            self._typed[text] = vector
        found = np.zeros((len(sentences), 512), dtype=np.float32)
        for number, text in enumerate(sentences):
            if text in self._rows:
                pool, row = self._rows[text]
                found[number] = pool.features.vectors[row]
            else:
                found[number] = self._typed[text]
        for text in list(self._typed)[: len(self._typed) - TYPED]:
            self._typed.pop(text, None)
        return Features(found, grams(sentences))


def _rows(kind: str, objects: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterable[tuple[str, str]]:
    for key, value in objects:
        for sentence in wordings(kind, value):
            if sentence.strip():
                yield key, sentence
