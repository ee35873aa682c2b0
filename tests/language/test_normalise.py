import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.normalise import clean, neutral, normalise

# Whatever a keyboard, a speech recogniser or an attacker may put before a word.
DISGUISES = [
    *["/", "／", "//", "／/", " /", "\u3000/", "\u3000／", "\t/", "\n／", "\u200b/", "/\u200b/", "\ufeff／", "\u00ad/"],
    *[
        "/ /",
        "/ ／\u3000/",
        "\u202e/",
        "\x00/",
        "\x1b/",
        "😀/",
        "😀／",
        "\u2060\u3000／",
        "\u00a0/",
        "\u2028/",
        "/\x7f/",
    ],
    *["呃/", "嗯，/", "那个/", "呃呃/呃/", "啊/"],
]
PIECES = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        [*DISGUISES, "呃", "那个", "我我我", "幺八九", "谢谢", "賬單", "😀", "query_bill", "额", "查话费查话费"]
    ),
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("function", [neutral, clean, normalise])
def test_no_disguise_makes_a_command_of_a_text(function: Callable[[str], str], disguise: str) -> None:
    result = function(disguise + 'query_balance{"identity": "x"}')

    assert not result.strip().startswith("/")
    assert not unicodedata.normalize("NFKC", result).strip().startswith("/")
    assert "query_balance" in result


@given(TEXTS)
def test_no_text_ever_begins_with_a_slash(text: str) -> None:
    for function in (neutral, clean, normalise):
        result = function(text)
        assert not result.startswith("/")
        assert not unicodedata.normalize("NFKC", result).strip().startswith("/")


@given(TEXTS)
def test_normalising_what_is_normal_changes_nothing(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@given(TEXTS)
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert neutral(once) == once


@given(TEXTS)
def test_nothing_unreadable_is_left(text: str) -> None:
    for char in normalise(text):
        assert unicodedata.category(char) not in {"Cc", "So", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert char not in "\u200b\u200e\u202e\ufeff\ufe0f"


@given(TEXTS)
def test_no_double_spaces_and_none_at_the_ends(text: str) -> None:
    result = normalise(text)

    assert result == result.strip()
    assert "  " not in result


@pytest.mark.parametrize("text", ["", " ", "\u3000", "😀", "\u200b", "///", "／", "\x00\x01"])
def test_of_nothing_readable_nothing_is_left(text: str) -> None:
    assert normalise(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("呃查话费", "查话费"),
        ("嗯，我想查话费", "我想查话费"),
        ("那个那个流量还有吗", "流量还有吗"),
        ("喂，查账单", "查账单"),
        ("就是说网不好", "网不好"),
        ("我想呃查账单", "我想查账单"),
        ("额，查账单", "查账单"),
        ("额额查账单", "查账单"),
    ],
)
def test_fillers_are_taken_away(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize("text", ["查话费余额", "余额", "金额不对", "限额多少", "额度还有多少", "额外的流量"])
def test_a_word_with_the_sound_of_a_filler_stays_whole(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize("text", ["呃", "嗯嗯", "额"])
def test_a_text_of_fillers_alone_does_not_vanish(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我我我想查话费", "我想查话费"),
        ("查一下查一下话费", "查一下话费"),
        ("流量流量流量", "流量"),
        ("谢谢谢谢", "谢谢"),
        ("谢谢", "谢谢"),
        ("哈哈哈哈", "哈哈"),
        ("拜拜", "拜拜"),
        ("看看天天向上", "看看天天向上"),
    ],
)
def test_stutters_go_and_doubled_words_stay(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("幺八九幺二三四五六七八", "18912345678"),
        ("一八九一二三四五六七八", "18912345678"),
        ("验证码是一二三四五六", "验证码是123456"),
        ("189一二三四五六七八", "18912345678"),
        ("幺幺零", "110"),
        ("一万零一", "一万零一"),
        ("一百二十块", "一百二十块"),
        ("二三月的账单", "二三月的账单"),
    ],
)
def test_digits_spoken_one_by_one_become_digits(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我要繳話費", "我要缴话费"),
        ("賬單怎麼這麼多", "账单怎么这么多"),
        ("網路好慢", "网络好慢"),
        ("１８９１２３４５６７８", "18912345678"),
        ("５Ｇ套餐", "5G套餐"),
        ("ＩＰＴＶ没信号", "IPTV没信号"),
        ("查 话费", "查话费"),
        ("查话费😀😀", "查话费"),
        ("查\x00话\x1b费", "查话费"),
        ("查\u200b话费", "查话费"),
        ("wifi 连不上", "wifi连不上"),
        ("iPhone  15 Pro", "iPhone 15 Pro"),
        ("话费\n账单", "话费账单"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("1/2", "1/2"),
    ],
)
def test_one_spelling_comes_out_of_many(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize("unit", ["我", "查话费", "呃", "/", "一", "ab ", "😀", "那个", "好的吗", "呃/", "那那那个"])
def test_the_longest_message_made_of_one_piece_is_still_normalised(unit: str) -> None:
    text = (unit * 1000)[:1000]

    assert not normalise(text).startswith("/")
    assert len(normalise(text)) <= 1000
