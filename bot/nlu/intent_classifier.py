"""Graph component: our intent classifier, with the "no" that it has learnt."""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import vstack

from bot.nlu.features import sentence_row
from language.fingerprint import fingerprint
from language.intents import IntentModel, decide

RANKING_LENGTH = 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Puts an intent and a ranking on each message; below the learnt threshold the intent is `nlu_fallback`."""

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

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
    ) -> "IntentClassifier":
        """Makes an untrained component."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on the examples that have an intent and keeps its arrays."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._model = IntentModel.fit(*self._features(examples), [example.get(INTENT) for example in examples])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "IntentClassifier":
        """Makes a component from what `train` kept."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, IntentModel.load(folder))

    def process(self, messages: list[Message]) -> list[Message]:
        """Classifies messages; an empty text is always `nlu_fallback`."""
        if self._model is None:
            return messages
        probabilities = self._model.probabilities(*self._features(messages))
        for message, ranking in zip(messages, decide(probabilities, self._model.intents), strict=True):
            rows = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: value} for name, value in ranking]
            if not message.get(TEXT) or ranking[0][1] < self._model.threshold:
                rows.insert(
                    0, {INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME, PREDICTED_CONFIDENCE_KEY: 1 - ranking[0][1]}
                )
            message.set(INTENT, rows[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, rows[:RANKING_LENGTH], add_to_output=True)
        return messages

    @staticmethod
    def _features(messages: list[Message]) -> tuple[Any, Any]:
        dense = np.vstack([sentence_row(message, sparse=False) for message in messages])
        return dense, vstack([sentence_row(message, sparse=True) for message in messages], format="csr")
