import numpy as np

from language.encoder import BATCH, DIMENSIONS, encode


def test_vectors_have_unit_length() -> None:
    vectors = encode(["查话费", "我想问一下上个月的账单为什么这么多", "a", "1"])

    assert vectors.shape == (4, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_batch_gives_what_single_texts_give_in_their_order() -> None:
    texts = ["转人工", "查一下我上个月的话费账单明细", "流量", "宽带坏了好几天了没人来修我要投诉", "您好"]

    together = encode(texts)

    for text, vector in zip(texts, together, strict=True):
        assert np.allclose(encode([text])[0], vector, atol=1e-4)


def test_more_texts_than_a_batch_keep_their_order() -> None:
    texts = ["查话费" * (index % 7 + 1) for index in range(BATCH + 9)]
    vectors = encode(texts)

    assert np.allclose(vectors[:7], vectors[7:14], atol=1e-4)
    assert np.allclose(vectors[-1], encode([texts[-1]])[0], atol=1e-4)


def test_an_empty_text_has_a_vector_too() -> None:
    assert np.allclose(np.linalg.norm(encode(["", "查话费"]), axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_vectors() -> None:
    assert encode([]).shape == (0, DIMENSIONS)


def test_like_meanings_lie_closer_than_unlike_ones() -> None:
    balance, money, fault = encode(["查话费余额", "我还剩多少钱", "家里宽带断网了"])

    assert balance @ money > balance @ fault
