from pathlib import Path

import numpy as np
import pytest

from language.encoder import encode
from language.intents import IntentModel, decide, family
from language.ngrams import CharacterNgrams

EXAMPLES = {
    "query_bill": ["查账单", "上个月账单", "看一下账单", "账单是多少", "我要看账单", "帮我查账单"],
    "query_bill_explain": ["为什么扣这么多钱", "怎么多扣了钱", "钱扣到哪了", "这笔钱是什么", "扣费原因", "为什么扣费"],
    "human_agent": ["转人工", "找人工客服", "我要人工", "人工服务", "接人工", "转人工客服"],
    "out_of_scope": ["今天股票怎么样", "帮我点个外卖", "唱首歌", "讲个笑话", "写一首诗", "明天会下雨吗"],
}
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
LABELS = [intent for intent, texts in EXAMPLES.items() for _ in texts]


@pytest.fixture(scope="module")
def ngrams() -> CharacterNgrams:
    """N-grams of the examples."""
    return CharacterNgrams.fit(TEXTS)


@pytest.fixture(scope="module")
def model(ngrams: CharacterNgrams) -> IntentModel:
    """A model of the examples."""
    return IntentModel.fit(encode(TEXTS), ngrams.transform(TEXTS), LABELS)


def probabilities(model: IntentModel, ngrams: CharacterNgrams, texts: list[str]) -> np.ndarray:
    return model.probabilities(encode(texts), ngrams.transform(texts))


def test_the_examples_are_recognised(model: IntentModel, ngrams: CharacterNgrams) -> None:
    rankings = decide(probabilities(model, ngrams, TEXTS), model.intents)

    assert [ranking[0][0] for ranking in rankings] == LABELS


def test_probabilities_add_up_to_one(model: IntentModel, ngrams: CharacterNgrams) -> None:
    rows = probabilities(model, ngrams, ["查账单", "没见过的话", ""])

    assert rows.shape == (3, 4)
    assert np.allclose(rows.sum(axis=1), 1.0, atol=1e-5)
    assert (rows >= 0).all()


def test_one_text_alone_gets_what_it_gets_among_others(model: IntentModel, ngrams: CharacterNgrams) -> None:
    together = probabilities(model, ngrams, TEXTS)

    assert np.allclose(probabilities(model, ngrams, TEXTS[3:4])[0], together[3], atol=1e-4)


def test_a_saved_model_gives_identical_probabilities(
    model: IntentModel, ngrams: CharacterNgrams, tmp_path: Path
) -> None:
    model.save(tmp_path)
    loaded = IntentModel.load(tmp_path)
    dense, sparse = encode(TEXTS), ngrams.transform(TEXTS)

    assert loaded.intents == model.intents
    assert np.array_equal(loaded.probabilities(dense, sparse), model.probabilities(dense, sparse))


def test_a_saved_model_holds_nothing_that_must_be_unpickled(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)

    with np.load(tmp_path / "weights.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype == np.float32 for name in arrays.files)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".npz"}


def test_fitting_the_same_rows_gives_the_same_model(model: IntentModel, ngrams: CharacterNgrams) -> None:
    dense, sparse = encode(TEXTS), ngrams.transform(TEXTS)
    again = IntentModel.fit(dense, sparse, LABELS)

    assert np.array_equal(again.probabilities(dense, sparse), model.probabilities(dense, sparse))


INTENTS = ["query_bill", "query_bill_detail", "query_bill_explain", "query_billing", "recharge", "human_agent"]


@pytest.mark.parametrize(
    ("intent", "base"),
    [
        ("query_bill", "query_bill"),
        ("query_bill_explain", "query_bill"),
        ("query_billing", "query_billing"),
        ("recharge", "recharge"),
        ("human_agent", "human_agent"),
    ],
)
def test_a_finer_intent_belongs_to_the_one_it_is_named_after(intent: str, base: str) -> None:
    assert family(intent, INTENTS) == base


def test_a_finer_intent_without_a_base_is_its_own_family() -> None:
    assert family("query_bill_explain", ["query_bill_explain", "query"[:3]]) == "query_bill_explain"


def test_a_family_that_shares_its_votes_beats_a_lone_intent() -> None:
    ranking = decide(np.array([[0.2, 0.15, 0.25, 0.0, 0.4, 0.0]], dtype=np.float32), INTENTS)[0]

    assert ranking[0][0] == "query_bill_explain"
    assert ranking[0][1] == pytest.approx(0.6)


def test_a_lone_intent_wins_over_a_weaker_family() -> None:
    ranking = decide(np.array([[0.1, 0.1, 0.2, 0.0, 0.5, 0.1]], dtype=np.float32), INTENTS)[0]

    assert ranking[0] == ("recharge", pytest.approx(0.5))


def test_the_rest_of_a_ranking_is_ordered_and_complete() -> None:
    row = np.array([0.2, 0.15, 0.25, 0.05, 0.3, 0.05], dtype=np.float32)
    ranking = decide(row[None, :], INTENTS)[0]

    assert sorted(name for name, _ in ranking) == sorted(INTENTS)
    rest = [value for _, value in ranking[1:]]
    assert rest == sorted(rest, reverse=True)
    assert all(type(value) is float for _, value in ranking)


def test_every_row_gets_a_ranking_of_its_own() -> None:
    rows = np.eye(len(INTENTS), dtype=np.float32)

    assert [ranking[0][0] for ranking in decide(rows, INTENTS)] == INTENTS
