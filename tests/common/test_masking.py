import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.masking import mask_name, mask_number, mask_text

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
AROUND = st.text("查一下号码是:的，。 abcXYZ-_/+()\n", max_size=12)
ANY_MOBILE = re.compile(r"1[3-9]\d{9}")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("18912345678", "189****5678"),
        ("AD00012345", "****2345"),
        ("02584567890", "****7890"),
        ("123", "****123"),
        ("", "****"),
    ],
)
def test_a_subscribers_number_keeps_only_what_its_owner_recognises(number: str, expected: str) -> None:
    assert mask_number(number) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18912345678", "189****5678"),
        ("我是18912345678的机主", "我是189****5678的机主"),
        ("189-1234-5678", "189****5678"),
        ("189 1234 5678", "189****5678"),
        ("+86 18912345678", "189****5678"),
        ("86-189-1234-5678", "189****5678"),
        ("18912345678和13312345678", "189****5678和133****5678"),
        ("验证码123456", "验证码******"),
        ("密码是 654321。", "密码是 ******。"),
        ("密码6 5 4 3 2 1", "密码***********"),
        ("宽带ad10000131和ITV10000132", "宽带****0131和****0132"),
        ("身份证11010519491231002X", "身份证1101***********02X"),
        ("卡号6222021234567890123", "卡号6222****0123"),
    ],
)
def test_personal_numbers_are_masked_where_they_stand(text: str, expected: str) -> None:
    assert mask_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "本月账单128.50元",
        "2026年10月的账单",
        "5G畅享99元套餐",
        "turn 3f2b8c6e1234567890abcdef done",
        "10000",
        "12345",
        "",
        "剩12.34567890GB",
    ],
)
def test_amounts_months_and_ids_stay_readable(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("018912345678", "18912345678"),
        ("008618912345678", "18912345678"),
        ("189123456789", "18912345678"),
        ("1891234567812", "18912345678"),
        ("１８９１２３４５６７８", "１８９１２３４５６７８"),
        ("１８９－１２３４－５６７８", "１８９－１２３４－５６７８"),
        ("幺八九一二三四五六七八", "幺八九一二三四五六七八"),
        ("0.18912345678", "18912345678"),
        ("id18912345678a", "18912345678"),
    ],
)
def test_a_mobile_number_dialled_or_typed_oddly_does_not_leak(text: str, number: str) -> None:
    assert number not in mask_text(text)
    assert number[-8:] not in mask_text(text)


@given(AROUND, MOBILES, AROUND, st.sampled_from(["", "-", " "]))
def test_no_mobile_number_survives_in_any_sentence(before: str, number: str, after: str, gap: str) -> None:
    written = gap.join((number[:3], number[3:7], number[7:]))

    masked = mask_text(before + written + after)

    assert written not in masked
    assert number not in re.sub(r"[- ]", "", masked)
    assert number[3:7] not in masked or number[3:7] in number[:3] + number[7:] + before + after


PIECES = st.one_of(MOBILES, MOBILES, st.text("0123456789", max_size=20), st.sampled_from([*" -+*X元号，年", "86"]))


@given(st.lists(PIECES, max_size=8).map("".join))
def test_no_text_leaves_a_mobile_number_behind(text: str) -> None:
    assert not ANY_MOBILE.search(mask_text(text))


@given(st.lists(PIECES, max_size=8).map("".join))
def test_masking_what_is_masked_changes_nothing(text: str) -> None:
    once = mask_text(text)

    assert mask_text(once) == once


@given(st.text(st.characters(blacklist_categories=("Nd",), blacklist_characters="－"), max_size=60))
def test_text_without_digits_stays_as_it_is(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(("name", "expected"), [("张三", "张*"), ("欧阳小明", "欧***"), ("李", "李"), ("", "")])
def test_of_a_name_only_the_first_character_stays(name: str, expected: str) -> None:
    assert mask_name(name) == expected
