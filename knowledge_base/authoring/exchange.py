"""Objects out of the house and back: YAML for developers, Excel for everybody else."""

import io
import logging
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font

from knowledge_base.authoring.changes import Change, Problem, Value, canonical
from knowledge_base.authoring.shapes import MOST_KEY, is_odd, misshapen, problem
from knowledge_base.authoring.sheets import (
    COLUMNS,
    TEXT,
    Cells,
    Form,
    cell,
    foreign,
    is_further,
    rows,
    uncelled,
    value_of,
)
from knowledge_base.content import content

logger = logging.getLogger(__name__)

MOST_MEGABYTES = 5
MOST_ROWS = 20_000
# Unpacked, a workbook of 5 MB is ten times as large at most.
_MOST_UNPACKED = 20 * MOST_MEGABYTES * 2**20
_MOST_COLUMNS = 40
# Of a cell, as Excel has it; openpyxl cuts off what is longer, which would be gone when the file comes back.
_MOST_CHARACTERS = 32_767
_WIDE = frozenset({"examples", "also", "text", "answer", "script", "objections", "benefit"})

Imported = tuple[list[tuple[str, Value]], list[Problem]]


class TooLong(Exception):
    """An object, by its key, that no sheet holds; YAML does."""


def exported(objects: Mapping[str, Value], kind: str, form: str) -> bytes:
    """All objects of a kind (key → value) as a file: form "yaml" or "xlsx". Raises TooLong."""
    if form == "yaml":
        held = {"kind": kind, "objects": [{"key": key, **value} for key, value in objects.items()]}
        return yaml.dump(held, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=120).encode()
    book = Workbook()
    sheet: Any = book.active
    sheet.title = _texts()["sheets"][kind]
    columns = {"key": TEXT, **COLUMNS[kind]}
    sheet.append([_heading(kind, name) for name in columns])
    for place, name in enumerate(columns, start=1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = 48 if name in _WIDE else 18
    for key, value in objects.items():
        for held in rows(kind, value):
            cells = [cell(of, {"key": key, **held}.get(name)) for name, of in columns.items()]
            if any(isinstance(one, str) and len(one) > _MOST_CHARACTERS for one in cells):
                raise TooLong(key)
            sheet.append(cells)
    for line in sheet.iter_rows(min_row=2):
        for one in line:
            one.alignment = Alignment(wrap_text=True, vertical="top")
            one.number_format = "@"
    sheet.freeze_panes = "B2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def imported(data: bytes, kind: str, form: str) -> Imported:
    """(key, value) of each object of the file that can be read, and what is wrong with the others.

    5 MB and 20,000 rows at most. What an object must be besides is told by `Knowledge.problems`.
    """
    if len(data) > MOST_MEGABYTES * 2**20:
        return [], [_problem(kind, "import_large", most=MOST_MEGABYTES)]
    try:
        found, problems = _from_yaml(data, kind) if form == "yaml" else _from_sheet(data, kind)
    except Exception as error:
        # Whoever reads workbooks raises whatever it meets in a damaged one.
        logger.info("a file that was to be imported cannot be read: %s", type(error).__name__)
        return [], [_problem(kind, "import_file")]
    shaped = {key: [*_key(kind, key), *misshapen(Change(kind, key, None, value))] for key, value in found}
    problems += [one for key in shaped for one in shaped[key]]
    return [(key, canonical(kind, value)) for key, value in found if not shaped[key]], problems


def _key(kind: str, key: str) -> Iterator[Problem]:
    """Why nothing can be called so."""
    if len(key) > MOST_KEY:
        yield problem(kind, key, "too_long", "key", most=MOST_KEY)
    if is_odd(key):
        yield problem(kind, key, "characters", "key")


def _texts() -> dict[str, Any]:
    return content("knowledge_files")


def _heading(kind: str, name: str) -> str:
    texts = _texts()
    return str(texts["keys"][kind] if name == "key" else texts["fields"][name])


def _problem(kind: str, code: str, key: str = "", field: str | None = None, **facts: object) -> Problem:
    made = problem(kind, key, code, None, **facts)
    return Problem(kind, key, code, made.message, field)


def _from_yaml(data: bytes, kind: str) -> Imported:
    loaded = foreign(data.decode("utf-8-sig"))
    if loaded["kind"] != kind or not isinstance(loaded["objects"], list):
        raise ValueError("another kind")
    if not all(isinstance(held, dict) for held in loaded["objects"]):
        raise ValueError("no object")
    if len(loaded["objects"]) > MOST_ROWS:
        return [], [_problem(kind, "import_rows", most=MOST_ROWS)]
    found: dict[str, Value] = {}
    problems = []
    for place, held in enumerate(loaded["objects"], start=1):
        key = str(held.pop("key", "") or "").strip()
        if not key:
            problems.append(_problem(kind, "import_key", row=place, column=_heading(kind, "key"), field="key"))
        elif key in found:
            problems.append(_problem(kind, "import_twice", key, "key", row=place))
        else:
            found[key] = held
    return list(found.items()), problems


def _from_sheet(data: bytes, kind: str) -> Imported:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
            return [], [_problem(kind, "import_large", most=MOST_MEGABYTES)]
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    lines = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=_MOST_COLUMNS)
    columns = {"key": TEXT, **COLUMNS[kind]}
    headings = {_heading(kind, name): name for name in columns}
    names = [headings.get(str(one.value or "").strip()) for one in next(lines, ())]
    if missing := [heading for heading, name in headings.items() if name not in names]:
        return [], [_problem(kind, "import_columns", column=missing[0])]
    return _read_rows(kind, columns, names, lines)


def _read_rows(kind: str, columns: Mapping[str, Form], names: Sequence[str | None], lines: Iterator[Any]) -> Imported:
    problems: list[Problem] = []
    held: dict[str, list[Cells]] = {}
    bad: set[str] = set()
    first: dict[str, int] = {}
    for row, line in enumerate(lines, start=2):
        cells = {
            name: one for name, one in zip(names, line, strict=False) if name is not None and one.value is not None
        }
        if not cells:
            continue
        if row > MOST_ROWS + 1:
            return [], [_problem(kind, "import_rows", most=MOST_ROWS)]
        values: Cells = {}
        for name, one in cells.items():
            try:
                if one.data_type == "f":
                    raise ValueError("a formula")
                value = uncelled(columns[name], one.value)
            except ValueError:
                problems.append(_cell(kind, row, name))
                bad.add(_key_of(cells))
                continue
            if value is not None:
                values[name] = value
        key = values.pop("key", "")
        if not key:
            problems.append(_problem(kind, "import_key", field="key", row=row, column=_heading(kind, "key")))
        elif key in held and not is_further(kind, values):
            problems.append(_problem(kind, "import_twice", key, "key", row=row))
        else:
            held.setdefault(key, []).append(values)
            first.setdefault(key, row)
    found = []
    for key, of_object in held.items():
        try:
            value = value_of(kind, of_object)
        except ValueError as error:
            problems.append(_cell(kind, first[key], str(error)))
            continue
        if key not in bad:
            found.append((key, value))
    return found, problems


def _key_of(cells: Mapping[str, Any]) -> str:
    return str(cells["key"].value) if "key" in cells else ""


def _cell(kind: str, row: int, name: str) -> Problem:
    return _problem(kind, "import_cell", field=name, row=row, column=_heading(kind, name))
