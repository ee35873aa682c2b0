"""Who is served next, and by whom: pure functions over who waits and who is there.

Points decide the order: what somebody is (urgent, level, 65 and over, asks again, was lost) is worth a bounded number,
and every minute of waiting adds to it without a bound, so that nobody starves.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Weights:
    """Points of `content/routing.yml`; `minute` is what a minute of waiting is worth and must be above zero."""

    urgent: float
    level: float
    elderly: float
    repeat: float
    most_repeats: int
    returned: float
    minute: float

    def __post_init__(self) -> None:
        if self.minute <= 0:
            raise ValueError("a minute of waiting must be worth something, else somebody starves")

    @property
    def most(self) -> float:
        """The most that anything but waiting can add; level is 7 at most."""
        return self.urgent + 7 * self.level + self.elderly + self.most_repeats * self.repeat + self.returned


@dataclass(frozen=True)
class Waiting:
    """A customer who waits since `since`. `level` 0 to 7; `repeats` earlier handovers of late.

    `returned`: was with an agent already. `wanted`: the agent it was passed on to. `passed`: agents who have just let
    it pass.
    """

    id: int
    group: str
    since: datetime
    urgent: bool = False
    level: int = 0
    elderly: bool = False
    repeats: int = 0
    returned: bool = False
    wanted: int | None = None
    passed: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Agent:
    """An agent who takes chats: of which skill groups, how many at once, how many there are, idle since when."""

    id: int
    groups: frozenset[str]
    ceiling: int
    chats: int
    idle_since: datetime

    @property
    def free(self) -> int:
        """How many more chats they take."""
        return max(0, self.ceiling - self.chats)


def score(waiting: Waiting, weights: Weights, now: datetime) -> float:
    """Points of one who waits; more is sooner."""
    fixed = (
        weights.urgent * waiting.urgent
        + weights.level * max(0, min(7, waiting.level))
        + weights.elderly * waiting.elderly
        + weights.repeat * min(waiting.repeats, weights.most_repeats)
        + weights.returned * waiting.returned
    )
    return fixed + weights.minute * max(0.0, (now - waiting.since).total_seconds()) / 60


def in_order(waiting: Iterable[Waiting], weights: Weights, now: datetime) -> list[Waiting]:
    """Who is served first comes first; among equals, who came first."""
    return sorted(waiting, key=lambda one: (-score(one, weights, now), one.since, one.id))


def assign(
    waiting: Iterable[Waiting], agents: Iterable[Agent], weights: Weights, now: datetime
) -> list[tuple[Waiting, Agent]]:
    """Pairs of who is to be asked to serve whom, best first; nobody gets more than they take.

    One of the group serves; of those with the smallest share of their chats taken, the one who has been idle longest.
    Who was passed on to somebody waits for them as long as they are there and able, and otherwise goes to the group.
    """
    there = {agent.id: agent for agent in agents}
    taken = dict.fromkeys(there, 0)
    pairs = []
    for one in in_order(waiting, weights, now):
        able = [agent for agent in there.values() if agent.free > taken[agent.id] and agent.id not in one.passed]
        wanted = [agent for agent in able if agent.id == one.wanted]
        chosen = wanted or [agent for agent in able if one.group in agent.groups]
        if not chosen:
            continue
        best = min(chosen, key=lambda agent: (_load(agent, taken[agent.id]), agent.idle_since, agent.id))
        taken[best.id] += 1
        pairs.append((one, best))
    return pairs


def _load(agent: Agent, taken: int) -> float:
    return (agent.chats + taken) / agent.ceiling


def place(one: int, waiting: Sequence[Waiting]) -> int:
    """How many of the same group come before the one with this id, 0 when it waits no more; `waiting` is in order."""
    mine = next((entry for entry in waiting if entry.id == one), None)
    if mine is None:
        return 0
    same = [entry.id for entry in waiting if entry.group == mine.group]
    return same.index(one)


def estimate(ahead: int, working: Iterable[Agent], ready: Iterable[Agent], handle: timedelta) -> int | None:
    """Whole minutes until somebody with `ahead` before them is served, at least 1; None when nobody of the group works.

    A chat ends every `handle` / number of chats at once; where one who is `ready` has room it takes a minute at most.
    """
    there = list(working)
    slots = sum(max(agent.ceiling, agent.chats) for agent in there)
    free = sum(agent.free for agent in ready)
    if not slots:
        return None
    if ahead < free:
        return 1
    seconds = handle.total_seconds() / slots * (ahead - free + 1)
    return max(1, math.ceil(seconds / 60))


def handle_time(seconds: Sequence[float], usual: timedelta, weight: int = 10) -> timedelta:
    """How long a chat takes: the mean of the latest ones, held to `usual` as if that had been seen `weight` times."""
    return timedelta(seconds=(sum(seconds) + weight * usual.total_seconds()) / (len(seconds) + weight))


def elderly(age: int | None, limit: int) -> bool:
    """Whether somebody counts as elderly; who has not told their age does not."""
    return age is not None and age >= limit


def rank(level: str | None, ranks: Mapping[str, int]) -> int:
    """0 to 7 for the operator's name of a level (`3星`, `2A`); 0 for one that is not known."""
    return ranks.get(level or "", 0)
