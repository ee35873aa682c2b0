"""One offer to keep a customer: what it is, who it is for, what is said and what follows a yes. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Range:
    """A closed range; None where it is open."""

    least: int | None = None
    most: int | None = None

    def holds(self, value: int | None) -> bool:
        """Whether a value lies in it; what is not known lies in none."""
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True)
class Conditions:
    """Who an offer is for; an empty tuple and None ask for nothing. `fee` and `spend` in fen a month."""

    lines: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    churn: tuple[str, ...] = ()
    bundling: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    fee: Range | None = None
    spend: Range | None = None
    age: Range | None = None
    speed: Range | None = None
    converged: bool | None = None
    troubled: bool = False


@dataclass(frozen=True)
class Objection:
    """What a customer may say against it, by words, and what to answer."""

    words: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Ordered:
    """What is ordered when it is taken: an offering of the catalogue, and for how many months it binds."""

    action: str
    offering: str
    contract_months: int | None = None


@dataclass(frozen=True)
class Offer:
    """One offer; the fields are explained in `docs/retention.md`.

    `cost` in fen; `months` how long the benefit lasts; `prior` accepted and declined by value class; `keeps_months` and
    `share_percent` what of the monthly spending it keeps, and for how long. Either `order` or `callback` says what
    follows a yes.
    """

    id: str
    kind: str
    title: str
    benefit: str
    price: str
    cost: int
    months: int
    begins: date
    until: date
    moments: tuple[str, ...]
    conditions: Conditions
    prior: Mapping[str, tuple[float, float]]
    keeps_months: int
    share_percent: int
    script: tuple[str, ...]
    objections: tuple[Objection, ...]
    excludes: frozenset[str] = frozenset()
    open_to_everyone: bool = False
    order: Ordered | None = None
    callback: bool = False

    @property
    def marks(self) -> frozenset[str]:
        """The names under which it counts as held: its own, and that of what it orders."""
        return frozenset({self.id} | ({self.order.offering} if self.order else set()))
