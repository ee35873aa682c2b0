from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.extractor import Extractor, extract, extractor

TODAY = date(2026, 3, 15)


def found(text: str) -> list[tuple[str, str, str]]:
    """(entity, the words, value) of each."""
    return [(entity.entity, text[entity.start : entity.end], entity.value) for entity in extract(text, TODAY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("还剩多少流量", [("usage_type", "流量", "data")]),
        ("通话还有多少分钟", [("usage_type", "通话", "voice"), ("usage_type", "分钟", "voice")]),
        ("短信剩几条", [("usage_type", "短信", "sms")]),
        ("宽带要续约", [("product_line", "宽带", "broadband")]),
        ("WIFI没网", [("product_line", "WIFI", "broadband"), ("phenomenon", "没网", "no_internet")]),
        ("家里的IPTV黑屏", [("product_line", "IPTV", "iptv"), ("phenomenon", "黑屏", "black_screen")]),
        ("座机打不通", [("product_line", "座机", "landline"), ("phenomenon", "打不通", "calls_fail")]),
        ("上个月话费", [("month", "上个月", "2026-02")]),
        ("查一下18912345678的2月账单", [("phone_number", "18912345678", "18912345678"), ("month", "2月", "2026-02")]),
        ("验证码123456", [("code", "123456", "123456")]),
        ("您好", []),
        ("", []),
    ],
)
def test_entities_are_found_with_place_and_value(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


def test_the_longer_word_wins() -> None:
    assert found("上网流量还有吗") == [("usage_type", "上网流量", "data")]


@pytest.mark.parametrize("text", ["流量包", "垃圾短信", "手机号", "手机营业厅", "短信验证码"])
def test_a_word_inside_another_word_names_nothing(text: str) -> None:
    assert not {"usage_type", "product_line"} & {entity for entity, _, _ in found(text)}


def test_a_mobile_number_is_not_also_a_code() -> None:
    assert [entity for entity, _, _ in found("189-123456-78和18912345678")] == ["code", "phone_number"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3月5号", [("date", "3月5号", "2026-03-05")]),
        ("2026-02-05", [("date", "2026-02-05", "2026-02-05")]),
        ("充678元", [("money", "678元", "67800")]),
        ("最近三天", [("date_range", "最近三天", "2026-03-13/2026-03-15")]),
        ("中山路18号3栋", [("address", "中山路18号3栋", "中山路18号3栋")]),
        ("TT20260101000003", [("ticket_number", "TT20260101000003", "TT20260101000003")]),
        ("5G畅享99元套餐", [("package", "5G畅享99元套餐", "PLAN-99")]),
        ("等了三十分钟", [("duration", "三十分钟", "PT30M")]),
    ],
)
def test_of_what_excludes_each_other_the_longer_stands(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


def test_what_can_both_be_meant_may_overlap() -> None:
    assert found("换光猫") == [("device", "光猫", "modem"), ("product_line", "光猫", "broadband")]


def test_months_follow_the_day_that_is_given() -> None:
    assert [entity.value for entity in extract("上月", date(2026, 1, 1))] == ["2025-12"]


def test_a_moment_decides_the_day_in_shanghai() -> None:
    just_after_midnight = datetime(2026, 3, 15, 16, 30, tzinfo=timezone.utc)

    values = [entity.value for entity in extract("昨天和两小时前", TODAY, now=just_after_midnight)]

    assert values == ["2026-03-15", "2026-03-15"]


def test_an_extractor_knows_the_catalogue_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "vas.yml").write_text(
        "nlu:\n- synonym: VAS-NEW\n  examples: |\n    - 天翼看家\n    - 看家\n", encoding="utf-8"
    )
    own = Extractor(tmp_path)

    assert [(item.entity, item.value) for item in own.extract("开通天翼看家", TODAY)] == [("vas", "VAS-NEW")]
    assert own.extract("订个来电显示", TODAY) == []
    assert extract("开通天翼看家", TODAY) == []


def test_without_lookup_files_everything_else_is_still_found(tmp_path: Path) -> None:
    own = Extractor(tmp_path / "missing")

    assert [item.entity for item in own.extract("5G畅享99元套餐还剩10个G", TODAY)] == ["money", "data_amount"]


@given(st.text("查上个月话费流量宽带0123456789- 手机卡12月份验证码iptvIPTV分钟数", max_size=30))
def test_entities_come_in_order_and_do_not_overlap_their_kind(text: str) -> None:
    entities = extract(text, TODAY)

    assert [entity.start for entity in entities] == sorted(entity.start for entity in entities)
    ends: dict[str, int] = {}
    for entity in entities:
        assert 0 <= entity.start < entity.end <= len(text)
        kind = "word" if entity.entity in {"usage_type", "product_line"} else entity.entity
        assert entity.start >= ends.get(kind, 0)
        ends[kind] = entity.end


def test_the_shared_extractor_is_made_once() -> None:
    assert extractor() is extractor()
