"""How both featurizers hang their rows on messages, and how the classifier takes them off again."""

from typing import Any

from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message


def attach(message: Message, row: Any, origin: str) -> None:
    """Adds one sentence-level row (dense array or sparse matrix of shape (1, n)) to a message."""
    message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, origin))


def sentence_row(message: Message, *, sparse: bool) -> Any:
    """The sentence-level row of one kind."""
    get = message.get_sparse_features if sparse else message.get_dense_features
    _, sentence = get(TEXT)
    return sentence.features
