import csv
import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from hypothesis import given

from bss.errors import Unavailable
from common.times import shanghai_today
from knowledge_base.retention import scan as scanning
from knowledge_base.retention.outcomes import Outcome, record
from knowledge_base.retention.profile import Profile, Said
from knowledge_base.retention.rows import CUSTOMER_COLUMNS, REJECT_COLUMNS, WARNING_COLUMNS
from knowledge_base.retention.scan import Count, Unreadable, main, scan, scan_operator, warned
from knowledge_base.retention.segments import segment
from knowledge_base.retention.suggest import suggestions
from knowledge_base.retention.synthetic import rows
from tests.bss import raw
from tests.knowledge_base.retention.profiles import EXCLUDED, FALLEN, ORDINARY, TODAY, profiles, unhurried
from tests.knowledge_base.retention.test_rows import written

ENDING = replace(ORDINARY, contract_end=date(2027, 1, 5))


def file_of(path: Path, *lines: list[str], header: tuple[str, ...] = CUSTOMER_COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *lines])
    return path


def read_back(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scanned(folder: Path, source: Path) -> tuple[Count, list[dict[str, str]], list[dict[str, str]]]:
    target, rejects = folder / "warnings.csv", folder / "rejects.csv"
    count = scan(source, target, rejects, today=TODAY, known={}, told=io.StringIO())
    return count, read_back(target), read_back(rejects)


@unhurried
@given(profiles())
def test_a_line_is_listed_with_the_offer_that_an_agent_would_be_shown_first(profile: Profile) -> None:
    found = warned(profile, TODAY, {})
    here = segment(profile, TODAY)

    if found is None:
        assert (here.churn != "high" and here.bundling != "ending") or here.exclusions
        return
    assert here.exclusions == ()
    assert found.moment == ("renewal" if here.bundling == "ending" else "warning")
    shown = suggestions(profile, found.moment, Said(), declined=False, known={}, today=TODAY).offers
    assert found.offer == (shown[0].offer if shown else None)
    assert found.expected == (shown[0].explanation.expected if shown else None)


@pytest.mark.parametrize("changes", [*EXCLUDED.values(), {"do_not_disturb": True}])
def test_who_is_left_alone_is_not_on_the_list(changes: dict[str, object]) -> None:
    assert warned(FALLEN, TODAY, {}) is not None
    assert warned(replace(FALLEN, **changes), TODAY, {}) is None


def test_the_list_holds_who_may_leave_and_whose_contract_ends(tmp_path: Path) -> None:
    lines = [replace(one, line=f"P{place}") for place, one in enumerate((ORDINARY, FALLEN, ENDING))]

    count, found, rejects = scanned(tmp_path, file_of(tmp_path / "in.csv", *map(written, lines)))

    assert (count.rows, count.warned, count.rejected) == (3, 2, 0)
    assert rejects == []
    assert list(found[0]) == list(WARNING_COLUMNS)
    assert [(row["line"], row["moment"], row["drop_percent"]) for row in found] == [
        ("P1", "warning", "50"), ("P2", "renewal", "0"),
    ]  # fmt: skip
    assert found[1]["contract_end"] == "2027-01-05"
    assert found[0]["offer"]
    assert int(found[0]["expected"]) > 0


def test_a_row_that_cannot_be_read_is_put_aside_with_its_place_and_reason(tmp_path: Path) -> None:
    good, bad, short = written(FALLEN), written(FALLEN), written(FALLEN)[:5]
    bad[CUSTOMER_COLUMNS.index("age")] = "old"

    count, found, rejects = scanned(tmp_path, file_of(tmp_path / "in.csv", good, bad, short, [], good))

    assert (count.rows, count.warned, count.rejected) == (5, 2, 3)
    assert len(found) == 2
    assert [tuple(row.values()) for row in rejects] == [
        ("2", "age: a whole number from 0 is needed", "C1", "P1"),
        ("3", f"5 cells instead of {len(CUSTOMER_COLUMNS)}", "C1", "P1"),
        ("4", f"0 cells instead of {len(CUSTOMER_COLUMNS)}", "", ""),
    ]
    assert list(rejects[0]) == list(REJECT_COLUMNS)


def test_bytes_that_are_no_text_spoil_their_row_only(tmp_path: Path) -> None:
    source = file_of(tmp_path / "in.csv", written(FALLEN))
    good = source.read_bytes().splitlines(keepends=True)[1]
    source.write_bytes(source.read_bytes() + b"\xff" + good + good.replace(b"C1", b"C\x001") + good)

    count, found, rejects = scanned(tmp_path, source)

    assert (count.rows, count.warned, count.rejected) == (4, 2, 2)
    assert len(found) == 2
    assert [row["reason"] for row in rejects] == ["it is not in UTF-8", "line contains NUL"]


def test_columns_may_come_in_any_order_and_others_are_passed_over(tmp_path: Path) -> None:
    header = ("extra", *reversed(CUSTOMER_COLUMNS))
    source = file_of(tmp_path / "in.csv", ["x", *reversed(written(FALLEN))], header=header)
    source.write_bytes(b"\xef\xbb\xbf" + source.read_bytes())

    count, found, _ = scanned(tmp_path, source)

    assert (count.rows, count.warned, count.rejected) == (1, 1, 0)
    assert found[0]["customer"] == "C1"


@pytest.mark.parametrize("text", ["", "customer,line\nC1,P1\n"])
def test_a_file_that_is_no_list_of_customers_changes_nothing(tmp_path: Path, text: str) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "warnings.csv"
    source.write_text(text, encoding="utf-8")
    target.write_text("before", encoding="utf-8")

    with pytest.raises(Unreadable):
        scan(source, target, tmp_path / "rejects.csv", today=TODAY, known={}, told=io.StringIO())

    assert target.read_text(encoding="utf-8") == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "warnings.csv"}


def test_a_scan_that_is_cut_off_leaves_the_former_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = file_of(tmp_path / "in.csv", *[written(FALLEN)] * 3), tmp_path / "warnings.csv"
    target.write_text("before", encoding="utf-8")
    calls: Iterator[object] = iter([None, KeyboardInterrupt])

    def cut(*_: object) -> None:
        if next(calls) is KeyboardInterrupt:
            raise KeyboardInterrupt

    monkeypatch.setattr(scanning, "warned", cut)
    with pytest.raises(KeyboardInterrupt):
        scan(source, target, tmp_path / "rejects.csv", today=TODAY, known={}, told=io.StringIO())

    assert target.read_text(encoding="utf-8") == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "warnings.csv"}


def test_progress_is_told_and_the_end_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "PROGRESS", 2)
    told = io.StringIO()
    source = file_of(tmp_path / "in.csv", *[written(FALLEN)] * 5)

    scan(source, tmp_path / "w.csv", tmp_path / "r.csv", today=TODAY, known={}, told=told)

    assert [line.split(" rows")[0] for line in told.getvalue().splitlines()] == ["2", "4", "done: 5"]


def test_memory_does_not_grow_with_the_customers(tmp_path: Path) -> None:
    def peak(customers: int) -> int:
        source = tmp_path / f"{customers}.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(CUSTOMER_COLUMNS)
            writer.writerows(rows(customers, 7, TODAY))
        scan(source, tmp_path / "w.csv", tmp_path / "r.csv", today=TODAY, known={}, told=io.StringIO())
        tracemalloc.start()
        scan(source, tmp_path / "w.csv", tmp_path / "r.csv", today=TODAY, known={}, told=io.StringIO())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(4000) < peak(400) + 200_000


def test_made_up_customers_are_the_same_for_a_seed_and_all_can_be_read(tmp_path: Path) -> None:
    made = [[str(cell) for cell in row] for row in rows(3000, 7, TODAY)]

    assert made == [[str(cell) for cell in row] for row in rows(3000, 7, TODAY)]
    assert made != [[str(cell) for cell in row] for row in rows(3000, 8, TODAY)]
    count, found, rejects = scanned(tmp_path, file_of(tmp_path / "in.csv", *made))
    assert rejects == []
    assert 0.03 < count.warned / count.rows < 0.2
    assert len({row["offer"] for row in found}) >= 5
    assert {row["value"] for row in found} == {"high", "middle", "low"}


# The command.


@pytest.mark.usefixtures("database")
def test_the_command_ranks_by_what_was_recorded(tmp_path: Path) -> None:
    source, target = file_of(tmp_path / "in.csv", written(FALLEN)), tmp_path / "warnings.csv"

    assert main(["--from", str(source), "--to", str(target)]) == 0
    (before,) = read_back(target)
    for number in range(40):
        no = Outcome(f"c{number}", "C", "P", before["offer"], "middle.high.unbound.mobile", "warning", "declined")
        record(no, key=f"k{number}")
    assert main(["--from", str(source), "--to", str(target)]) == 0

    assert read_back(target)[0]["offer"] != before["offer"]
    assert read_back(tmp_path / "warnings.rejects.csv") == []


@pytest.mark.usefixtures("database")
def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--from", str(tmp_path / "nothing.csv"), "--to", str(tmp_path / "w.csv")]) == 1
    assert "nothing was written" in capsys.readouterr().err
    assert list(tmp_path.glob("*.csv")) == []


def test_all_lines_of_the_operator_are_judged(sandbox: httpx.Client, tmp_path: Path) -> None:
    target = tmp_path / "warnings.csv"

    count = scan_operator(target, today=shanghai_today(), known={}, told=io.StringIO())

    found = read_back(target)
    numbers = [
        product["id"] for product in raw.get(sandbox, "637", "product", limit=1000) if "productSerialNumber" in product
    ]
    assert count.rows == len(numbers)
    listed = {row["line"]: row for row in found}
    dropping = {raw.product(sandbox, number)["id"] for number in raw.numbers(sandbox, "arpu_drop")}
    ending = {raw.product(sandbox, number)["id"] for number in raw.numbers(sandbox, "contract_ending")}
    assert dropping | ending <= listed.keys()
    assert all(listed[line]["moment"] == "renewal" for line in ending)
    silent = {raw.product(sandbox, number)["id"] for number in raw.numbers(sandbox, "do_not_disturb")}
    assert not silent & listed.keys()


def test_without_the_operator_there_is_no_list(sandbox: httpx.Client, tmp_path: Path) -> None:
    raw.breaks(sandbox, "629")

    with pytest.raises(Unavailable):
        scan_operator(tmp_path / "w.csv", today=TODAY, known={}, told=io.StringIO())

    assert list(tmp_path.glob("*.csv")) == []
