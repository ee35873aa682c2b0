import copy
from datetime import date
from typing import Any

import pytest

from common.settings import ROOT
from knowledge_base.content import content
from knowledge_base.retention.offers import BLANKS, BrokenOffer, offer, offers, read_offers
from knowledge_base.retention.segments import VALUES

KINDS = {
    "deposit_fee", "deposit_points", "gift_pack", "speed", "lower_plan", "family", "renewal", "service_year", "care",
}  # fmt: skip


def broken(change: dict[str, Any], *without: str) -> str:
    """What is told of the first offer when some of its fields are others."""
    entry = copy.deepcopy(content("offers")["offers"][0]) | change
    for name in without:
        del entry[name]
    with pytest.raises(BrokenOffer) as told:
        read_offers({"offers": [entry]})
    return str(told.value)


def test_every_kind_of_offer_is_there() -> None:
    assert {one.kind for one in offers()} == KINDS == set(content("retention")["staff"]["kinds"])
    assert len(offers()) >= 12


def test_an_offer_is_read_as_it_is_written() -> None:
    read = offer("SAVE-100")

    assert (read.kind, read.cost, read.months) == ("deposit_fee", 5000, 12)
    assert (read.begins, read.until) == (date(2026, 1, 1), date(2027, 12, 31))
    assert read.moments == ("warning", "renewal", "leaving")
    assert read.conditions.lines == ("mobile",)
    assert read.conditions.fee is not None
    assert read.conditions.fee.least == 1900
    assert read.prior["middle"] == (4.0, 6.0)
    assert (read.keeps_months, read.share_percent) == (12, 100)
    assert read.order is not None
    assert (read.order.action, read.order.offering, read.order.contract_months) == ("add", "KEEP-100", 12)
    assert read.marks == {"SAVE-100", "KEEP-100"}
    assert read.objections[0].answer.startswith("存的100元")


def test_an_unknown_offer_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        offer("NOTHING")


def test_every_moment_and_every_value_class_has_an_offer() -> None:
    for moment in content("retention")["staff"]["moments"]:
        assert any(moment in one.moments for one in offers()), moment
    for value in VALUES:
        assert any(value in (one.conditions.values or VALUES) for one in offers()), value


def test_no_other_operator_is_named_in_anything_that_is_said() -> None:
    names = ("移动", "联通", "广电", "铁通", "友商", "别家", "中国移动")
    for one in offers():
        said = (one.title, one.benefit, one.price, *one.script, *(each.answer for each in one.objections))
        assert [text for text in said if any(name in text for name in names)] == [], one.id


def test_who_ports_out_is_offered_only_what_is_open_to_everyone() -> None:
    assert [one.id for one in offers() if "port_out" in one.moments and not one.open_to_everyone] == []


def test_what_an_offer_excludes_exists() -> None:
    known = {name for one in offers() for name in one.marks}
    catalogue = {"VOICE-100", "DATA-10", "SPEED-UP", "VAS-FAMILY", "VAS-DISK", "VAS-CLIP"}
    assert {name for one in offers() for name in one.excludes} - known == catalogue


def test_no_offer_excludes_itself_and_exclusion_is_mutual() -> None:
    by_id = {one.id: one for one in offers()}
    for one in offers():
        assert not one.marks & one.excludes
        for other in one.excludes & by_id.keys():
            assert one.id in by_id[other].excludes, (one.id, other)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "gift"}, "offers.yml: SAVE-100: kind: gift is none of "),
        ({"title": ""}, "offers.yml: SAVE-100: title: it is empty"),
        ({"cost": -1}, "offers.yml: SAVE-100: cost: it is below zero"),
        ({"cost": 50.5}, "offers.yml: SAVE-100: cost: int is needed"),
        ({"months": True}, "offers.yml: SAVE-100: months: int is needed"),
        ({"until": "2027-12-31"}, "offers.yml: SAVE-100: until: date is needed"),
        ({"until": date(2025, 1, 1)}, "offers.yml: SAVE-100: until: it ends before it begins"),
        ({"moments": ["never"]}, "offers.yml: SAVE-100: moments: never is none of "),
        ({"moments": []}, "offers.yml: SAVE-100: moments: one at least is needed"),
        ({"moments": ["winback"]}, "offers.yml: SAVE-100: moments: a line that has ended can order nothing"),
        ({"moments": ["port_out"], "for": {}}, "offers.yml: SAVE-100: moments: port_out is for offers that are open"),
        ({"open_to_everyone": "yes"}, "offers.yml: SAVE-100: open_to_everyone: bool is needed"),
        ({"open_to_everyone": True}, "offers.yml: SAVE-100: for.values: what is open to everyone has no such"),
        ({"for": {"colour": "red"}}, "offers.yml: SAVE-100: for.colour: there is no such condition"),
        ({"for": {"lines": ["tram"]}}, "offers.yml: SAVE-100: for.lines: tram is none of "),
        ({"for": {"lines": "mobile"}}, "offers.yml: SAVE-100: for.lines: a list of names is needed"),
        ({"for": {"fee": {"from": 1}}}, "offers.yml: SAVE-100: for.fee: least, most, or both are needed"),
        ({"for": {"fee": {"least": "1"}}}, "offers.yml: SAVE-100: for.fee: whole numbers are needed"),
        ({"prior": {"high": [1, 1]}}, "offers.yml: SAVE-100: prior: high, middle, low are needed"),
        (
            {"prior": {"high": [0.5, 1], "middle": [1, 1], "low": [1, 1]}},
            "offers.yml: SAVE-100: prior.high: two numbers, 1 or more, are needed",
        ),
        ({"keeps": {"months": 12}}, "offers.yml: SAVE-100: keeps: months and share_percent are needed"),
        ({"keeps": {"months": 0, "share_percent": 101}}, "offers.yml: SAVE-100: keeps: months from 1"),
        ({"script": ["您好{name}。"]}, "offers.yml: SAVE-100: script: there is no blank {name}"),
        ({"script": ["您每月消费{spend}。"]}, "offers.yml: SAVE-100: script: one sentence at least must stand"),
        ({"script": ["比联通便宜。"]}, "offers.yml: SAVE-100: script: another operator is named: 联通"),
        ({"objections": [{"words": ["贵"]}]}, "offers.yml: SAVE-100: objections: words and an answer are needed"),
        ({"order": None}, "offers.yml: SAVE-100: order: either an order or callback: true is needed"),
        ({"callback": True}, "offers.yml: SAVE-100: order: either an order or callback: true is needed"),
        ({"order": {"offering": "X"}}, "offers.yml: SAVE-100: order: action and offering are needed"),
        ({"order": {"action": "delete", "offering": "X"}}, "offers.yml: SAVE-100: order: delete is none of add"),
        (
            {"order": {"action": "add", "offering": "X", "contract_months": 0}},
            "offers.yml: SAVE-100: order: contract_months is a whole number from 1",
        ),
        ({"colour": "red"}, "offers.yml: SAVE-100: colour: there is no such field"),
    ],
)
def test_a_slip_of_an_editor_is_told_by_file_offer_and_field(change: dict[str, Any], told: str) -> None:
    assert broken(change).startswith(told)


@pytest.mark.parametrize("field", ["title", "cost", "from", "moments", "prior", "keeps", "script", "objections"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    assert broken({}, field) == f"offers.yml: SAVE-100: {field}: it is missing"


def test_an_offer_without_a_name_is_told_by_its_place() -> None:
    assert broken({}, "id") == "offers.yml: offer 1: id: it is missing"


def test_an_id_stands_for_one_offer() -> None:
    entry = content("offers")["offers"][0]

    with pytest.raises(BrokenOffer, match="SAVE-100: id: it is there twice"):
        read_offers({"offers": [entry, entry]})


@pytest.mark.parametrize("loaded", [{}, {"offers": {}}, {"offers": ["SAVE-100"]}])
def test_a_file_of_another_shape_is_told(loaded: dict[str, Any]) -> None:
    with pytest.raises(BrokenOffer, match=r"offers\.yml: "):
        read_offers(loaded)


def test_every_blank_of_a_script_is_one_that_is_filled() -> None:
    used = {name for one in offers() for sentence in one.script for name in BLANKS if f"{{{name}}}" in sentence}

    assert used <= BLANKS
    assert {"spend", "fee", "speed", "end", "minutes"} <= used


def test_the_docs_name_every_field_blank_and_condition() -> None:
    text = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
    fields = {name for entry in content("offers")["offers"] for name in (*entry, *entry.get("for", {}))}

    assert [name for name in fields if f"`{name}`" not in text] == []
    assert [name for name in BLANKS if f"`{{{name}}}`" not in text] == []
