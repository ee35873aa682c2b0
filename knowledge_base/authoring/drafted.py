"""The files as they are, and drafts on top of them: read once, read anew when they change, for checks and trials."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.settings import ROOT
from knowledge_base.authoring.changes import Change
from knowledge_base.authoring.knowledge import Knowledge, paths
from knowledge_base.authoring.merge import rebased

# Drafts that are being worked on at the same time, more or less.
MOST = 2


@dataclass(frozen=True)
class Drafted:
    """The files' knowledge, a draft's changes merged onto it, and what they make of it."""

    live: Knowledge
    changes: Sequence[Change]
    after: Knowledge


class Files:
    """A project's knowledge as it is at the moment."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._seen: object = None
        self._knowledge: Knowledge | None = None
        self._drafts: OrderedDict[tuple[str, str], Drafted] = OrderedDict()

    def knowledge(self) -> Knowledge:
        """The files', read anew if one of them has another date or length."""
        with self._lock:
            seen = self._signature()
            if self._knowledge is None or seen != self._seen:
                self._knowledge, self._seen = Knowledge.read(self.root), seen
            return self._knowledge

    def drafted(self, changes: Sequence[Change]) -> Drafted:
        """What changes make of the files. Raises changes.Invalid."""
        live = self.knowledge()
        rows = [(one.kind, one.key, one.base, one.value) for one in changes]
        key = (live.hash, hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest())
        with self._lock:
            if key not in self._drafts:
                merged, _ = rebased(changes, live)
                self._drafts[key] = Drafted(live, merged, live.with_changes(merged))
                while len(self._drafts) > MOST:
                    self._drafts.popitem(last=False)
            self._drafts.move_to_end(key)
            return self._drafts[key]

    def _signature(self) -> object:
        states = [(path, path.stat()) for path in paths(self.root)]
        return [(path, state.st_mtime_ns, state.st_size) for path, state in states]
