"""Brings what the bot did not do well by into the editors' inbox, in the background; masked, each sentence once.

Where it stopped is seen from what it has brought: whoever begins anew goes on there, and what it meets twice changes
nothing. All functions block.
"""

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import UtcDateTime, reading, retried, transaction
from common.masking import mask_text
from common.times import utc_now
from desk.editor.assigned import OPEN
from desk.handover_models import Handover
from desk.models import REJECTED_INTENTS, Conversation, Turn
from desk.secrets import HIDDEN
from knowledge_base.authoring.models import InboxSentence, InboxSource
from knowledge_base.authoring.shapes import is_odd
from language.normalise import normalise

REJECTED, UNSURE, HANDOVER = "rejected", "unsure", "handover"
CORRECTION, THUMBS_DOWN = "correction", "thumbs_down"
# Below it an answer is a guess.
SURE = 0.5
# What is said before somebody asks for a person, in turns.
TURNS_BEFORE = 2
# Nobody needs an example of these, and a wish for a person is no fault of the bot's.
NOTHING_TO_LEARN = frozenset({"greet", "goodbye", "thanks", "affirm", "deny", "human_agent"})
# An answer may come so late.
LOOKED_BACK = timedelta(minutes=15)
# The longest that it looks back where it has never looked.
FIRST_LOOK = timedelta(days=14)
AT_ONCE = 200
PAUSE_SECONDS = 5.0
_ONLY_NUMBERS = re.compile(r"[\W\d_一二三四五六七八九零〇幺百千万元块年月日号]*")
_LONGEST = 200


@dataclass(frozen=True)
class Said:
    """A turn that an editor should see, and why."""

    turn: str
    conversation: str
    channel: str
    text: str
    at: datetime
    reason: str
    guess: str | None = None
    intent: str | None = None
    staff: int | None = None


class Gatherer:
    """Looks at what was said since it last looked, at most every `pause` seconds."""

    def __init__(self, pause: float = PAUSE_SECONDS) -> None:
        self._pause = pause
        self._next = float("-inf")
        self._turn: tuple[datetime, str] | None = None
        self._handover: int | None = None

    def step(self) -> bool:
        """Brings some into the inbox, a bounded number; whether there may be more right now."""
        if time.monotonic() < self._next:
            return False
        with reading() as session:
            doubtful, turn = _doubtful(session, self._turn or (_began(session, (REJECTED, UNSURE)), ""))
            first = self._first(session)
            before, handover = _before_handovers(session, first)
        found = [said for said in (*doubtful, *before) if worth_learning(said.text, said.guess)]
        if found:
            _keep_all(found)
        more = turn is not None or handover != first
        self._turn, self._handover = turn or (utc_now() - LOOKED_BACK, ""), handover
        self._next = time.monotonic() + (0 if more else self._pause)
        return more

    def _first(self, session: Session) -> int:
        if self._handover is not None:
            return self._handover
        since = _began(session, (HANDOVER,))
        return int(session.scalar(sa.select(sa.func.max(Handover.id)).where(Handover.created_at < since)) or 0)


def worth_learning(text: str, intent: str | None = None) -> bool:
    """Whether a sentence could be an example of anything: not a code, a number, a greeting or a yes."""
    plain = normalise(text)
    return (
        len(plain) > 2
        and HIDDEN not in text
        and not is_odd(_on_one_line(text))
        and intent not in NOTHING_TO_LEARN
        and _ONLY_NUMBERS.fullmatch(mask_text(plain)) is None
    )


def _on_one_line(text: str) -> str:
    """As an example of an intent must be, which breaks of lines would make several."""
    return " ".join(text.split())


def form_of(text: str) -> str:
    """What texts share that say the same in the same words: the SHA-256 of the normalised, masked text."""
    return hashlib.sha256(mask_text(normalise(text)).rstrip("。.!?,~ ").encode()).hexdigest()


def keep(session: Session, said: Said) -> None:
    """Writes a sentence down with where it was said; once for a turn and a reason, of which the last word counts."""
    known = session.scalar(
        sa.select(InboxSource).where(InboxSource.turn_id == said.turn, InboxSource.reason == said.reason)
    )
    form, now = form_of(said.text), utc_now()
    its = InboxSentence.form == form if known is None else InboxSentence.id == known.sentence_id
    sentence = session.scalar(sa.select(InboxSentence).where(its))
    if sentence is None:
        sentence = InboxSentence(
            form=form, text=mask_text(_on_one_line(said.text))[:_LONGEST].strip(), state=OPEN, changed_at=now
        )
        session.add(sentence)
        session.flush()
    elif said.reason == CORRECTION and sentence.state != OPEN and (known is None or known.intent != said.intent):
        # Somebody says what it means, which who dismissed it did not know.
        sentence.state, sentence.changed_at = OPEN, now
        sentence.intent = sentence.draft_id = None
    if known is not None:
        known.intent, known.staff_id = said.intent, said.staff or known.staff_id
        return
    session.add(
        InboxSource(
            sentence_id=sentence.id,
            turn_id=said.turn,
            conversation_id=said.conversation,
            channel=said.channel,
            reason=said.reason,
            guess=None if said.guess in REJECTED_INTENTS else said.guess,
            intent=said.intent,
            staff_id=said.staff,
            at=said.at,
        )
    )
    session.flush()


@retried
def _keep_all(found: Sequence[Said]) -> None:
    with transaction() as session:
        for said in found:
            keep(session, said)


def _doubtful(session: Session, after: tuple[datetime, str]) -> tuple[list[Said], tuple[datetime, str] | None]:
    """Typed turns after one that were rejected or hardly understood; the last of them, if there may be more."""
    known = sa.exists().where(InboxSource.turn_id == Turn.id, InboxSource.reason.in_((REJECTED, UNSURE)))
    rows = session.execute(
        sa.select(Turn, Conversation.channel)
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .where(
            sa.tuple_(Turn.created_at, Turn.id) > sa.tuple_(sa.literal(after[0], UtcDateTime), sa.literal(after[1])),
            Turn.payload.is_(None),
            sa.or_(Turn.intent.in_(REJECTED_INTENTS), Turn.confidence < SURE),
            ~known,
        )
        .order_by(Turn.created_at, Turn.id)
        .limit(AT_ONCE)
    ).all()
    found = [said_in(turn, channel, REJECTED if turn.intent in REJECTED_INTENTS else UNSURE) for turn, channel in rows]
    last = rows[-1][0] if len(rows) == AT_ONCE else None
    return found, None if last is None else (last.created_at, last.id)


def _before_handovers(session: Session, after: int) -> tuple[list[Said], int]:
    """What customers said before they asked for a person, of handovers after one; the last of these."""
    rows = session.execute(
        sa.select(Handover.id, Handover.conversation_id, Handover.created_at, Conversation.channel)
        .join(Conversation, Conversation.id == Handover.conversation_id)
        .where(Handover.id > after)
        .order_by(Handover.id)
        .limit(AT_ONCE)
    ).all()
    return [said for row in rows for said in _before(session, row)], rows[-1].id if rows else after


def _before(session: Session, handover: Any) -> list[Said]:
    """What was said in the turns before the one that asked for a person."""
    turns: Sequence[Turn] = session.scalars(
        sa.select(Turn)
        .where(Turn.conversation_id == handover.conversation_id, Turn.created_at <= handover.created_at)
        .order_by(Turn.created_at.desc())
        .limit(TURNS_BEFORE + 1)
    ).all()
    return [
        said_in(turn, handover.channel, HANDOVER)
        for turn in turns[1:]
        if turn.payload is None and turn.intent is not None
    ]


def said_in(turn: Turn, channel: str, reason: str, **more: Any) -> Said:
    """What a customer said in a turn."""
    at = more.pop("at", turn.created_at)
    return Said(turn.id, turn.conversation_id, channel, turn.text, at, reason, turn.intent, **more)


def _began(session: Session, reasons: Sequence[str]) -> datetime:
    """From when on turns were not looked at for these reasons."""
    newest: datetime | None = session.scalar(
        sa.select(sa.func.max(InboxSource.at)).where(InboxSource.reason.in_(reasons))
    )
    return utc_now() - FIRST_LOOK if newest is None else newest - LOOKED_BACK
