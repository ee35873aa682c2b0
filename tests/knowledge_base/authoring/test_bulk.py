"""Conflicts among many sentences."""

from pathlib import Path

import numpy as np
import pytest

from bench.conflicts import composed, exactly, told
from common.settings import VAR
from knowledge_base.authoring import bulk
from knowledge_base.authoring.bulk import Conflict, conflicts
from knowledge_base.authoring.corpus import same
from knowledge_base.authoring.embeddings import vectors
from knowledge_base.authoring.examples import NEAREST
from tests.bot.training import examples

# Vectors stay what they are: those of an earlier run save 15 seconds.
FOLDER = VAR / "vectors"
ROWS = [
    ("query_package", "已办套餐"),
    ("query_package", "我现在是什么套餐"),
    ("change_package", "办套餐"),
    ("change_package", "换一个套餐"),
    ("change_package_up", "换一个贵点的套餐"),
    ("invoice", "开发票"),
    ("thanks", "呃开发票！"),
]


def own() -> list[tuple[str, str]]:
    """Every fifth of our sentences, each once."""
    rows = {same(text): (intent, text) for intent, texts in examples().items() for text in texts}
    return list(rows.values())[::5]


def found(rows: list[tuple[str, str]]) -> list[Conflict]:
    """The conflicts of rows."""
    sentences = [sentence for _, sentence in rows]
    return conflicts([key for key, _ in rows], sentences, vectors(sentences, FOLDER))


def test_conflicts_are_between_families_and_are_shown_with_both_sides() -> None:
    pairs = {(ROWS[one.row], ROWS[one.other]) for one in found(ROWS)}

    assert pairs == {(ROWS[0], ROWS[2]), (ROWS[2], ROWS[0]), (ROWS[5], ROWS[6]), (ROWS[6], ROWS[5])}


def test_the_same_sentence_comes_first_and_is_wholly_alike() -> None:
    first = found(ROWS)[0]

    assert (first.row, first.other, first.score) == (5, 6, 1.0)


@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS[:2]])
def test_what_has_one_intent_has_no_conflicts(rows: list[tuple[str, str]]) -> None:
    assert found(rows) == []


def test_blocks_find_what_all_pairs_find(monkeypatch: pytest.MonkeyPatch) -> None:
    """With blocks so small that every family is cut."""
    monkeypatch.setattr(bulk, "ROWS", 64)
    monkeypatch.setattr(bulk, "COLUMNS", 500)
    monkeypatch.setattr(bulk, "PAIRS", 100)
    rows = own()
    keys, sentences = [key for key, _ in rows], [sentence for _, sentence in rows]
    given = vectors(sentences, FOLDER)
    reported: list[tuple[int, int]] = []
    near = conflicts(keys, sentences, given, lambda done, count: reported.append((done, count)))
    exact = exactly(keys, sentences, given)

    assert len(exact) > 20
    assert len(exact & {one.row for one in near}) >= 0.95 * len(exact)
    assert {one.row for one in near} - exact == set()
    assert reported[-1] == (len(rows), len(rows))
    assert all(one.score >= NEAREST and keys[one.row] != keys[one.other] for one in near)


def test_planted_conflicts_are_found() -> None:
    text = composed(own()[::4], 1_500, 60)
    near = conflicts(text.keys, text.sentences, vectors(text.sentences, FOLDER))

    assert len(text.sentences) == 1_500
    assert told(text, near) >= 0.8 * len(text.planted)


def test_scores_are_the_likeness_of_the_two(tmp_path: Path) -> None:
    (one,) = [one for one in found(ROWS) if one.row == 0]
    both = vectors([ROWS[0][1], ROWS[2][1]], tmp_path)

    # 2 of 5 characters and pairs are missing on one side: 已, and what stands at the beginning.
    assert abs(one.score - (0.6 * float(np.dot(both[0], both[1])) + 0.4 * 6 / 10)) < 0.06
