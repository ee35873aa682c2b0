"""Reports over days: what came of offers, and how customers were served. All functions block, and raise Refused."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from common.database import reading
from desk.staff_models import Staff
from desk.supervisor import figures
from desk.supervisor.board import whole
from desk.supervisor.days import bounds
from desk.supervisor.figures import Service, satisfaction
from desk.supervisor.tables import table
from knowledge_base.content import content
from knowledge_base.retention.offers import offers as known_offers
from knowledge_base.retention.report import report

Shown = dict[str, Any]

_AXES = ("value", "churn", "bundling")
_REASONS, _RESULTS = ("asked", "escalation", "failed", "journey"), ("solved", "ticket", "order", "unsolved", "left")


def offers(first: date, last: date) -> list[Shown]:
    """What came of offers, by month, offer, segment and agent, with their names; `cost` in fen."""
    rows = report(*bounds(first, last))
    titles = {offer.id: offer.title for offer in known_offers()}
    with reading() as session:
        names = dict(session.execute(sa.select(Staff.id, Staff.name)).all())
    nobody = content("workbench")["reports"]["bot"]
    return [
        {
            "offer": row.offer,
            "title": titles.get(row.offer, row.offer),
            "segment": segment_title(row.segment),
            "staff": nobody if row.staff_id is None else names.get(row.staff_id, str(row.staff_id)),
            "month": row.month,
            "offered": row.offered,
            "accepted": row.accepted,
            "declined": row.declined,
            "rate": round(row.rate, 4),
            "low": round(row.low, 4),
            "high": round(row.high, 4),
            "cost": row.cost,
        }
        for row in rows
    ]


def segment_title(key: str) -> str:
    """A segment's key in words: 高价值·离网倾向低·已捆绑·宽带."""
    titles, kinds = content("retention")["staff"]["titles"], content("chats")["values"]
    *axes, kind = key.split(".")
    words = [titles[axis].get(value, value) for axis, value in zip(_AXES, axes, strict=False)]
    return "·".join([*words, kinds.get(kind, kind)])


def service(first: date, last: date) -> list[Shown]:
    """How customers were served, a row for every day: bot alone, handed over and why, waits, service level, results.

    Seconds are whole, shares 0 to 1; None where there was nothing to measure.
    """
    since, until = bounds(first, last)
    with reading() as session:
        served = figures.service(session, since, until)
        reasons = figures.handed_over(session, since, until)
        talks = figures.talks(session, since, until)
        given = figures.scores(session, since, until)
    scored: dict[tuple[str, bool], list[figures.Scored]] = {}
    for one in given:
        scored.setdefault((one.day, one.of_bot), []).append(one)
    days = [str(first + timedelta(days=ahead)) for ahead in range((last - first).days + 1)]
    return [
        _day(day, *talks.get(day, (0, 0)), reasons.get(day, {}), served.get(day, Service()))
        | _satisfaction("", scored.get((day, False), []))
        | _satisfaction("bot_", scored.get((day, True), []))
        for day in days
    ]


def _day(day: str, began: int, alone: int, reasons: dict[str, int], served: Service) -> Shown:
    return {
        "date": day,
        "conversations": began,
        "bot_alone": alone,
        "handovers": sum(reasons.values()),
        **{f"why_{name}": reasons.get(name, 0) for name in _REASONS},
        "answered": served.answered,
        "abandoned": served.abandoned,
        "callbacks": served.callbacks,
        "within_share": served.within_share,
        "mean_wait_seconds": whole(served.wait),
        "mean_first_reply_seconds": whole(served.reply),
        "mean_handle_seconds": whole(served.handle),
        "closed": served.closed,
        **{f"result_{name}": served.results.get(name, 0) for name in _RESULTS},
    }


def _satisfaction(whose: str, given: list[figures.Scored]) -> Shown:
    counted = satisfaction(given)
    return {f"{whose}satisfaction": counted["mean"], f"{whose}scores": counted["count"]}


def titles(name: str) -> dict[str, str]:
    """The columns of a report in their order, and how they are called."""
    found: dict[str, str] = content("workbench")["reports"][name]
    return found


def offers_table(first: date, last: date) -> str:
    """`offers` for a spreadsheet: shares in per cent, money in yuan."""
    rows = [
        row
        | {name: _percent(row[name]) for name in ("rate", "low", "high")}
        | {"cost": f"{row['cost'] // 100}.{row['cost'] % 100:02d}"}
        for row in offers(first, last)
    ]
    return table(titles("offers"), rows)


def service_table(first: date, last: date) -> str:
    """`service` for a spreadsheet: shares in per cent."""
    rows = [row | {"within_share": _percent(row["within_share"])} for row in service(first, last)]
    return table(titles("service"), rows)


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share * 100:.1f}%"
