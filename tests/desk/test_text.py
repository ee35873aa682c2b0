import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.errors import Refused
from desk.text import readable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("查话费", "查话费"),
        ("  查话费 \n", "查话费"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("a\tb", "a\tb"),
        ("查\x00话\x1b费", "查话费"),
        ("查\ud800话费", "查话费"),
        ("😀👍", "😀👍"),
        ("<b>话费</b> & <script>", "<b>话费</b> & <script>"),
        ("/query_balance", "/query_balance"),
        ("'; DROP TABLE messages; --", "'; DROP TABLE messages; --"),
    ],
)
def test_what_can_be_read_stays_as_it_was_typed(text: str, expected: str) -> None:
    assert readable(text, 100) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000", "\x00\x01", "\ud800", "\u200b", "\u200b \ufeff"])
def test_a_text_without_anything_to_read_is_refused(text: str) -> None:
    with pytest.raises(Refused) as raised:
        readable(text, 100)
    assert (raised.value.status, raised.value.code) == (422, "empty")


def test_a_text_of_the_limit_passes_and_one_more_does_not() -> None:
    assert readable("话" * 100, 100) == "话" * 100
    with pytest.raises(Refused) as raised:
        readable("话" * 101, 100)
    assert (raised.value.status, raised.value.code) == (413, "too_long")
    assert "100" in raised.value.message


def test_what_is_taken_out_does_not_count() -> None:
    assert readable("\x00" * 500 + "话费", 10) == "话费"


@given(st.text(st.characters(), max_size=40))
def test_whatever_comes_is_refused_or_can_be_stored_and_shown(text: str) -> None:
    try:
        kept = readable(text, 30)
    except Refused:
        return
    kept.encode("utf-8")
    assert not any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in kept)
    assert readable(kept, 30) == kept
