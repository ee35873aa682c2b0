"""The inbox as the editors' pages see it, and what they do with a sentence. All functions block."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading
from common.times import iso, utc_now
from desk.editor import drafts, knowledge
from desk.editor.assigned import ASSIGNED, DISMISSED, OPEN
from desk.editor.people import Shown
from desk.errors import Refused
from desk.staff import audit
from desk.supervisor.days import DayOf, today
from knowledge_base.authoring import drafts as stored
from knowledge_base.authoring.changes import plain
from knowledge_base.authoring.models import Cluster, InboxSentence, InboxSource
from knowledge_base.content import intent_title

# Days of the trend, and of each of the two halves that are compared.
DAYS = 14
HALF = 7
# Conversations behind a sentence that are named.
MOST_CONVERSATIONS = 5


@dataclass(frozen=True)
class Query:
    """Which sentences: of a state, for a reason, with some words; a page of their clusters."""

    state: str = OPEN
    reason: str | None = None
    q: str = ""
    offset: int = 0
    limit: int = 20


def found(query: Query) -> Shown:
    """A page of clusters, the largest first, with their sentences and the last 14 days."""
    last = today()
    days = [str(last - timedelta(days=back)) for back in range(DAYS - 1, -1, -1)]
    with reading() as session:
        group = sa.func.coalesce(InboxSentence.cluster_id, -InboxSentence.id)
        wanted = sa.and_(*_conditions(query))
        groups = (
            sa.select(group.label("id"), sa.func.count(InboxSource.id).label("count"))
            .outerjoin(InboxSource, InboxSource.sentence_id == InboxSentence.id)
            .where(wanted)
            .group_by(group)
        )
        total = session.scalar(sa.select(sa.func.count()).select_from(groups.subquery()))
        order = sa.func.count(InboxSource.id).desc(), sa.func.max(InboxSentence.id).desc()
        page = session.execute(groups.order_by(*order).offset(query.offset).limit(query.limit)).all()
        ids = [row.id for row in page]
        sentences = session.scalars(sa.select(InboxSentence).where(wanted, group.in_(ids))).all() if ids else []
        shown = [one.id for one in sentences]
        sources, talks = _sources(session, shown), _conversations(session, shown)
        titles = dict(session.execute(sa.select(Cluster.id, Cluster.title).where(Cluster.id.in_(ids))).all())
        return {
            "count": total,
            "open": open_sentences(session),
            "days": days,
            "clusters": [
                _cluster(
                    one,
                    [
                        (row, sources.get(row.id, []), talks.get(row.id, []))
                        for row in sentences
                        if (row.cluster_id or -row.id) == one
                    ],
                    titles.get(one),
                    days,
                )
                for one in ids
            ],
        }


def open_sentences(session: Session) -> int:
    """How many sentences wait."""
    return int(session.scalar(sa.select(sa.func.count()).where(InboxSentence.state == OPEN)) or 0)


def assign(me: int, sentences: Sequence[int], draft: int, intent: str) -> int:
    """Has sentences become examples of an intent in a draft; how many did. Raises Refused."""
    live = knowledge.live().objects["intent"].get(intent)
    with drafts.changing() as session:
        row = drafts.found(session, draft)
        rows = _waiting(session, sentences, OPEN, ASSIGNED)
        held = stored.held(session, draft, "intent", intent)
        value = live if held is None else held.value
        if value is None:
            raise Refused(422, "bad_request", "kb_intent_unknown")
        had = list(value.get("examples") or ())
        said = {plain(example) for example in had}
        examples = [*had, *(one.text for one in rows if one.text not in said)]
        stored.save(
            session,
            draft,
            "intent",
            intent,
            {**value, "examples": examples},
            None,
            me,
            live=live,
            group=uuid.uuid4().hex,
        )
        for one in rows:
            one.state, one.intent, one.draft_id = ASSIGNED, intent, draft
            one.staff_id, one.changed_at = me, utc_now()
        if rows:
            drafts.note(session, me, "kb_assign", row, f"{intent}: {len(rows)}")
        return len(rows)


def dismiss(me: int, sentences: Sequence[int]) -> int:
    """Nobody needs these; how many they were."""
    return _moved(me, sentences, DISMISSED, "kb_dismiss", OPEN)


def reopen(me: int, sentences: Sequence[int]) -> int:
    """They wait again; how many they are. What a draft holds of them stays in it."""
    return _moved(me, sentences, OPEN, "kb_reopen", DISMISSED, ASSIGNED)


def _moved(me: int, sentences: Sequence[int], state: str, action: str, *before: str) -> int:
    with drafts.changing() as session:
        rows = _waiting(session, sentences, *before)
        for row in rows:
            row.state, row.intent, row.draft_id, row.staff_id, row.changed_at = state, None, None, me, utc_now()
        if rows:
            audit.note(session, me, action, ", ".join(str(row.id) for row in rows))
        return len(rows)


def _waiting(session: Session, sentences: Sequence[int], *states: str) -> list[InboxSentence]:
    return list(
        session.scalars(
            sa.select(InboxSentence)
            .where(InboxSentence.id.in_(sentences), InboxSentence.state.in_(states))
            .order_by(InboxSentence.id)
            .with_for_update()
        )
    )


def _conditions(query: Query) -> list[Any]:
    conditions = [InboxSentence.state == query.state]
    if query.reason is not None:
        reasoned = sa.select(InboxSource.sentence_id).where(InboxSource.reason == query.reason).correlate(None)
        conditions.append(InboxSentence.id.in_(reasoned))
    if query.q:
        conditions.append(InboxSentence.text.contains(query.q, autoescape=True))
    return conditions


def _sources(session: Session, sentences: Sequence[int]) -> dict[int, list[Any]]:
    """By sentence, what shares reason, guess, intent and day: how many (`times`), and `last`; the latest first."""
    what = (InboxSource.sentence_id, InboxSource.reason, InboxSource.guess, InboxSource.intent)
    day, last = DayOf(InboxSource.at), sa.func.max(InboxSource.at)
    counted = sa.select(*what, day.label("day"), sa.func.count().label("times"), last.label("last"))
    wanted = counted.where(InboxSource.sentence_id.in_(sentences)).group_by(*what, day).order_by(last.desc())
    found: dict[int, list[Any]] = {}
    for row in session.execute(wanted) if sentences else ():
        found.setdefault(row.sentence_id, []).append(row)
    return found


def _conversations(session: Session, sentences: Sequence[int]) -> dict[int, list[str]]:
    """By sentence, in which conversations it was said, the latest first; only some."""
    of, last = (InboxSource.sentence_id, InboxSource.conversation_id), sa.func.max(InboxSource.at)
    place = sa.func.row_number().over(partition_by=InboxSource.sentence_id, order_by=last.desc())
    ranked = sa.select(*of, place.label("place")).where(InboxSource.sentence_id.in_(sentences)).group_by(*of).subquery()
    wanted = sa.select(ranked).where(ranked.c.place <= MOST_CONVERSATIONS).order_by(ranked.c.place)
    found: dict[int, list[str]] = {}
    for row in session.execute(wanted) if sentences else ():
        found.setdefault(row.sentence_id, []).append(row.conversation_id)
    return found


def _cluster(
    group: int, said: Sequence[tuple[InboxSentence, list[Any], list[str]]], title: str | None, days: Sequence[str]
) -> Shown:
    """Of sentences with their sources and conversations."""
    shown = sorted((_sentence(*one) for one in said), key=lambda one: -one["count"])
    counted = _counted((source.day, source.times) for _, sources, _ in said for source in sources)
    trend = [counted[day] for day in days]
    return {
        "id": str(group) if group > 0 else f"s{-group}",
        "title": title or shown[0]["text"],
        "count": sum(one["count"] for one in shown),
        "days": trend,
        "delta": sum(trend[-HALF:]) - sum(trend[:-HALF]),
        "sentences": shown,
    }


def _sentence(row: InboxSentence, sources: Sequence[Any], conversations: list[str]) -> Shown:
    guess = _most((source.guess, source.times) for source in sources)
    meant: str | None = row.intent or _most((source.intent, source.times) for source in sources)
    reasons = _counted((source.reason, source.times) for source in sources)
    return {
        "id": row.id,
        "text": row.text,
        "state": row.state,
        "draft": row.draft_id,
        "count": reasons.total(),
        "reasons": dict(reasons),
        "guess": guess,
        "guess_title": None if guess is None else intent_title(guess),
        "intent": meant,
        "intent_title": None if meant is None else intent_title(meant),
        "last_at": iso(sources[0].last if sources else row.changed_at),
        "conversations": conversations,
    }


def _most(counts: Iterable[tuple[str | None, int]]) -> str | None:
    counted = _counted((name, times) for name, times in counts if name is not None)
    return counted.most_common(1)[0][0] if counted else None


def _counted(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for name, times in counts:
        counted[name] += times
    return counted
