"""Whether the examples of an intent tell it from the others."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from knowledge_base.authoring.changes import plain
from knowledge_base.authoring.corpus import Corpus, Features, same
from knowledge_base.authoring.embeddings import Matrix
from knowledge_base.authoring.findings import Finding, Level, finding
from knowledge_base.authoring.wording import private
from language import intents

# Measured on our own training sentences, see docs/bench-conflicts.md. As alike as that are two spellings of a sentence;
NEAR = 0.82
# as that two of one meaning, so that the nearest of all should be of the same intent;
NEAREST = 0.72
# as that two about one thing: half of a new intent's examples about one thing of another intent may be its examples,
# and most of them are.
ABOUT, HALF, MOST = 0.55, 0.5, 0.8
# Two examples of one intent that teach no more than one.
NEEDLESS = 0.85
LEAST, ENOUGH = 5, 10
LONGEST = 80
# The most uniform of our own intents has 0.46, and one beginning in 36 % of its examples.
TOO_UNIFORM, SAME_BEGINNING = 0.6, 0.8
_ENTITY = re.compile(r"\[[^\[\]]+\](?:\(([^()]*)\)|\{([^{}]*)\})")
_NAMED = re.compile(r'"entity"\s*:\s*"([^"]*)"')


@dataclass(frozen=True)
class Surroundings:
    """What an intent is compared with: all sentences, the intents' titles, which examples it has had, the fixed cases.

    `new` where the intent is not live. `trained` are sentences that are live in it, or came to it from an intent that
    has them no longer: they have been measured, and answer customers. `cases` are sentences as `same` makes them.
    """

    corpus: Corpus
    titles: Mapping[str, str]
    new: bool
    trained: Collection[str]
    cases: Collection[str]
    entities: Collection[str]


def written(examples: Sequence[str], around: Surroundings) -> Iterator[Finding]:
    """What is wrong with examples by themselves: markup, personal data, length, repetition."""
    seen: dict[str, str] = {}
    for example in examples:
        text = plain(example)
        if not text.strip():
            continue
        yield from _markup(example, around.entities)
        yield from private(text, "examples")
        if len(text) > LONGEST:
            yield finding("hint", "long_example", "examples", {"most": LONGEST}, sentence=example)
        if same(text) in around.cases:
            yield finding("error", "fixed_case", "examples", sentence=example)
        before = seen.get(same(text) or text)
        if before is None:
            seen[same(text) or text] = text
        else:
            level: Level = "warning" if before == text else "hint"
            yield finding(level, "duplicate", "examples", {"sentence": before}, sentence=example)


def counted(examples: Sequence[str], new: bool) -> Iterator[Finding]:
    """Whether there are enough of them."""
    blanks = {"count": len(examples), "least": LEAST if len(examples) < LEAST else ENOUGH}
    if len(examples) < LEAST:
        yield finding("error" if new or not examples else "warning", "too_few", "examples", blanks)
    elif len(examples) < ENOUGH:
        yield finding("warning", "rather_few", "examples", blanks)


def compared(key: str, examples: Sequence[str], around: Surroundings, *, quick: bool) -> Iterator[Finding]:
    """What is too like another sentence; `quick` looks only at examples that are not trained on."""
    examples = [example for example in examples if plain(example).strip()]
    texts = [plain(example) for example in examples]
    fresh = np.array([text not in around.trained for text in texts], dtype=bool)
    rows = np.flatnonzero(fresh) if quick else np.arange(len(texts))
    if not len(rows):
        return
    features = around.corpus.features(texts)
    here = features.rows(rows).likeness(features)
    here[np.arange(len(rows)), rows] = -1.0
    yield from _here(here, rows, examples, texts)
    yield from _elsewhere(key, here, features.rows(rows), rows, examples, fresh, around)
    if not quick and len(texts) >= LEAST:
        yield from _uniform(here, texts)


def _markup(example: str, entities: Collection[str]) -> Iterator[Finding]:
    for found in _ENTITY.finditer(example):
        named = found.group(1) if found.group(1) is not None else "".join(_NAMED.findall(found.group(2)))
        if named not in entities:
            place = {"start": found.start(), "end": found.end()}
            yield finding("error", "entity_unknown", "examples", {"name": named}, sentence=example, **place)
    if re.search(r"\[[^\[\]]*$|\]\(|\]\{", plain(example)):
        yield finding("error", "markup_broken", "examples", sentence=example)


def _here(here: Matrix, rows: Any, examples: Sequence[str], texts: Sequence[str]) -> Iterator[Finding]:
    """Each pair is told once, at the later one."""
    for place, row in enumerate(rows):
        scores = here[place].copy()
        scores[row:] = -1.0
        nearest = int(scores.argmax())
        if scores[nearest] >= NEEDLESS and same(texts[row]) != same(texts[nearest]):
            blanks = {"sentence": texts[nearest]}
            yield finding("hint", "duplicate_near", "examples", blanks, sentence=examples[row])


def _elsewhere(
    key: str, here: Matrix, features: Features, rows: Any, examples: Sequence[str], fresh: Any, around: Surroundings
) -> Iterator[Finding]:
    pool = around.corpus.pools["intent"]
    there = np.where(pool.but(_family(key, tuple(around.titles))), features.likeness(pool.features), -1.0)
    about: Counter[str] = Counter()

    def other(row: int, score: float) -> dict[str, Any]:
        owner = str(pool.keys[row])
        title = around.titles.get(owner, owner)
        return {
            "kind": "intent",
            "key": owner,
            "title": title,
            "sentence": pool.sentences[row],
            "score": round(score, 2),
        }

    for place, row in enumerate(rows):
        nearest = int(there[place].argmax()) if there.shape[1] else 0
        score = float(there[place, nearest]) if there.shape[1] else -1.0
        if score >= ABOUT:
            about[str(pool.keys[nearest])] += 1
        if equal := [one for one in pool.equal(plain(examples[row])) if pool.keys[one] != key]:
            shown = other(equal[0], 1.0)
            yield finding("error", "duplicate_elsewhere", "examples", shown, sentence=examples[row], other=shown)
        elif score >= NEAREST and (score >= NEAR or score > here[place].max() or (around.new and fresh[row])):
            shown = other(nearest, score)
            code = "near_elsewhere" if score >= NEAR else "nearer_elsewhere"
            level: Level = "warning" if fresh[row] else "hint"
            yield finding(level, code, "examples", shown, sentence=examples[row], other=shown)
    if around.new and about:
        owner, count = about.most_common(1)[0]
        if count >= HALF * len(rows) and count > 1:
            shown = other(int(np.flatnonzero(pool.keys == owner)[0]), count / len(rows))
            blanks = {"title": shown["title"], "share": round(100 * count / len(rows))}
            # Who splits an intent knows what the halves have in common; and neighbours that share their subject only
            # (how to change a ringtone, to order one) are told apart once both have examples, as the fixed cases show.
            sure = count >= MOST * len(rows) and fresh[rows].sum() >= HALF * len(rows)
            level = "error" if sure else "warning"
            yield finding(level, "intent_conflict", "examples", blanks, other=shown)


def _uniform(here: Matrix, texts: Sequence[str]) -> Iterator[Finding]:
    if (here.sum() + len(here)) / (len(here) * (len(here) - 1)) > TOO_UNIFORM:
        yield finding("warning", "too_uniform", "examples")
    beginning, count = Counter(text[:2] for text in texts).most_common(1)[0]
    if count >= SAME_BEGINNING * len(texts):
        blanks = {"share": round(100 * count / len(texts)), "beginning": beginning}
        yield finding("warning", "same_beginning", "examples", blanks)


@lru_cache(maxsize=256)
def _family(key: str, known: tuple[str, ...]) -> frozenset[str]:
    """The intents that are no conflict for one: itself, and those that refine the same one."""
    base = intents.family(key, known)
    return frozenset({key} | {other for other in known if intents.family(other, known) == base})
