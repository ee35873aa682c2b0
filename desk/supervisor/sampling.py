"""Which finished chats are listened to (抽检): a pure rule, so that everybody sees the same ones on the same day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rules:
    """`content/quality.yml`: the `share` of each agent's chats that is drawn by lot, and what is always listened to.

    `score_at_most` of the customer, longer than `minutes`, passed on `transfers` times or more.
    """

    share: float
    score_at_most: int
    minutes: float
    transfers: int


@dataclass(frozen=True)
class Ended:
    """A chat that an agent ended: how long it took in minutes, and what happened in it."""

    id: int
    agent: int
    minutes: float = 0
    score: int | None = None
    escalated: bool = False
    transfers: int = 0


def sample(ended: Sequence[Ended], day: date, rules: Rules) -> dict[int, list[str]]:
    """Why each chosen chat of a day was chosen: random, low_score, escalation, long, transfers.

    Every agent who ended a chat has one at least drawn by lot. A lot depends on nothing but the chat and the day: what
    was drawn stays drawn when more chats end.
    """
    lots = {one.id: lot(one.id, day) for one in ended}
    least: dict[int, Ended] = {}
    for one in ended:
        if one.agent not in least or lots[one.id] < lots[least[one.agent].id]:
            least[one.agent] = one
    chosen = {}
    for one in ended:
        drawn = lots[one.id] < rules.share or least[one.agent] is one
        if why := (["random"] if drawn else []) + _always(one, rules):
            chosen[one.id] = why
    return chosen


def _always(one: Ended, rules: Rules) -> list[str]:
    reasons = {
        "low_score": one.score is not None and one.score <= rules.score_at_most,
        "escalation": one.escalated,
        "long": one.minutes > rules.minutes,
        "transfers": one.transfers >= rules.transfers,
    }
    return [name for name, holds in reasons.items() if holds]


def lot(chat: int, day: date) -> float:
    """A number from 0 to below 1 that is the chat's on that day, evenly spread."""
    digest = hashlib.sha256(f"{day.isoformat()}:{chat}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
