"""TMF683 Party Interaction: the operator's record of contacts with a customer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bss.http import BASE_PATHS, call
from bss.shape import moment, objects, optional, text
from common.times import SHANGHAI

CHANNELS = {"web": "网上营业厅", "wechat": "微信公众号"}


@dataclass(frozen=True)
class Interaction:
    """One contact: `reason` in a word or two, `summary` in a sentence."""

    id: str
    at: datetime
    channel: str
    reason: str
    summary: str


def interactions(customer: str, limit: int) -> list[Interaction]:
    """The latest contacts with a customer over all channels, newest first. Raises what `call` raises."""
    params: dict[str, str | int] = {"relatedParty.id": customer, "sort": "-creationDate", "limit": limit}
    return [_interaction(entry) for entry in objects(call("683", "GET", "/partyInteraction", params=params).body)]


def record(
    customer: str, *, at: datetime, channel: str, reason: str, summary: str, idempotency_key: str
) -> Interaction:
    """Adds a contact that is over. `channel` is web or wechat. Raises what `call` raises."""
    body = {
        "status": "completed",
        "direction": "inbound",
        "reason": reason,
        "description": summary,
        "interactionDate": {"startDateTime": at.astimezone(SHANGHAI).isoformat(timespec="seconds")},
        "channel": [{"id": channel, "href": f"/channel/{channel}", "name": CHANNELS.get(channel, channel)}],
        "relatedParty": [
            {
                "id": customer,
                "href": f"{BASE_PATHS['629']}/customer/{customer}",
                "role": "customer",
                "@referredType": "Customer",
            }
        ],
    }
    return _interaction(call("683", "POST", "/partyInteraction", body=body, idempotency_key=idempotency_key).body)


def _interaction(entry: Any) -> Interaction:
    began = ("interactionDate", "startDateTime")
    return Interaction(
        id=text(entry, "id"),
        at=moment(entry, *(began if optional(entry, *began) else ("creationDate",))),
        channel=str(optional(entry, "channel", 0, "name") or optional(entry, "channel", 0, "id") or ""),
        reason=text(entry, "reason"),
        summary=str(optional(entry, "description") or ""),
    )
