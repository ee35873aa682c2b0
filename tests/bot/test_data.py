"""What holds of rules, domain and training data as a whole."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from knowledge_base.content import content, intent_title
from language.normalise import normalise
from tests.bot.training import ROOT, domain, examples, rules

SMALL_TALK = (
    *("chitchat", "out_of_scope", "greet", "goodbye", "thanks", "affirm", "deny", "menu", "back_to_menu", "help"),
    *("repeat", "exit_chat", "praise", "resolved", "not_resolved", "dont_know", "correction", "large_font_elderly"),
)
FEWEST_EXAMPLES = 40
MOST_ALIKE = 0.8
SHARE_ALIKE = 0.01


def steps(rule: dict[str, Any], kind: str) -> list[str]:
    return [str(step[kind]) for step in rule["steps"] if kind in step]


def responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = domain()["responses"]
    return found


def dispatched() -> dict[str, list[dict[str, Any]]]:
    """The unconditional rules that begin with an intent."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for rule in rules():
        if "intent" in rule["steps"][0] and not rule.get("condition"):
            found[rule["steps"][0]["intent"]].append(rule)
    return found


def test_every_intent_has_exactly_one_rule() -> None:
    counted = {intent: len(found) for intent, found in dispatched().items()}

    assert counted == dict.fromkeys([*domain()["intents"], "nlu_fallback"], 1)


def test_a_rule_of_an_intent_does_one_thing() -> None:
    assert [intent for intent, (rule,) in dispatched().items() if len(rule["steps"]) != 2] == []


def test_no_intent_is_declared_twice() -> None:
    assert [intent for intent, times in Counter(domain()["intents"]).items() if times > 1] == []


def test_every_action_of_a_rule_is_one_of_the_domain() -> None:
    known = {*domain()["actions"], *responses(), *domain()["forms"]}

    assert {action for rule in rules() for action in steps(rule, "action")} - known == set()


def test_every_action_of_the_domain_is_implemented_and_the_other_way_round() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")

    assert set(executor.actions) == set(domain()["actions"])


def spoken() -> set[str]:
    """Names of responses that rules or code use."""
    sources = [*(ROOT / "actions").rglob("*.py"), *(ROOT / "bss").rglob("*.py")]
    named = {
        name for path in sources for name in re.findall(r"[\"'](utter_\w+)[\"']", path.read_text(encoding="utf-8"))
    }
    # Beginnings of names, and the key under which Rasa notes what was said.
    return {name for name in named if not name.endswith("_") and name != "utter_action"} | {
        action for rule in rules() for action in steps(rule, "action") if action.startswith("utter_")
    }


def test_every_response_that_is_used_exists() -> None:
    assert spoken() - set(responses()) == set()


def test_every_response_that_exists_is_used() -> None:
    assert set(responses()) - spoken() == set()


def test_every_button_leads_to_an_intent_with_a_rule() -> None:
    payloads = {
        button["payload"]
        for variants in responses().values()
        for variant in variants
        for button in variant.get("buttons") or []
    } | {button["payload"] for buttons in content("bill")["next"].values() for button in buttons}

    assert {payload.removeprefix("/").partition("{")[0] for payload in payloads} - set(dispatched()) == set()
    assert all(payload.startswith("/") for payload in payloads)


def test_every_variant_of_a_response_takes_the_same_values() -> None:
    for name, variants in responses().items():
        assert len({frozenset(re.findall(r"{(\w+)}", variant["text"])) for variant in variants}) == 1, name


def test_every_business_intent_has_a_title() -> None:
    business = [intent for intent in examples() if not intent.startswith(SMALL_TALK)]

    assert [intent for intent in business if intent_title(intent) is None] == []


def test_every_title_belongs_to_an_intent_and_to_no_other() -> None:
    titles = content("intents")["titles"]

    assert set(titles) - set(domain()["intents"]) == set()
    assert [title for title, times in Counter(titles.values()).items() if times > 1] == []


def test_every_intent_that_is_learnt_has_enough_examples() -> None:
    assert {intent: len(found) for intent, found in examples().items() if len(found) < FEWEST_EXAMPLES} == {}
    assert set(examples()) - set(domain()["intents"]) == set()


def test_an_intent_without_examples_is_the_meaning_of_a_button_or_of_an_event() -> None:
    sources = [ROOT / "domain.yml", *(ROOT / "actions").rglob("*.py"), *(ROOT / "desk").rglob("*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    unlearnt = set(domain()["intents"]) - set(examples())

    assert {intent for intent in unlearnt if not re.search(rf"/{intent}\b", code)} == set()


def test_no_sentence_stands_in_two_intents_nor_twice_in_one() -> None:
    seen: dict[str, list[str]] = defaultdict(list)
    for intent, sentences in examples().items():
        for sentence in sentences:
            seen[normalise(sentence)].append(intent)

    assert {sentence: intents for sentence, intents in seen.items() if len(set(intents)) > 1} == {}
    assert {
        sentence for sentences in examples().values() for sentence, times in Counter(sentences).items() if times > 1
    } == set()


def trigrams(text: str) -> frozenset[str]:
    marked = f"^{text}$"
    return frozenset(marked[index : index + 3] for index in range(len(marked) - 2))


def near_duplicates(sentences: list[str]) -> Iterator[tuple[str, str]]:
    grams = [(sentence, trigrams(sentence)) for sentence in sentences]
    for (one, first), (other, second) in combinations(grams, 2):
        # The smaller set bounds the overlap.
        if min(len(first), len(second)) > MOST_ALIKE * max(len(first), len(second)) and (
            len(first & second) > MOST_ALIKE * len(first | second)
        ):
            yield one, other


def test_hardly_any_two_sentences_of_an_intent_are_nearly_the_same() -> None:
    alike = [pair for sentences in examples().values() for pair in near_duplicates(sentences)]

    assert len(alike) < SHARE_ALIKE * sum(map(len, examples().values())), alike[:20]


def test_no_sentence_in_the_training_data_is_empty_or_begins_with_a_slash() -> None:
    every = [sentence for sentences in examples().values() for sentence in sentences]

    assert [sentence for sentence in every if normalise(sentence) == "" or sentence.startswith(("/", "／"))] == []


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "endpoints.yml", "credentials.yml"])
def test_no_secret_lies_in_rasas_files(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert not re.search(r"(?i)(password|secret|api_key)\s*:", text)
