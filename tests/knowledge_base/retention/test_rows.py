from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from common.settings import ROOT
from knowledge_base.retention.profile import Profile
from knowledge_base.retention.rows import CUSTOMER_COLUMNS, REJECT_COLUMNS, WARNING_COLUMNS, Warned, read
from tests.knowledge_base.retention.profiles import ORDINARY, profiles, unhurried


def written(profile: Profile) -> list[str]:
    """A profile as the operator would write it down."""

    def cell(value: object) -> str:
        return "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)

    cells: dict[str, object] = dict.fromkeys(CUSTOMER_COLUMNS)
    for name in cells:
        head, _, ago = name.rpartition("_")
        if head in {"spend", "minutes"}:
            months = getattr(profile, head)
            cells[name] = months[int(ago)] if int(ago) < len(months) else None
        else:
            cells[name] = " ".join(sorted(profile.held)) if name == "held" else getattr(profile, name)
    return [cell(value) for value in cells.values()]


def with_cell(column: str, text: str) -> list[str]:
    row = written(ORDINARY)
    row[CUSTOMER_COLUMNS.index(column)] = text
    return row


@unhurried
@given(profiles())
def test_a_profile_that_is_written_down_is_read_again(profile: Profile) -> None:
    assert read(written(profile)) == profile


def test_what_is_empty_is_not_known() -> None:
    empty = ["C1", "P1", *[""] * (len(CUSTOMER_COLUMNS) - 2)]

    assert read(empty) == Profile("C1", "P1", None, None)


@pytest.mark.parametrize(
    ("column", "text", "told"),
    [
        ("customer", "", "customer, line: an id is missing"),
        ("line", "", "customer, line: an id is missing"),
        ("kind", "tram", "kind: none of mobile, broadband, landline, iptv"),
        ("customer_kind", "person", "customer_kind: none of individual, enterprise"),
        ("listed", "grey", "listed: none of none, black, red"),
        ("do_not_disturb", "yes", "do_not_disturb: none of 1, 0"),
        ("age", "-1", "age: a whole number from 0 is needed"),
        ("age", "3.5", "age: a whole number from 0 is needed"),
        ("spend_2", "9.90", "spend_2: a whole number from 0 is needed"),
        ("minutes_0", "many", "minutes_0: a whole number from 0 is needed"),
        ("unpaid", "9" * 13, "unpaid: a whole number from 0 is needed"),
        ("contract_end", "2026/12/31", "contract_end: a day (YYYY-MM-DD) is needed"),
        ("contract_end", "2026-02-30", "contract_end: a day (YYYY-MM-DD) is needed"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(column: str, text: str, told: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        read(with_cell(column, text))

    assert str(error.value) == told


def test_a_month_that_is_not_known_ends_the_row_of_months() -> None:
    assert read(with_cell("spend_1", "")).spend == ORDINARY.spend[:1]
    assert read(with_cell("spend_0", "")).spend == ()


def test_a_warning_has_a_cell_for_each_column() -> None:
    bare = Warned(
        "C1", "P1", "warning", "high", "high", "unbound", "mobile", None, 40, None, 9900, None, None, None
    )  # fmt: skip
    full = replace(bare, tier="H1", contract_end=date(2026, 12, 31), offer="SAVE-100", probability=0.4, expected=1234)

    assert len(bare.row()) == len(full.row()) == len(WARNING_COLUMNS)
    assert bare.row() == ["C1", "P1", "warning", "high", "high", "unbound", "mobile", "", 40, "", 9900, "", "", ""]
    assert full.row()[-3:] == ["SAVE-100", 0.4, 1234]


def test_the_docs_name_every_column() -> None:
    text = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
    between = {"spend_1", "spend_2", "minutes_1", "minutes_2"}
    columns = {*CUSTOMER_COLUMNS, *WARNING_COLUMNS, *REJECT_COLUMNS} - between

    assert [name for name in columns if f"`{name}`" not in text] == []
