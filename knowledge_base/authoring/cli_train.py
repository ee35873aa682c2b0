"""`python -m knowledge_base train`: the model and the report of a draft, or of the files as they are."""

import argparse
import json
import sys
from typing import Any

from knowledge_base.authoring import training, workspace
from knowledge_base.authoring.changes import Invalid
from knowledge_base.authoring.predictor import Failed


def register(commands: Any) -> None:
    """Adds the command."""
    parser = commands.add_parser("train", help="train a draft, or the files as they are, and print the report (JSON)")
    parser.add_argument(
        "--draft", type=int, help="a draft's number; without it the files are compared with what is live"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the report was printed; steps go to standard error."""
    told = [""]

    def progress(percent: int, step: str) -> None:
        if step != told[0]:
            told[0] = step
            print(f"{percent:3} % {step}", file=sys.stderr)

    def line(text: str) -> None:
        print(text, file=sys.stderr)

    try:
        if arguments.draft is None:
            found = training.reported([], progress, line, anyway=True)
        else:
            found = training.trained(arguments.draft, progress, line)
    except training.Gone:
        line(f"There is no draft {arguments.draft} that can be trained.")
        return 1
    except (Invalid, workspace.TrainingFailed, Failed) as failure:
        line(str(failure))
        return 1
    json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 0
