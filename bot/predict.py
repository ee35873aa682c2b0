"""What the bot would act on, a text a line in, an object a line out: `python -m bot.predict < texts > predictions`."""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker

from common.settings import ROOT
from language.normalise import neutral

BATCH = 256


def predictions(agent: Agent, texts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """For each text: text, intent, confidence, ranking, entities. Texts go through the model in batches.

    They are taken as the channel takes what a person typed: none can be a command.
    """
    processor = agent.processor
    target = processor.model_metadata.nlu_target
    tracker = DialogueStateTracker.from_events("predict", [])
    remaining = iter(texts)
    while batch := list(islice(remaining, BATCH)):
        messages = [UserMessage(neutral(text)) for text in batch]
        inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: tracker}
        for text, parsed in zip(
            batch, processor.graph_runner.run(inputs=inputs, targets=[target])[target], strict=True
        ):
            intent = parsed.get("intent")
            yield {
                "text": text,
                "intent": intent["name"],
                "confidence": intent["confidence"],
                "ranking": parsed.get("intent_ranking"),
                "entities": parsed.get("entities") or [],
            }


def main() -> None:
    """Reads texts from standard input and writes predictions to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "models", help="a model or the folder of the newest")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    agent = asyncio.run(load_agent(model_path=str(arguments.model)))
    for prediction in predictions(agent, (line.rstrip("\r\n") for line in sys.stdin)):
        sys.stdout.write(json.dumps(prediction, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
