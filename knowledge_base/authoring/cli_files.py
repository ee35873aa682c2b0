"""`diff`, `export` and `import` of `python -m knowledge_base`."""

import argparse
import json
import sys
import uuid
from collections.abc import Iterable, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

from common.database import transaction
from knowledge_base.authoring import drafts
from knowledge_base.authoring.changes import KINDS, Problem
from knowledge_base.authoring.diff import shown
from knowledge_base.authoring.exchange import TooLong, exported, imported
from knowledge_base.authoring.knowledge import Knowledge
from knowledge_base.authoring.merge import rebased

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


def register(commands: Any) -> None:
    """Adds the commands."""
    diff = commands.add_parser("diff", help="print what a draft changes; 1 where it contradicts the files of now")
    diff.add_argument("draft", type=int)
    diff.add_argument("--files", action="store_true", help="as lines of the files")
    diff.set_defaults(run=_diff)
    out = commands.add_parser("export", help="write all objects of a kind to a file")
    out.add_argument("--draft", type=int, help="as they are with this draft")
    out.set_defaults(run=_export)
    back = commands.add_parser("import", help="save the objects of a file in a draft; 1 where some cannot be taken")
    back.add_argument("--draft", type=int, required=True)
    back.add_argument("--staff", type=int, required=True, help="on record as the author: the id of an account")
    back.set_defaults(run=_import)
    for parser in (out, back):
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file", type=Path, help="ending in .xlsx, or else YAML")


def _diff(given: argparse.Namespace) -> int:
    knowledge = Knowledge.read()
    changes, conflicts = rebased(drafts.changes(given.draft), knowledge)
    problems = knowledge.problems(changes)
    if given.files and not problems:
        for path, text in sorted(knowledge.changed(changes).items()):
            old, new = knowledge.texts.get(path, "").splitlines(keepends=True), text.splitlines(keepends=True)
            sys.stdout.writelines(unified_diff(old, new, f"a/{path}", f"b/{path}"))
    elif not given.files:
        sys.stdout.writelines(f"{line}\n" for entry in shown(knowledge.objects, changes) for line in _lines(entry))
    for one in conflicts:
        print(f"conflict: {one.kind}/{one.key}: {', '.join(one.fields)}", file=sys.stderr)
    _tell(problems)
    return 1 if conflicts or problems else 0


def _lines(entry: dict[str, Any]) -> Iterable[str]:
    """An object's line, then one for each field, or for each sentence that comes or goes."""
    yield f"{_MARKS[entry['change']]} {entry['kind']}/{entry['key']} {entry['title']}"
    if entry["change"] == "removed":
        return
    for field in entry["fields"]:
        if field["added"] or field["removed"]:
            yield from (f"    {field['field']} - {one}" for one in field["removed"])
            yield from (f"    {field['field']} + {one}" for one in field["added"])
        else:
            before, after = (json.dumps(field[side], ensure_ascii=False) for side in ("before", "after"))
            yield f"    {field['field']}: {after if entry['change'] == 'added' else f'{before} → {after}'}"


def _export(given: argparse.Namespace) -> int:
    knowledge = Knowledge.read()
    if given.draft is not None:
        changes, _ = rebased(drafts.changes(given.draft), knowledge)
        if problems := knowledge.problems(changes):
            _tell(problems)
            return 1
        knowledge = knowledge.with_changes(changes)
    try:
        given.file.write_bytes(exported(knowledge.objects[given.kind], given.kind, _form(given.file)))
    except TooLong as error:
        print(f"{given.kind}/{error} is too long for a cell: export YAML", file=sys.stderr)
        return 1
    print(f"{len(knowledge.objects[given.kind])} of {given.kind} written to {given.file}")
    return 0


def _import(given: argparse.Namespace) -> int:
    knowledge = Knowledge.read()
    live = knowledge.objects[given.kind]
    found, problems = imported(given.file.read_bytes(), given.kind, _form(given.file))
    group = uuid.uuid4().hex
    try:
        with transaction() as session:
            for key, value in found:
                drafts.save(
                    session, given.draft, given.kind, key, value, None, given.staff, live=live.get(key), group=group
                )
    except drafts.WrongState:
        print(f"there is no draft {given.draft} that can be changed", file=sys.stderr)
        return 1
    # What contradicts other objects is saved, as in the editor, and told: a draft may become right step by step.
    problems += knowledge.problems(rebased(drafts.changes(given.draft), knowledge)[0])
    print(f"{len(found)} of {given.kind} saved in draft {given.draft}")
    _tell(problems)
    return 1 if problems else 0


def _tell(problems: Sequence[Problem]) -> None:
    for one in problems:
        print(f"{one.kind}/{one.key}: {one.message}", file=sys.stderr)


def _form(path: Path) -> str:
    return "xlsx" if path.suffix.lower() == ".xlsx" else "yaml"
