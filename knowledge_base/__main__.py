"""Commands of the knowledge base: `python -m knowledge_base --help`."""

import argparse
import pkgutil
import sys
from importlib import import_module

from bss.errors import BssError
from knowledge_base import authoring
from knowledge_base.lookups import LOOKUPS, write_lookups


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when it did its work."""
    parser = argparse.ArgumentParser(prog="knowledge_base", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    lookups = commands.add_parser(
        "lookups", help=f"write {LOOKUPS.name}/*.yml from the operator's catalogue; then train"
    )
    lookups.set_defaults(run=_lookups)
    # Each part's commands lie beside it; one adds its parsers and what they run: (arguments) -> exit code.
    for module in pkgutil.iter_modules(authoring.__path__, f"{authoring.__name__}."):
        if module.name.rpartition(".")[2].startswith("cli_"):
            import_module(module.name).register(commands)
    chosen = parser.parse_args(arguments)
    status: int = chosen.run(chosen)
    return status


def _lookups(_: argparse.Namespace) -> int:
    try:
        changed = write_lookups()
    except BssError as error:
        print(f"The catalogue could not be read: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"written: {path.name}" for path in changed) or "nothing has changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
