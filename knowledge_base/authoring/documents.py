"""The files of knowledge by their path, opened when something in them changes."""

from collections.abc import Mapping

from knowledge_base.authoring.yaml_text import Document, pair

NLU = "bot/data/nlu/"
AUTHORED = "bot/data/nlu/authored.yml"
RULES = "bot/data/rules.yml"
DOMAIN = "domain.yml"
CONTENT = "knowledge_base/content/"
INTENTS, ANSWERS = CONTENT + "intents.yml", CONTENT + "answers.yml"

# What a file without it is taken to hold.
_EMPTY = {
    AUTHORED: {"nlu": "[]"},
    INTENTS: {"titles": "{}", "descriptions": "{}"},
    ANSWERS: {"answers": "{}"},
    CONTENT + "faq.yml": {"entries": "[]"},
    CONTENT + "offers.yml": {"offers": "[]"},
    CONTENT + "canned.yml": {"groups": "{}"},
    CONTENT + "hours.yml": {"groups": "{}"},
    CONTENT + "notices.yml": {"notices": "[]"},
    CONTENT + "cases.yml": {"cases": "{}"},
}


class Documents:
    """Texts by path, and the documents that are being edited."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._open: dict[str, Document] = {}
        self._begun: dict[str, list[str]] = {}

    def open(self, path: str) -> Document:
        """A file to edit; one that is missing begins empty."""
        if path not in self._open:
            text = self._texts.get(path) or ('version: "3.1"\n' if path == AUTHORED else "")
            read = Document(text)
            self._begun[path] = [
                f"{name}: {empty}\n" for name, empty in _EMPTY.get(path, {}).items() if pair(read.root, name) is None
            ]
            if self._begun[path]:
                read = Document(read.text + "".join(self._begun[path]))
            self._open[path] = read
        return self._open[path]

    def changed(self) -> dict[str, str]:
        """The texts of the files that differ from what they were."""
        made = {}
        for path, document in self._open.items():
            text = document.result()
            for line in self._begun[path]:
                # What was begun and is still empty is not needed.
                text = text.removesuffix(line) if text.endswith(line) else text.replace(f"\n{line}", "\n")
            if text != self._texts.get(path, ""):
                made[path] = text
        return made
