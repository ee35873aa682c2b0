"""Wordings that the model was not trained on: each starts the journey that it means, and leads to its end."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench import dev
from deploy import model
from language.normalise import normalise
from tests.bot.training import ROOT, examples
from tests.dialogues.player import Stage
from tests.processes.customer import Customer

JOURNEYS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("paraphrases.yml").read_text(encoding="utf-8"))
WORDINGS = 20
# How many of all must be understood, and come to their journey's end.
LEAST = 0.95
MOST_TURNS = 8
ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def plain(text: str) -> str:
    """What two spellings of one sentence have in common."""
    return re.sub(r"[\W_]", "", normalise(ANNOTATION.sub(r"\1", text)))


def sentences_of(value: Any) -> set[str]:
    """Every text in a YAML value, keys too."""
    if isinstance(value, dict):
        return set().union(*map(sentences_of, value.keys()), *map(sentences_of, value.values()))
    return set().union(*map(sentences_of, value)) if isinstance(value, list) else {plain(str(value))}


def test_there_are_enough_wordings_and_no_two_are_the_same() -> None:
    every = [plain(wording) for journey in JOURNEYS for wording in journey["wordings"]]
    assert [len(journey["wordings"]) for journey in JOURNEYS] == [WORDINGS] * 10
    assert len(set(every)) == len(every)


def test_no_wording_is_one_that_the_bot_was_made_with() -> None:
    known = {plain(sentence) for sentences in examples().values() for sentence in sentences}
    for path in sorted((ROOT / "tests/data").glob("*.yml")):
        known |= sentences_of(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert len(known) > 1000
    assert [wording for journey in JOURNEYS for wording in journey["wordings"] if plain(wording) in known] == []


def judge(wrong: list[str], asked: int) -> None:
    """Prints what went wrong, and fails when it is more than may."""
    print(f"{asked - len(wrong)} of {asked} wordings", *wrong, sep="\n  ")  # noqa: T201
    assert len(wrong) <= (1 - LEAST) * asked, "\n".join(wrong)


@pytest.mark.processes
@pytest.mark.timeout(900)  # training may come first
def test_wordings_are_understood(tmp_path: Path) -> None:
    wordings = {wording: journey for journey in JOURNEYS for wording in journey["wordings"]}
    wrong = [
        f"{wordings[found['text']]['journey']}: {found['text']} → {found['intent']} ({found['confidence']:.2f})"
        for found in dev.predict(model.cached(), list(wordings), tmp_path / "predictions.jsonl")
        if found["intent"] not in wordings[found["text"]]["intents"]
    ]
    judge(wrong, len(wordings))


def complete(customer: Customer, journey: dict[str, Any], wording: str) -> list[str]:
    """Goes on from a wording as the journey's customer would; all that was read, of which the last should be done."""
    read = [customer.say(wording).text]
    for _ in range(MOST_TURNS):
        if any(fragment in read[-1] for fragment in journey["done"]):
            break
        answer = next((words for part, words in journey.get("say", {}).items() if part in read[-1]), None)
        titles = customer.last.titles
        wanted = [title for part in journey.get("press", []) for title in titles if part in title]
        if answer is None and not titles:
            break
        read.append((customer.press([*wanted, *titles][0]) if answer is None else customer.say(answer)).text)
    return read


@pytest.mark.timeout(1800)
def test_wordings_lead_to_the_end_of_their_journey(stage: Stage) -> None:
    wrong: list[str] = []
    for journey in JOURNEYS:
        stage.clear()
        with Customer(stage.stack, stage.books) as customer:
            customer.say("话费余额")
            customer.verify(stage.books.who(journey["customer"]))
            for wording in journey["wordings"]:
                read = complete(customer, journey, wording)
                if not any(fragment in read[-1] for fragment in journey["done"]):
                    wrong.append(f"{journey['journey']}: {wording} → {' | '.join(read)}")
                    customer.say("算了")
                # What was done is undone, so that the next wording finds things as this one did.
                stage.clear()
    judge(wrong, len(JOURNEYS) * WORDINGS)
