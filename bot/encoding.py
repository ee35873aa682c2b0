"""What the running model makes of texts, as vectors: for whoever compares sentences outside of Rasa."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.nlu.constants import INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT

from language.encoder import encode
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
    parsed = asyncio.run(_parsed(agent, texts))
    intents = {intent: column for column, intent in enumerate(sorted(agent.domain.intents))}
    readings = np.zeros((len(texts), len(intents)))
    for row, reading in enumerate(parsed):
        for guess in reading[INTENT_RANKING_KEY]:
            if guess[INTENT_NAME_KEY] in intents:
                readings[row, intents[guess[INTENT_NAME_KEY]]] = guess[PREDICTED_CONFIDENCE_KEY]
    meanings = encode([reading[TEXT] for reading in parsed])
    vectors: list[list[float]] = np.hstack([meanings, np.sqrt(readings)]).round(DIGITS).tolist()
    return vectors


async def _parsed(agent: Agent, texts: Sequence[str]) -> list[dict[str, Any]]:
    return [await agent.processor.parse_message(UserMessage(neutral(text))) for text in texts]
