"""The inbox as the editors' pages see it, and what they do with a sentence. All functions block."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading
from common.times import SHANGHAI, iso, utc_now
from desk.editor import drafts, knowledge
from desk.editor.assigned import ASSIGNED, DISMISSED, OPEN
from desk.editor.people import Shown
from desk.errors import Refused
from desk.staff import audit
from desk.supervisor.days import today
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
    days = [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
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
        sources = _sources(session, [one.id for one in sentences])
        titles = dict(session.execute(sa.select(Cluster.id, Cluster.title).where(Cluster.id.in_(ids))).all())
        return {
            "count": total,
            "open": open_sentences(session),
            "days": [str(day) for day in days],
            "clusters": [
                _cluster(one, [row for row in sentences if (row.cluster_id or -row.id) == one], sources, titles, days)
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


def _sources(session: Session, sentences: Sequence[int]) -> dict[int, list[InboxSource]]:
    found: dict[int, list[InboxSource]] = {}
    rows = session.scalars(
        sa.select(InboxSource).where(InboxSource.sentence_id.in_(sentences)).order_by(InboxSource.at.desc())
    )
    for row in rows if sentences else ():
        found.setdefault(row.sentence_id, []).append(row)
    return found


def _cluster(
    group: int,
    sentences: Sequence[InboxSentence],
    sources: dict[int, list[InboxSource]],
    titles: dict[int, str],
    days: list[date],
) -> Shown:
    all_sources = [source for one in sentences for source in sources.get(one.id, ())]
    counted = Counter(source.at.astimezone(SHANGHAI).date() for source in all_sources)
    trend = [counted[day] for day in days]
    shown = sorted((_sentence(one, sources.get(one.id, [])) for one in sentences), key=lambda one: -one["count"])
    return {
        "id": str(group) if group > 0 else f"s{-group}",
        "title": titles.get(group) or shown[0]["text"],
        "count": len(all_sources),
        "days": trend,
        "delta": sum(trend[-HALF:]) - sum(trend[:-HALF]),
        "sentences": shown,
    }


def _sentence(row: InboxSentence, sources: list[InboxSource]) -> Shown:
    guess = _most(source.guess for source in sources)
    meant: str | None = row.intent or _most(source.intent for source in sources)
    return {
        "id": row.id,
        "text": row.text,
        "state": row.state,
        "draft": row.draft_id,
        "count": len(sources),
        "reasons": dict(Counter(source.reason for source in sources)),
        "guess": guess,
        "guess_title": None if guess is None else intent_title(guess),
        "intent": meant,
        "intent_title": None if meant is None else intent_title(meant),
        "last_at": iso(sources[0].at if sources else row.changed_at),
        "conversations": list(dict.fromkeys(source.conversation_id for source in sources))[:MOST_CONVERSATIONS],
    }


def _most(names: Any) -> str | None:
    counted = Counter(name for name in names if name is not None)
    return counted.most_common(1)[0][0] if counted else None
