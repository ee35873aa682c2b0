"""The dialogues' files without the product: each is understood, its customer exists, and no behaviour goes without."""

from pathlib import Path

import pytest
import yaml

from tests.dialogues.marked import Mistake
from tests.dialogues.scenario import FOLDER, KINDS, PLACEHOLDER, Scenario, every, files, scenarios

PEOPLE = yaml.safe_load((FOLDER.parents[1] / "sandbox/seed/people.yaml").read_text(encoding="utf-8"))
# What a scenario may name a customer by.
CUSTOMERS = {person["number"] for person in PEOPLE} | {tag for person in PEOPLE for tag in person["tags"]}
# How many scenarios of each kind there are at least.
LEAST = {
    "happy": 60, "correction": 16, "digression": 12, "cancellation": 20,
    "disambiguation": 16, "failure": 18, "handover": 24, "safety": 20,
}  # fmt: skip

GOOD = """
- scenario: 查余额
  steps:
  - 客户: 查余额
  - 万号: 手机号码
  operator:
  - {of: tickets, count: 0}
"""


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_is_understood(path: Path) -> None:
    for scenario in scenarios(path):
        named = {
            scenario.customer,
            *(str(check.given["customer"]) for check in scenario.checks if check.given.get("customer")),
        }
        named |= {of for step in scenario.steps for _, _, of in PLACEHOLDER.findall(step.written) if of}
        assert named <= CUSTOMERS, f"{path.name}:{scenario.line}"


def test_every_file_lies_in_the_folder_of_a_kind() -> None:
    assert {path.parent.name for path in FOLDER.rglob("*.yml") if path.parent != FOLDER} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_dialogues_of_each_kind(kind: str) -> None:
    assert len([one for one in every() if one.file.startswith(f"{kind}/")]) >= LEAST[kind]


def test_no_two_dialogues_have_one_name() -> None:
    names = [scenario.id for scenario in every()]
    assert sorted(set(names)) == sorted(names)


def read(tmp_path: Path, text: str) -> list[Scenario]:
    path = tmp_path / "written.yml"
    path.write_text(text, encoding="utf-8")
    return scenarios(path)


def test_what_is_written_becomes_steps(tmp_path: Path) -> None:
    (scenario,) = read(tmp_path, GOOD)
    assert [step.written for step in scenario.steps] == ["客户: 查余额", "万号: 手机号码"]
    assert [step.line for step in scenario.steps] == [4, 5]
    assert scenario.customer == "basic"


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("万号:", "万豪:", "line 5: 万豪 is no step; is 万号 meant?"),
        ("手机号码", '"{手机}"', "line 5: 手机 is no placeholder; is 手机号 meant?"),
        ("手机号码", "{手机号}", "line 5: 万号: put a text that begins with a brace into quotes"),
        ("手机号码", "", "line 5: 万号: a text is expected"),
        ("- 万号: 手机号码", "- 过: 35分钟", "line 5: 过: a duration like PT35M"),
        ("- 万号: 手机号码", "- 故障: {api: 678, mode: broken}", "line 5: broken is no mode"),
        ("- 万号: 手机号码", "- 故障: {api: 999, mode: error}", "line 5: 999 is no api"),
        ("- 万号: 手机号码", "- 事件: handover_settled", "line 5: 事件: an intent's payload like"),
        ("- 万号: 手机号码", "- 验证: 成功", "line 5: 成功 is no 验证"),
        ("- 万号: 手机号码", "- 卡片: {kinds: bill}", "line 5: kinds is no key of 卡片; is kind meant?"),
        ("- 万号: 手机号码", "- 点: 登记", "no step says what the customer reads"),
        ("- 万号: 手机号码", "- 万号: 手机\n    万号: 号码", "line 6: 万号 stands here twice"),
        ("of: tickets", "of: ticket", "line 7: ticket is no of; is tickets meant?"),
        ("count: 0", "counts: 0", "line 7: counts is no key of tickets; is count meant?"),
        ("count: 0", "count: none", "line 7: count: 'none' will not do"),
        (", count: 0", "", "line 7: of: tickets says nothing about them"),
        ("scenario:", "scenaria:", "line 2: scenaria is no key of file; is scenario meant?"),
        ("  operator:\n  - {of: tickets, count: 0}", "", "line 2: operator: say what"),
        ("- scenario", "  scenario", "line 1: a list of scenarios is expected"),
        ("steps:", "steps: [", "not YAML"),
    ],
)
def test_a_slip_is_named_with_its_line(good: str, bad: str, told: str, tmp_path: Path) -> None:
    assert good in GOOD
    with pytest.raises(Mistake) as caught:
        read(tmp_path, GOOD.replace(good, bad, 1))
    assert told in str(caught.value)
