"""The intent classifier: two linear models whose scores are mixed, calibrated and bounded by cross-validation."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Vector = np.ndarray[Any, np.dtype[np.float32]]

# What the bot must not act on; a wrong one of these for another does no harm.
NO_BUSINESS = ("out_of_scope", "chitchat")
FOLDS = 3
THRESHOLDS = np.round(np.arange(0.0, 0.81, 0.01), 2)


@dataclass(frozen=True)
class Linear:
    """Scores = features @ weights + bias; weights of shape (features, intents)."""

    weights: Matrix
    bias: Vector

    def scores(self, features: Any) -> Matrix:
        """Shape (rows, intents)."""
        return np.asarray(features @ self.weights) + self.bias


@dataclass(frozen=True)
class IntentModel:
    """Both models, the two factors that mix them into calibrated probabilities, and the learnt "no".

    `curve` has a row (threshold, false reject, false accept, utility) for each threshold that was tried on rows the
    models had not seen.
    """

    intents: list[str]
    dense: Linear
    sparse: Linear
    mix: tuple[float, float]
    threshold: float
    curve: list[list[float]]

    @classmethod
    def fit(cls, dense: Matrix, sparse: csr_matrix, labels: Sequence[str]) -> "IntentModel":
        """Fits everything on rows of features and their intents. The same rows in the same order, the same model."""
        intents = sorted(set(labels))
        rows = np.array([intents.index(label) for label in labels])
        unseen = _unseen_scores(dense, sparse, rows, len(intents))
        mix = _fit_mix(unseen, rows)
        curve = _rejection_curve(_mixed(unseen, mix), intents, labels)
        threshold = _least_as_good(curve, len(rows))
        return cls(intents, _fit_dense(dense, rows), _fit_sparse(sparse, rows), mix, threshold, curve)

    def probabilities(self, dense: Matrix, sparse: csr_matrix) -> Matrix:
        """Shape (rows, intents)."""
        return _mixed((self.dense.scores(dense), self.sparse.scores(sparse)), self.mix)

    def save(self, folder: Path) -> None:
        """Writes arrays and plain JSON: nothing that would have to be unpickled."""
        facts = {"intents": self.intents, "mix": self.mix, "threshold": self.threshold, "curve": self.curve}
        (folder / "intents.json").write_text(json.dumps(facts), "utf-8")
        np.savez(
            folder / "weights.npz",
            dense_weights=self.dense.weights,
            dense_bias=self.dense.bias,
            sparse_weights=self.sparse.weights,
            sparse_bias=self.sparse.bias,
        )

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """Reads what `save` wrote."""
        facts = json.loads((folder / "intents.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            dense = Linear(arrays["dense_weights"], arrays["dense_bias"])
            sparse = Linear(arrays["sparse_weights"], arrays["sparse_bias"])
        mix = (float(facts["mix"][0]), float(facts["mix"][1]))
        return cls(facts["intents"], dense, sparse, mix, float(facts["threshold"]), facts["curve"])


def _fit_dense(features: Matrix, rows: Vector, iterations: int = 80) -> Linear:
    """Half the iterations are enough for the folds, whose scores only set two factors and a threshold."""
    from sklearn.linear_model import LogisticRegression  # only training needs it

    model = LogisticRegression(C=10.0, max_iter=iterations, random_state=0).fit(features, rows)
    return Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def _fit_sparse(features: csr_matrix, rows: Vector) -> Linear:
    from sklearn.svm import LinearSVC  # only training needs it

    model = LinearSVC(C=0.5, random_state=0).fit(features, rows)
    return Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def _unseen_scores(dense: Matrix, sparse: csr_matrix, rows: Vector, intents: int) -> tuple[Matrix, Matrix]:
    """Scores of each row by models that were fitted without it."""
    from sklearn.model_selection import StratifiedKFold  # only training needs it

    first = np.zeros((len(rows), intents), dtype=np.float32)
    second = np.zeros_like(first)
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(dense, rows):
        first[test] = _fit_dense(dense[train], rows[train], 40).scores(dense[test])
        second[test] = _fit_sparse(sparse[train], rows[train]).scores(sparse[test])
    return first, second


def _mixed(scores: tuple[Matrix, Matrix], mix: tuple[float, float]) -> Matrix:
    total = mix[0] * scores[0] + mix[1] * scores[1]
    total -= total.max(axis=1, keepdims=True)
    exponentials = np.exp(total)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _fit_mix(scores: tuple[Matrix, Matrix], rows: Vector) -> tuple[float, float]:
    """The factors under which the probabilities of the right intents are largest, which calibrates them too."""
    from scipy.optimize import minimize

    def surprise(logarithms: Vector) -> float:
        mixed = _mixed(scores, (float(np.exp(logarithms[0])), float(np.exp(logarithms[1]))))
        return float(-np.log(mixed[np.arange(len(rows)), rows] + 1e-12).mean())

    best = minimize(surprise, np.zeros(2), method="Nelder-Mead", options={"maxiter": 80}).x
    return float(np.exp(best[0])), float(np.exp(best[1]))


def _rejection_curve(probabilities: Matrix, intents: list[str], labels: Sequence[str]) -> list[list[float]]:
    """What each threshold would do to rows that the models had not seen.

    Utility: +1 for the right action or a right "no", -1 for a wrong action; a request that is turned away counts 0,
    since asking again is half as bad as doing something else.
    """
    chosen, confidence = [], []
    for ranking in decide(probabilities, intents):
        chosen.append(ranking[0][0])
        confidence.append(ranking[0][1])
    sure = np.array(confidence)
    business = np.array([not label.startswith(NO_BUSINESS) for label in labels])
    acts = np.array([not choice.startswith(NO_BUSINESS) for choice in chosen])
    right = np.array(
        [family(choice, intents) == family(label, intents) for choice, label in zip(chosen, labels, strict=True)]
    )
    curve = []
    for threshold in THRESHOLDS:
        acting = acts & (sure >= threshold)
        utility = np.where(business, np.where(acting, np.where(right, 1.0, -1.0), 0.0), np.where(acting, -1.0, 1.0))
        curve.append(
            [
                float(threshold),
                float((business & ~acting).sum() / max(1, business.sum())),
                float((~business & acting).sum() / max(1, (~business).sum())),
                float(utility.mean()),
            ]
        )
    return curve


def _least_as_good(curve: list[list[float]], rows: int) -> float:
    """The smallest threshold whose utility is within one standard error of the best.

    The top of the curve is flat: its very highest point moves with the order of the rows, this one hardly does.
    """
    best = max(row[3] for row in curve)
    # A row's utility is between -1 and 1 and mostly 1; its variance is at most 1 - mean².
    error = float(np.sqrt((1.0 - best**2) / rows))
    return min(row[0] for row in curve if row[3] >= best - error)


def family(intent: str, intents: Sequence[str]) -> str:
    """The base intent that a finer one refines, by its name: `query_bill_explain` belongs to `query_bill`."""
    bases = [other for other in intents if intent == other or intent.startswith(f"{other}_")]
    return min(bases, key=len, default=intent)


def decide(probabilities: Matrix, intents: Sequence[str]) -> list[list[tuple[str, float]]]:
    """For each row the intents with their confidence, best first.

    A family's members share one confidence, their sum, for choosing between families: three fine intents that split
    what callers say about bills must not lose to one coarse one. Inside the chosen family the likeliest member leads.
    """
    members, membership = _families(tuple(intents))
    sums = probabilities @ membership
    rankings = []
    for row, families, order in zip(probabilities, sums, np.argsort(-probabilities, kind="stable"), strict=True):
        best = int(families.argmax())
        leader = max(members[best], key=lambda index: float(row[index]))
        rest = [(intents[index], float(row[index])) for index in order if index != leader]
        rankings.append([(intents[leader], float(families[best])), *rest])
    return rankings


@lru_cache(maxsize=8)
def _families(intents: tuple[str, ...]) -> tuple[list[list[int]], Matrix]:
    """For each family the columns of its members, families by name; and the same as a matrix (intents, families)."""
    names = [family(intent, intents) for intent in intents]
    bases = sorted(set(names))
    membership = np.zeros((len(intents), len(bases)), dtype=np.float32)
    for row, name in enumerate(names):
        membership[row, bases.index(name)] = 1.0
    return [[row for row, name in enumerate(names) if name == base] for base in bases], membership
