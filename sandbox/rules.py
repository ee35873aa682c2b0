"""How an API module tells the engine what its resources do beyond being stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.documents import Document
from sandbox.store import Transaction

Create = Callable[[Transaction, Document], Document]
Change = Callable[[Transaction, Document, Document], Document]
Remove = Callable[[Transaction, Document], None]
TimerAction = Callable[[Transaction, datetime, str], None]


@dataclass(frozen=True)
class Rules:
    """What one kind of resource does; every part may be left out.

    Attributes:
        prefix: how the ids of new ones begin.
        create: fills in what the operator decides, has its effects, returns the document; raises ApiError to refuse.
        change: gets the stored and the merged document and returns the one to store; raises ApiError to refuse.
        remove: has the effects of a deletion, or raises ApiError to refuse.
        state: the attribute whose change makes a state-change event rather than a value-change event.
        extensions: attributes beyond the specification.
    """

    prefix: str = ""
    create: Create | None = None
    change: Change | None = None
    remove: Remove | None = None
    state: str = "status"
    extensions: frozenset[str] = frozenset()


# By API number and kind; kinds that have no entry are simply stored.
RULES: dict[tuple[str, str], Rules] = {}
# By name; see Transaction.set_timer.
TIMERS: dict[str, TimerAction] = {}
