"""质检: which chats are scored, and what they got. All functions block, and raise Refused."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.database import reading, transaction
from common.times import iso, utc_now
from desk.errors import Refused
from desk.handover_models import Handover, HandoverNote, QualityScore
from desk.handover_states import CLOSED
from desk.models import Message
from desk.staff import audit
from desk.staff_models import Staff
from desk.supervisor.days import bounds
from desk.supervisor.sampling import Ended, Rules, sample
from desk.supervisor.sheet import form, total
from desk.supervisor.stepping_in import subject
from desk.workbench import cards, chats
from knowledge_base.content import content

Shown = dict[str, Any]


def sampled(day: date) -> list[Shown]:
    """The chats of a day that are to be scored, in the order in which they ended, and why."""
    since, until = bounds(day, day)
    with reading() as session:
        rows = session.execute(
            sa.select(Handover, Staff.name, QualityScore.total)
            .join(Staff, Staff.id == Handover.staff_id)
            .outerjoin(QualityScore, QualityScore.handover_id == Handover.id)
            .where(Handover.closed_at >= since, Handover.closed_at < until, Handover.state == CLOSED)
            .order_by(Handover.closed_at, Handover.id)
        ).all()
        chosen = sample(_ended(session, [row.Handover for row in rows]), day, Rules(**content("quality")["sample"]))
    why = content("quality")["why"]
    return [
        {
            "handover": row.id,
            "why": "、".join(why[reason] for reason in chosen[row.id]),
            "agent": name,
            "closed_at": iso(row.closed_at),
            "topic_title": row.context.get("topic_title"),
            "score": given,
        }
        for row, name, given in rows
        if row.id in chosen
    ]


def _ended(session: Session, rows: list[Handover]) -> list[Ended]:
    ids = [row.id for row in rows]
    scores = cards.scores_of(session, ids)
    transfers = dict(
        session.execute(
            sa.select(HandoverNote.handover_id, sa.func.count())
            .where(HandoverNote.handover_id.in_(ids), HandoverNote.kind == "transfer")
            .group_by(HandoverNote.handover_id)
        ).all()
    )
    return [
        Ended(
            id=row.id,
            agent=row.staff_id,
            minutes=(row.closed_at - row.accepted_at).total_seconds() / 60,
            score=scores.get(row.id),
            escalated=bool(row.context.get("escalation")),
            transfers=transfers.get(row.id, 0),
        )
        for row in rows
    ]


def reviewed(handover: int, me: int) -> Shown:
    """A chat as a whole with the score that it has, if any."""
    with reading() as session:
        whole = cards.whole(session, handover, staff=me, sees_all=True)
        rows = session.execute(
            sa.select(QualityScore, Staff.name)
            .join(Staff, Staff.id == QualityScore.scorer_id)
            .where(QualityScore.handover_id == handover)
        )
        return whole | {"scores": [_shown(row, name) for row, name in rows]}


def score(handover: int, me: int, answers: Mapping[str, int], words: str) -> Shown:
    """Scores a finished chat by the form of today; a second score replaces the first, and both are written down."""
    try:
        points, fatal = total(form(), answers)
    except ValueError as error:
        raise Refused(422, "bad_request", "quality_incomplete") from error
    with transaction() as session:
        found, _ = chats.locked(session, handover)
        if found.state != CLOSED:
            raise Refused(409, "quality_open")
        if _took_part(session, found, me):
            raise Refused(403, "forbidden", "quality_own")
        row = session.scalar(sa.select(QualityScore).where(QualityScore.handover_id == handover))
        before = None if row is None else row.total
        if row is None:
            row = QualityScore(handover_id=handover)
            session.add(row)
        row.scorer_id, row.form, row.answers, row.at = me, form().version, dict(answers), utc_now()
        row.total, row.fatal, row.note = points, fatal, words or None
        detail = str(points) if before is None else f"{before} → {points}"
        audit.note(session, me, "quality_scored", subject(handover), detail)
        return {"total": points}


def _took_part(session: Session, found: Handover, me: int) -> bool:
    """Whether somebody served this chat, at its end or before it was passed on."""
    said = sa.exists().where(
        Message.conversation_id == found.conversation_id,
        Message.staff_id == me,
        Message.seq > found.opened_seq,
        Message.at <= found.closed_at,
    )
    return bool(found.staff_id == me or session.scalar(sa.select(said)))


def figures(first: date, last: date) -> list[Shown]:
    """What agents got for the chats that ended on these days: how many were scored, the mean, and how many fatal."""
    since, until = bounds(first, last)
    with reading() as session:
        rows = session.execute(
            sa.select(
                Staff.name,
                sa.func.count().label("count"),
                sa.func.avg(QualityScore.total).label("mean"),
                sa.func.sum(sa.case((QualityScore.fatal, 1), else_=0)).label("fatal"),
            )
            .select_from(QualityScore)
            .join(Handover, Handover.id == QualityScore.handover_id)
            .join(Staff, Staff.id == Handover.staff_id)
            .where(Handover.closed_at >= since, Handover.closed_at < until)
            .group_by(Staff.id, Staff.name)
            .order_by(Staff.name, Staff.id)
        )
        return [
            {"staff": row.name, "count": row.count, "mean": round(float(row.mean), 1), "fatal": row.fatal}
            for row in rows
        ]


def _shown(row: QualityScore, name: str) -> Shown:
    return {
        "by": name,
        "at": iso(row.at),
        "form": row.form,
        "answers": row.answers,
        "total": row.total,
        "fatal": row.fatal,
        "note": row.note,
    }
