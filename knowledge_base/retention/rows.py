"""Profiles as rows of a CSV file, and warnings as rows of another. One row a line; an empty cell is not known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from knowledge_base.retention.profile import Profile

T = TypeVar("T")

# How many months of spending and of minutes there are, the latest first.
_MONTHS = 4
_KINDS = {kind: kind for kind in ("mobile", "broadband", "landline", "iptv")}
_CUSTOMER_KINDS = {kind: kind for kind in ("individual", "enterprise")}
_LISTS = {name: name for name in ("none", "black", "red")}
_FLAGS = {"1": True, "0": False}

CUSTOMER_COLUMNS = (
    "customer", "line", "kind", "state", "level", "customer_kind", "age", "tenure_months",
    *(f"spend_{ago}" for ago in range(_MONTHS)), *(f"minutes_{ago}" for ago in range(_MONTHS)),
    "contract_end", "speed_mbps", "plan_fee", "itv", "mobile_added", "converged", "corporate_paid", "staff_line",
    "leased_line", "listed", "do_not_disturb", "held", "faults", "complaints", "unpaid",
)  # fmt: skip
WARNING_COLUMNS = (
    "customer", "line", "moment", "value", "churn", "bundling", "kind", "tier", "drop_percent", "contract_end", "spend",
    "offer", "probability", "expected",
)  # fmt: skip
REJECT_COLUMNS = ("row", "reason", "customer", "line")

_SPEND = CUSTOMER_COLUMNS.index("spend_0")
_MINUTES = CUSTOMER_COLUMNS.index("minutes_0")
_AFTER = CUSTOMER_COLUMNS.index("contract_end")
_HELD = CUSTOMER_COLUMNS.index("held")
# Digits of a figure that can be meant.
_LONGEST = 12


@dataclass(frozen=True)
class Warned:
    """A line that may leave or whose contract ends: why, and the best offer for it with its figures, if one fits.

    `spend` and `expected` in fen; `moment` warning or renewal.
    """

    customer: str
    line: str
    moment: str
    value: str
    churn: str
    bundling: str
    kind: str
    tier: str | None
    drop_percent: int | None
    contract_end: date | None
    spend: int
    offer: str | None
    probability: float | None
    expected: int | None

    def row(self) -> list[object]:
        """The cells of `WARNING_COLUMNS`."""
        values = [getattr(self, name) for name in WARNING_COLUMNS]
        return ["" if value is None else value for value in values]


def read(row: Sequence[str]) -> Profile:
    """The profile in a row of `CUSTOMER_COLUMNS`. Raises ValueError that names the column."""
    if len(row) != len(CUSTOMER_COLUMNS):
        raise ValueError(f"{len(row)} columns instead of {len(CUSTOMER_COLUMNS)}")
    customer, line, kind, state, level, customer_kind, age, tenure = row[:_SPEND]
    end, speed, fee, itv, mobile, converged, corporate, staff, leased, listed, undisturbed = row[_AFTER:_HELD]
    held, faults, complaints, unpaid = row[_HELD:]
    if not customer or not line:
        raise ValueError("customer, line: an id is missing")
    return Profile(
        customer=customer,
        line=line,
        kind=_one(_KINDS, kind, "kind"),
        state=state or None,
        level=level or None,
        customer_kind=_one(_CUSTOMER_KINDS, customer_kind, "customer_kind"),
        age=_whole(age, "age"),
        tenure_months=_whole(tenure, "tenure_months"),
        spend=_months(row[_SPEND:_MINUTES], "spend"),
        minutes=_months(row[_MINUTES:_AFTER], "minutes"),
        contract_end=_day(end, "contract_end"),
        speed_mbps=_whole(speed, "speed_mbps"),
        plan_fee=_whole(fee, "plan_fee"),
        itv=_one(_FLAGS, itv, "itv") or False,
        mobile_added=_one(_FLAGS, mobile, "mobile_added") or False,
        converged=_one(_FLAGS, converged, "converged") or False,
        corporate_paid=_one(_FLAGS, corporate, "corporate_paid"),
        staff_line=_one(_FLAGS, staff, "staff_line"),
        leased_line=_one(_FLAGS, leased, "leased_line"),
        listed=_one(_LISTS, listed, "listed"),
        do_not_disturb=_one(_FLAGS, undisturbed, "do_not_disturb") is not False,
        held=frozenset(held.split()),
        faults=_whole(faults, "faults") or 0,
        complaints=_whole(complaints, "complaints") or 0,
        unpaid=_whole(unpaid, "unpaid"),
    )


def _one(known: Mapping[str, T], text: str, column: str) -> T | None:
    if not text:
        return None
    if text not in known:
        raise ValueError(f"{column}: none of {', '.join(known)}")
    return known[text]


def _day(text: str, column: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError(f"{column}: a day (YYYY-MM-DD) is needed") from error


def _months(cells: Sequence[str], column: str) -> tuple[int, ...]:
    """The figures up to the first month that is not known."""
    found: list[int] = []
    for ago, text in enumerate(cells):
        value = _whole(text, f"{column}_{ago}")
        if value is None:
            break
        found.append(value)
    return tuple(found)


def _whole(text: str, column: str) -> int | None:
    if not text:
        return None
    # `isdecimal` takes digits of all scripts, which `int` reads too; neither signs nor spaces.
    if not text.isdecimal() or len(text) > _LONGEST:
        raise ValueError(f"{column}: a whole number from 0 is needed")
    return int(text)
