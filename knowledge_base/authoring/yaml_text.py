"""YAML edited in place: an edit replaces the characters of one value, everything else stays as somebody wrote it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

_RESOLVER = yaml.resolver.Resolver()
_STR = "tag:yaml.org,2002:str"
# What cannot begin a plain scalar, what ends one, and what some reader of YAML 1.1 or 1.2 takes for something else.
_BEGINS_OTHERWISE = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`=~\s]")
_ENDS = re.compile(r":(\s|$)|\s#|\s$|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_ENDS_IN_FLOW = re.compile(r"[,\[\]{}:#]")
_LOOKS_LIKE_A_NUMBER = re.compile(r"[-+.]?\d[\w.:+-]*", re.ASCII)
_WORDS = frozenset({"y", "n"})
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def load(text: str) -> Any:
    """What a text holds, as plain values."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def scalar(value: Any, *, flow: bool = False) -> str:
    """A value that is no list or mapping, in plain style where that means the same.

    >>> scalar("好的"), scalar("12"), scalar("a: b"), scalar("a, b", flow=True), scalar(None)
    ('好的', '"12"', '"a: b"', '"a, b"', 'null')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    return text if _plain(text, flow=flow) else '"' + _ESCAPED.sub(_escape, text) + '"'


def _plain(text: str, *, flow: bool) -> bool:
    return bool(
        text
        and not _BEGINS_OTHERWISE.match(text)
        and not _ENDS.search(text)
        and not (flow and _ENDS_IN_FLOW.search(text))
        and not _LOOKS_LIKE_A_NUMBER.fullmatch(text)
        and text.lower() not in _WORDS
        and "${" not in text
        and not text.startswith(("---", "..."))
        and _RESOLVER.resolve(ScalarNode, text, (True, False)) == _STR
    )


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


def flowing(value: Any) -> str:
    """A value on one line, as it stands inside brackets.

    >>> flowing({"a": [1, "b"]})
    '{a: [1, b]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key, flow=True)}: {flowing(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flowing(entry) for entry in value) + "]"
    return scalar(value, flow=True)


def block(value: Mapping[str, Any], indent: int, open_lists: frozenset[str] = frozenset()) -> str:
    """The lines of a mapping, one a field; lists whose field is in `open_lists` have a line an entry."""
    return "".join(
        " " * indent + field_text(key, entry, indent, key in open_lists) + "\n" for key, entry in value.items()
    )


def field_text(key: str, value: Any, indent: int, open_list: bool) -> str:
    """`key: value` without the first line's indent and the last line's end."""
    return f"{scalar(key)}:{after_colon(value, indent, open_list)}"


def after_colon(value: Any, indent: int, open_list: bool) -> str:
    """What follows a key and its colon."""
    if open_list and isinstance(value, list) and value:
        return "".join(f"\n{' ' * indent}- {_inline(entry)}" for entry in value)
    return f" {_inline(value)}"


def _inline(value: Any) -> str:
    return flowing(value) if isinstance(value, (Mapping, list, tuple)) else scalar(value)


def item(value: Mapping[str, Any], indent: int, open_lists: frozenset[str] = frozenset()) -> str:
    """The lines of a list's entry that is a mapping."""
    lines = block(value, indent + 2, open_lists)
    return f"{' ' * indent}- {lines[indent + 2 :]}"


class Document:
    """A YAML text with its nodes, and edits that are made all at once by `result`."""

    def __init__(self, text: str) -> None:
        self.text = text if not text or text.endswith("\n") else text + "\n"
        self.root: Any = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        self._edits: list[tuple[int, int, int, str]] = []
        self._collections: dict[int, Collection] = {}

    def replace(self, start: int, end: int, new: str) -> None:
        """Puts `new` in the place of text[start:end]."""
        self._edits.append((start, end, len(self._edits), new))

    def collection(self, key: Node, node: Node) -> "Collection":
        """What is below a key, to add to it and to take from it."""
        return self._collections.setdefault(id(node), Collection(self, key, node))

    def top(self, name: str) -> "Collection":
        """What is below a key of the file. Raises KeyError."""
        found = pair(self.root, name)
        if found is None:
            raise KeyError(name)
        return self.collection(*found)

    def result(self) -> str:
        """The text with all edits."""
        # What is within something else comes first, so that it stays within where both add at the same place.
        for one in reversed(self._collections.values()):
            one.finish()
        parts: list[str] = []
        done = 0
        for start, end, _, new in sorted(self._edits):
            # Neighbours that go both take the empty lines between them.
            parts += [self.text[done : max(start, done)], new]
            done = max(done, end)
        return "".join([*parts, self.text[done:]])

    def line_start(self, at: int) -> int:
        """Where the line of a character begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where the next line begins."""
        return self.text.find("\n", at) + 1 or len(self.text)

    def after(self, node: Node) -> int:
        """Where a node's own characters end, without the comments and empty lines below it."""
        if isinstance(node, MappingNode) and not node.flow_style and node.value:
            return self.after(node.value[-1][1])
        if isinstance(node, SequenceNode) and not node.flow_style and node.value:
            return self.after(node.value[-1])
        end: int = node.end_mark.index
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            while end > node.start_mark.index and self.text[end - 1].isspace():
                end -= 1
        return end

    def colon(self, key: Node) -> int:
        """The place behind a key's colon."""
        return self.text.index(":", key.end_mark.index) + 1


class Collection:
    """A list or mapping below a key: its entries go and come by whole lines."""

    def __init__(self, document: Document, key: Node, node: Node) -> None:
        self._document = document
        self._key = key
        self.node: Any = node
        self.flows = isinstance(node, CollectionNode) and bool(node.flow_style)
        self.indent = self._indent()
        self._added: list[str] = []
        self._removed: set[int] = set()
        self._inserted = False
        self._finished = False

    def _indent(self) -> int:
        if self.entries and not self.flows:
            first = self.node.value[0]
            return int((first[0] if isinstance(first, tuple) else self.node).start_mark.column)
        mapping = isinstance(self.node, MappingNode)
        return int(self._key.start_mark.column) + (2 if mapping else 0)

    @property
    def entries(self) -> list[tuple[Node, Node]]:
        """(first node, last node) of each entry: key and value of a mapping's, twice the same of a list's."""
        if isinstance(self.node, MappingNode):
            return list(self.node.value)
        return [(one, one) for one in self.node.value] if isinstance(self.node, SequenceNode) else []

    def remove(self, position: int) -> None:
        """Takes an entry away, with its lines."""
        self._removed.add(position)

    def add(self, lines: str, *, after: int | None = None) -> None:
        """Adds whole lines (indented by `indent`) below an entry, or at the end."""
        if after is not None and not self.flows:
            place = self._document.line_end(self._document.after(self.entries[after][1]) - 1)
            self._document.replace(place, place, lines)
            self._inserted = True
        else:
            self._added.append(lines)

    @property
    def spaced(self) -> bool:
        """Whether empty lines stand between the entries."""
        entries = self.entries
        if not entries or self.flows:
            return False
        start = self._document.line_start(entries[-1][0].start_mark.index)
        return len(entries) > 1 and self._document.text[:start].endswith("\n\n")

    def finish(self) -> None:
        """Makes the edits; called once by the document."""
        if self._finished or not (self._added or self._removed):
            return
        self._finished = True
        document, entries = self._document, self.entries
        if entries and self.flows:
            self._open()
            return
        if not entries:
            lines = "".join(self._added).rstrip("\n")
            document.replace(document.colon(self._key), document.after(self.node), f"\n{lines}")
            return
        for position in self._removed:
            document.replace(*self._lines(*entries[position]), "")
        end = document.line_end(document.after(entries[-1][1]) - 1)
        document.replace(end, end, "".join(self._added))
        if len(self._removed) == len(entries) and not (self._added or self._inserted):
            at = document.colon(self._key)
            document.replace(at, at, " {}" if isinstance(self.node, MappingNode) else " []")

    def _open(self) -> None:
        """What stands in brackets gets a line an entry; the entries' own characters stay, and may be edited besides."""
        document, at, end = self._document, self._document.colon(self._key), self._document.after(self.node)
        before = "\n" + " " * self.indent + ("" if isinstance(self.node, MappingNode) else "- ")
        kept = [entry for position, entry in enumerate(self.entries) if position not in self._removed]
        for first, last in kept:
            document.replace(at, first.start_mark.index, before)
            at = document.after(last)
        empty = " {}" if isinstance(self.node, MappingNode) else " []"
        rest = "".join(f"\n{lines}".rstrip("\n") for lines in self._added)
        document.replace(at, end, rest if kept or rest else empty)

    def _lines(self, first: Node, last: Node) -> tuple[int, int]:
        """The lines of an entry, with the empty ones below it where others are above it."""
        document = self._document
        text, start = document.text, document.line_start(first.start_mark.index)
        end = document.line_end(document.after(last) - 1)
        if text[:start].endswith("\n\n"):
            while text.startswith("\n", end):
                end += 1
            while end == len(text) and text[:start].endswith("\n\n"):
                start -= 1
        return start, end


def pair(mapping: Node, name: str) -> tuple[Node, Node] | None:
    """Key and value of a mapping."""
    found = (entry for entry in mapping.value if entry[0].value == name) if isinstance(mapping, MappingNode) else ()
    return next(iter(found), None)


def update(
    document: Document,
    mapping: Node,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    order: Sequence[str] = (),
    open_lists: Iterable[str] = (),
) -> None:
    """Makes the fields of a mapping those of `new`, touching only what differs from `old`."""
    opened = frozenset(open_lists)
    changed = [name for name in new if name not in old or new[name] != old[name]]
    gone = [name for name in old if name not in new and pair(mapping, name)]
    if isinstance(mapping, MappingNode) and mapping.flow_style:
        if gone or any(pair(mapping, name) is None for name in changed):
            document.replace(mapping.start_mark.index, document.after(mapping), flowing(in_order(new, order)))
            return
        for name in changed:
            _, value = pair(mapping, name) or (mapping, mapping)
            document.replace(value.start_mark.index, document.after(value), flowing(new[name]))
        return
    key, indent = mapping.value[0][0], int(mapping.start_mark.column)
    below = document.collection(key, mapping)
    names = [one.value for one, _ in mapping.value]
    for name in gone:
        below.remove(names.index(name))
    for name in changed:
        found = pair(mapping, name)
        if found is None:
            line = " " * indent + field_text(name, new[name], indent, name in opened) + "\n"
            before = [names.index(one) for one in order[: order.index(name)] if one in names] if name in order else []
            below.add(line, after=max(before) if before else None)
        else:
            _set(document, *found, new[name], indent, name in opened)


def _set(document: Document, key: Node, value: Node, new: Any, indent: int, opened: bool) -> None:
    was_block = isinstance(value, (MappingNode, SequenceNode)) and not value.flow_style and bool(value.value)
    text = after_colon(new, indent, opened or (was_block and isinstance(value, SequenceNode)))
    if was_block or text.startswith("\n") or value.start_mark.index == value.end_mark.index:
        document.replace(document.colon(key), document.after(value), text)
    else:
        document.replace(value.start_mark.index, document.after(value), text[1:])


def in_order(value: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """Fields in the order in which a kind's are written, the others behind them."""
    return {
        name: value[name]
        for name in [*(one for one in order if one in value), *(one for one in value if one not in order)]
    }
