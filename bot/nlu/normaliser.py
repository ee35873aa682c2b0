"""Graph component: one spelling for the text, before anything looks at it."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from language.fingerprint import fingerprint
from language.normalise import normalise

RAW_TEXT = "raw_text"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(GraphComponent):
    """Replaces a message's text by its normalised form and keeps the original as `raw_text`.

    Every later component and every entity offset refers to the normalised text.
    """

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
    ) -> "Normaliser":
        """Makes the component; it has neither settings nor state."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalises the training examples in place."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalises messages that carry text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                message.set(RAW_TEXT, text, add_to_output=True)
                message.set(TEXT, normalise(text), add_to_output=True)
        return messages
