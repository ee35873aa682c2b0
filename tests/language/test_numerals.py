import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.extraction.catalogue import _spoken
from language.numerals import number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("五", "5"),
            ("十", "10"),
            ("十五", "15"),
            ("二十", "20"),
            ("三十六", "36"),
            ("一百", "100"),
            ("一百零五", "105"),
        ),
        *(("两百五", "250"), ("一百五十", "150"), ("一千二", "1200"), ("一千零二十", "1020"), ("三万", "30000")),
        *(("一万二", "12000"), ("1万5", "15000"), ("1.5万", "15000.0"), ("2千", "2000"), ("1,200", "1200")),
        *(("零点五", "0.5"), ("三点一四", "3.14"), ("128.5", "128.5"), ("二百五十三", "253"), ("0", "0")),
        # digit by digit, and 幺 for 一
        *(("六七八", "678"), ("幺九九", "199")),
        # about so many
        *(("两三", "3"), ("七八", "8")),
    ],
)
def test_a_numeral_has_its_value(text: str, expected: str) -> None:
    assert str(number(text)) == expected


@pytest.mark.parametrize("text", ["", "点", "五点", "百般", "abc", "1" * 30, "三二十一"])
def test_what_is_no_numeral_has_none(text: str) -> None:
    assert number(text) is None


@given(st.integers(1, 9999))
def test_every_way_to_say_a_number_is_read_back(value: int) -> None:
    for said in _spoken(str(value)):
        assert number(said) in {value, None}
    assert any(number(said) == value for said in _spoken(str(value)))
