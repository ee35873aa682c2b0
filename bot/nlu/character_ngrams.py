"""Graph component: character n-grams as sparse features."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.features import attach
from language.fingerprint import fingerprint
from language.ngrams import CharacterNgrams


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class CharacterNgramFeaturizer(GraphComponent):
    """Adds one TF-IDF row to each message with text."""

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, name: str, ngrams: CharacterNgrams | None = None
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._name = name
        self._ngrams = ngrams

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
    ) -> "CharacterNgramFeaturizer":
        """Makes an untrained component."""
        return cls(model_storage, resource, execution_context.node_name)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the n-grams of the examples that have an intent and keeps them in the model."""
        self._ngrams = CharacterNgrams.fit([example.get(TEXT) for example in training_data.intent_examples])
        with self._model_storage.write_to(self._resource) as folder:
            self._ngrams.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "CharacterNgramFeaturizer":
        """Makes a component from what `train` kept."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, execution_context.node_name, CharacterNgrams.load(folder))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds features to all training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds features to messages that carry text."""
        spoken = [message for message in messages if message.get(TEXT) is not None]
        if spoken and self._ngrams is not None:
            rows = self._ngrams.transform([message.get(TEXT) for message in spoken])
            for index, message in enumerate(spoken):
                attach(message, rows[index], self._name)
        return messages
