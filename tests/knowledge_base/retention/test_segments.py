from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from knowledge_base.content import content
from knowledge_base.retention.profile import Profile
from knowledge_base.retention.segments import bundling, drop, segment, usual_spend
from tests.knowledge_base.retention.profiles import BROADBAND, EXCLUDED, ORDINARY, TODAY, profiles, unhurried

GOLDEN: list[tuple[Profile, dict[str, Any], str]] = [
    (ORDINARY, {}, "middle.middle.unbound.mobile"),
    # value
    (ORDINARY, {"spend": (9, 15000, 15000, 15000), "minutes": ()}, "high.high.unbound.mobile"),
    (ORDINARY, {"spend": (15000, 14999, 14999, 14999)}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"spend": (6000,) * 4}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"spend": (5999,) * 4}, "low.middle.unbound.mobile"),
    (ORDINARY, {"spend": (5999,) * 4, "level": "4星"}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"spend": (5999,) * 4, "level": "6星"}, "high.middle.unbound.mobile"),
    (ORDINARY, {"spend": (7000,)}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"spend": (), "plan_fee": 19900}, "high.middle.unbound.mobile"),
    (ORDINARY, {"spend": (), "plan_fee": None, "level": None}, "low.middle.unbound.mobile"),
    (ORDINARY, {"spend": (20000,) * 4, "customer_kind": "enterprise"}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"spend": (19999,) * 4, "customer_kind": "enterprise"}, "low.middle.unbound.mobile"),
    (ORDINARY, {"spend": (100,) * 4, "customer_kind": "enterprise", "level": "1A"}, "high.middle.unbound.mobile"),
    # churn
    (ORDINARY, {"spend": (7000, 10000, 10000, 10000)}, "middle.high.unbound.mobile"),
    (ORDINARY, {"spend": (7001, 10000, 10000, 10000)}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"minutes": (140, 200, 200, 200)}, "middle.high.unbound.mobile"),
    (ORDINARY, {"minutes": (141, 200, 200, 200)}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"minutes": (0, 200, 200)}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"minutes": (0, 0, 0, 0)}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"corporate_paid": True}, "middle.low.unbound.mobile"),
    (ORDINARY, {"converged": True}, "middle.low.unbound.mobile"),
    (ORDINARY, {"corporate_paid": None}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"converged": True, "minutes": (140, 200, 200, 200)}, "middle.high.unbound.mobile"),
    # bundling
    (ORDINARY, {"contract_end": date(2026, 11, 26)}, "middle.middle.unbound.mobile"),
    (ORDINARY, {"contract_end": date(2026, 11, 27)}, "middle.middle.ending.mobile"),
    (ORDINARY, {"contract_end": date(2027, 2, 27)}, "middle.middle.ending.mobile"),
    (ORDINARY, {"contract_end": date(2027, 2, 28)}, "middle.middle.bound.mobile"),
    (ORDINARY, {"contract_end": date(2028, 1, 1)}, "middle.middle.bound.mobile"),
    # kind
    (BROADBAND, {}, "middle.middle.unbound.broadband"),
    (ORDINARY, {"kind": None}, "middle.middle.unbound.unknown"),
]


@pytest.mark.parametrize(("profile", "changes", "key"), GOLDEN)
def test_a_line_is_in_the_segment_of_the_table(profile: Profile, changes: dict[str, Any], key: str) -> None:
    assert segment(replace(profile, **changes), TODAY).key == key


@pytest.mark.parametrize(
    ("speed", "tier"), [(50, "H1"), (300, "H1"), (301, "H2"), (500, "H2"), (501, "H3"), (2000, "H3"), (None, None)]
)
def test_broadband_has_a_tier_by_its_speed(speed: int | None, tier: str | None) -> None:
    assert segment(replace(BROADBAND, speed_mbps=speed), TODAY).tier == tier


def test_only_broadband_has_tier_television_and_a_mobile_line_added() -> None:
    with_all = segment(replace(BROADBAND, itv=True, mobile_added=True), TODAY)
    bare = segment(BROADBAND, TODAY)
    mobile = segment(replace(ORDINARY, speed_mbps=300, itv=True, mobile_added=True), TODAY)

    assert (with_all.itv, with_all.mobile_added) == ("I1", True)
    assert (bare.itv, bare.mobile_added) == ("I2", False)
    assert (mobile.tier, mobile.itv, mobile.mobile_added) == (None, None, None)


@pytest.mark.parametrize(("name", "changes"), EXCLUDED.items())
def test_what_excludes_a_line_is_named(name: str, changes: dict[str, Any]) -> None:
    assert segment(replace(ORDINARY, **changes), TODAY).exclusions == (name,)


def test_an_ordinary_customer_is_excluded_from_nothing() -> None:
    assert segment(ORDINARY, TODAY).exclusions == ()
    assert segment(replace(ORDINARY, tenure_months=3), TODAY).exclusions == ()


def test_of_whom_nothing_is_known_is_left_alone() -> None:
    unknown = segment(Profile("C1", "P1", None, None), TODAY)

    assert unknown.exclusions == ("not_normal", "new", "unknown", "do_not_disturb")
    assert unknown.key == "low.middle.unbound.unknown"


def test_a_fall_is_told_in_whole_per_cent_never_rounded_up() -> None:
    assert drop((7001, 10000, 10000, 10000)) == 29
    assert drop((7000, 10000, 10000, 10000)) == 30
    assert drop((12000, 10000, 10000, 10000)) == -20
    assert drop((5, 0, 0, 0)) is None
    assert drop((1, 2, 3)) is None


def test_a_fall_does_not_make_a_customer_look_less_worth_keeping() -> None:
    assert usual_spend(replace(ORDINARY, spend=(0, 9000, 10000, 11000))) == 10000


def test_a_contract_of_the_last_day_of_a_long_month_is_near_until_the_short_months_end() -> None:
    assert bundling(date(2027, 2, 28), date(2026, 11, 30), 3) == "ending"
    assert bundling(date(2027, 3, 1), date(2026, 11, 30), 3) == "bound"


@unhurried
@given(profiles())
def test_every_line_has_a_segment_whose_names_have_titles(profile: Profile) -> None:
    found = segment(profile, TODAY)

    titles = content("retention")["staff"]["titles"]
    assert found.value in titles["value"]
    assert found.churn in titles["churn"]
    assert found.bundling in titles["bundling"]
    assert found.tier is None or found.tier in titles["tier"]
    assert found.itv is None or found.itv in titles["itv"]
    assert set(found.exclusions) <= set(content("retention")["staff"]["exclusions"])
