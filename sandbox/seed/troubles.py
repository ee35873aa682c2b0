"""Tickets (TMF621) that customers filed before the sandbox began."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox import times
from sandbox.documents import Document
from sandbox.resources import place
from sandbox.store import Transaction

if TYPE_CHECKING:
    from sandbox.seed.households import Household


def plant(transaction: Transaction, home: Household) -> None:
    """Seeds the closed fault tickets of a line that keeps breaking down."""
    for number, days_ago in enumerate(home.person.faults, start=1):
        line = home.lines("broadband")[0]
        opened = home.now - timedelta(days=days_ago, hours=5)
        steps = (
            ("acknowledged", timedelta(), "客户报障"),
            ("inProgress", timedelta(hours=1), "已派单"),
            ("resolved", timedelta(hours=20), "更换尾纤，测速正常"),
            ("closed", timedelta(hours=26), "回访满意"),
        )
        history: list[Document] = [
            {"status": status, "changeDate": times.stamp(opened + after), "changeReason": reason}
            for status, after, reason in steps
        ]
        place(
            transaction, "621", "troubleTicket", f"TT{opened:%Y%m%d}9{home.index:04d}{number}", name="宽带障碍",
            description="宽带频繁掉线", severity="major", priority="2", ticketType="fault", status="closed",
            creationDate=times.stamp(opened), lastUpdate=history[-1]["changeDate"],
            statusChangeDate=history[-1]["changeDate"], statusChangeReason=history[-1]["changeReason"],
            resolutionDate=history[2]["changeDate"], expectedResolutionDate=times.stamp(opened + timedelta(hours=24)),
            statusChange=history,
            relatedParty=[home.party],
            relatedEntity=[
                {"id": line["id"], "name": line["productSerialNumber"], "role": "product", "@referredType": "Product"}
            ],
        )  # fmt: skip
