from hypothesis import given
from hypothesis import strategies as st

from actions.tariff_fit import LEAST_SAVING, better, fit, month_cost, together
from bss.catalogue import Offering
from bss.usage import MonthUsage

months = st.builds(
    MonthUsage, st.just("2026-10"), st.integers(0, 500_000), st.integers(0, 5_000), st.integers(0, 1_000)
)
plans = st.builds(
    Offering,
    id=st.text("ABC", min_size=1, max_size=3),
    name=st.just("套餐"),
    kind=st.just("plan"),
    line_type=st.just("mobile"),
    fee=st.integers(0, 50_000),
    sold=st.just(True),
    description=st.just(""),
    data_mb=st.integers(0, 300_000),
    voice_minutes=st.integers(0, 3_000),
    data_gb_fee=st.integers(0, 2_000),
    voice_minute_fee=st.integers(0, 100),
)


def plan(**more: object) -> Offering:
    facts = {"id": "A", "name": "套餐", "kind": "plan", "line_type": "mobile", "fee": 5900, "sold": True}
    allows = {"description": "", "data_mb": 20480, "voice_minutes": 200, "data_gb_fee": 500, "voice_minute_fee": 10}
    return Offering(**(facts | allows | more))  # type: ignore[arg-type]


def used(data_mb: int, voice: int, month: str = "2026-10") -> MonthUsage:
    return MonthUsage(month, data_mb, voice, 0)


def test_within_the_allowances_a_month_costs_the_fees() -> None:
    pack = plan(id="P", fee=2000, data_mb=10240, voice_minutes=0)

    assert month_cost(plan(), [], used(20480, 200)) == 5900
    assert month_cost(plan(), [pack], used(30720, 200)) == 7900


def test_beyond_them_every_started_fen_of_data_and_every_minute_counts() -> None:
    assert month_cost(plan(), [], used(20480 + 1024, 203)) == 5900 + 500 + 30
    assert month_cost(plan(), [], used(20481, 0)) == 5900 + 1


def test_what_lies_beyond_at_a_price_that_is_not_known_is_not_reckoned() -> None:
    assert month_cost(plan(data_gb_fee=None), [], used(20481, 0)) is None
    assert month_cost(plan(data_gb_fee=None), [], used(20480, 0)) == 5900
    assert fit(plan(data_gb_fee=None), [], [used(0, 0), used(20481, 0)]) is None
    assert fit(plan(), [], []) is None


def test_cards_that_share_a_plan_are_added_up_by_month() -> None:
    mine = [used(100, 1, "2026-10"), used(200, 2, "2026-09"), used(300, 3, "2026-08")]
    other = [used(10, 10, "2026-10"), used(20, 20, "2026-09")]

    assert together([mine, other]) == [used(110, 11, "2026-10"), used(220, 22, "2026-09")]
    assert together([]) == []


@given(plans, months)
def test_a_month_never_costs_less_than_the_fee_and_more_allowance_never_costs_more(
    of: Offering, month: MonthUsage
) -> None:
    cost = month_cost(of, [], month)
    larger = month_cost(plan(**(of.__dict__ | {"data_mb": of.data_mb + 1024})), [], month)

    assert cost is not None
    assert larger is not None
    assert of.fee <= larger <= cost


@given(plans, st.lists(plans, max_size=6), st.lists(months, min_size=1, max_size=3))
def test_what_is_better_saves_a_yuan_at_least_and_nothing_that_does_is_left_out(
    present: Offering, others: list[Offering], of: list[MonthUsage]
) -> None:
    now = fit(present, [], of)
    assert now is not None

    found = better(now, others, [], of)

    assert [one.cost for one in found] == sorted(one.cost for one in found)
    assert all(now.cost - one.cost >= LEAST_SAVING for one in found)
    fits = [fit(one, [], of) for one in others]
    assert len(found) == sum(one is not None and now.cost - one.cost >= LEAST_SAVING for one in fits)


@given(plans, st.lists(months, min_size=1, max_size=3))
def test_no_plan_is_better_than_itself(present: Offering, of: list[MonthUsage]) -> None:
    now = fit(present, [], of)

    assert now is not None
    assert better(now, [present], [], of) == []
