import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.supervisor.tables import cell, table


def test_a_table_begins_with_its_mark_and_headings() -> None:
    assert table({"a": "甲", "b": "乙"}, [{"b": 2, "a": None, "c": 3}]) == "\ufeff甲,乙\r\n,2\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["话费", "a=b", "", None, -5, 0.5, "50.0%"])
def test_other_values_stay_as_they_are(value: object) -> None:
    assert cell(value) is value


@given(st.text())
def test_no_cell_begins_as_a_formula_and_all_are_read_back(text: str) -> None:
    text = text.replace("\r", "").replace("\0", "")
    written = table({"a": "甲", "b": "乙"}, [{"a": text, "b": "末"}])
    (_, (read, last)) = csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline=""))

    assert not read.startswith(("=", "+", "-", "@"))
    assert read.removeprefix("'") == text.removeprefix("'")
    assert last == "末"
