"""Graph component: entities by rule, on the normalised text."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from common.times import shanghai_today
from language.extractor import extract


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityExtractor(GraphComponent):
    """Adds the entities that `language.extractor` finds, relative to today in Shanghai."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EntityExtractor":
        """Makes the component and warms its pipeline."""
        extract("您好", shanghai_today())
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds entities to messages that carry text."""
        today = shanghai_today()
        for message in messages:
            found = extract(message.get(TEXT) or "", today)
            message.set(
                ENTITIES,
                (message.get(ENTITIES) or [])
                + [
                    {
                        ENTITY_ATTRIBUTE_TYPE: entity.entity,
                        ENTITY_ATTRIBUTE_START: entity.start,
                        ENTITY_ATTRIBUTE_END: entity.end,
                        ENTITY_ATTRIBUTE_VALUE: entity.value,
                        "extractor": "EntityExtractor",
                    }
                    for entity in found
                ],
                add_to_output=True,
            )
        return messages
