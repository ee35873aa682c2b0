"""Finds the answers that fit a question: pure retrieval, without a model, a network or a file of its own.

Two witnesses. Words: BM25 over single characters and words, one document an entry (its wordings and its answer).
Meaning: a linear classifier over vectors that are given from outside, one class an entry and one for what asks for
nothing. A mix of both, as a softmax, is the score. Without vectors the words speak alone. How it was tuned:
docs/knowledge.md.
"""

import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from knowledge_base.faq import Entry
from language.normalise import normalise
from language.tokenizer import words

# Fitted on the entries' own wordings, each sought without itself, by `python -m bench.retrieval --tune`.
MEANING, WORDS = 0.78, 5.45
WORDS_ALONE, NOTHING = 13.2, 4.1
# Below these nothing is suggested; words alone must be surer, since they know small talk worse.
FLOOR, FLOOR_ALONE = 0.15, 0.25
# What stands behind a suggestion may be much less likely: whoever chooses looks at three.
FLOOR_BEHIND = 0.01
# BM25: how soon a repeated word counts no more, and how much a long entry pays for its length.
SATURATION, LENGTH = 2.0, 0.5
# From here on an entry is told to a customer, whom nobody helps to choose; how often it is right is printed, too.
ANSWERS = 0.92
# Weak: there are few wordings an entry, and they are written to differ.
REGULARISATION, ITERATIONS = 100.0, 150
# From what an index with mostly the same entries has learnt it is not far.
FURTHER_ITERATIONS = 25


@dataclass(frozen=True)
class Hit:
    """An entry that fits: how surely (0 to 1), the wording that comes nearest, and whether only words were compared."""

    entry: Entry
    score: float
    wording: str
    lexical: bool


def texts(entries: Sequence[Entry], unrelated: Sequence[str]) -> list[str]:
    """The texts whose vectors `Index` takes, in its order."""
    return [normalise(text) for entry in entries for text in (*entry.wordings, entry.answer)] + [
        normalise(text) for text in unrelated
    ]


class Index:
    """Entries, ready to be searched.

    `unrelated` are sentences that ask for nothing, one at least. `vectors` are those of `texts`, one a row; fitting
    them takes seconds, which no event loop has, and a quarter of them where `like` is an index of most of the entries
    with vectors of the same model.
    """

    def __init__(
        self, entries: Sequence[Entry], unrelated: Sequence[str], vectors: Any = None, like: "Index | None" = None
    ) -> None:
        self._entries = entries
        self._words = _Words([[*entry.wordings, entry.answer] for entry in entries] + [[text] for text in unrelated])
        self._vectors = None if vectors is None else np.asarray(vectors, dtype=np.float32)
        self._classifier: LogisticRegression | None = None
        if self._vectors is not None:
            owners = [number for number, entry in enumerate(entries) for _ in range(len(entry.wordings) + 1)]
            owners += [len(entries)] * len(unrelated)
            with warnings.catch_warnings():  # it is meant to stop early
                warnings.simplefilter("ignore", ConvergenceWarning)
                self._classifier = self._unfitted(like, self._vectors.shape[1]).fit(self._vectors, owners)

    def _unfitted(self, like: "Index | None", length: int) -> LogisticRegression:
        """A classifier that begins with nothing, or with what another index has learnt of the same entries."""
        known = None if like is None or len(self._entries) < 2 else like._classifier
        # Of two classes it learns one row only.
        if like is None or known is None or known.coef_.shape != (len(like._entries) + 1, length):
            return LogisticRegression(C=REGULARISATION, max_iter=ITERATIONS)
        # The last row is that of what asks for nothing; a new entry begins without weights, and as unlikely as any.
        rows = {entry.id: number for number, entry in enumerate(like._entries)}
        former = [*(rows.get(entry.id) for entry in self._entries), len(rows)]
        none, unlikely = np.zeros_like(known.coef_[0]), known.intercept_.min()
        begun = LogisticRegression(C=REGULARISATION, max_iter=FURTHER_ITERATIONS, warm_start=True)
        begun.coef_ = np.array([none if row is None else known.coef_[row] for row in former])
        begun.intercept_ = np.array([unlikely if row is None else known.intercept_[row] for row in former])
        return begun

    @property
    def lexical(self) -> bool:
        """Whether it has no vectors and compares words only."""
        return self._classifier is None

    def find(self, question: str, vector: Sequence[float] | None, limit: int, today: date) -> list[Hit]:
        """At most `limit` entries that hold today, the surest first; none where none reaches the floor.

        `vector` is the question's, made as those of the entries were; without it words alone are compared.
        """
        scores = self.scores(question, vector)
        lexical = self.lexical or vector is None
        best = [int(number) for number in np.argsort(-scores) if self._entries[number].holds(today)][:limit]
        return [
            Hit(self._entries[number], float(scores[number]), self._nearest(number, question, vector), lexical)
            for number in best
            if scores[best[0]] >= (FLOOR_ALONE if lexical else FLOOR) and scores[number] >= FLOOR_BEHIND
        ]

    def scores(self, question: str, vector: Sequence[float] | None) -> Any:
        """How likely each entry is what was asked for; what is missing to 1 is that nothing was."""
        meaning, shared = self.evidence(question, vector)
        if meaning is None:
            sums = WORDS_ALONE * shared
            sums[-1] += NOTHING
        else:
            sums = MEANING * meaning + WORDS * shared
        powers = np.exp(sums - sums.max())
        return (powers / powers.sum())[: len(self._entries)]

    def evidence(self, question: str, vector: Sequence[float] | None) -> tuple[Any, Any]:
        """What each witness says, the meaning first, which is None without vectors.

        The classifier's scores, and the share of the question's words, by weight, that each entry has; the last of each
        is for what asks for nothing.
        """
        shares = self._words.shares(question)
        shared = np.append(shares[: len(self._entries)], shares[len(self._entries) :].max(initial=0.0))
        if self._classifier is None or vector is None:
            return None, shared
        return self._classifier.decision_function(np.asarray(vector, dtype=np.float32)[None, :])[0], shared

    def _nearest(self, number: int, question: str, vector: Sequence[float] | None) -> str:
        wordings = self._entries[number].wordings
        if self._vectors is None or vector is None:
            asked = set(_tokens(question))
            return max(wordings, key=lambda wording: len(asked & set(_tokens(wording))) / len(wording))
        first = sum(len(entry.wordings) + 1 for entry in self._entries[:number])
        likeness = self._vectors[first : first + len(wordings)] @ np.asarray(vector, dtype=np.float32)
        return wordings[int(likeness.argmax())]


class _Words:
    """BM25 over documents of several texts each."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        counts = [Counter(token for text in document for token in _tokens(text)) for document in documents]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(1, len(lengths))
        self._documents = len(documents)
        self._having = Counter(token for count in counts for token in count)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            slow = SATURATION * (1 - LENGTH + LENGTH * length / mean)
            for token, times in count.items():
                self._postings[token].append((number, times * (SATURATION + 1) / (times + slow)))

    def shares(self, question: str) -> Any:
        """BM25's sum for each document over the weight of all the question's words, so that questions compare."""
        sums, whole = np.zeros(self._documents), 1e-9
        for token in set(_tokens(question)):
            having = self._having[token]
            weight = math.log(1 + (self._documents - having + 0.5) / (having + 0.5))
            whole += weight
            for number, strength in self._postings.get(token, ()):
                sums[number] += weight * strength
        return sums / whole


def _tokens(text: str) -> list[str]:
    """Single characters, and words of two or more: a word that is cut otherwise still shares its characters."""
    plain = "".join(char for char in normalise(text).lower() if char.isalnum())
    return [*plain, *(f"{word} " for word, _ in words(plain))]
