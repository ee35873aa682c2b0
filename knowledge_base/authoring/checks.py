"""Checks one object of a draft, or all of them, against everything else that is known.

What would make files that cannot be used is not looked for here: that is told by `Knowledge.problems`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from common.times import SHANGHAI, utc_now
from knowledge_base.authoring import examples, wording
from knowledge_base.authoring.changes import Change, plain
from knowledge_base.authoring.corpus import Corpus, same
from knowledge_base.authoring.documents import DOMAIN
from knowledge_base.authoring.examples import NEAR, Surroundings
from knowledge_base.authoring.findings import Finding, finding
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.retention.offers import BLANKS

Value = Mapping[str, Any]

FAQ_SHORTEST, FAQ_WORDINGS, NOTICE_LONGEST = 8, 3, 120
CANNED_LONGEST, CANNED_TITLE = 80, 8
_NAMED = re.compile(r'"(\w+)"\s*:')


def check(
    corpus: Corpus,
    knowledge: Knowledge,
    kind: str,
    key: str,
    value: Value,
    *,
    quick: bool,
    changes: Sequence[Change] = (),
) -> list[Finding]:
    """What is to be said about an object as it would be saved, errors first.

    `knowledge` is what is live, `changes` what else the draft does, and `corpus` that of both. `quick`, while somebody
    types, compares only examples that are not live: 20 new ones take about 0.1 s.
    """
    checker = _Checker(corpus, knowledge, changes)
    found = list(checker.of(kind, key, value, quick))
    return sorted(found, key=lambda one: ("error", "warning", "hint").index(one.level))


def check_draft(corpus: Corpus, knowledge: Knowledge, changes: Sequence[Change]) -> dict[str, list[Finding]]:
    """What is to be said about each changed object, by "kind/key"; `corpus` is that of knowledge and changes."""
    return {
        f"{change.kind}/{change.key}": check(
            corpus, knowledge, change.kind, change.key, change.value, quick=False, changes=changes
        )
        for change in changes
        if change.value is not None
    }


class _Checker:
    def __init__(self, corpus: Corpus, knowledge: Knowledge, changes: Sequence[Change]) -> None:
        self._corpus, self._live = corpus, knowledge.objects
        self._changed = {(change.kind, change.key): change.value for change in changes}
        self._entities = frozenset(knowledge.loaded[DOMAIN]["entities"])

    def _all(self, kind: str) -> dict[str, Value]:
        """The objects of a kind as the draft makes them."""
        merged: dict[str, Value | None] = dict(self._live.get(kind, {}))
        merged |= {key: value for (of, key), value in self._changed.items() if of == kind}
        return {key: value for key, value in merged.items() if value is not None}

    def of(self, kind: str, key: str, value: Value, quick: bool) -> Iterator[Finding]:
        if kind == "intent":
            yield from self._intent(key, value, quick)
        elif kind == "faq":
            yield from self._faq(key, value)
        elif kind == "offer":
            yield from self._offer(value)
        elif kind == "canned":
            yield from self._canned(value)
        elif kind == "notice":
            yield from self._notice(value)
        elif kind == "case":
            yield from self._case(key)

    def _intent(self, key: str, value: Value, quick: bool) -> Iterator[Finding]:
        sentences: list[str] = value.get("examples") or []
        live = self._live.get("intent", {}).get(key)
        titles = {name: str(one.get("title") or name) for name, one in self._all("intent").items()}
        around = Surroundings(
            self._corpus,
            titles,
            live is None,
            self._trained(key, sentences),
            frozenset(map(same, self._all("case"))),
            self._entities,
        )
        yield from examples.counted(sentences, live is None)
        yield from examples.written(sentences, around)
        yield from examples.compared(key, sentences, around, quick=quick)
        yield from self._answer(value.get("answer") or {})

    def _trained(self, key: str, examples: Sequence[str]) -> frozenset[str]:
        """The sentences that are live in this intent, or in one that has them no longer."""
        pool, texts = self._corpus.pools["intent"], {plain(example) for example in examples}
        live = self._live.get("intent", {})
        own = texts & {plain(example) for example in live.get(key, {}).get("examples", [])}
        held = {text for text in texts - own if any(pool.keys[row] != key for row in pool.equal(text))}
        rest = texts - own - held
        changed = [name for kind, name in self._changed if kind == "intent" and name != key]
        return frozenset(
            own | rest & {plain(text) for name in changed for text in live.get(name, {}).get("examples", [])}
        )

    def _answer(self, answer: Value) -> Iterator[Finding]:
        if answer.get("kind") == "action":
            return
        for number, variant in enumerate(answer.get("variants") or []):
            place, text = f"answer.variants.{number}", str(variant.get("text") or "")
            if text.strip():
                yield from wording.written(text, f"{place}.text", None)
            yield from self._buttons(variant.get("buttons") or [], place)

    def _buttons(self, buttons: Sequence[Value], place: str) -> Iterator[Finding]:
        for number, button in enumerate(buttons):
            field = f"{place}.buttons.{number}"
            yield from wording.forbidden(str(button.get("title") or ""), f"{field}.title")
            for entity in _NAMED.findall(str(button.get("payload") or "")):
                if entity not in self._entities:
                    yield finding("error", "entity_unknown", f"{field}.payload", {"name": entity})

    def _faq(self, key: str, value: Value) -> Iterator[Finding]:
        question, answer = str(value.get("question") or ""), str(value.get("answer") or "")
        also: list[str] = value.get("also") or []
        if not question.endswith("？"):
            yield finding("warning", "question_mark", "question", sentence=question)
        if len(also) < FAQ_WORDINGS:
            yield finding("warning", "wordings_few", "also", {"count": len(also)})
        if answer.strip():
            if len(answer) < FAQ_SHORTEST:
                yield finding("warning", "text_short", "answer", sentence=answer)
            yield from wording.written(answer, "answer")
        yield from self._wordings(key, question, also)
        yield from _past(value, "to")

    def _wordings(self, key: str, question: str, also: Sequence[str]) -> Iterator[Finding]:
        pool, texts = self._corpus.pools["faq"], [text for text in (question, *also) if text.strip()]
        foreign = pool.but({key})
        seen: set[str] = set()
        scores = self._corpus.features(texts).likeness(pool.features)
        for number, (text, row) in enumerate(zip(texts, scores, strict=True)):
            field = "question" if number == 0 and text == question else "also"
            yield from wording.private(text, field)
            if same(text) in seen:
                yield finding("warning", "wording_twice", field, sentence=text)
            seen.add(same(text))
            if equal := [one for one in pool.equal(text) if foreign[one]]:
                other = self._entry(equal[0], 1.0)
                yield finding("error", "wording_elsewhere", field, other, sentence=text, other=other)
            elif (score := float((row * foreign).max(initial=0.0))) >= NEAR:
                other = self._entry(int((row * foreign).argmax()), score)
                yield finding("warning", "wording_near", field, other, sentence=text, other=other)

    def _entry(self, row: int, score: float) -> dict[str, Any]:
        """A wording of another question, as a finding shows it."""
        pool = self._corpus.pools["faq"]
        owner = str(pool.keys[row])
        title = self._all("faq").get(owner, {}).get("question", owner)
        return {"kind": "faq", "key": owner, "title": title, "sentence": pool.sentences[row], "score": round(score, 2)}

    def _offer(self, value: Value) -> Iterator[Finding]:
        yield from wording.forbidden(str(value.get("title") or ""), "title")
        for field in ("benefit", "price"):
            yield from wording.written(str(value.get(field) or ""), field)
        for number, text in enumerate(value.get("script") or []):
            yield from wording.written(str(text), f"script.{number}", BLANKS)
        for number, one in enumerate(value.get("objections") or []):
            yield from wording.written(str(one.get("answer") or ""), f"objections.{number}.answer")
        yield from _past(value, "until")

    def _canned(self, value: Value) -> Iterator[Finding]:
        title, text = str(value.get("title") or ""), str(value.get("text") or "")
        if len(title) > CANNED_TITLE:
            yield finding("warning", "text_long", "title", {"most": CANNED_TITLE}, sentence=title)
        yield from wording.written(text, "text", None, CANNED_LONGEST)

    def _notice(self, value: Value) -> Iterator[Finding]:
        yield from wording.forbidden(str(value.get("title") or ""), "title")
        yield from wording.written(str(value.get("text") or ""), "text", most=NOTICE_LONGEST)
        yield from _past(value, "to")

    def _case(self, key: str) -> Iterator[Finding]:
        yield from wording.private(key, "key")
        if self._corpus.pools["intent"].equal(key):
            yield finding("error", "fixed_case", "key", sentence=key)


def _past(value: Value, last: str) -> Iterator[Finding]:
    """Whether the day, or the moment's day in Shanghai, is over."""
    try:
        day = date.fromisoformat(str(value.get(last) or "")[:10])
    except ValueError:
        return
    if day < utc_now().astimezone(SHANGHAI).date():
        yield finding("warning", "date_past", last, {"day": day.isoformat()})
