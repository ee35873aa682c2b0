"""The intent classifier: two linear models, on sentence vectors and on n-grams, whose opinions are multiplied."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

Matrix = np.ndarray[Any, np.dtype[np.float32]]

REGULARISATION = 10.0
ITERATIONS = {"dense": 200, "sparse": 60}


def _log_softmax(scores: Matrix) -> Matrix:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class IntentModel:
    """Weights of shape (features, intents) and biases of shape (intents,) for both kinds of features."""

    intents: list[str]
    dense_weights: Matrix
    dense_bias: Matrix
    sparse_weights: Matrix
    sparse_bias: Matrix

    @classmethod
    def fit(cls, dense: Matrix, sparse: csr_matrix, labels: Sequence[str]) -> "IntentModel":
        """Fits both models on the same rows. Deterministic for the same rows in the same order."""
        from sklearn.linear_model import LogisticRegression  # only training needs it

        parts: list[Matrix] = []
        intents: list[str] = []
        for name, features in (("dense", dense), ("sparse", sparse)):
            model = LogisticRegression(C=REGULARISATION, max_iter=ITERATIONS[name], random_state=0)
            model.fit(features, labels)
            intents = [str(intent) for intent in model.classes_]
            parts += [model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)]
        return cls(intents, *parts)

    def probabilities(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Shape (rows, intents): the normalised geometric mean of both models' probabilities."""
        first = _log_softmax(dense @ self.dense_weights + self.dense_bias)
        second = _log_softmax(np.asarray(sparse @ self.sparse_weights) + self.sparse_bias)
        return np.exp(_log_softmax((first + second) / 2))

    def save(self, folder: Path) -> None:
        """Writes the arrays and the names."""
        (folder / "intents.json").write_text(json.dumps(self.intents), "utf-8")
        np.savez(
            folder / "weights.npz",
            dense_weights=self.dense_weights,
            dense_bias=self.dense_bias,
            sparse_weights=self.sparse_weights,
            sparse_bias=self.sparse_bias,
        )

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """Reads what `save` wrote."""
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            return cls(json.loads((folder / "intents.json").read_text("utf-8")), **dict(arrays))


def family(intent: str, intents: Sequence[str]) -> str:
    """The base intent that a finer one refines, by its name: `query_bill_explain` belongs to `query_bill`."""
    bases = [other for other in intents if intent == other or intent.startswith(f"{other}_")]
    return min(bases, key=len)


def decide(probabilities: Matrix, intents: Sequence[str]) -> list[list[tuple[str, float]]]:
    """For each row the intents with their confidence, best first.

    A family's members share one confidence, their sum, for choosing between families: three fine intents that split
    what callers say about bills must not lose to one coarse one. Inside the chosen family the likeliest member leads.
    """
    names = [family(intent, intents) for intent in intents]
    bases = sorted(set(names))
    membership = np.zeros((len(intents), len(bases)), dtype=np.float32)
    for row, name in enumerate(names):
        membership[row, bases.index(name)] = 1.0
    sums = probabilities @ membership
    rankings = []
    for row, families in zip(probabilities, sums, strict=True):
        best = int(families.argmax())
        members = [index for index, name in enumerate(names) if name == bases[best]]
        leader = max(members, key=lambda index: float(row[index]))
        rest = sorted((index for index in range(len(intents)) if index != leader), key=lambda index: -float(row[index]))
        rankings.append(
            [(intents[leader], float(families[best]))] + [(intents[index], float(row[index])) for index in rest]
        )
    return rankings
