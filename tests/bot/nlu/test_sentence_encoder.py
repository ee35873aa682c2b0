import numpy as np
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.features import sentence_row
from bot.nlu.sentence_encoder import SentenceEncoder
from language.encoder import DIMENSIONS, encode
from tests.bot.nlu.conftest import Bench, messages


def test_every_message_with_text_gets_its_vector(bench: Bench) -> None:
    processed = bench.create(SentenceEncoder).process([*messages("查话费", ""), Message(data={})])

    assert np.allclose(sentence_row(processed[0], sparse=False), encode(["查话费"]), atol=1e-5)
    assert sentence_row(processed[1], sparse=False).shape == (1, DIMENSIONS)
    assert processed[2].get_dense_features("text") == (None, None)


def test_training_data_gets_the_same_vectors(bench: Bench, training_data: TrainingData) -> None:
    example = bench.create(SentenceEncoder).process_training_data(training_data).training_examples[3]

    assert np.allclose(sentence_row(example, sparse=False), encode([example.get("text")]), atol=1e-4)
