from collections.abc import Iterator

import httpx
import pytest

from common.settings import settings
from knowledge_base.content import content
from tests.desk.server import running_desk
from tests.desk.staff.people import Browser, hire, person, refusal

DEMO = content("workbench")["demo"]


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A running desk in demo mode."""
    monkeypatch.setenv("WANHAO_DEMO", "true")
    settings.cache_clear()
    with running_desk() as running:
        yield running


def test_everybody_whom_the_demonstration_shows_can_sign_in(demo: httpx.Client) -> None:
    shown = demo.get("/api/v1/demo/staff").json()

    assert [row["role"] for row in shown] == ["agent", "agent", "agent", "supervisor", "editor", "admin"]
    for row in shown:
        with Browser(demo) as browser:
            me = browser.signs_in(row["login"], row["password"]).me
            assert (me["staff"]["name"], me["staff"]["role"], me["demo"]) == (row["name"], row["role"], True)


def test_one_of_the_agents_keeps_customers_from_leaving(demo: httpx.Client) -> None:
    groups = [set(person["groups"]) for person in DEMO["people"] if person["role"] == "agent"]

    assert any("retention" in agent for agent in groups)
    assert set.union(*groups) == {entry["group"] for entry in content("skills")["groups"]}


def test_a_restart_puts_the_accounts_right(demo: httpx.Client) -> None:
    with Browser(demo) as browser:
        for _ in range(5):
            browser.tries("demo.agent1", "wrong")
        assert refusal(browser.tries("demo.agent1", DEMO["password"])) == (429, "locked")
    with running_desk() as restarted, Browser(restarted) as browser:
        browser.signs_in("demo.agent1", DEMO["password"])


def test_no_account_of_the_demonstration_outlives_it(demo: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with Browser(demo) as browser:
        browser.signs_in("demo.admin", DEMO["password"])
        monkeypatch.delenv("WANHAO_DEMO")
        settings.cache_clear()
        assert refusal(browser.get("/api/staff/v1/me")) == (401, "unauthorized")
        with running_desk() as production, Browser(production) as later:
            later.cookies.update(browser.cookies)
            assert refusal(later.get("/api/staff/v1/me")) == (401, "unauthorized")
            assert refusal(later.tries("demo.admin", DEMO["password"])) == (401, "wrong_login")
            assert later.get("/api/v1/demo/staff").status_code == 404
    assert not person("demo.admin").active


def test_a_row_that_looks_open_does_not_work_outside_demo_mode() -> None:
    with running_desk() as production, Browser(production) as browser:
        hire("demo.admin", "admin", DEMO["password"])

        assert refusal(browser.tries("demo.admin", DEMO["password"])) == (401, "wrong_login")
