"""``python -m deploy run|migrate|train|replace|adopt``."""

import argparse
import signal
import sys
from pathlib import Path

from common.database import migrate
from deploy import model
from deploy.replace import publish, replace
from deploy.run import run
from deploy.steps import Problem

parser = argparse.ArgumentParser(prog="deploy", description="Starts and prepares the product.")
parser.add_argument("command", choices=("run", "migrate", "train", "replace", "adopt"))
parser.add_argument("--previous", action="store_true", help="replace by the former model, without training")
publisher = parser.add_argument_group("what the publisher calls")
publisher.add_argument("--release", type=int, help="replace: the release that goes live")
publisher.add_argument("--archive", type=Path, help="replace: its model; adopt: the model of the present data")
given = parser.parse_args()
if given.command == "adopt" and given.archive is None:
    parser.error("adopt needs --archive")
if given.command == "run":
    sys.exit(run())
try:
    if given.command == "replace":
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    if given.command == "migrate":
        migrate()
    elif given.command == "train":
        model.ensure()
    elif given.command == "adopt":
        model.adopt(given.archive)
    elif given.release is not None:
        publish(given.release, given.archive)
    else:
        replace(previous=given.previous)
except Problem as problem:
    problem.show()
    sys.exit(1)
except KeyboardInterrupt:
    sys.exit(130)
