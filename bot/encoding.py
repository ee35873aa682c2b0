"""What the running model makes of texts, as vectors: for whoever compares sentences outside of Rasa."""

import asyncio
from collections.abc import Sequence
from typing import TypeGuard

import numpy as np
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.shared.nlu.constants import INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.features import sentence_row
from bot.nlu.intent_classifier import IntentClassifier
from language.encoder import DIMENSIONS
from language.normalise import neutral

MOST_TEXTS = 64
LONGEST_TEXT = 1000
# More digits change no comparison and cost the network.
DIGITS = 5


def acceptable(texts: object) -> TypeGuard[list[str]]:
    """Whether this is a list of texts that may be asked for at once: at most 64, each of at most 1000 characters."""
    return (
        isinstance(texts, list)
        and len(texts) <= MOST_TEXTS
        and all(isinstance(text, str) and len(text) <= LONGEST_TEXT for text in texts)
    )


async def encoded(agent: Agent, texts: Sequence[str]) -> list[list[float]]:
    """One vector a text: the sentence encoder's 512 numbers, then one an intent of the domain, by name.

    Both parts have about unit length, roots of probabilities too. Two sentences are alike when they mean the same, or
    when the model would do the same about them. Runs in a thread, so that no conversation waits for it.
    """
    return await asyncio.to_thread(_vectors, agent, texts)


def _vectors(agent: Agent, texts: Sequence[str]) -> list[list[float]]:
    messages = _classified(agent, texts)
    intents = {intent: column for column, intent in enumerate(sorted(agent.domain.intents))}
    meanings = np.zeros((len(texts), DIMENSIONS))
    readings = np.zeros((len(texts), len(intents)))
    for row, message in enumerate(messages):
        meanings[row] = sentence_row(message, sparse=False)
        for guess in message.get(INTENT_RANKING_KEY):
            if guess[INTENT_NAME_KEY] in intents:
                readings[row, intents[guess[INTENT_NAME_KEY]]] = guess[PREDICTED_CONFIDENCE_KEY]
    vectors: list[list[float]] = np.hstack([meanings, np.sqrt(readings)]).round(DIGITS).tolist()
    return vectors


def _classified(agent: Agent, texts: Sequence[str]) -> list[Message]:
    """The texts as they leave the classifier, all in one run: they still have the features that it has seen.

    A parse would go on to entities, which nobody asks for here, and throw the features away.
    """
    if not texts:
        return []
    nodes = agent.processor.model_metadata.predict_schema.nodes
    target = next(name for name, node in nodes.items() if issubclass(node.uses, IntentClassifier))
    inputs = {PLACEHOLDER_MESSAGE: [UserMessage(neutral(text)) for text in texts]}
    messages: list[Message] = agent.processor.graph_runner.run(inputs=inputs, targets=[target])[target]
    return messages
