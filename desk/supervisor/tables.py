"""Tables for spreadsheets: comma-separated, with a byte order mark so that Excel reads them as UTF-8. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

# Text that begins so is a formula to a spreadsheet, also after a tab or a line break (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK = "\ufeff"


def table(titles: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A table whose columns are those of `titles` (name → heading), in that order; None is an empty cell."""
    written = io.StringIO()
    write = csv.writer(written).writerow
    write(map(cell, titles.values()))
    for row in rows:
        write(cell(row[name]) for name in titles)
    return _MARK + written.getvalue()


def cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
