"""Graph component: sentence vectors as dense features."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.features import attach
from language.encoder import encode
from language.fingerprint import fingerprint


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Adds one 512-dimensional unit vector to each message with text."""

    def __init__(self, name: str) -> None:
        self._name = name

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The state of the language work, so that a change there trains anew."""
        return {"language": fingerprint()}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        """Makes the component and loads the encoder, so that the first customer does not wait for it."""
        encode(["您好"])
        return cls(execution_context.node_name)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encodes all training examples in batches."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Encodes messages that carry text."""
        spoken = [message for message in messages if message.get(TEXT) is not None]
        for message, vector in zip(spoken, encode([message.get(TEXT) for message in spoken]), strict=True):
            attach(message, vector[None, :], self._name)
        return messages
