"""What must hold before a draft is published, and how an editor is told that it does not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge_base.content import content

# Names in a sentence.
NAMED = 5


class Refused(Exception):
    """Why nothing is published, as an editor reads it; `facts` are what the sentence names."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        self.message: str = content("publishing")["refused"][code].format(**facts)
        super().__init__(self.message)


@dataclass(frozen=True)
class Approval:
    """Of a draft what the gate asks for; people are ids of staff."""

    state: str
    people: Collection[int | None]
    reviewed_by: int | None
    content_hash: str | None
    report: Mapping[str, Any] | None
    reasons: Mapping[str, str]


def check(approval: Approval, content_hash: str) -> None:
    """The gate: approved by a second person; tested, as it is now; nothing broken without a reason. Raises Refused."""
    if approval.state != "approved":
        raise Refused("not_approved")
    if approval.reviewed_by is None or approval.reviewed_by in approval.people:
        raise Refused("same_person")
    report = approval.report
    if report is None or not content_hash == approval.content_hash == report.get("content_hash"):
        raise Refused("no_report")
    if errors := (report.get("findings") or {}).get("error", 0):
        raise Refused("findings", count=errors)
    broken = [one["text"] for one in (report.get("cases") or {}).get("broken", ())]
    unexplained = [text for text in broken if not approval.reasons.get(text, "").strip()]
    if unexplained:
        raise Refused("broken", count=len(unexplained), cases="、".join(unexplained[:NAMED]))
