"""What the bot would act on, a text a line in, an object a line out: `python -m bot.predict < texts > predictions`.

With `--each` a line is answered as soon as it is read, after a first line `{"ready": true}`, until the input ends.
"""

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
    parser.add_argument("--each", action="store_true", help="answer each line at once, for whoever keeps this running")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    agent = asyncio.run(load_agent(model_path=str(arguments.model)))
    lines = (line.rstrip("\r\n") for line in iter(sys.stdin.readline, ""))
    if arguments.each:
        _say({"ready": True})
    # One by one where somebody waits for it, else in batches.
    for texts in ([line] for line in lines) if arguments.each else [lines]:
        for prediction in predictions(agent, texts):
            _say(prediction)


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
