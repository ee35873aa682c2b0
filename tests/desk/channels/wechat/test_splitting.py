from hypothesis import given
from hypothesis import strategies as st

from desk.channels.wechat.splitting import BYTES, CHARACTERS, ROOM, fits, split


def test_a_short_text_stays_whole() -> None:
    assert split("您好。") == ["您好。"]
    assert split("  ") == []


def test_a_long_text_is_cut_at_the_end_of_a_sentence() -> None:
    sentence = "这是一句话" * 19 + "。"

    pieces = split(sentence * 12)

    assert len(pieces) > 1
    assert all(piece.endswith("。") and fits(piece, ROOM) for piece in pieces)
    assert "".join(pieces) == sentence * 12


def test_a_text_without_ends_is_cut_anyway() -> None:
    pieces = split("长" * 2000)

    assert "".join(pieces) == "长" * 2000
    assert all(fits(piece) for piece in pieces)


def test_bytes_count_as_well_as_characters() -> None:
    assert fits("长" * CHARACTERS)
    assert not fits("长" * (CHARACTERS + 1))
    assert not fits("😀" * (BYTES // 4 + 1))
    assert len(split("😀" * 600)) == 2


@given(st.text(st.sampled_from("一。\n，a😀 "), max_size=3000))
def test_nothing_is_lost_but_spaces_and_all_pieces_fit(text: str) -> None:
    pieces = split(text)

    assert all(piece and fits(piece, ROOM) for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
