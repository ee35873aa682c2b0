import json
from dataclasses import asdict, replace
from datetime import date

import httpx
import pytest
from hypothesis import given

from bss import orders
from bss.errors import NotFound
from bss.inventory import line, subscriptions
from bss.orders import NewOrder
from common.money import yuan
from knowledge_base.content import content
from knowledge_base.retention.gather import profile_of
from knowledge_base.retention.offers import offer, offers
from knowledge_base.retention.outcomes import Outcome, record
from knowledge_base.retention.profile import Profile, Said
from knowledge_base.retention.ranking import Tally
from knowledge_base.retention.segments import segment
from knowledge_base.retention.suggest import Suggestions, filled, suggest, suggestions
from tests.bss import raw
from tests.knowledge_base.retention.profiles import (
    BROADBAND,
    FALLEN,
    ORDINARY,
    TODAY,
    moments,
    profiles,
    said,
    unhurried,
)

WORDS = content("retention")["staff"]
ORDINARY_NUMBER, FALLEN_NUMBER, ENDING = "18900001001", "19900001028", "17700001010"


def offered(profile: Profile, moment: str = "leaving", what: Said = Said(), *, declined: bool = False) -> Suggestions:
    return suggestions(profile, moment, what, declined=declined, known={}, today=TODAY)


def names(found: Suggestions) -> list[str]:
    return [one.offer for one in found.offers]


@unhurried
@given(profiles(), moments(), said())
def test_each_offer_is_suggested_or_rejected_with_a_reason(profile: Profile, moment: str, what: Said) -> None:
    found = offered(profile, moment, what)

    assert {*names(found), *(one.offer for one in found.rejected)} == {one.id for one in offers()}
    assert len(found.offers) + len(found.rejected) == len(offers())
    assert all(one.reasons for one in found.rejected)
    assert (found.none_because is None) == bool(found.offers)
    assert [one.rank for one in found.offers] == list(range(1, len(found.offers) + 1))


@unhurried
@given(profiles(), moments(), said())
def test_after_a_no_nothing_more_is_suggested(profile: Profile, moment: str, what: Said) -> None:
    assert offered(profile, moment, what, declined=True).offers == ()


def test_the_segment_is_told_in_words() -> None:
    mobile = offered(replace(FALLEN, contract_end=date(2027, 1, 5)))
    broadband = offered(replace(BROADBAND, itv=True))

    assert mobile.segment == "middle.high.ending.mobile"
    assert [(one.axis, one.title) for one in mobile.traits] == [
        ("价值", "中价值"), ("离网倾向", "离网倾向高"), ("捆绑度", "捆绑预警"),
    ]  # fmt: skip
    assert [one.title for one in broadband.traits][3:] == ["H1（300M及以下）", "I1（已捆绑天翼高清）", "未加装手机"]


def test_a_suggestion_says_all_that_an_agent_needs() -> None:
    found = offered(replace(FALLEN, contract_end=date(2027, 1, 5)))
    first = next(one for one in found.offers if one.offer == "RENEW-12")

    assert (first.kind, first.title) == ("续约优惠", "续约一年每月减10元")
    assert first.reason == "消费或通话比前三个月下降50%；合约1月5日到期；中价值客户，近月均消费100.00元"
    assert (first.cost, first.months, first.price) == (12000, 12, "套餐不变，合约12个月。")
    assert first.script == "您的合约2027年1月5日到期。现在续约一年，每月给您减10元，套餐不变。"
    assert first.order == NewOrder("add", "C1", "P1", offering="KEEP-RENEW-12", contract_months=12)
    assert first.callback is False
    assert first.objections[0].answer == "好的，到期前随时可以办。"


def test_the_place_of_an_offer_is_explained_in_figures() -> None:
    ending = replace(FALLEN, contract_end=date(2027, 1, 5))
    key = segment(ending, TODAY).key
    known = {"RENEW-12": {key: Tally(6, 2), "low.low.bound.mobile": Tally(10, 30)}}

    found = suggestions(ending, "leaving", Said(), declined=False, known=known, today=TODAY)

    why = next(one.explanation for one in found.offers if one.offer == "RENEW-12")
    assert (why.probability, why.value, why.cost) == (0.3947, 56430, 12000)
    assert (why.expected, why.bonus, why.answers) == (10275, 883, 8)
    assert why.text == (
        "预计39%的客户会接受（同类客户已答复8次），接受可保住564.30元，成本120.00元，净值102.75元，另加8.83元用于试探。"
    )


def test_a_sentence_whose_figure_is_not_known_is_left_out() -> None:
    assert filled(["您每月消费{spend}。", "送您50元。"], {}) == "送您50元。"
    assert filled(["您每月消费{spend}。", "送您50元。"], {"spend": "9.00元"}) == "您每月消费9.00元。送您50元。"


@unhurried
@given(profiles(), moments(), said())
def test_no_script_has_a_blank_or_nothing_in_it(profile: Profile, moment: str, what: Said) -> None:
    for one in offered(profile, moment, what).offers:
        assert one.script
        assert not {"{", "}"} & set(one.script)
        assert "None" not in one.script


def test_there_is_always_a_word_for_nothing() -> None:
    assert offered(replace(ORDINARY, listed="red")).none_because == "不适用维系优惠：在红名单中。"
    assert offered(ORDINARY, "leaving", Said(code=True)).none_because == WORDS["none"]["code"]
    assert offered(ORDINARY, declined=True).none_because == WORDS["none"]["declined"]
    assert offered(replace(ORDINARY, do_not_disturb=True), "warning").none_because == WORDS["none"]["undisturbed"]
    assert (
        offered(replace(ORDINARY, kind="landline", spend=(0,) * 4, plan_fee=0, level="1星")).none_because
        == (WORDS["none"]["nothing"])
    )


def test_an_agent_is_told_what_to_keep_to_with_who_wants_to_leave() -> None:
    assert offered(ORDINARY, "warning").caution is None
    assert offered(ORDINARY, "leaving").caution == WORDS["caution"]["leaving"]
    for found in (
        offered(ORDINARY, "port_out"),
        offered(ORDINARY, "warning", Said(competitor=True)),
        offered(ORDINARY, "leaving", Said(porting=True)),
    ):
        assert found.caution == WORDS["caution"]["porting"]


def test_what_is_not_worth_its_cost_and_what_comes_fourth_is_said_so() -> None:
    found = {one.offer: one.reasons for one in offered(FALLEN).rejected}

    assert found["SAVE-300"] == ("预计投入大于挽留价值",) or found["SAVE-300"] == ("套餐月费不在适用范围",)
    assert ("排在前三名之外",) in found.values()


def test_it_is_something_that_json_can_hold() -> None:
    told = json.loads(json.dumps(asdict(offered(FALLEN)), ensure_ascii=False))

    assert told["offers"][0]["order"]["offering"].startswith("KEEP-")
    assert told["offers"][0]["explanation"]["probability"] < 1


# With the operator.


@pytest.mark.usefixtures("sandbox")
def test_a_customer_whose_spending_fell_is_made_offers_with_own_figures() -> None:
    profile = profile_of(FALLEN_NUMBER)

    found = suggest(FALLEN_NUMBER, "leaving", Said(reason="fee"), conversation="c1")

    assert (found.customer, found.line, found.moment) == (profile.customer, profile.line, "leaving")
    assert found.segment == "high.high.unbound.mobile"
    assert 1 <= len(found.offers) <= 3
    assert found.none_because is None
    assert all("消费或通话比前三个月下降" in one.reason for one in found.offers)
    lower = next(one for one in found.offers if one.offer == "LOWER-PLAN")
    assert lower.reason.startswith("针对客户说的“资费贵”；")
    assert yuan(12900) in lower.script
    saving = next(one for one in found.offers if one.offer == "SAVE-300")
    assert yuan(sum(profile.spend[1:4]) // 3) in saving.script


@pytest.mark.usefixtures("sandbox")
def test_who_ports_out_is_suggested_only_what_is_open_to_everyone() -> None:
    found = suggest("17700001031", "port_out", Said(porting=True), conversation="c1")

    assert found.offers
    assert all(offer(one.offer).open_to_everyone for one in found.offers)
    assert suggest("17700001031", "port_out", Said(porting=True, code=True), conversation="c1").offers == ()


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("number", ["17700001038", "18100001039", "15300001040", "18000001041", "18000001006"])
def test_who_is_excluded_is_suggested_nothing_whatever_they_ask(number: str) -> None:
    found = suggest(number, "leaving", Said(asked=True, reason="fee"), conversation="c1")

    assert found.offers == ()
    assert found.none_because is not None


@pytest.mark.usefixtures("sandbox")
def test_a_recorded_no_ends_the_suggestions_of_its_conversation_alone() -> None:
    found = suggest(ENDING, "renewal", Said(), conversation="c1")
    no = Outcome("c1", found.customer, found.line, found.offers[0].offer, found.segment, "renewal", "declined", rank=1)
    record(no, key="k")

    assert suggest(ENDING, "renewal", Said(), conversation="c1").none_because == WORDS["none"]["declined"]
    assert suggest(ENDING, "renewal", Said(), conversation="c2").offers


@pytest.mark.usefixtures("sandbox")
def test_what_was_taken_in_a_conversation_is_not_suggested_again_nor_what_it_excludes() -> None:
    found = suggest(ENDING, "renewal", Said(), conversation="c1")
    taken = found.offers[0].offer
    record(Outcome("c1", found.customer, found.line, taken, found.segment, "renewal", "accepted"), key="k")

    again = suggest(ENDING, "renewal", Said(), conversation="c1")

    assert not {taken, *offer(taken).excludes} & set(names(again))
    assert {one.offer: one.reasons for one in again.rejected}[taken] == ("已经办理",)


@pytest.mark.usefixtures("sandbox")
def test_what_others_declined_sinks_in_the_next_ranking() -> None:
    before = suggest(FALLEN_NUMBER, "leaving", Said(), conversation="c1")
    first = before.offers[0].offer
    for number in range(30):
        no = Outcome(f"o{number}", "C9", "P9", first, before.segment, "renewal", "declined")
        record(no, key=f"k{number}")

    after = suggest(FALLEN_NUMBER, "leaving", Said(), conversation="c1")

    assert len(after.offers) == 3
    assert names(after)[0] != first


@pytest.mark.usefixtures("sandbox")
def test_an_unknown_number_and_an_unknown_moment_are_errors() -> None:
    with pytest.raises(NotFound):
        suggest("19900000000", "leaving", Said(), conversation="c1")
    with pytest.raises(ValueError, match="someday"):
        suggest(ORDINARY_NUMBER, "someday", Said(), conversation="c1")


@pytest.mark.parametrize("wanted", [one for one in offers() if one.order], ids=lambda one: one.id)
def test_the_order_of_each_offer_is_carried_out_by_the_operator(sandbox: httpx.Client, wanted: object) -> None:
    number = {"broadband": "ad10000151"}.get(wanted.conditions.lines[0], ORDINARY_NUMBER)
    if wanted.conditions.customers == ("enterprise",):
        number = "15300001026"
    of = line(number)
    new = NewOrder("add", of.customer, of.id, offering=wanted.order.offering,
                   contract_months=wanted.order.contract_months)  # fmt: skip

    placed = orders.create(new, idempotency_key=wanted.id)
    raw.advance(sandbox, "PT10S")

    assert (orders.order(placed.id).state, orders.order(placed.id).reason) == ("completed", "")
    assert wanted.order.offering in {one.offering for one in subscriptions(of)}
    bound = line(number).contract_end
    assert (bound != of.contract_end) == (wanted.order.contract_months is not None)
