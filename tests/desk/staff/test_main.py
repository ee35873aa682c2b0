import io
import sys

import pytest

from common.settings import settings
from desk.staff import __main__ as command
from desk.staff import passwords
from knowledge_base.content import content
from tests.desk.server import running_desk
from tests.desk.staff.people import NEW_PASSWORD, PASSWORD, Browser, hire, noted, person, refusal


def runs(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = "") -> int:
    """The exit status of a command; `typed` is its standard input."""
    monkeypatch.setattr(sys, "argv", ["staff", *arguments])
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return command.main()


def test_the_first_administrator_is_made_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("create-admin", "--login", "Boss", "--name", "王敏")

    assert runs(monkeypatch, *arguments, typed=f"{NEW_PASSWORD}\n") == 0
    assert noted() == [("person_added", "boss")]
    with running_desk() as client, Browser(client) as browser:
        staff = browser.signs_in("boss", NEW_PASSWORD).me["staff"]
        assert (staff["role"], staff["name"]) == ("admin", "王敏")


def test_the_password_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_NEW_PASSWORD", NEW_PASSWORD)
    settings.cache_clear()

    assert runs(monkeypatch, "create-admin", "--login", "boss", "--name", "王敏") == 0
    assert passwords.check(NEW_PASSWORD, person("boss").password_hash)


def test_no_argument_takes_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        runs(monkeypatch, "create-admin", "--login", "boss", "--name", "x", "--password", NEW_PASSWORD)


@pytest.mark.parametrize(
    ("arguments", "typed", "says"),
    [
        (("create-admin", "--login", "1001", "--name", "x"), NEW_PASSWORD, "login_taken"),
        (("create-admin", "--login", "boss", "--name", "x"), "short", "password_short"),
        (("create-admin", "--login", "demo.boss", "--name", "x"), NEW_PASSWORD, "login_reserved"),
        (("reset-password", "--login", "nobody"), NEW_PASSWORD, "person_unknown"),
        (("reset-password", "--login", "1001"), "password12", "password_common"),
        (("unlock", "--login", "nobody"), "", "person_unknown"),
    ],
)
def test_what_cannot_be_done_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str], typed: str, says: str
) -> None:
    hire("1001", "agent")

    assert runs(monkeypatch, *arguments, typed=typed) == 1
    sentence = content("workbench")["sentences"][says].format(length=passwords.SHORTEST)
    assert capsys.readouterr().err == f"{sentence}\n"
    assert passwords.check(PASSWORD, person("1001").password_hash)


def test_nonsense_is_said_without_the_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runs(monkeypatch, "create-admin", "--login", "a b", "--name", "x", typed=NEW_PASSWORD) == 1
    error = capsys.readouterr().err
    assert error.startswith("login: ")
    assert NEW_PASSWORD not in error


def test_a_lost_password_is_given_anew_and_unlocks(monkeypatch: pytest.MonkeyPatch) -> None:
    hire("1001", "agent")
    with running_desk() as client, Browser(client) as browser, Browser(client) as locked:
        browser.signs_in("1001")
        for _ in range(5):
            locked.tries("1001", "wrong")
        assert runs(monkeypatch, "reset-password", "--login", "1001", typed=NEW_PASSWORD) == 0

        assert refusal(browser.get("/api/staff/v1/me")) == (401, "unauthorized")
        browser.signs_in("1001", NEW_PASSWORD)


def test_a_locked_account_is_unlocked_and_the_list_tells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hire("1001", "agent")
    hire("1002", "agent", active=False)
    with running_desk() as client, Browser(client) as browser:
        for _ in range(5):
            browser.tries("1001", "wrong")
        runs(monkeypatch, "list")
        assert capsys.readouterr().out == "1001\tagent\tlocked\t员工1001\n1002\tagent\tclosed\t员工1002\n"
        assert runs(monkeypatch, "unlock", "--login", "1001") == 0
        runs(monkeypatch, "list")
        assert "1001\tagent\topen" in capsys.readouterr().out
        browser.signs_in("1001")
