"""The checks as the author offers them: all sentences are in memory once somebody has asked, and follow the files."""

import logging
import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.settings import settings
from knowledge_base.authoring import drafts
from knowledge_base.authoring.changes import KINDS, Change, Value
from knowledge_base.authoring.drafted import Files
from knowledge_base.authoring.findings import Finding
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.merge import rebased

if TYPE_CHECKING:
    # Numpy and the encoder are loaded when somebody needs them, and nobody waits for it: see `_load`.
    from knowledge_base.authoring.corpus import Corpus

logger = logging.getLogger(__name__)

# Corpora of drafts that are being worked on, about 30 MB each.
MOST = 2
# Why the files cannot take an object → what checks say of it better: of more spellings, and with the other object.
_BETTER = {
    "no_examples": {"too_few"},
    "example_elsewhere": {"duplicate_elsewhere"},
    "entity_unknown": {"entity_unknown", "markup_broken"},
    "wording_elsewhere": {"wording_elsewhere"},
    "offer_field": {"blank_unknown", "promise"},
}


def folder() -> Path:
    """Where sentence vectors are kept."""
    return settings().knowledge_dir / "vectors"


def counts(knowledge: Knowledge, changes: Sequence[Change]) -> dict[str, int]:
    """How many errors, warnings and hints there are about a draft's objects; 15 s where no vectors are kept yet."""
    from knowledge_base.authoring.checks import check_draft
    from knowledge_base.authoring.corpus import Corpus

    corpus = Corpus.read(knowledge, folder()).updated(changes)
    found = Counter(one.level for listed in check_draft(corpus, knowledge, changes).values() for one in listed)
    return {level: found[level] for level in ("error", "warning", "hint")}


class Checking:
    """Checks of objects and drafts against the files of now."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._loading: threading.Thread | None = None
        self._live: tuple[Knowledge, Corpus] | None = None
        self._drafts: OrderedDict[str, Corpus] = OrderedDict()

    def check(self, draft: int | None, kind: str, key: str, value: Value, seconds: float) -> dict[str, Any]:
        """`findings` about an object as it is being written. `loading`: they are not known within the seconds."""
        if not self._is_ready(seconds):
            return {"findings": [], "loading": True}
        from knowledge_base.authoring.checks import check

        with self._lock:
            live, corpus, changes = self._state(draft)
            others = [one for one in changes if (one.kind, one.key) != (kind, key)]
            found = {f"{kind}/{key}": check(corpus, live, kind, key, value, quick=True, changes=others)}
        # A draft may delete an intent: whether code names it is not asked again at every key.
        findings = told(found, live, [*others, Change(kind, key, None, value)], of=(kind, key))
        return {"findings": [one.shown() for one in findings[f"{kind}/{key}"]], "loading": False}

    def check_draft(self, draft: int, seconds: float) -> dict[str, Any]:
        """`objects`: "kind/key" → findings, of all that a draft changes."""
        if not self._is_ready(seconds):
            return {"objects": {}, "loading": True}
        from knowledge_base.authoring.checks import check_draft

        with self._lock:
            live, corpus, changes = self._state(draft)
            found = check_draft(corpus, live, changes)
        findings = told({f"{one.kind}/{one.key}": [] for one in changes} | found, live, changes)
        objects = {name: [one.shown() for one in listed] for name, listed in findings.items()}
        return {"objects": objects, "loading": False}

    def _is_ready(self, seconds: float) -> bool:
        with self._lock:
            if not self._ready.is_set() and (self._loading is None or not self._loading.is_alive()):
                self._loading = threading.Thread(target=self._load, name="corpus", daemon=True)
                self._loading.start()
        return self._ready.wait(seconds)

    def _load(self) -> None:
        try:
            from knowledge_base.authoring import checks  # noqa: F401  loaded here, so that no request waits for it
            from knowledge_base.authoring.corpus import Corpus

            knowledge = self._files.knowledge()
            self._live = (knowledge, Corpus.read(knowledge, folder()))
            self._ready.set()
        except Exception:
            logger.exception("the sentences cannot be read")

    def _state(self, draft: int | None) -> "tuple[Knowledge, Corpus, list[Change]]":
        """The files' knowledge, the corpus of it and a draft, and the draft's changes."""
        live = self._files.knowledge()
        assert self._live is not None
        former, corpus = self._live
        if former is not live:
            corpus = corpus.updated(_between(former, live))
            self._live = (live, corpus)
            self._drafts.clear()
        changes = [] if draft is None else rebased(drafts.changes(draft), live)[0]
        if not changes:
            return live, corpus, changes
        name = repr([(one.kind, one.key, one.value) for one in changes])
        if name not in self._drafts:
            self._drafts[name] = corpus.updated(changes)
            while len(self._drafts) > MOST:
                self._drafts.popitem(last=False)
        self._drafts.move_to_end(name)
        return live, self._drafts[name], changes


def told(
    found: Mapping[str, list[Finding]],
    live: Knowledge,
    changes: Sequence[Change],
    of: tuple[str, str] | None = None,
) -> dict[str, list[Finding]]:
    """What the checks have found of changes, by "kind/key", behind why the files cannot take them; nothing twice."""
    refused: defaultdict[str, list[Finding]] = defaultdict(list)
    for one in live.problems(changes, of):
        name = f"{one.kind}/{one.key}"
        errors = {(has.code, (has.field or "").split(".")[0]) for has in found.get(name, ()) if has.level == "error"}
        if not any((code, one.field) in errors for code in _BETTER.get(one.code, ())):
            refused[name].append(Finding("error", one.code, one.message, one.field))
    return {name: [*dict.fromkeys(refused[name]), *found.get(name, ())] for name in {**found, **refused}}


def _between(former: Knowledge, now: Knowledge) -> list[Change]:
    """What has happened to the files."""
    return [
        Change(kind, key, former.objects[kind].get(key), now.objects[kind].get(key))
        for kind in KINDS
        for key in {**former.objects[kind], **now.objects[kind]}
        if former.objects[kind].get(key) != now.objects[kind].get(key)
    ]
