"""Agents without a browser: accounts, presence, and what they do, by the functions that the routes call."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from common.database import engine, transaction
from desk import dispatch, handover, store
from desk.handover_models import Handover
from desk.models import Conversation
from desk.staff_models import Staff
from desk.store import Said, Shown
from desk.workbench import chats, presence


def agent(
    name: str = "林晓",
    groups: tuple[str, ...] = ("mobile",),
    *,
    ceiling: int = 3,
    state: str = "ready",
    role: str = "agent",
) -> int:
    """A new agent's id, whose page is connected."""
    with transaction() as session:
        row = Staff(login=name, name=name, role=role, groups=list(groups), ceiling=ceiling, password_hash="-")
        session.add(row)
        session.flush()
        staff: int = row.id
    presence.choose(staff, state)
    return staff


def enters(talk: str | None = None, **context: object) -> int:
    """A customer asks for a person; the handover's id."""
    talk = talk or store.create_conversation("web")
    turn = store.accept(talk, "enter", "转人工", None).turn
    with transaction() as session:
        row = store.lock_conversation(session, talk)
        handover.open_handover(session, row, {"group": "mobile", **context}, [Said("bot", "好的")], turn)
        store.finish(session, turn, "done")
        waits = handover.waiting_of(session, talk)
        return 0 if waits is None else waits.id


def served(staff: int, talk: str | None = None, **context: object) -> int:
    """A chat that an agent has accepted."""
    found = enters(talk, **context)
    dispatch.step()
    chats.accept(found, staff)
    return found


def row(found: int) -> Handover:
    """A handover as it stands."""
    with transaction() as session:
        return session.get(Handover, found)


def talk_of(found: int) -> Conversation:
    """The conversation of a handover."""
    with transaction() as session:
        return session.get(Conversation, session.get(Handover, found).conversation_id)


def read(found: int) -> list[Shown]:
    """The transcript that the customer has."""
    return store.history(talk_of(found).id, 0)[0]


def texts(found: int) -> list[tuple[str, str]]:
    """Who said what."""
    return [(line["role"], line["text"]) for line in read(found)]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The questions that are put to the database."""
    asked_of_it: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked_of_it.append(statement)

    sa.event.listen(engine(), "before_cursor_execute", note)
    yield asked_of_it
    sa.event.remove(engine(), "before_cursor_execute", note)
