"""The knowledge of a project as objects, read from its files, and the files that changed objects make."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from common.settings import ROOT
from knowledge_base.authoring.changes import KINDS, Change, Invalid, Problem, Value, canonical, same
from knowledge_base.authoring.content_files import read_content, write_content
from knowledge_base.authoring.documents import CONTENT, DOMAIN, Documents
from knowledge_base.authoring.intent_files import domain_intents, read_intents, write_intents
from knowledge_base.authoring.references import sources
from knowledge_base.authoring.shapes import misshapen
from knowledge_base.authoring.valid import State, problems
from knowledge_base.authoring.yaml_text import load

# What texts hold, for those who read them again and again; nobody changes it.
_loaded = lru_cache(maxsize=256)(load)
_RESPONSE = re.compile(r"utter_\w+")


def paths(root: Path) -> list[Path]:
    """The files of a project that hold its knowledge."""
    return sorted([root / DOMAIN, *(root / "bot/data").rglob("*.yml"), *(root / CONTENT).glob("*.yml")])


class Knowledge:
    """What editors work on. `root` is the project whose code is asked what it names."""

    def __init__(self, texts: Mapping[str, str], root: Path = ROOT) -> None:
        self.texts = dict(texts)
        self.root = root
        self.loaded: Mapping[str, Any] = {path: _loaded(text) for path, text in self.texts.items()}
        self.objects: Mapping[str, Mapping[str, Value]] = {
            "intent": read_intents(self.loaded),
            **read_content(self.loaded),
        }

    @classmethod
    def read(cls, root: Path = ROOT) -> "Knowledge":
        """The project's files as they are now. Raises OSError and yaml.YAMLError."""
        return cls({path.relative_to(root).as_posix(): path.read_bytes().decode() for path in paths(root)}, root)

    @cached_property
    def hash(self) -> str:
        """See `hash_of`."""
        return hash_of(self.texts)

    @cached_property
    def intents(self) -> list[str]:
        """All intents of the domain: those too that come only as buttons and events, and are no objects."""
        return domain_intents(self.loaded)

    def with_changes(self, changes: Sequence[Change]) -> "Knowledge":
        """The knowledge after these changes. Raises Invalid."""
        return Knowledge({**self.texts, **self.changed(changes)}, self.root)

    def changed(self, changes: Sequence[Change]) -> Mapping[str, str]:
        """path → new text of the files that differ; of an object that is there twice the last change counts.

        Comments and all other objects stay as they are written. Raises Invalid.
        """
        found = self.problems(changes)
        if found:
            raise Invalid(found)
        wanted = {(one.kind, one.key): one for one in changes}
        kept = [
            Change(one.kind, one.key, one.base, canonical(one.kind, one.value) if one.value is not None else None)
            for one in wanted.values()
            if not same(one.kind, self.objects[one.kind].get(one.key), one.value)
        ]
        documents = Documents(self.texts)
        intents = {one.key: one.value for one in kept if one.kind == "intent"}
        write_intents(documents, self.loaded, intents, self._responses_in_code)
        write_content(documents, self.loaded, kept)
        made = documents.changed()
        self._verify(made, kept)
        return made

    def problems(self, changes: Sequence[Change], of: tuple[str, str] | None = None) -> list[Problem]:
        """Why these changes cannot be made; none when `changed` can. `of` (kind, key) judges that object alone."""
        found = [problem for one in changes for problem in misshapen(one)]
        if found:
            return [one for one in found if of in (None, (one.kind, one.key))]
        wanted = [
            Change(one.kind, one.key, one.base, canonical(one.kind, one.value) if one.value is not None else None)
            for one in {(one.kind, one.key): one for one in changes}.values()
        ]
        judged = [one for one in wanted if of in (None, (one.kind, one.key))]
        return problems(State(self._after(wanted), self.objects, self.loaded, self.root), judged)

    def _after(self, changes: Sequence[Change]) -> dict[str, dict[str, Value]]:
        after = {kind: dict(self.objects[kind]) for kind in KINDS}
        for one in changes:
            if one.value is None:
                after[one.kind].pop(one.key, None)
            else:
                after[one.kind][one.key] = one.value
        return after

    def _verify(self, made: Mapping[str, str], changes: Sequence[Change]) -> None:
        """Nobody publishes what does not say what was changed. Raises RuntimeError."""
        found = Knowledge({**self.texts, **made}, self.root).objects
        for kind, expected in self._after(changes).items():
            keys = {**expected, **found[kind]}
            odd = [key for key in keys if not same(kind, expected.get(key), found[kind].get(key))]
            if odd:
                raise RuntimeError(f"written otherwise than wanted: {kind} {', '.join(odd[:3])}")

    @cached_property
    def _responses_in_code(self) -> frozenset[str]:
        return frozenset(name for text in sources(self.root).values() for name in _RESPONSE.findall(text))


def hash_of(texts: Mapping[str, str]) -> str:
    """SHA-256 over files (path → text) and their paths, in hex."""
    digest = hashlib.sha256()
    for path, text in sorted(texts.items()):
        digest.update(f"{path}\0{len(text.encode())}\0{text}".encode())
    return digest.hexdigest()
