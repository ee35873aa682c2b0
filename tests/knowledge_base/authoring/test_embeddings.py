"""Vectors that are kept."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.authoring import embeddings
from knowledge_base.authoring.embeddings import RECORD, vectors
from language.encoder import encode
from language.normalise import normalise

TEXTS = ["查话费", "宽带断了", "我要投诉", "话费余额还有多少", "查话费"]


def held(folder: Path) -> int:
    """How many vectors a cache has."""
    (path,) = folder.glob("*.bin")
    return path.stat().st_size // RECORD.itemsize


def test_vectors_are_those_of_the_encoder_and_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    first = vectors(TEXTS, tmp_path, lambda *done: told.append(done))
    monkeypatch.setattr(embeddings, "encode", None)  # must not be asked again
    again = vectors(["呃那个查话费", *TEXTS], tmp_path)  # a filler is no other sentence

    assert np.allclose(first, encode([normalise(text) for text in TEXTS]), atol=1e-5)
    assert np.array_equal(again, np.vstack([first[0], first]))
    assert told == [(4, 4)]
    assert held(tmp_path) == 4


def test_no_text_has_no_vectors(tmp_path: Path) -> None:
    assert vectors([], tmp_path).shape == (0, 512)


def test_a_record_that_a_crash_tore_is_made_again(tmp_path: Path) -> None:
    first = vectors(TEXTS[:2], tmp_path)
    (path,) = tmp_path.glob("*.bin")
    whole = path.read_bytes()
    path.write_bytes(whole[: RECORD.itemsize + 100])

    assert np.allclose(vectors(TEXTS[:2], tmp_path), first, atol=1e-5)
    assert path.stat().st_size == 2 * RECORD.itemsize
    assert np.allclose(vectors(TEXTS[:2], tmp_path), first, atol=1e-5)
    assert held(tmp_path) == 2


def test_what_a_power_cut_left_empty_is_made_again(tmp_path: Path) -> None:
    first = vectors(TEXTS[:1], tmp_path)
    (path,) = tmp_path.glob("*.bin")
    path.write_bytes(path.read_bytes()[:8] + bytes(RECORD.itemsize - 8))

    for _ in range(2):
        assert np.allclose(vectors(TEXTS[:1], tmp_path), first, atol=1e-5)
        assert held(tmp_path) == 2


def test_the_older_half_goes_when_it_grows_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "MOST", 4)
    vectors(["一号", "二号", "三号"], tmp_path)
    vectors(["四号", "五号"], tmp_path)

    assert held(tmp_path) == 4
    vectors(["四号", "五号"], tmp_path)
    assert held(tmp_path) == 4


def test_two_processes_write_into_one_cache(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from knowledge_base.authoring.embeddings import vectors\n"
        "for number in range(12): vectors([f'{sys.argv[2]}第{number}句'], Path(sys.argv[1]))"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name]) for name in ("甲", "乙")]

    assert [process.wait() for process in running] == [0, 0]
    assert held(tmp_path) == 24
    texts = [f"{name}第{number}句" for name in ("甲", "乙") for number in range(12)]
    kept = vectors(texts, tmp_path)
    assert held(tmp_path) == 24
    assert np.allclose(kept, encode([normalise(text) for text in texts]), atol=1e-5)


def test_two_processes_encode_what_one_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "PORTION", 3)
    texts = [f"{month}月的账单" for month in range(1, 11)]

    assert np.allclose(vectors(texts, tmp_path, processes=2), encode(texts), atol=1e-5)
