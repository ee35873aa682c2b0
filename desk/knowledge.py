"""Suggests answers to agents: the knowledge's index, with vectors that the bot's model makes."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from common.settings import settings
from common.times import SHANGHAI, utc_now
from desk.rasa import BotSilent, Encoded, RasaClient
from desk.turns import in_thread
from knowledge_base.faq import entries, unrelated
from knowledge_base.search import Index, texts
from language.normalise import normalise

logger = logging.getLogger(__name__)

# What an agent waits for at most; after it words alone are compared.
SECONDS = 0.3
# A batch must not keep the bot from its customers for long: 16 texts take it about a fifth of a second.
BATCH, BATCH_SECONDS = 16, 10.0
# When Rasa is away or has another model, the vectors are tried again after this.
AGAIN_SECONDS = 30.0


@dataclass(frozen=True)
class Suggestion:
    """An answer that may fit, how surely (0 to 1), and the intent with which the bot could do it, if there is one.

    `lexical`: only words were compared, since Rasa did not say what the sentence means.
    """

    id: str
    question: str
    answer: str
    score: float
    journey: str | None
    lexical: bool


class Knowledge:
    """The questions and answers, searched by meaning as soon as Rasa has given their vectors, by words until then."""

    def __init__(self, rasa: RasaClient) -> None:
        self._rasa = rasa
        self._index: Index | None = None
        self._model: str | None = None
        self._learning: asyncio.Task[None] | None = None
        self._next_try = 0.0

    async def suggestions(self, sentence: str, limit: int = 3) -> list[Suggestion]:
        """The likeliest answers to a sentence, the surest first; often none. Waits 0.3 s for Rasa at most."""
        question = normalise(sentence)
        if not question:
            return []
        if self._index is None:
            self._index = await in_thread(Index, entries(), unrelated())
        encoded = await self._encoded(question)
        index, vector = self._index, None
        if encoded is None or encoded.model != self._model:
            self._learn()
        else:
            vector = encoded.vectors[0]
        hits = index.find(question, vector, limit, utc_now().astimezone(SHANGHAI).date())
        return [
            Suggestion(hit.entry.id, hit.entry.question, hit.entry.answer, hit.score, hit.entry.journey, hit.lexical)
            for hit in hits
        ]

    async def learnt(self) -> None:
        """Waits until nothing is being learnt."""
        if self._learning is not None:
            await asyncio.wait([self._learning])

    async def close(self) -> None:
        """Stops learning."""
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.wait([self._learning])

    async def _encoded(self, question: str) -> Encoded | None:
        try:
            return await asyncio.wait_for(self._rasa.encode([question[:1000]], SECONDS), SECONDS)
        except (BotSilent, asyncio.TimeoutError):
            return None

    def _learn(self) -> None:
        if (self._learning is None or self._learning.done()) and monotonic() >= self._next_try:
            self._next_try = monotonic() + AGAIN_SECONDS
            self._learning = asyncio.create_task(self._get_vectors())

    async def _get_vectors(self) -> None:
        """Learns what Rasa's present model makes of the entries; leaves everything as it is when Rasa is away."""
        wanted = texts(entries(), unrelated())
        try:
            model = (await self._rasa.encode(wanted[:1], BATCH_SECONDS)).model
            if model == self._model:
                return
            path = settings().knowledge_dir / f"{_name(model, wanted)}.npy"
            rows = await in_thread(_kept, path, len(wanted))
            if rows is None:
                rows = await self._encode_all(model, wanted)
                await in_thread(_keep, path, rows)
            self._index = await in_thread(Index, entries(), unrelated(), rows)
            self._model = model
        except BotSilent as error:
            logger.info("no vectors for the knowledge, words alone are compared: %s", error)
        except Exception:
            logger.exception("the knowledge could not be learnt, words alone are compared")

    async def _encode_all(self, model: str, wanted: Sequence[str]) -> Any:
        rows: list[list[float]] = []
        for start in range(0, len(wanted), BATCH):
            encoded = await self._rasa.encode(list(wanted[start : start + BATCH]), BATCH_SECONDS)
            if encoded.model != model:
                raise BotSilent("another model now")
            rows += encoded.vectors
        return np.array(rows, dtype=np.float32)


def _name(model: str, wanted: Sequence[str]) -> str:
    """A hash of what the vectors are of, and by whom."""
    return hashlib.sha256("\n".join([model, *wanted]).encode()).hexdigest()[:32]


def _kept(path: Path, rows: int) -> Any:
    """What `_keep` wrote, or None when it is not there or not whole."""
    try:
        with path.open("rb") as file:
            vectors = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return vectors if vectors.ndim == 2 and len(vectors) == rows else None


def _keep(path: Path, vectors: Any) -> None:
    """Writes the vectors and takes away those of earlier models and contents."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        np.save(file, vectors, allow_pickle=False)
    fresh.replace(path)
    for old in path.parent.glob("*.npy"):
        if old != path:
            old.unlink(missing_ok=True)
