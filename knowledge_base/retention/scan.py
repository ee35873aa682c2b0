"""The list of lines that may leave: `python -m knowledge_base.retention.scan --from customers.csv --to warnings.csv`.

Rows are read, judged and written one by one, so memory stays flat; the columns are in docs/retention.md.
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy.exc import SQLAlchemyError

from bss.errors import BssError
from common.times import shanghai_today
from knowledge_base.retention.eligibility import obstacles, refusal
from knowledge_base.retention.gather import profiles
from knowledge_base.retention.offers import offers
from knowledge_base.retention.outcomes import tallies
from knowledge_base.retention.profile import Profile, Said
from knowledge_base.retention.ranking import Tallies, best, rank
from knowledge_base.retention.rows import CUSTOMER_COLUMNS, REJECT_COLUMNS, WARNING_COLUMNS, Warned, read
from knowledge_base.retention.segments import segment

# Rows between two lines of progress.
PROGRESS = 100_000
_NOTHING_SAID = Said()
# What stands for bytes that are no text.
_UNDECODED = "\ufffd"


class Unreadable(Exception):
    """A file that is no list of customers at all."""


@dataclass
class Count:
    """What a scan has seen so far."""

    rows: int = 0
    warned: int = 0
    rejected: int = 0


def warned(profile: Profile, today: date, known: Tallies) -> Warned | None:
    """Whether a line goes on the list, and with which offer; None where there is no cause, or nothing may be offered.

    A contract that ends soon makes it a renewal, else a high tendency to leave a warning. Pure.
    """
    here = segment(profile, today)
    if here.bundling == "ending":
        moment = "renewal"
    elif here.churn == "high":
        moment = "warning"
    else:
        return None
    if refusal(here, moment, _NOTHING_SAID, declined=False):
        return None
    fitting = [one for one in offers() if not obstacles(one, profile, here, moment, _NOTHING_SAID, today)]
    first = next(iter(best(rank(fitting, here, moment, known))), None)
    return Warned(
        customer=profile.customer,
        line=profile.line,
        moment=moment,
        value=here.value,
        churn=here.churn,
        bundling=here.bundling,
        kind=here.kind,
        tier=here.tier,
        drop_percent=here.drop_percent,
        contract_end=profile.contract_end,
        spend=here.spend,
        offer=first.offer.id if first else None,
        probability=round(first.probability, 4) if first else None,
        expected=round(first.expected) if first else None,
    )


def scan(source: Path, target: Path, rejects: Path, *, today: date, known: Tallies, told: TextIO) -> Count:
    """Writes the warnings among the customers of a CSV file, and apart from them the rows that cannot be read.

    Both files appear whole or not at all. Raises Unreadable and OSError.
    """
    with ExitStack() as files:
        opened = files.enter_context(source.open(encoding="utf-8-sig", errors="replace", newline=""))
        bad = files.enter_context(_written(rejects, REJECT_COLUMNS))
        count = Count()
        read_rows = _rows(opened, bad, count)
        out = files.enter_context(_written(target, WARNING_COLUMNS))
        _judge(read_rows, out, count, today, known, told)
        return count


def scan_operator(target: Path, *, today: date, known: Tallies, told: TextIO) -> Count:
    """The same for all lines of all customers whom the operator has. Raises BssError, OSError."""
    count = Count()
    with _written(target, WARNING_COLUMNS) as out:
        _judge(_counted(profiles(), count), out, count, today, known, told)
    return count


def _judge(found: Iterable[Profile], out: Any, count: Count, today: date, known: Tallies, told: TextIO) -> None:
    began = time.monotonic()
    for profile in found:
        line = warned(profile, today, known)
        if line is not None:
            count.warned += 1
            out.writerow(line.row())
        if count.rows % PROGRESS == 0:
            _tell(told, "", count, began)
    _tell(told, "done: ", count, began)


def _tell(told: TextIO, begins: str, count: Count, began: float) -> None:
    seconds = time.monotonic() - began
    told.write(f"{begins}{count.rows} rows, {count.warned} warnings, {count.rejected} rejected, {seconds:.0f} s\n")


def _counted(found: Iterator[Profile], count: Count) -> Iterator[Profile]:
    for profile in found:
        count.rows += 1
        yield profile


def _rows(opened: TextIO, bad: Any, count: Count) -> Iterator[Profile]:
    """The profiles of a file; what is no profile goes to the rejects with its reason. Raises Unreadable."""
    lines = csv.reader(opened)
    try:
        header = next(lines)
    except (StopIteration, csv.Error) as error:
        raise Unreadable("the file has no header") from error
    missing = [name for name in CUSTOMER_COLUMNS if name not in header]
    if missing:
        raise Unreadable(f"columns are missing: {', '.join(missing)}")
    return _profiles(lines, [header.index(name) for name in CUSTOMER_COLUMNS], len(header), bad, count)


def _profiles(lines: Iterator[list[str]], places: list[int], width: int, bad: Any, count: Count) -> Iterator[Profile]:
    while True:
        row: list[str] = []
        try:
            row = next(lines)
            profile = read(_cells(row, places, width))
        except StopIteration:
            return
        except (ValueError, csv.Error) as error:
            count.rows += 1
            count.rejected += 1
            # Customer and line, where the row has them.
            bad.writerow([count.rows, error, *("".join(row[place : place + 1]) for place in places[:2])])
        else:
            count.rows += 1
            yield profile


def _cells(row: list[str], places: list[int], width: int) -> list[str]:
    """The cells of a row in the order of `CUSTOMER_COLUMNS`. Raises ValueError."""
    if len(row) != width:
        raise ValueError(f"{len(row)} cells instead of {width}")
    if _UNDECODED in "".join(row):
        raise ValueError("it is not in UTF-8")
    return [row[place] for place in places]


@contextmanager
def _written(path: Path, columns: Iterable[str]) -> Iterator[Any]:
    """A CSV writer whose file takes the place of `path` when the block ends well, and is gone when it does not."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            yield writer
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _known(told: TextIO) -> Tallies:
    try:
        return tallies()
    except SQLAlchemyError:
        told.write("no outcomes can be read: offers are ranked by their priors\n")
        return {}


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when the list was written, 1 when it was not."""
    parser = argparse.ArgumentParser(prog="knowledge_base.retention.scan", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--from", dest="source", type=Path, metavar="CSV", help="customers, one row a line")
    source.add_argument("--operator", action="store_true", help="all customers of the operator's systems")
    parser.add_argument("--to", dest="target", type=Path, metavar="CSV", required=True, help="the list of warnings")
    parser.add_argument("--rejects", type=Path, metavar="CSV", help="rows that cannot be read (default: beside --to)")
    chosen = parser.parse_args(arguments)
    rejects = chosen.rejects or chosen.target.with_suffix(".rejects.csv")
    today, known, told = shanghai_today(), _known(sys.stderr), sys.stderr
    try:
        if chosen.operator:
            scan_operator(chosen.target, today=today, known=known, told=told)
        else:
            scan(chosen.source, chosen.target, rejects, today=today, known=known, told=told)
    except (Unreadable, OSError, BssError) as error:
        told.write(f"nothing was written: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
