"""Which entries of the FAQ, as a state of the knowledge has them, customers would be answered with.

As the desk does it (docs/knowledge.md), but without the model's own part of the vectors: so no model is needed, and of
our questions about half find their entry surely enough, and as good as never a wrong one; with a model more do.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from common.times import shanghai_today
from knowledge_base.authoring.checking import folder
from knowledge_base.authoring.documents import CONTENT
from knowledge_base.authoring.embeddings import vectors
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.meanings import Meaning
from knowledge_base.faq import entry, plain
from knowledge_base.search import ANSWERS, Index, texts
from language.encoder import encode
from language.normalise import normalise

FAQ = "faq"
# What the bot takes for somebody else's business less surely than this is looked up, too (`bot.channel`).
ELSEWHERE = 0.7
# What is live, and drafts that are being worked on.
MOST = 3

_kept: "OrderedDict[str, Faq]" = OrderedDict()
_lock = threading.Lock()


class Faq:
    """The entries of a state of the knowledge; the index is made by the first search, which takes some seconds."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._entries = [entry(key, value) for key, value in knowledge.objects["faq"].items()]
        loaded: Mapping[str, Any] = knowledge.loaded.get(f"{CONTENT}faq.yml") or {}
        self._unrelated: list[str] = loaded.get("unrelated_words") or []
        self._named = {plain(text): one for one in self._entries if one.journey is None for text in one.wordings}
        self._index: Index | None = None
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Makes the index, unless it is there; some seconds."""
        with self._lock:
            if self._index is None and self._entries and self._unrelated:
                known = vectors(texts(self._entries, self._unrelated), folder())
                self._index = Index(self._entries, self._unrelated, known)

    def answered(self, understood: Mapping[str, Meaning]) -> dict[str, Meaning]:
        """The same meanings, but for the texts that an entry answers: those have the intent faq, and the answer."""
        today = shanghai_today()
        found = {text: self._named.get(plain(text)) for text in understood}
        hits = {
            text: replace(understood[text], intent=FAQ, answer=one.answer)
            for text, one in found.items()
            if one is not None and one.holds(today)
        }
        unsure = [text for text, meaning in understood.items() if text not in hits and is_unsure(meaning)]
        return {**understood, **hits, **self._searched(unsure, today)}

    def _searched(self, wanted: Sequence[str], today: date) -> dict[str, Meaning]:
        if not wanted:
            return {}
        self.prepare()
        if self._index is None:
            return {}
        found = {}
        # Customers typed them: of these nothing is kept.
        for text, vector in zip(wanted, encode([normalise(text) for text in wanted]), strict=True):
            hits = self._index.find(text, vector, 1, today)
            if hits and hits[0].score >= ANSWERS:
                found[text] = Meaning(FAQ, round(hits[0].score, 4), {}, hits[0].entry.answer)
        return found


def faq_of(knowledge: Knowledge) -> Faq:
    """The FAQ of a state of the knowledge; the last ones are kept."""
    key = hashlib.sha256(json.dumps(knowledge.objects["faq"], sort_keys=True).encode()).hexdigest()
    with _lock:
        if key not in _kept:
            _kept[key] = Faq(knowledge)
            while len(_kept) > MOST:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def is_unsure(meaning: Meaning) -> bool:
    """Whether the knowledge is asked about a text that the model takes for this."""
    elsewhere = meaning.intent.startswith("out_of_scope") and meaning.confidence < ELSEWHERE
    return meaning.intent in {"nlu_fallback", FAQ} or elsewhere
