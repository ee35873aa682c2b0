"""Commands of the knowledge base: `python -m knowledge_base lookups`."""

import argparse
import sys

from bss.errors import BssError
from knowledge_base.lookups import LOOKUPS, write_lookups


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when it did its work."""
    parser = argparse.ArgumentParser(prog="knowledge_base", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lookups", help=f"write {LOOKUPS.name}/*.yml from the operator's catalogue; train afterwards")
    parser.parse_args(arguments)
    try:
        changed = write_lookups()
    except BssError as error:
        print(f"The catalogue could not be read: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"written: {path.name}" for path in changed) or "nothing has changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
