"""Answers to what is asked, for agents and customers: the knowledge's index, with vectors by the bot's model."""

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from zipfile import BadZipFile

import numpy as np

from common.settings import settings
from common.times import shanghai_today
from desk.handover import asks_for_person
from desk.rasa import BotSilent, Encoded, RasaClient
from desk.turns import in_thread
from knowledge_base import faq
from knowledge_base.faq import Entry, entries, unrelated
from knowledge_base.search import ANSWERS, Index, texts
from language.normalise import normalise

logger = logging.getLogger(__name__)

# What an agent waits for at most; after it words alone are compared.
SECONDS = 0.3
# A batch must not keep the bot from its customers for long: 16 texts take it less than a tenth of a second.
BATCH, BATCH_SECONDS = 16, 10.0
# When Rasa is away or has another model, the vectors are tried again after this.
AGAIN_SECONDS = 30.0
# Characters: of what is shorter (能省, 换的) a model thinks more than it says.
SHORTEST = 4
# How soon what is published is noticed.
LOOK_SECONDS = 0.5
# Vectors that are kept besides those which are needed: an entry that is changed back needs no new ones.
MOST_KEPT = 20_000


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
    """The questions and answers, searched by meaning as soon as Rasa has given their vectors, by words until then.

    What is published is learnt beside what is searched, which stays the former until then.
    """

    def __init__(self, rasa: RasaClient) -> None:
        self._rasa = rasa
        self._index: Index | None = None
        # What the vectors of the index are of, and by which model.
        self._learnt: tuple[Entry, ...] | None = None
        self._model: str | None = None
        self._tried: tuple[Entry, ...] | None = None
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
        hits = index.find(question, vector, limit, shanghai_today())
        return [
            Suggestion(hit.entry.id, hit.entry.question, hit.entry.answer, hit.score, hit.entry.journey, hit.lexical)
            for hit in hits
        ]

    async def named(self, text: str) -> str | None:
        """The id of the entry that a customer asks for word for word; see `faq.named`. A person is never withheld."""
        return None if asks_for_person(text) else await in_thread(_named, text)

    async def answering(self, text: str, encoded: Encoded) -> str | None:
        """The id of the entry that surely answers a text, whose vector is given; by words alone none is sure."""
        index, question = self._index, normalise(text)
        if len(question) < SHORTEST:
            return None
        if index is None or encoded.model != self._model:
            self._learn()
            return None
        hits = index.find(question, encoded.vectors[0], 1, shanghai_today())
        return hits[0].entry.id if hits and hits[0].score >= ANSWERS else None

    async def follow(self) -> None:
        """Runs for ever: learns what there is, and what is published, before somebody asks."""
        while True:
            try:
                present = await in_thread(entries)
                if present is not self._tried:
                    self._next_try = 0.0
                if present is not self._learnt:
                    self._learn()
            except Exception:
                logger.exception("the knowledge could not be looked at")
            await asyncio.sleep(LOOK_SECONDS)

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
        """Learns what Rasa's present model makes of the present entries; leaves everything as it is when it is away."""
        try:
            known, silent, wanted = await in_thread(_present)
            self._tried = known
            model = (await self._rasa.encode(wanted[:1], BATCH_SECONDS)).model
            if model == self._model and known is self._learnt:
                return
            path = settings().knowledge_dir / f"{_hash(model)}.npz"
            kept = await in_thread(_kept, path)
            missing = [text for text in dict.fromkeys(wanted) if _hash(text) not in kept]
            if missing:
                kept |= zip(map(_hash, missing), await self._encode_all(model, missing), strict=True)
                await in_thread(_keep, path, kept, wanted)
            rows = np.array([kept[_hash(text)] for text in wanted], dtype=np.float32)
            like = self._index if model == self._model else None
            self._index = await in_thread(Index, known, silent, rows, like)
            self._learnt, self._model = known, model
        except BotSilent as error:
            logger.info("no vectors for the knowledge, words alone are compared: %s", error)
        except Exception:
            logger.exception("the knowledge could not be learnt, words alone are compared")

    async def _encode_all(self, model: str, wanted: Sequence[str]) -> list[Any]:
        rows: list[Any] = []
        for start in range(0, len(wanted), BATCH):
            encoded = await self._rasa.encode(list(wanted[start : start + BATCH]), BATCH_SECONDS)
            if encoded.model != model:
                raise BotSilent("another model now")
            rows += encoded.vectors
        return rows


def _named(text: str) -> str | None:
    entry = faq.named(text, shanghai_today())
    return None if entry is None else entry.id


def _present() -> tuple[tuple[Entry, ...], Sequence[str], list[str]]:
    """The entries that hold for this process now, what asks for nothing, and the texts to be encoded."""
    known, silent = entries(), unrelated()
    return known, silent, texts(known, silent)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _kept(path: Path) -> dict[str, Any]:
    """What `_keep` wrote: the vectors by the hashes of their texts; nothing when it is not there or not whole."""
    try:
        with np.load(path, allow_pickle=False) as file:
            hashes, vectors = file["hashes"].tolist(), file["vectors"]
    except (OSError, ValueError, EOFError, KeyError, BadZipFile):
        return {}
    return dict(zip(hashes, vectors, strict=True)) if vectors.ndim == 2 and len(hashes) == len(vectors) else {}


def _keep(path: Path, vectors: dict[str, Any], wanted: Iterable[str]) -> None:
    """Writes the vectors of one model, and takes away those of earlier ones."""
    if len(vectors) > MOST_KEPT:
        needed = set(map(_hash, wanted))
        vectors = {name: vector for name, vector in vectors.items() if name in needed}
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        np.savez(file, hashes=np.array(list(vectors)), vectors=np.array(list(vectors.values()), dtype=np.float32))
    fresh.replace(path)
    for old in path.parent.glob("*.np[yz]"):
        if old != path:
            old.unlink(missing_ok=True)
