from pathlib import Path

import numpy as np
import pytest

from language.ngrams import CharacterNgrams

TEXTS = ["查话费", "查一下话费", "流量还有多少", "还有多少流量", "转人工", "我要转人工"]


def test_rows_have_unit_length() -> None:
    rows = CharacterNgrams.fit(TEXTS).transform(["查话费", "多少流量"])

    assert np.allclose(np.asarray(rows.multiply(rows).sum(axis=1)).ravel(), 1.0, atol=1e-6)
    assert rows.dtype == np.float32


def test_only_ngrams_of_two_texts_are_learnt() -> None:
    fitted = CharacterNgrams.fit(["查话费", "查流量"])

    # Of both only the marks of beginning and end are known.
    assert (fitted.transform(["话费"]) != fitted.transform(["流量"])).nnz == 0
    assert (fitted.transform(["查积分"]) != fitted.transform(["积分"])).nnz > 0


def test_where_a_text_begins_and_ends_is_a_feature() -> None:
    fitted = CharacterNgrams.fit(["话费查", "话费", "查", "查话费", "话费查"])

    assert (fitted.transform(["话费查"]) != fitted.transform(["查话费"])).nnz > 0


@pytest.mark.parametrize("text", ["", "xyz", "\x02\x03"])
def test_an_unknown_text_is_a_row_like_any_other(text: str) -> None:
    fitted = CharacterNgrams.fit(TEXTS)

    assert fitted.transform([text]).shape == (1, fitted.transform(["查话费"]).shape[1])


def test_what_was_saved_gives_the_same_rows(tmp_path: Path) -> None:
    fitted = CharacterNgrams.fit(TEXTS)
    fitted.save(tmp_path)

    loaded = CharacterNgrams.load(tmp_path)

    probe = [*TEXTS, "没见过的话", ""]
    assert (fitted.transform(probe) != loaded.transform(probe)).nnz == 0


def test_nothing_is_pickled(tmp_path: Path) -> None:
    CharacterNgrams.fit(TEXTS).save(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["idf.npy", "ngrams.json"]
    np.load(tmp_path / "idf.npy", allow_pickle=False)


def test_latin_letters_are_the_same_in_both_cases() -> None:
    fitted = CharacterNgrams.fit(["iptv黑屏", "IPTV花屏"])

    assert (fitted.transform(["IPTV"]) != fitted.transform(["iptv"])).nnz == 0
