from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.extraction.words import pipeline
from language.lookups import LOOKUPS, terms
from language.tokenizer import fingerprint, own_words, places, segmenter, words


def lookups(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    lines = "".join(f"    - {name}\n" for name in names)
    (folder / "vas.yml").write_text(f"nlu:\n- synonym: VAS-1\n  examples: |\n{lines}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我要退订视频彩铃", ["我", "要", "退订", "视频彩铃"]),
        ("垃圾短信举报", ["垃圾短信", "举报"]),
        ("手机卡顿", ["手机", "卡顿"]),
        ("我住南京市鼓楼区", ["我", "住", "南京市", "鼓楼区"]),
        ("移动电话", ["移动电话"]),
        ("500M宽带", ["500M", "宽带"]),
        ("IPTV 花屏", ["IPTV", "花屏"]),
        ("查18912345678", ["查", "18912345678"]),
        ("", []),
        ("  ", []),
    ],
)
def test_words_are_those_of_telecommunications(text: str, expected: list[str]) -> None:
    assert [word for word, _ in words(text)] == expected


@given(st.text(max_size=40) | st.text("移动宽带流量5gGBİ查套餐 ,。", max_size=40))
def test_words_lie_where_they_say_and_leave_out_only_blanks(text: str) -> None:
    end = 0
    for word, start in words(text):
        assert text[start : start + len(word)] == word
        assert not text[end:start].strip()
        end = start + len(word)
    assert not text[end:].strip()


def test_a_word_of_the_catalogue_stays_whole(tmp_path: Path) -> None:
    folder = lookups(tmp_path / "with", "聚合彩印")

    assert [word for word, _ in words("开通聚合彩印", folder)] == ["开通", "聚合彩印"]
    assert "聚合彩印" not in [word for word, _ in words("开通聚合彩印", tmp_path / "without")]


def test_a_catalogue_name_does_not_hide_a_word_that_names_something(tmp_path: Path) -> None:
    folder = lookups(tmp_path / "with", "手机读书包")

    assert "手机读书包" not in list(own_words(folder))
    assert words("手机读书包", folder)[0] == ("手机", 0)


def test_the_fingerprint_follows_the_catalogue(tmp_path: Path) -> None:
    folder = lookups(tmp_path / "names", "聚合彩印")
    before = fingerprint(folder)
    terms.cache_clear()

    assert fingerprint(folder) == before
    lookups(folder, "聚合彩印", "视频客服")
    terms.cache_clear()
    assert fingerprint(folder) != before


def test_jiebas_own_tokenizer_is_left_alone() -> None:
    assert segmenter(LOOKUPS) is not jieba.dt
    assert segmenter(LOOKUPS) is segmenter(LOOKUPS)
    assert "权益会员包" not in jieba.dt.FREQ


def test_spacy_cuts_with_the_same_tokenizer() -> None:
    text = "光猫亮红灯上不了网 5G畅享"

    nlp = pipeline(LOOKUPS)

    assert nlp.tokenizer.jieba_seg is segmenter(LOOKUPS)
    assert [(token.text, token.idx) for token in nlp(text) if not token.is_space] == words(text)


def test_places_have_full_names() -> None:
    assert (places()["南京"], places()["鼓楼区"], places()["内蒙古"]) == ("南京市", "鼓楼区", "内蒙古自治区")
