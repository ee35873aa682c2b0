from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bss import http
from bss.catalogue import Offering
from bss.errors import Unavailable
from knowledge_base import __main__ as command
from knowledge_base.lookups import LOOKUPS, derived, lookup_file, lookup_names, write_lookups
from language.lookups import Term, terms
from tests.bss.sandbox_server import running_sandbox
from tests.common.isolation import isolated


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """No circuit stays open, no file stays read."""
    http._breakers.cache_clear()
    terms.cache_clear()
    yield
    http._breakers.cache_clear()
    terms.cache_clear()


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The sandbox as the operator."""
    (tmp_path / "operator").mkdir()
    with running_sandbox(tmp_path / "operator") as address, isolated(monkeypatch, tmp_path, bss_url=address):
        yield


def offering(identity: str, name: str, kind: str = "plan", fee: int = 0, line_type: str = "mobile") -> Offering:
    return Offering(identity, name, kind, line_type, fee, sold=True, description="")


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("5G畅享99元套餐", {"5G畅享99元套餐", "5G畅享99元", "畅享99元套餐", "畅享99套餐", "畅享99"}),
        ("十全十美融合169元", {"十全十美融合169元", "十全十美169", "融合169", "融合169元套餐"}),
        ("4G畅享79元（已停售）", {"4G畅享79元", "畅享79"}),
    ],
)
def test_people_shorten_a_name(name: str, some: set[str]) -> None:
    assert some <= set(derived(name))


@pytest.mark.parametrize("name", ["来电显示", "千兆宽带", "10GB流量包"])
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert derived(name) == [name]


def test_a_familys_name_stands_for_its_only_offering() -> None:
    names = lookup_names([offering("A", "星卡29元"), offering("B", "畅卡19元"), offering("C", "畅卡39元")])["package"]

    assert "星卡" in names["A"]
    assert not any(name == "畅卡" for own in names.values() for name in own)


def test_a_price_stands_for_every_mobile_plan_that_costs_it() -> None:
    names = lookup_names(
        [offering("A", "星卡29元", fee=2900), offering("B", "月卡29元", fee=2900), offering("C", "宽带29元", fee=2900,
                                                                                       line_type="broadband")]
    )["package"]  # fmt: skip

    assert [identity for identity, own in names.items() if "29元套餐" in own] == ["A", "B"]


def test_editors_add_what_customers_say() -> None:
    assert "来显" in lookup_names([offering("VAS-CLIP", "来电显示", "vas")])["vas"]["VAS-CLIP"]


def test_lines_and_retention_offers_are_nothing_that_customers_name() -> None:
    names = lookup_names([offering("L", "手机卡", "line"), offering("K", "存100送50话费", "retention")])

    assert names == {"package": {}, "addon": {}, "vas": {}}


def test_a_file_says_in_rasas_format_what_each_name_means(tmp_path: Path) -> None:
    (tmp_path / "vas.yml").write_text(lookup_file("vas", {"V-1": ["彩印", "视频"], "V-2": ["视频"]}), encoding="utf-8")

    loaded = yaml.safe_load((tmp_path / "vas.yml").read_text(encoding="utf-8"))

    assert [entry.get("lookup", entry.get("synonym")) for entry in loaded["nlu"]] == ["vas", "V-1", "V-2"]
    assert terms(tmp_path) == (Term("vas", "彩印", ("V-1",)), Term("vas", "视频", ("V-1", "V-2")))


def test_without_offerings_a_file_is_still_one(tmp_path: Path) -> None:
    (tmp_path / "vas.yml").write_text(lookup_file("vas", {}), encoding="utf-8")

    assert terms(tmp_path) == ()


@pytest.mark.usefixtures("operator")
def test_the_files_in_git_are_those_of_the_sandboxs_catalogue(tmp_path: Path) -> None:
    written = write_lookups(tmp_path / "lookups")

    assert {path.name for path in written} == {path.name for path in LOOKUPS.glob("*.yml")}
    for path in written:
        assert path.read_text(encoding="utf-8") == (LOOKUPS / path.name).read_text(encoding="utf-8"), (
            "run: python -m knowledge_base lookups"
        )


@pytest.mark.usefixtures("operator")
def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    write_lookups(tmp_path / "lookups")

    assert write_lookups(tmp_path / "lookups") == []


@pytest.mark.usefixtures("operator")
def test_the_command_tells_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "write_lookups", lambda: write_lookups(tmp_path / "lookups"))

    assert command.main(["lookups"]) == 0
    assert "package.yml" in capsys.readouterr().out
    assert command.main(["lookups"]) == 0
    assert capsys.readouterr().out == "nothing has changed\n"


def test_without_the_operator_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with isolated(monkeypatch, tmp_path, bss_url="http://127.0.0.1:9"):
        with pytest.raises(Unavailable):
            write_lookups(tmp_path / "lookups")
        assert command.main(["lookups"]) == 1

    assert not (tmp_path / "lookups").exists()
    assert "could not be read" in capsys.readouterr().err
