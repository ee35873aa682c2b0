"""How much training data there is, by theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from language.normalise import normalise


@dataclass(frozen=True)
class Theme:
    """A file of training data: sentences by intent."""

    name: str
    sentences: Mapping[str, Sequence[str]]

    @property
    def rows(self) -> int:
        """How many sentences it has."""
        return sum(map(len, self.sentences.values()))


def themes(folder: Path) -> list[Theme]:
    """The files of a folder of Rasa training data."""
    return [Theme(path.stem, parse(path.read_text("utf-8"))) for path in sorted(folder.glob("*.yml"))]


def parse(text: str) -> dict[str, list[str]]:
    """Sentences by intent of one file in Rasa's YAML format."""
    return {
        block["intent"]: [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]
        for block in yaml.safe_load(text)["nlu"]
    }


def total(files: Sequence[Theme]) -> dict[str, int]:
    """Sentences of each intent over all files, the rich intents first."""
    counts: dict[str, int] = {}
    for theme in files:
        for intent, sentences in theme.sentences.items():
            counts[intent] = counts.get(intent, 0) + len(sentences)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def shared(files: Sequence[Theme], others: Sequence[str]) -> list[str]:
    """Those of the other texts that are also training sentences, once both are normalised."""
    known = {normalise(text) for theme in files for rows in theme.sentences.values() for text in rows}
    return [text for text in others if normalise(text) in known]
