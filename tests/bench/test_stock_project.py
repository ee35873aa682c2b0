from pathlib import Path

import yaml

from bench import stock_project


def test_every_intent_of_the_product_has_one_rule_with_an_answer_of_its_own(tmp_path: Path) -> None:
    options = stock_project.write(tmp_path)

    domain = yaml.safe_load((tmp_path / "domain.yml").read_text("utf-8"))
    rules = yaml.safe_load((tmp_path / "rules.yml").read_text("utf-8"))["rules"]
    assert [rule["steps"][0]["intent"] for rule in rules] == domain["intents"] == stock_project.intents()
    assert {rule["steps"][1]["action"] for rule in rules} == set(domain["responses"])
    assert domain["intents"].count("nlu_fallback") == 1
    assert all(Path(option).exists() for option in options if not option.startswith("--"))


def test_its_stories_tell_of_intents_and_answers_that_exist() -> None:
    stories = yaml.safe_load((stock_project.STOCK / "stories.yml").read_text("utf-8"))["stories"]
    steps = [step for story in stories for step in story["steps"]]

    assert {step["intent"] for step in steps if "intent" in step} <= set(stock_project.intents())
    answers = {f"utter_{intent}" for intent in stock_project.intents()}
    assert {step["action"] for step in steps if "action" in step} <= answers


def test_only_the_classifiers_epochs_are_replaced() -> None:
    config = stock_project.CONFIG.read_text("utf-8")

    assert stock_project.with_epochs(config, stock_project.EPOCHS) == config
    short = yaml.safe_load(stock_project.with_epochs(config, 5))
    epochs = {part["name"]: part.get("epochs") for part in (*short["pipeline"], *short["policies"])}
    assert (epochs["DIETClassifier"], epochs["TEDPolicy"]) == (5, 100)
