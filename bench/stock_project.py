"""A whole stock Rasa project on the product's sentences: every intent has one answer, and there are no actions."""

from pathlib import Path

import yaml

from bench.data import themes, total
from common.settings import ROOT

STOCK = ROOT / "bench" / "stock"
DATA = ROOT / "bot" / "data"
CONFIG = STOCK / "config.yml"
# Of the classifier, as `rasa init` writes it.
EPOCHS = 100
FALLBACK = "nlu_fallback"


def sources() -> list[Path]:
    """All that a stock model is made from; of the product's domain only its intents and entities count."""
    return [DATA / "nlu", DATA / "lookups", STOCK]


def intents() -> list[str]:
    """The intents that have sentences, and the fallback's."""
    return [*sorted(total(themes(DATA / "nlu"))), FALLBACK]


def write(folder: Path, epochs: int = EPOCHS) -> list[str]:
    """Writes configuration, domain and rules below `folder`; returns what `rasa train` needs to be told."""
    folder.mkdir(parents=True, exist_ok=True)
    config, domain, rules = folder / "config.yml", folder / "domain.yml", folder / "rules.yml"
    config.write_text(with_epochs(CONFIG.read_text("utf-8"), epochs), "utf-8")
    domain.write_text(yaml.safe_dump(_domain(), allow_unicode=True), "utf-8")
    rules.write_text(yaml.safe_dump({"version": "3.1", "rules": [_rule(intent) for intent in intents()]}), "utf-8")
    data = [*sources()[:2], STOCK / "stories.yml", rules]
    return ["--data", *map(str, data), "--domain", str(domain), "--config", str(config)]


def with_epochs(config: str, epochs: int) -> str:
    """The stock configuration with another number of epochs of the classifier."""
    return config.replace(f"epochs: {EPOCHS}\n", f"epochs: {epochs}\n", 1)


def _domain() -> dict[str, object]:
    product = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    answers = {
        f"utter_{intent}": [{"text": f"您好，这里是关于 {intent} 的答复，请问还有什么可以帮您？"}]
        for intent in intents()
    }
    return {
        "version": "3.1",
        "session_config": product["session_config"],
        "intents": intents(),
        "entities": product["entities"],
        "responses": answers,
    }


def _rule(intent: str) -> dict[str, object]:
    return {"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]}
