"""``python -m sandbox`` serves the sandbox; ``--reset`` begins with fresh data."""

from __future__ import annotations

import argparse

import uvicorn

from sandbox.app import create_app
from sandbox.settings import from_environment

parser = argparse.ArgumentParser(prog="sandbox", description="A stand-in telecom operator on TM Forum Open APIs v4.")
parser.add_argument("--reset", action="store_true", help="forget everything and seed the database anew")
arguments = parser.parse_args()
settings = from_environment()
uvicorn.run(
    create_app(settings, reset=arguments.reset),
    host=settings.host,
    port=settings.port,
    log_level="warning",
    access_log=False,
    date_header=False,  # the operator's own clock is in it
    ws="none",
)
