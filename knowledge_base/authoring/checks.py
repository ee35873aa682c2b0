"""Checks one object of a draft, or all of them, against everything else that is known."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from common.times import SHANGHAI, utc_now
from knowledge_base.authoring import examples, wording
from knowledge_base.authoring.changes import Change, plain
from knowledge_base.authoring.corpus import Corpus, same
from knowledge_base.authoring.documents import DOMAIN
from knowledge_base.authoring.examples import NEAR, Surroundings
from knowledge_base.authoring.findings import Finding, finding
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.content import content
from knowledge_base.retention.offers import BLANKS
from language.lookups import LOOKUPS, terms

Value = Mapping[str, Any]

FAQ_SHORTEST, FAQ_LONGEST, FAQ_WORDINGS = 8, 120, 3
CANNED_BLANKS = frozenset({"name", "number", "agent", "ticket"})
CANNED_LONGEST, CANNED_TITLE = 80, 8
LINES = frozenset({"broadband", "mobile", "iptv", "landline"})
_HOURS = re.compile(r"closed|([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


@dataclass(frozen=True)
class Names:
    """What may be named: intents (also those that only buttons have), entities, actions and responses."""

    intents: frozenset[str]
    entities: frozenset[str]
    actions: frozenset[str]


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
        domain = knowledge.loaded[DOMAIN]
        gone = {key for (kind, key), value in self._changed.items() if kind == "intent" and value is None}
        self.names = Names(
            frozenset({*knowledge.intents, *self._all("intent")} - gone),
            frozenset(domain["entities"]),
            frozenset([*domain["actions"], *domain["responses"]]),
        )

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
            yield from self._canned(key, value)
        elif kind == "hours":
            yield from self._hours(key, value)
        elif kind == "notice":
            yield from self._notice(value)
        elif kind == "case":
            yield from self._case(key, value)

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
            self.names.entities,
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
            if answer.get("action") not in self.names.actions:
                yield finding("error", "action_unknown", "answer.action", {"name": answer.get("action")})
            return
        variants = answer.get("variants") or []
        if not any(str(variant.get("text") or "").strip() for variant in variants):
            yield finding("error", "answer_empty", "answer")
            return
        if all(_conditions(variant) for variant in variants):
            yield finding("error", "answer_needs_default", "answer.variants")
        for number, variant in enumerate(variants):
            place = f"answer.variants.{number}"
            yield from wording.written(str(variant.get("text") or ""), f"{place}.text")
            yield from self._buttons(variant.get("buttons") or [], place)
            for product in (variant.get("when") or {}).get("products") or []:
                if not _sold(product):
                    yield finding("warning", "product_unknown", f"{place}.when.products", {"name": product})

    def _buttons(self, buttons: Sequence[Value], place: str) -> Iterator[Finding]:
        for number, button in enumerate(buttons):
            title, payload = str(button.get("title") or ""), str(button.get("payload") or "")
            field = f"{place}.buttons.{number}"
            yield from wording.forbidden(title, f"{field}.title")
            if len(title) > wording.LONGEST_BUTTON:
                yield finding(
                    "warning", "button_long", f"{field}.title", {"most": wording.LONGEST_BUTTON}, sentence=title
                )
            found = re.fullmatch(r"/(\w+)(\{.*\})?", payload)
            if not title.strip() or not found:
                yield finding("error", "payload_broken", f"{field}.payload", {"name": payload})
                continue
            if found.group(1) not in self.names.intents:
                yield finding("error", "intent_unknown", f"{field}.payload", {"name": found.group(1)})
            for entity in re.findall(r'"(\w+)"\s*:', found.group(2) or ""):
                if entity not in self.names.entities:
                    yield finding("error", "entity_unknown", f"{field}.payload", {"name": entity})

    def _faq(self, key: str, value: Value) -> Iterator[Finding]:
        question, answer = str(value.get("question") or ""), str(value.get("answer") or "")
        also: list[str] = value.get("also") or []
        if not question.endswith("？"):
            yield finding("warning", "question_mark", "question", sentence=question)
        if len(also) < FAQ_WORDINGS:
            yield finding("warning", "wordings_few", "also", {"count": len(also)})
        if not answer.strip():
            yield finding("error", "answer_empty", "answer")
        else:
            if len(answer) < FAQ_SHORTEST:
                yield finding("warning", "text_short", "answer", sentence=answer)
            yield from wording.written(answer, "answer", most=FAQ_LONGEST)
        yield from self._wordings(key, question, also)
        for field in ("topic", "journey"):
            if (name := value.get(field)) and name not in self.names.intents:
                yield finding("error", "intent_unknown", field, {"name": name})
        yield from _validity(value, "from", "to")

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
        yield from _validity(value, "from", "until")

    def _canned(self, key: str, value: Value) -> Iterator[Finding]:
        if not re.fullmatch(r"[a-z]{2,4}", key):
            yield finding("error", "code_wrong", "code")
        title, text = str(value.get("title") or ""), str(value.get("text") or "")
        if len(title) > CANNED_TITLE:
            yield finding("warning", "text_long", "title", {"most": CANNED_TITLE}, sentence=title)
        yield from wording.written(text, "text", CANNED_BLANKS, CANNED_LONGEST)

    def _hours(self, key: str, value: Value) -> Iterator[Finding]:
        groups = {str(one["group"]) for one in content("skills")["groups"]}
        if key not in groups | {"default"}:
            yield finding("error", "group_unknown", None, {"name": key})
        week = value.get("week") or []
        if len(week) != 7:
            yield finding("error", "hours_days", "week")
        for number, day in enumerate(week):
            if not _HOURS.fullmatch(str(day)) or (str(day) != "closed" and not str(day)[:5] < str(day)[6:]):
                yield finding("error", "hours_wrong", f"week.{number}", {"value": day})

    def _notice(self, value: Value) -> Iterator[Finding]:
        yield from wording.forbidden(str(value.get("title") or ""), "title")
        yield from wording.written(str(value.get("text") or ""), "text", most=FAQ_LONGEST)
        for line in value.get("lines") or []:
            if line not in LINES:
                yield finding("error", "line_unknown", "lines", {"name": line})
        yield from _validity(value, "from", "to")

    def _case(self, key: str, value: Value) -> Iterator[Finding]:
        yield from wording.private(key, "key")
        if value.get("intent") not in self.names.intents:
            yield finding("error", "intent_unknown", "intent", {"name": value.get("intent")})
        for entity in value.get("entities") or {}:
            if entity not in self.names.entities:
                yield finding("error", "entity_unknown", "entities", {"name": entity})
        if self._corpus.pools["intent"].equal(key):
            yield finding("error", "fixed_case", "key", sentence=key)


def _conditions(variant: Value) -> bool:
    return any((variant.get("when") or {}).values())


def _sold(product: str) -> bool:
    return any(product == term.name or product in term.ids for term in terms(LOOKUPS))


def _validity(value: Value, first: str, last: str) -> Iterator[Finding]:
    bounds = {}
    for field in (first, last):
        if value.get(field) in (None, ""):
            continue
        try:
            bounds[field] = _moment(value[field])
        except ValueError:
            yield finding("error", "date_wrong", field, {"value": value[field]})
    if len(bounds) == 2 and bounds[last] < bounds[first]:
        yield finding("error", "dates_reversed", last)
    # A day belongs to its period until it ends.
    elif last in bounds and bounds[last][:10] < utc_now().astimezone(SHANGHAI).date().isoformat():
        yield finding("warning", "date_past", last, {"day": bounds[last][:10]})


def _moment(value: object) -> str:
    """A day or moment as ISO text in Shanghai; texts of both compare as the moments do."""
    text = value.isoformat() if isinstance(value, date) else str(value)
    if len(text) <= 10:
        return date.fromisoformat(text).isoformat()
    return datetime.fromisoformat(text).isoformat()
