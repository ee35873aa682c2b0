"""YAML whose mappings know the line they stand on, and which a clerk's slips do not get past unnoticed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


class Mistake(ValueError):
    """A file that cannot be understood: where, and what to put right."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"line {line}: {words}")
        self.line = line
        self.words = words


class Marked(dict[str, Any]):
    """A mapping and the line on which it begins."""

    line = 0


class _Loader(yaml.SafeLoader):
    """Reads mappings as `Marked`; a key that stands twice in one is a mistake, not a winner."""

    def marked(self, node: yaml.MappingNode) -> Iterator[Marked]:
        """A mapping with its line."""
        found = Marked()
        found.line = node.start_mark.line + 1
        yield found
        names: set[str] = set()
        for key, _ in node.value:
            name = str(self.construct_object(key))
            if name in names:
                line = key.start_mark.line + 1
                raise Mistake(line, f"{name} stands here twice; begin a second step with a dash")
            names.add(name)
        found.update({str(key): value for key, value in self.construct_mapping(node, deep=True).items()})


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.marked)


def read(path: Path) -> Any:
    """The content of a YAML file. Raises Mistake."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Mistake(line, f"not YAML: {error.problem}") from error
