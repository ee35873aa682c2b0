import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.content import content
from knowledge_base.retention.offer import Offer
from knowledge_base.retention.offers import offer, offers
from knowledge_base.retention.profile import MOMENTS, Profile
from knowledge_base.retention.ranking import Belief, Tally, belief, best, bonus, rank, value_kept
from knowledge_base.retention.segments import segment
from tests.knowledge_base.retention.profiles import FALLEN, ORDINARY, TODAY, moments, profiles, unhurried

HERE = segment(FALLEN, TODAY)
ELSEWHERE = "low.low.bound.mobile"
NAMES = [one.id for one in offers()]

counts = st.builds(Tally, st.integers(0, 300), st.integers(0, 300))
tallies = st.dictionaries(st.sampled_from(NAMES), st.dictionaries(st.sampled_from([HERE.key, ELSEWHERE]), counts))
Known = dict[str, dict[str, Tally]]


def place(identity: str, known: Known, moment: str = "leaving") -> int:
    return [one.offer.id for one in rank(offers(), HERE, moment, known)].index(identity)


def test_the_worked_example_of_the_docs() -> None:
    """The figures of docs/retention.md."""
    known = {"RENEW-12": {HERE.key: Tally(6, 2), ELSEWHERE: Tally(10, 30)}}

    (ranked,) = rank([offer("RENEW-12")], HERE, "leaving", known)

    # 100.00 yuan × 12 months × 95 % × margin 55 % × risk 90 %
    assert ranked.value == 56430
    # prior 4:6, own 6:2, others 10:30 at the weight 20/40
    assert ranked.probability == pytest.approx((4 + 6 + 5) / (10 + 8 + 20))
    assert ranked.cost == 12000
    assert ranked.expected == pytest.approx(22275 - 12000)
    # the standard deviation, 0.0783, × 0.2 × what is kept; the cap is 1027.50
    assert round(ranked.bonus) == 883
    assert round(ranked.score) == 11158
    assert ranked.answers == 8


@unhurried
@given(tallies, profiles(), moments(), st.randoms(use_true_random=False))
def test_the_order_is_the_same_whatever_order_things_come_in(
    known: Known, profile: Profile, moment: str, chance: random.Random
) -> None:
    there = segment(profile, TODAY)
    expected = rank(offers(), there, moment, known)
    shuffled, items = list(offers()), list(known.items())
    chance.shuffle(shuffled)
    chance.shuffle(items)

    assert rank(shuffled, there, moment, dict(items)) == expected


@unhurried
@given(tallies, st.sampled_from(NAMES), moments(), st.sampled_from([HERE.key, ELSEWHERE]))
def test_a_yes_more_never_lowers_an_offers_place(known: Known, name: str, moment: str, key: str) -> None:
    before = known.get(name, {}).get(key, Tally())
    more = known | {name: known.get(name, {}) | {key: replace(before, accepted=before.accepted + 1)}}

    assert place(name, more, moment) <= place(name, known, moment)


@unhurried
@given(tallies, st.sampled_from(NAMES), moments(), st.sampled_from([HERE.key, ELSEWHERE]))
def test_a_yes_in_place_of_a_no_never_lowers_an_offers_place(known: Known, name: str, moment: str, key: str) -> None:
    there = known.get(name, {})
    before = there.get(key, Tally())
    worse = known | {name: there | {key: Tally(before.accepted, before.declined + 1)}}
    better = known | {name: there | {key: Tally(before.accepted + 1, before.declined)}}

    assert place(name, better, moment) <= place(name, worse, moment)


@unhurried
@given(tallies, st.sampled_from(NAMES), moments(), st.integers(1, 20_000))
def test_an_offer_that_costs_more_never_rises(known: Known, name: str, moment: str, more: int) -> None:
    def places(one: Offer) -> int:
        ranked = rank([one if each.id == name else each for each in offers()], HERE, moment, known)
        return [each.offer.id for each in ranked].index(name)

    assert places(replace(offer(name), cost=offer(name).cost + more)) >= places(offer(name))


@unhurried
@given(tallies, profiles(), moments())
def test_doubt_never_lifts_an_offer_over_one_that_is_better_by_more_than_the_cap(
    known: Known, profile: Profile, moment: str
) -> None:
    cap = content("retention")["ranking"]["explore_cap_percent"]
    ranked = rank(offers(), segment(profile, TODAY), moment, known)

    for position, above in enumerate(ranked):
        for below in ranked[position + 1 :]:
            most = max(above.expected, above.expected * (100 + cap) / 100)
            assert below.expected <= most + 1e-6


@unhurried
@given(tallies, profiles(), moments())
def test_an_agent_is_shown_three_at_most_and_none_that_costs_more_than_it_keeps(
    known: Known, profile: Profile, moment: str
) -> None:
    shown = best(rank(offers(), segment(profile, TODAY), moment, known))

    assert len(shown) <= 3
    assert all(one.expected > 0 for one in shown)


def test_what_is_little_known_is_tried_before_what_is_known_as_well() -> None:
    known = {"RENEW-12": {HERE.key: Tally(400, 600)}}
    twin = replace(offer("RENEW-12"), id="TWIN")

    ranked = rank([offer("RENEW-12"), twin], HERE, "leaving", known)

    assert [one.offer.id for one in ranked] == ["TWIN", "RENEW-12"]
    assert ranked[0].bonus > ranked[1].bonus > 0


def test_without_answers_the_prior_of_the_value_class_is_believed() -> None:
    of = offer("SAVE-300")

    assert belief(of, HERE, {}) == Belief(3, 7)
    assert belief(of, replace(HERE, value="high"), {}) == Belief(4, 6)


def test_other_segments_count_as_a_few_answers_at_most() -> None:
    of = offer("SAVE-300")

    assert belief(of, HERE, {ELSEWHERE: Tally(4, 6)}) == Belief(3 + 4, 7 + 6)
    assert belief(of, HERE, {ELSEWHERE: Tally(400, 600)}) == Belief(3 + 8, 7 + 12)
    assert belief(of, HERE, {HERE.key: Tally(400, 600), ELSEWHERE: Tally(0, 1000)}) == Belief(403, 627)


def test_what_a_yes_keeps_grows_with_the_risk_of_losing_it() -> None:
    of = offer("CARE-CALL")
    risks = [value_kept(of, replace(HERE, churn=churn), "warning") for churn in ("low", "middle", "high")]

    assert risks == sorted(risks)
    assert len(set(risks)) == 3
    assert value_kept(of, replace(HERE, spend=0), "leaving") == 0


def test_the_doubt_shrinks_with_answers_and_is_none_where_nothing_is_expected() -> None:
    assert bonus(Belief(4, 6), 10000, 10000) > bonus(Belief(400, 600), 10000, 10000) > 0
    assert bonus(Belief(4, 6), 10000, -1) == 0
    assert bonus(Belief(4, 6), 10**9, 1000) == 100


def test_the_share_of_doubt_keeps_the_order() -> None:
    assert 0 <= content("retention")["ranking"]["explore"] <= 1


def test_offers_without_any_difference_come_by_name() -> None:
    twins = [replace(offer("RENEW-12"), id=name) for name in ("B", "A")]

    assert [one.offer.id for one in rank(twins, HERE, "leaving", {})] == ["A", "B"]


def test_every_moment_has_its_risks() -> None:
    for moment in MOMENTS:
        assert rank(offers(), segment(ORDINARY, TODAY), moment, {})
