"""Profiles for tests: an ordinary customer, and what hypothesis makes of one."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from knowledge_base.content import content
from knowledge_base.retention.offers import offers
from knowledge_base.retention.profile import MOMENTS, Profile, Said

# A busy machine takes its time over a profile.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 11, 27)
ORDINARY = Profile(
    customer="C1", line="P1", kind="mobile", state="normal", level="3星", customer_kind="individual", age=40,
    tenure_months=60, spend=(10000, 10000, 10000, 10000), minutes=(200, 200, 200, 200), plan_fee=9900,
    corporate_paid=False, staff_line=False, leased_line=False, listed="none", do_not_disturb=False,
    held=frozenset({"PLAN-99"}), unpaid=0,
)  # fmt: skip
FALLEN = replace(ORDINARY, spend=(5000, 10000, 10000, 10000))
BROADBAND = replace(
    ORDINARY, kind="broadband", minutes=(), speed_mbps=300, plan_fee=12900, held=frozenset({"BB-500"})
)  # fmt: skip
# What alone leaves nothing to offer at any moment but winning back.
EXCLUDED: dict[str, dict[str, Any]] = {
    "staff_line": {"staff_line": True},
    "leased_line": {"leased_line": True},
    "not_normal": {"state": "arrears_suspended"},
    "new": {"tenure_months": 2},
    "black_list": {"listed": "black"},
    "red_list": {"listed": "red"},
    "unknown": {"listed": None},
    "ended": {"state": "terminated"},
}

_money = st.integers(0, 60_000)
_months = st.lists(_money, max_size=4).map(tuple)
_flag = st.none() | st.booleans()
_names = sorted({name for offer in offers() for name in offer.marks | offer.excludes})


def profiles() -> st.SearchStrategy[Profile]:
    """Any line and customer."""
    return st.builds(
        Profile,
        customer=st.just("C1"),
        line=st.just("P1"),
        kind=st.sampled_from(["mobile", "broadband", "landline", "iptv", None]),
        state=st.sampled_from(["normal", "arrears_suspended", "terminated", None]),
        level=st.sampled_from(["1星", "3星", "5星", "7星", "1A", "5B", None]),
        customer_kind=st.sampled_from(["individual", "enterprise", None]),
        age=st.none() | st.integers(0, 100),
        tenure_months=st.none() | st.integers(0, 240),
        spend=_months,
        minutes=_months,
        contract_end=st.none() | st.dates(date(2026, 1, 1), date(2029, 12, 31)),
        speed_mbps=st.none() | st.integers(10, 2000),
        plan_fee=st.none() | _money,
        itv=st.booleans(),
        mobile_added=st.booleans(),
        converged=st.booleans(),
        corporate_paid=_flag,
        staff_line=_flag,
        leased_line=_flag,
        listed=st.sampled_from(["none", "black", "red", None]),
        do_not_disturb=st.booleans(),
        held=st.frozensets(st.sampled_from(_names), max_size=4),
        faults=st.integers(0, 3),
        complaints=st.integers(0, 3),
        unpaid=st.none() | _money,
    )


def said() -> st.SearchStrategy[Said]:
    """Anything that a conversation may tell."""
    reasons = st.sampled_from([*content("leaving")["reasons"], None])
    return st.builds(
        Said,
        reason=reasons,
        competitor=st.booleans(),
        porting=st.booleans(),
        code=st.booleans(),
        asked=st.booleans(),
    )


def moments() -> st.SearchStrategy[str]:
    """Any moment."""
    return st.sampled_from(MOMENTS)
