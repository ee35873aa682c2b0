from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bss.errors import ContractBroken
from bss.shape import characteristic, day, member, moment, money, number, objects, optional, text

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["CNY", "NaN", "1e999", "2026-11-01T00:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31"]),
)
NAMES = st.sampled_from(["a", "unit", "units", "value", "amount", "name"])
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=8
)
PATHS = st.lists(st.one_of(NAMES, st.integers(0, 2)), max_size=2)


@given(JSON, PATHS)
def test_of_any_json_a_reader_makes_a_value_of_its_kind_or_a_broken_contract(value: Any, path: list[Any]) -> None:
    readers: dict[Callable[..., object], type] = {text: str, moment: datetime, money: int, number: float}
    for read, kind in readers.items():
        try:
            found = read(value, *path)
        except ContractBroken:
            continue
        assert type(found) is kind


@given(JSON)
def test_of_any_json_lists_days_and_characteristics_never_crash(value: Any) -> None:
    for read in (
        objects,
        day,
        lambda json: characteristic(json, "a", "name"),
        lambda json: characteristic({"a": json}, "a", "name"),
    ):
        try:
            read(value)
        except ContractBroken:
            continue


@given(JSON, PATHS)
def test_what_is_optional_is_never_an_error(value: Any, path: list[Any]) -> None:
    optional(value, *path)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"unit": "CNY", "value": 128.5}, 12850),
        ({"unit": "CNY", "value": "0.29"}, 29),
        ({"units": "CNY", "amount": -77.2}, -7720),
    ],
)
def test_both_spellings_of_money_are_read(value: object, expected: int) -> None:
    assert money({"price": value}, "price") == expected


@pytest.mark.parametrize(
    "value",
    [
        12.5,
        None,
        {"unit": "USD", "value": 1},
        {"value": 1},
        {"unit": "CNY"},
        {"unit": "CNY", "value": None},
        {"unit": "CNY", "value": True},
        {"unit": "CNY", "value": "free"},
        {"unit": "CNY", "value": float("nan")},
        {"unit": "CNY", "value": 1e300},
        {"units": "CNY", "value": 1},
    ],
)
def test_what_is_not_money_in_yuan_breaks_the_contract(value: object) -> None:
    with pytest.raises(ContractBroken):
        money({"price": value}, "price")


@pytest.mark.parametrize("value", [True, None, "many", [], {}, float("nan"), float("inf"), "1e999", 10**400])
def test_what_is_no_number_breaks_the_contract(value: object) -> None:
    with pytest.raises(ContractBroken):
        number({"n": value}, "n")


@pytest.mark.parametrize("value", [None, 5, [], "soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_what_is_no_time_breaks_the_contract(value: object) -> None:
    with pytest.raises(ContractBroken):
        moment({"at": value}, "at")


def test_a_time_and_a_day_are_read() -> None:
    assert moment({"at": "2026-11-01T00:00:00+08:00"}, "at") == datetime(2026, 10, 31, 16, tzinfo=timezone.utc)
    assert day("2026-11-01") == date(2026, 11, 1)


@pytest.mark.parametrize("value", [None, 5, "2026-11", "soon", ["2026-11-01"]])
def test_what_is_no_day_breaks_the_contract(value: object) -> None:
    with pytest.raises(ContractBroken):
        day(value)


@pytest.mark.parametrize("body", [None, {}, "[]", [1], [{}, None], 5])
def test_a_list_of_objects_is_nothing_else(body: object) -> None:
    with pytest.raises(ContractBroken):
        objects(body)


def test_a_path_leads_through_objects_and_lists() -> None:
    entry = {"relatedParty": [{"id": "C0001"}]}

    assert member(entry, "relatedParty", 0, "id") == "C0001"
    assert optional(entry, "relatedParty", 1, "id") is None
    with pytest.raises(ContractBroken, match=r"relatedParty\.1\.id is missing"):
        member(entry, "relatedParty", 1, "id")


def test_a_number_is_no_text() -> None:
    with pytest.raises(ContractBroken):
        text({"id": 7}, "id")


def test_a_characteristic_is_found_by_its_name() -> None:
    entry = {"productCharacteristic": [{"name": "kind", "value": "plan"}, {"name": "dataMB", "value": 30720}]}

    assert characteristic(entry, "productCharacteristic", "dataMB") == 30720
    assert characteristic(entry, "productCharacteristic", "speed") is None
    assert characteristic({}, "productCharacteristic", "kind") is None


@pytest.mark.parametrize("wrong", [5, True, "plan", {"name": "kind"}, [5]])
def test_characteristics_that_are_no_list_of_objects_break_the_contract(wrong: object) -> None:
    with pytest.raises(ContractBroken):
        characteristic({"productCharacteristic": wrong}, "productCharacteristic", "kind")
