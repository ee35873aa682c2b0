"""The knowledge that is live, as the editors' pages read it, and a draft's changes upon it. All functions block."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from desk.errors import Refused
from knowledge_base.authoring.changes import KINDS, Change, Invalid, Value
from knowledge_base.authoring.drafted import Files
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.merge import Conflict, rebased

_files = Files()


@dataclass(frozen=True)
class Upon:
    """A draft's changes, brought up to the knowledge that is live."""

    live: Knowledge
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]

    def objects(self, kind: str) -> dict[str, Value]:
        """All objects of a kind as the draft has them."""
        found = dict(self.live.objects[kind])
        for one in self.changes:
            if one.kind == kind and one.value is None:
                found.pop(one.key, None)
            elif one.kind == kind and one.value is not None:
                found[one.key] = one.value
        return found

    def content_hash(self) -> str | None:
        """The hash of the files that the draft would make; None while it cannot be written."""
        if self.conflicts:
            return None
        try:
            return self.made().hash
        except Invalid:
            return None

    def made(self) -> Knowledge:
        """The knowledge with the draft's changes. Raises Invalid."""
        changes = json.dumps([[one.kind, one.key, one.value] for one in self.changes], ensure_ascii=False)
        return _made(self.live, changes)


def live() -> Knowledge:
    """The project's files as objects; read again when one of them has changed, else what was read last."""
    return _files.knowledge()


def upon(changes: Sequence[Change]) -> Upon:
    """A draft's changes upon the live knowledge."""
    knowledge = live()
    kept, conflicts = rebased(changes, knowledge)
    return Upon(knowledge, tuple(kept), tuple(conflicts))


def known(kind: str) -> str:
    """The kind, if there is one of the name. Raises Refused."""
    if kind not in KINDS:
        raise Refused(404, "not_found")
    return kind


def words_for_change(live_value: Value | None, value: Value | None) -> str:
    """added, changed or removed."""
    return "removed" if value is None else "added" if live_value is None else "changed"


@lru_cache(maxsize=8)
def _made(live: Knowledge, changes: str) -> Knowledge:
    # A third of a second, and pages ask again and again while a draft is written or trained.
    return live.with_changes([Change(kind, key, None, value) for kind, key, value in json.loads(changes)])
