"""`publish` and `rollback` of `python -m knowledge_base`."""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from knowledge_base.authoring.publish import Refused, publish, roll_back


def register(commands: Any) -> None:
    """Adds the commands."""
    publishing = commands.add_parser("publish", help="let an approved draft go live, and write it to the files")
    publishing.add_argument("draft", type=int)
    back = commands.add_parser("rollback", help="take the newest release back: its former texts and model go live")
    back.add_argument("reason")
    for parser, run in ((publishing, _publish), (back, _roll_back)):
        parser.add_argument("--staff", type=int, help="on record as whoever does it: the id of an account")
        parser.set_defaults(run=run)


def _publish(given: argparse.Namespace) -> int:
    return _done(lambda: publish(given.draft, given.staff, _say))


def _roll_back(given: argparse.Namespace) -> int:
    return _done(lambda: roll_back(given.staff, given.reason, _say))


def _say(percent: int, step: str) -> None:
    print(f"{percent:3} %  {step}", flush=True)


def _done(function: Callable[[], dict[str, Any]]) -> int:
    try:
        result = function()
    except Refused as refused:
        print(refused.message, file=sys.stderr)
        return 1
    print(f"release {result['release']}, live after {result['live_seconds']} s, written after {result['seconds']} s")
    for sentence in result["told"]:
        print(sentence)
    return 0
