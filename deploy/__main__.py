"""``python -m deploy run|migrate|train``."""

import argparse
import sys

from common.database import migrate
from deploy import model
from deploy.run import run
from deploy.steps import Problem

parser = argparse.ArgumentParser(prog="deploy", description="Starts and prepares the product.")
parser.add_argument("command", choices=("run", "migrate", "train"))
command = parser.parse_args().command
if command == "run":
    sys.exit(run())
try:
    if command == "migrate":
        migrate()
    else:
        model.ensure()
except Problem as problem:
    problem.show()
    sys.exit(1)
