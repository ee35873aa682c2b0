from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from language.extractor import extract

TODAY = date(2026, 11, 22)
TABLES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "entity_values.yml").read_text(encoding="utf-8")
)


def values(entity: str, text: str) -> list[str]:
    return [found.value for found in extract(text, TODAY) if found.entity == entity]


@pytest.mark.parametrize(
    ("entity", "text", "expected"),
    [(entity, text, expected) for entity, table in TABLES.items() for text, expected in table.items()],
)
def test_a_spelling_means_its_value(entity: str, text: str, expected: list[str]) -> None:
    assert values(entity, text) == expected


@pytest.mark.parametrize(
    ("text", "entity", "words"),
    [
        ("扣了我五十块钱", "money", "五十块钱"),
        ("扣了我十九块八", "money", "十九块八"),
        ("扣了我八十多", "money", "八十多"),
        ("一百来块的话费", "money", "一百来块"),
        ("还剩10个G吗", "data_amount", "10个G"),
        ("从上周三到周五都没网", "date_range", "上周三到周五"),
        ("明天下午三点到五点在家", "time_slot", "下午三点到五点"),
        ("工单号是20261120000003吗", "ticket_number", "20261120000003"),
        ("我住在阳光花园小区5号楼", "address", "阳光花园小区5号楼"),
        ("一百二十九元的套餐有吗", "package", "一百二十九元的套餐"),
    ],
)
def test_a_span_holds_what_was_said_and_no_more(text: str, entity: str, words: str) -> None:
    (found,) = (found for found in extract(text, TODAY) if found.entity == entity)

    assert text[found.start : found.end] == words


@pytest.mark.parametrize("text", ["20261120000003", "68881234", "TT2026", "03312345678901", "8 8 2 1 0 4 5", "a@b"])
def test_what_is_no_number_of_the_operator_is_nothing(text: str) -> None:
    assert extract(text, TODAY) == []


@pytest.mark.parametrize(
    "text", ["流量包", "套餐", "新卡", "彩玲", "月度包", "副卡是什么", "星卡299", "几十块钱的套餐", "畅享"]
)
def test_what_only_sounds_like_something_sold_is_not_sold(text: str) -> None:
    assert not {"package", "vas", "addon"} & {found.entity for found in extract(text, TODAY)}


def test_hours_count_from_the_moment_that_is_given() -> None:
    night = datetime(2026, 11, 22, 1, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

    assert [found.value for found in extract("两小时前断的", TODAY, now=night)] == ["2026-11-21"]
    assert [found.value for found in extract("两小时前断的", TODAY)] == ["2026-11-22"]
