import pytest
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.character_ngrams import CharacterNgramFeaturizer
from bot.nlu.features import sentence_row
from tests.bot.nlu.conftest import Bench, messages


def rows(featurizer: CharacterNgramFeaturizer, *texts: str) -> list[object]:
    return [sentence_row(message, sparse=True).todense().tolist() for message in featurizer.process(messages(*texts))]


def test_what_was_trained_and_loaded_gives_the_same_rows(bench: Bench, training_data: TrainingData) -> None:
    trained = bench.create(CharacterNgramFeaturizer)
    trained.train(training_data)

    loaded = bench.load(CharacterNgramFeaturizer)

    assert rows(loaded, "查账单", "没见过", "") == rows(trained, "查账单", "没见过", "")


def test_an_untrained_component_adds_nothing(bench: Bench) -> None:
    (message,) = bench.create(CharacterNgramFeaturizer).process(messages("查账单"))

    assert message.get_sparse_features("text") == (None, None)


def test_nothing_can_be_loaded_that_was_not_trained(bench: Bench) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        bench.load(CharacterNgramFeaturizer)
