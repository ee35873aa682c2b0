"""`python -m knowledge_base check`: what is wrong with the knowledge, a draft, or the sentences of a file."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.authoring import drafts
from knowledge_base.authoring.bulk import conflicts
from knowledge_base.authoring.changes import KINDS, Change, plain
from knowledge_base.authoring.checking import folder, told
from knowledge_base.authoring.checks import check, check_draft
from knowledge_base.authoring.corpus import Corpus
from knowledge_base.authoring.embeddings import vectors
from knowledge_base.authoring.findings import Finding
from knowledge_base.authoring.knowledge import Knowledge


def register(commands: Any) -> None:
    """Adds the command."""
    parser = commands.add_parser("check", help="print what is wrong with the knowledge; 1 where there are errors")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--draft", type=int, metavar="N", help="only what this draft changes")
    what.add_argument(
        "--bulk",
        type=Path,
        metavar="FILE",
        help="only conflicts in a file: Rasa's YAML, or lines of intent, tab, sentence",
    )
    parser.add_argument("--all", action="store_true", help="hints too, which nobody has to follow")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints findings by object; 1 when one is an error, 2 when there is nothing to check."""
    if arguments.bulk is not None:
        return _bulk(arguments.bulk)
    knowledge = Knowledge.read()
    if arguments.draft is None:
        corpus = Corpus.read(knowledge, folder(), _told)
        objects = [(kind, key, value) for kind in KINDS for key, value in knowledge.objects[kind].items()]
        changes = [Change(kind, key, value, value) for kind, key, value in objects]
        found = {
            f"{kind}/{key}": check(corpus, knowledge, kind, key, value, quick=False) for kind, key, value in objects
        }
    else:
        changes = drafts.changes(arguments.draft)
        if not changes:
            sys.stderr.write(f"draft {arguments.draft} changes nothing\n")
            return 2
        found = check_draft(Corpus.read(knowledge, folder(), _told).updated(changes), knowledge, changes)
    return shown(told(found, knowledge, changes), hints=arguments.all)


def shown(found: Mapping[str, Sequence[Finding]], *, hints: bool) -> int:
    """Prints findings and how many there are; 1 when one is an error."""
    counts = {"error": 0, "warning": 0, "hint": 0}
    for key, findings in found.items():
        for one in findings:
            counts[one.level] += 1
            if hints or one.level != "hint":
                where = f" {one.field}" if one.field else ""
                said = f" {json.dumps(one.sentence, ensure_ascii=False)}" if one.sentence else ""
                sys.stdout.write(f"{one.level}: {key}{where}:{said} {one.message}\n")
    sys.stdout.write(", ".join(f"{level}s: {count}" for level, count in counts.items()) + "\n")
    return 1 if counts["error"] else 0


def labelled(path: Path) -> list[tuple[str, str]]:
    """(intent, sentence) of a file: Rasa's YAML by its ending, else lines of intent, tab, sentence.

    Raises OSError and ValueError.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".yml", ".yaml"}:
        return [
            (str(block["intent"]), plain(line.strip().removeprefix("- ").strip()))
            for block in yaml.load(text, yaml.CSafeLoader)["nlu"]
            if "intent" in block
            for line in block["examples"].splitlines()
            if line.strip()
        ]
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    if odd := next((number for number, row in enumerate(rows, 1) if len(row) != 2), None):
        raise ValueError(f"row {odd} is not an intent, a tab and a sentence")
    return [(row[0].strip(), row[1].strip()) for row in rows]


def _bulk(path: Path) -> int:
    try:
        rows = labelled(path)
    except (OSError, ValueError, KeyError, yaml.YAMLError) as error:
        sys.stderr.write(f"{path} could not be read: {error}\n")
        return 2
    keys, sentences = [key for key, _ in rows], [sentence for _, sentence in rows]
    found = conflicts(keys, sentences, vectors(sentences, folder(), _told, processes=2), _told)
    for one in found:
        sys.stdout.write(
            f"{one.score:.2f}\t{keys[one.row]}\t{sentences[one.row]}\t{keys[one.other]}\t{sentences[one.other]}\n"
        )
    copies = sum(one.score == 1.0 for one in found)
    sys.stdout.write(f"sentences: {len(rows)}, conflicts: {len(found)}, of them the same sentence: {copies}\n")
    return 1 if copies else 0


def _told(done: int, count: int) -> None:
    sys.stderr.write(f"{done} of {count}\n")
