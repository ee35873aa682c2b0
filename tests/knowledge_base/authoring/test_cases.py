"""The fixed set is fit to measure a model by: of every intent, and nothing that a model has seen."""

import re
from pathlib import Path

import yaml

from knowledge_base.content import content
from language.normalise import normalise
from tests.bot.training import ROOT, domain, examples

MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
PARAPHRASES = Path(__file__).parents[2] / "dialogues" / "paraphrases.yml"


def plain(text: str) -> str:
    return re.sub(r"[\W_]", "", normalise(MARKED.sub(r"\1", text)))


def sentences() -> list[str]:
    rows = [row for listed in content("cases")["cases"].values() for row in listed]
    return [row["text"] if isinstance(row, dict) else row for row in rows]


def authored() -> set[str]:
    """Intents that editors have published: their cases are the editors' choice."""
    path = ROOT / "bot/data/nlu/authored.yml"
    blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"] if path.exists() else []
    return {block["intent"] for block in blocks}


def test_every_intent_that_people_speak_has_three_cases_or_more() -> None:
    counts = {intent: len(listed) for intent, listed in content("cases")["cases"].items()}
    assert examples().keys() - authored() - counts.keys() == set()
    assert counts.keys() <= set(domain()["intents"])
    assert {intent: count for intent, count in counts.items() if count < 3 and intent not in authored()} == {}


def test_no_case_is_there_twice() -> None:
    forms = [plain(text) for text in sentences()]
    assert sorted({form for form in forms if forms.count(form) > 1}) == []


def test_no_case_is_a_training_sentence() -> None:
    trained = {plain(text) for listed in examples().values() for text in listed}
    assert [text for text in sentences() if plain(text) in trained] == []


def test_no_case_is_a_paraphrase_of_the_dialogue_tests() -> None:
    wordings = yaml.safe_load(PARAPHRASES.read_text(encoding="utf-8"))
    told = {plain(text) for journey in wordings for text in journey["wordings"]}
    assert [text for text in sentences() if plain(text) in told] == []
