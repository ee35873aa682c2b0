from typing import Any

import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.character_ngrams import CharacterNgramFeaturizer
from bot.nlu.intent_classifier import RANKING_LENGTH, IntentClassifier
from bot.nlu.normaliser import Normaliser
from bot.nlu.sentence_encoder import SentenceEncoder
from tests.bot.nlu.conftest import EXAMPLES, Bench, messages


class Pipeline:
    """The components before the classifier, trained, and a trained classifier."""

    def __init__(self, bench: Bench, data: TrainingData) -> None:
        self.bench = bench
        self.before = [
            bench.create(Normaliser),
            bench.create(SentenceEncoder),
            bench.create(CharacterNgramFeaturizer),
        ]
        for component in self.before:
            if isinstance(component, CharacterNgramFeaturizer):
                component.train(data)
            data = component.process_training_data(data)
        bench.create(IntentClassifier).train(data)
        self.classifier = bench.load(IntentClassifier)

    def parse(self, *texts: str, classifier: Any = None) -> list[Message]:
        """Messages as Rasa would get them."""
        processed = messages(*texts)
        for component in [*self.before, classifier or self.classifier]:
            processed = component.process(processed)
        return processed


@pytest.fixture
def pipeline(bench: Bench, training_data: TrainingData) -> Pipeline:
    """See `Pipeline`."""
    return Pipeline(bench, training_data)


def intents(parsed: list[Message]) -> list[str]:
    return [message.get(INTENT)["name"] for message in parsed]


def test_a_loaded_classifier_knows_what_was_trained(pipeline: Pipeline) -> None:
    assert intents(pipeline.parse("查账单", "呃查流量", "转人工", "唱首歌")) == [
        "query_bill",
        "query_usage",
        "human_agent",
        "out_of_scope",
    ]


def test_a_ranking_begins_with_the_intent_and_is_short(pipeline: Pipeline) -> None:
    (message,) = pipeline.parse("查账单")
    ranking = message.get(INTENT_RANKING_KEY)

    assert ranking[0] == message.get(INTENT)
    assert len(ranking) == min(RANKING_LENGTH, len(EXAMPLES))
    assert all(set(entry) == {"name", "confidence"} and type(entry["confidence"]) is float for entry in ranking)
    assert {INTENT, INTENT_RANKING_KEY} <= message.as_dict(only_output_properties=True).keys()


@pytest.mark.parametrize("text", ["", "/", "😀", "\u3000"])
def test_of_nothing_to_read_nothing_is_understood(pipeline: Pipeline, text: str) -> None:
    (message,) = pipeline.parse(text)

    assert message.get(INTENT)["name"] == "nlu_fallback"
    assert message.get(INTENT_RANKING_KEY)[0]["name"] == "nlu_fallback"


def test_what_one_message_means_does_not_depend_on_the_others(pipeline: Pipeline) -> None:
    alone = pipeline.parse("帮我查账单")[0].get(INTENT)
    among = pipeline.parse("转人工", "帮我查账单", "")[1].get(INTENT)

    assert among["name"] == alone["name"]
    assert among["confidence"] == pytest.approx(alone["confidence"], abs=1e-4)


def test_an_untrained_classifier_says_nothing(pipeline: Pipeline, bench: Bench) -> None:
    (message,) = pipeline.parse("查账单", classifier=bench.create(IntentClassifier))

    assert message.get(INTENT) is None


def test_training_twice_gives_the_same_confidence(
    pipeline: Pipeline, bench: Bench, training_data: TrainingData
) -> None:
    first = pipeline.parse("查账单")[0].get(INTENT)
    examples = training_data.training_examples
    data = TrainingData([Message(data={key: m.get(key) for key in ("text", "intent")}) for m in examples])
    for component in pipeline.before:
        data = component.process_training_data(data)
    bench.create(IntentClassifier).train(data)

    assert pipeline.parse("查账单", classifier=bench.load(IntentClassifier))[0].get(INTENT) == first
