from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from knowledge_base.content import content
from knowledge_base.retention.eligibility import fits, obstacles, refusal
from knowledge_base.retention.offers import offer, offers
from knowledge_base.retention.profile import MOMENTS, Profile, Said
from knowledge_base.retention.segments import segment
from tests.knowledge_base.retention.profiles import (
    BROADBAND,
    EXCLUDED,
    FALLEN,
    ORDINARY,
    TODAY,
    moments,
    profiles,
    said,
    unhurried,
)

WORDS = content("retention")["staff"]


def why_not(identity: str, profile: Profile, moment: str, what: Said = Said(), today: date = TODAY) -> list[str]:
    return obstacles(offer(identity), profile, segment(profile, today), moment, what, today)


def offered(profile: Profile, moment: str, what: Said = Said()) -> set[str]:
    return {one.id for one in offers() if not why_not(one.id, profile, moment, what)}


def refused(profile: Profile, moment: str, what: Said = Said(), *, declined: bool = False) -> str | None:
    return refusal(segment(profile, TODAY), moment, what, declined=declined)


# What must never be offered.


@unhurried
@given(profiles(), moments(), said())
def test_who_is_excluded_is_never_made_an_offer(profile: Profile, moment: str, what: Said) -> None:
    excluded = set(segment(profile, TODAY).exclusions) - {"do_not_disturb"}
    if moment == "winback":
        excluded -= {"ended"}

    if excluded:
        assert offered(profile, moment, what) == set()


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("name", "changes"), EXCLUDED.items())
def test_each_exclusion_alone_leaves_nothing_and_is_told(name: str, changes: dict[str, Any], moment: str) -> None:
    if (name, moment) == ("ended", "winback"):
        return
    profile = replace(FALLEN, **changes)

    assert offered(profile, moment, Said(asked=True, reason="fee")) == set()
    why = refused(profile, moment)
    assert why is not None
    assert WORDS["exclusions"][name].split("{")[0] in why


@unhurried
@given(profiles(), moments(), said())
def test_after_the_request_for_the_code_nothing_is_offered(profile: Profile, moment: str, what: Said) -> None:
    assert offered(profile, moment, replace(what, code=True)) == set()


@unhurried
@given(profiles(), moments(), said())
def test_who_ports_out_is_offered_only_what_everybody_may_have(profile: Profile, moment: str, what: Said) -> None:
    found = offered(profile, moment, replace(what, porting=True)) | offered(profile, "port_out", what)

    assert all(offer(name).open_to_everyone for name in found)


@unhurried
@given(profiles(), said())
def test_who_wants_no_offers_gets_none_unasked(profile: Profile, what: Said) -> None:
    silent = replace(profile, do_not_disturb=True)

    for moment in ("warning", "winback"):
        assert offered(silent, moment, what) == set()
    for moment in ("leaving", "port_out", "renewal"):
        assert offered(silent, moment, replace(what, asked=False)) == set()


def test_who_wants_no_offers_is_answered_when_they_want_to_leave_or_renew() -> None:
    silent = replace(ORDINARY, do_not_disturb=True)

    for moment in ("leaving", "port_out", "renewal"):
        assert offered(silent, moment, Said(asked=True))
        assert refused(silent, moment) == WORDS["none"]["undisturbed"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_no_ends_it(moment: str) -> None:
    profile = replace(ORDINARY, state="terminated") if moment == "winback" else ORDINARY

    assert refused(profile, moment) is None
    assert refused(profile, moment, declined=True) == WORDS["none"]["declined"]


# Who may be made which offer.


def test_an_offer_is_for_its_moments() -> None:
    ending = replace(ORDINARY, contract_end=date(2027, 1, 5))

    assert why_not("RENEW-12", ending, "renewal") == []
    assert why_not("RENEW-12", ending, "warning") == ["不用于离网预警"]


def test_an_offer_is_for_its_days() -> None:
    assert why_not("SAVE-100", ORDINARY, "warning", today=date(2026, 1, 1)) == []
    assert why_not("SAVE-100", ORDINARY, "warning", today=date(2027, 12, 31)) == []
    assert why_not("SAVE-100", ORDINARY, "warning", today=date(2025, 12, 31)) == ["2026-01-01起才能办"]
    assert why_not("SAVE-100", ORDINARY, "warning", today=date(2028, 1, 1)) == ["2027-12-31已截止"]


@pytest.mark.parametrize(
    ("identity", "changes", "moment", "told"),
    [
        ("SAVE-100", {"kind": "iptv"}, "warning", ["不适用于这类产品"]),
        ("SAVE-100", {"customer_kind": "enterprise", "level": "3A"}, "warning", ["不适用于这类客户"]),
        ("SAVE-100", {"spend": (20000,) * 4}, "warning", ["不适用于高价值客户"]),
        ("GIFT-DATA", {"corporate_paid": True}, "warning", ["不适用于离网倾向低客户"]),
        ("SAVE-100", {"contract_end": date(2028, 1, 1)}, "warning", ["不适用于已捆绑客户"]),
        ("SAVE-100", {"plan_fee": 1899}, "warning", ["套餐月费不在适用范围"]),
        ("SAVE-100", {"plan_fee": None}, "warning", ["套餐月费不在适用范围"]),
        ("LOWER-PLAN", {}, "leaving", ["不针对客户说的原因"]),
        ("CARE-FIX", {}, "leaving", ["近90天没有障碍或投诉"]),
        ("SAVE-100", {"held": frozenset({"KEEP-100"})}, "warning", ["已经办理"]),
        ("SAVE-100", {"held": frozenset({"SAVE-100"})}, "warning", ["已经办理"]),
        ("SAVE-100", {"held": frozenset({"SAVE-300"})}, "warning", ["与已办理的SAVE-300不能同享"]),
        ("FAMILY-YEAR", {"held": frozenset({"VAS-FAMILY"})}, "warning", ["与已办理的VAS-FAMILY不能同享"]),
        ("SAVE-100", {"unpaid": 1}, "warning", ["有未结清的账单，缴清后才能办"]),
    ],
)
def test_what_stands_in_the_way_is_told(identity: str, changes: dict[str, Any], moment: str, told: list[str]) -> None:
    assert why_not(identity, ORDINARY, moment) == [] or not changes or moment == "leaving"
    assert why_not(identity, replace(ORDINARY, **changes), moment) == told


def test_a_debt_keeps_nobody_from_what_does_not_bind() -> None:
    assert why_not("GIFT-VOICE", replace(ORDINARY, unpaid=5000), "warning") == []


def test_a_reason_opens_what_is_made_for_it() -> None:
    assert why_not("LOWER-PLAN", ORDINARY, "leaving", Said(reason="fee")) == []
    assert why_not("CARE-FIX", replace(ORDINARY, faults=1), "leaving") == []


def test_speed_is_offered_to_who_has_less() -> None:
    assert why_not("SPEED-TRIAL", BROADBAND, "warning") == []
    assert why_not("SPEED-TRIAL", replace(BROADBAND, speed_mbps=1000), "warning") == ["宽带速率不在适用范围"]
    assert why_not("SPEED-TRIAL", replace(BROADBAND, speed_mbps=None), "warning") == ["宽带速率不在适用范围"]


def test_who_has_left_is_called_and_nothing_else() -> None:
    assert offered(replace(ORDINARY, state="terminated"), "winback") == {"CARE-CALL"}
    assert offered(ORDINARY, "winback") == set()


def test_why_an_offer_suits_begins_with_what_the_customer_said() -> None:
    profile = replace(FALLEN, contract_end=date(2027, 1, 5))
    there = segment(profile, TODAY)

    assert fits(offer("LOWER-PLAN"), profile, there, Said(reason="fee")) == [
        "针对客户说的“资费贵”",
        "消费或通话比前三个月下降50%",
        "合约1月5日到期",
        "中价值客户，近月均消费100.00元",
    ]


def test_why_an_offer_suits_who_has_nothing_special() -> None:
    there = segment(ORDINARY, TODAY)

    assert fits(offer("SAVE-100"), ORDINARY, there, Said()) == ["目前没有合约", "中价值客户，近月均消费100.00元"]
    assert fits(offer("GIFT-VOICE"), ORDINARY, there, Said()) == ["中价值客户，近月均消费100.00元"]
    assert fits(offer("CARE-FIX"), replace(ORDINARY, faults=1, complaints=1), there, Said())[0] == (
        "近90天有2次障碍或投诉"
    )


@unhurried
@given(profiles(), moments(), said())
def test_there_are_always_words(profile: Profile, moment: str, what: Said) -> None:
    there = segment(profile, TODAY)
    for one in offers():
        told = [*obstacles(one, profile, there, moment, what, TODAY), *fits(one, profile, there, what)]
        assert all(text and "{" not in text for text in told)
