"""``python -m deploy run|migrate|train|replace``."""

import argparse
import signal
import sys

from common.database import migrate
from deploy import model
from deploy.replace import replace
from deploy.run import run
from deploy.steps import Problem

parser = argparse.ArgumentParser(prog="deploy", description="Starts and prepares the product.")
parser.add_argument("command", choices=("run", "migrate", "train", "replace"))
parser.add_argument("--previous", action="store_true", help="replace by the former model, without training")
given = parser.parse_args()
if given.command == "run":
    sys.exit(run())
try:
    if given.command == "migrate":
        migrate()
    elif given.command == "train":
        model.ensure()
    else:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        replace(previous=given.previous)
except Problem as problem:
    problem.show()
    sys.exit(1)
except KeyboardInterrupt:
    sys.exit(130)
