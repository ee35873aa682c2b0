import logging
from collections.abc import Callable
from http.cookies import SimpleCookie

import httpx
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, extract_parameters

from common.database import transaction
from common.settings import settings
from desk.staff import passwords
from desk.staff_models import StaffSession
from knowledge_base.content import content
from tests.desk.conftest import Clock
from tests.desk.server import running_desk
from tests.desk.staff.people import NEW_PASSWORD, PASSWORD, Browser, hire, noted, person, refusal

SENTENCES = content("workbench")["sentences"]
AS_SHIPPED = passwords._HASHER
Browsers = Callable[[], Browser]
ME = "/api/staff/v1/me"


def test_who_signs_in_is_known_from_then_on(browser: Browser) -> None:
    answer = browser.tries(" Lead ", PASSWORD)

    staff = {"id": person("lead").id, "login": "lead", "name": "员工lead", "role": "supervisor"}
    assert answer.json()["staff"] == {**staff, "groups": [], "ceiling": 5}
    assert answer.json()["demo"] is False
    assert answer.json()["expires_at"].endswith("Z")
    assert browser.get(ME).json() == answer.json()
    assert person("lead").last_login_at is not None


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    cookie = SimpleCookie(browser.tries("1001", PASSWORD).headers["set-cookie"])["wanhao_staff"]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "strict", "/", "")
    assert cookie["max-age"] == ""
    assert len(cookie.value) >= 43


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "Host": "wanhao.example"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Host": "wanhao.example"},
        {"Host": "localhost.wanhao.example"},
    ],
)
def test_the_cookie_is_for_tls_alone_unless_the_browser_is_on_this_machine(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    answer = client.post("/api/staff/v1/login", json={"login": "1001", "password": PASSWORD}, headers=headers)

    assert "; Secure" in answer.headers["set-cookie"]


def test_the_table_of_logins_opens_no_session(browser: Browser, browsers: Browsers) -> None:
    browser.signs_in("1001")
    with transaction() as session:
        row = session.scalars(sa.select(StaffSession)).one()
    stolen = [str(getattr(row, name)) for name in ("id", "csrf", "staff_id")]

    assert browser.cookies["wanhao_staff"] not in stolen
    for value in stolen:
        thief = browsers()
        thief.cookies.set("wanhao_staff", value)
        assert refusal(thief.get(ME)) == (401, "unauthorized")


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(browser: Browser) -> None:
    wrong, unknown = browser.tries("1001", "wrong"), browser.tries("nobody", "wrong")

    assert refusal(wrong) == (401, "wrong_login")
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert "set-cookie" not in wrong.headers


@pytest.mark.parametrize("login", ["nobody", "1003"])
def test_a_login_that_cannot_be_costs_the_work_of_a_password(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    hire("1003", "agent", active=False)
    worked = []

    class Watched(PasswordHasher):
        def verify(self, stored: str, password: str) -> bool:
            worked.append((password, stored.split("$")[3]))
            return super().verify(stored, password)

    monkeypatch.setattr(passwords, "_HASHER", Watched.from_parameters(extract_parameters(AS_SHIPPED.hash("x"))))
    browser.tries(login, "wrong")

    assert worked == [("wrong", "m=65536,t=3,p=4")]


def test_a_closed_account_is_answered_as_an_unknown_one(browser: Browser) -> None:
    hire("1003", "agent", active=False)

    assert refusal(browser.tries("1003", PASSWORD)) == (401, "wrong_login")


@pytest.mark.parametrize("login", ["1001", "nobody"])
def test_five_wrong_passwords_in_a_row_lock_a_login_for_a_quarter_of_an_hour(
    browser: Browser, clock: Clock, login: str
) -> None:
    answers = [refusal(browser.tries(login, "wrong")) for _ in range(6)]
    locked = browser.tries(login, PASSWORD)
    clock.forward(14 * 60)
    still = browser.tries(login, PASSWORD)

    assert answers == [(401, "wrong_login")] * 5 + [(429, "locked")]
    assert locked.json()["error"] == {"code": "locked", "message": SENTENCES["locked"].format(minutes=15)}
    assert still.json()["error"]["message"] == SENTENCES["locked"].format(minutes=1)
    clock.forward(61)
    again = [refusal(browser.tries(login, "wrong")) for _ in range(6)]
    assert again == answers


def test_the_right_password_opens_again_when_the_lock_has_ended(browser: Browser, clock: Clock) -> None:
    for _ in range(5):
        browser.tries("1001", "wrong")
    clock.forward(15 * 60 + 1)

    browser.signs_in("1001")
    assert (person("1001").failures, person("1001").locked_until) == (0, None)


def test_the_right_password_forgets_the_wrong_ones(browser: Browser) -> None:
    for password in ["wrong"] * 4 + [PASSWORD] + ["wrong"] * 4:
        browser.tries("1001", password)

    browser.signs_in("1001")


@pytest.mark.parametrize("login", ["1001", "nobody"])
def test_a_lock_outlives_a_restart(browser: Browser, login: str) -> None:
    for _ in range(5):
        browser.tries(login, "wrong")
    with running_desk() as restarted, Browser(restarted) as later:
        assert refusal(later.tries(login, PASSWORD)) == (429, "locked")


def test_a_locked_account_does_not_lose_its_logins(browsers: Browsers, browser: Browser) -> None:
    browser.signs_in("1001")
    for _ in range(5):
        browsers().tries("1001", "wrong")

    assert browser.get(ME).status_code == 200


def test_one_address_tries_so_often_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_STAFF_LOGINS_A_MINUTE", "3")
    settings.cache_clear()
    with running_desk() as client, Browser(client) as browser:
        answers = [refusal(browser.tries(f"login{number}", "wrong")) for number in range(4)]

    assert answers == [(401, "wrong_login")] * 3 + [(429, "too_many")]


def test_a_password_that_was_stored_more_cheaply_is_stored_anew(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", AS_SHIPPED)
    before = person("1001").password_hash
    browser.signs_in("1001")
    after = person("1001").password_hash

    assert "$m=64,t=1,p=1$" in before
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in after
    assert passwords.check(PASSWORD, after)


def test_an_unused_login_ends_after_eight_hours(browser: Browser, clock: Clock) -> None:
    browser.signs_in("1001")
    clock.forward(8 * 3600 - 1)
    assert browser.get(ME).status_code == 200
    clock.forward(8 * 3600 - 1 - 4 * 3600 - 60)
    assert browser.get(ME).status_code == 200


def test_what_the_page_asks_by_itself_is_no_use(browser: Browser, clock: Clock) -> None:
    browser.signs_in("1001")
    for _ in range(4):
        clock.forward(2 * 3600 - 1)
        assert browser.get(ME, headers={"X-Background": "1"}).status_code == 200
    clock.forward(5)

    assert refusal(browser.get(ME, headers={"X-Background": "1"})) == (401, "unauthorized")


def test_a_request_writes_only_when_a_minute_has_passed(browser: Browser, clock: Clock) -> None:
    browser.signs_in("1001")
    first = browser.me["expires_at"]
    clock.forward(59)
    assert browser.get(ME).json()["expires_at"] == first
    clock.forward(2)

    assert browser.get(ME).json()["expires_at"] > first


def test_whoever_asks_waits_for_no_writer(browser: Browser) -> None:
    browser.signs_in("1001")
    with transaction():
        assert browser.get(ME, timeout=2).status_code == 200


def test_nobody_stays_signed_in_without_use(browser: Browser, clock: Clock) -> None:
    browser.signs_in("1001")
    clock.forward(8 * 3600 + 1)

    assert refusal(browser.get(ME)) == (401, "unauthorized")
    assert browser.get(ME).json()["error"]["message"] == SENTENCES["signed_out"]


def test_a_login_ends_after_twelve_hours_in_any_case(browser: Browser, clock: Clock) -> None:
    browser.signs_in("1001")
    for _ in range(2):
        clock.forward(6 * 3600 - 1)
        assert browser.get(ME).status_code == 200
    clock.forward(3)

    assert refusal(browser.get(ME)) == (401, "unauthorized")


def test_who_signs_out_is_no_longer_known(browser: Browser) -> None:
    browser.signs_in("1001")
    cookie = browser.cookies["wanhao_staff"]

    assert browser.post("/api/staff/v1/logout").status_code == 204
    assert "wanhao_staff" not in browser.cookies
    browser.cookies.set("wanhao_staff", cookie)
    assert refusal(browser.get(ME)) == (401, "unauthorized")


def test_signing_in_again_ends_the_login_that_the_browser_had(browser: Browser, browsers: Browsers) -> None:
    browser.signs_in("1001")
    old = browser.cookies["wanhao_staff"]
    browser.signs_in("1002")

    assert browser.cookies["wanhao_staff"] != old
    former = browsers()
    former.cookies.set("wanhao_staff", old)
    assert refusal(former.get(ME)) == (401, "unauthorized")


def test_a_new_password_ends_the_other_logins(browser: Browser, browsers: Browsers) -> None:
    browser.signs_in("1001")
    elsewhere = browsers().signs_in("1001")
    answer = browser.post("/api/staff/v1/password", json={"old": PASSWORD, "new": NEW_PASSWORD})

    assert answer.status_code == 204, answer.text
    assert browser.get(ME).status_code == 200
    assert refusal(elsewhere.get(ME)) == (401, "unauthorized")
    assert refusal(browsers().tries("1001", PASSWORD)) == (401, "wrong_login")
    browsers().signs_in("1001", NEW_PASSWORD)


def test_who_guesses_at_the_old_password_is_locked(browser: Browser) -> None:
    browser.signs_in("1001")
    answers = [
        refusal(browser.post("/api/staff/v1/password", json={"old": "guess", "new": NEW_PASSWORD})) for _ in range(6)
    ]

    assert answers == [(422, "old_password_wrong")] * 5 + [(429, "locked")]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short-1!", "password_short"),
        ("xx-1001-xx-y", "password_is_login"),
        ("Password2026", "password_common"),
        ("huawei@123456", "password_common"),
        ("1234567890", "password_common"),
        ("qwertyuiop", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("............", "password_common"),
        (PASSWORD, "password_unchanged"),
    ],
)
def test_a_weak_password_is_refused(browser: Browser, password: str, code: str) -> None:
    browser.signs_in("1001")

    assert refusal(browser.post("/api/staff/v1/password", json={"old": PASSWORD, "new": password})) == (422, code)
    assert passwords.check(PASSWORD, person("1001").password_hash)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"login": "1001"}',
        b'{"login": "1001", "password": ""}',
        b'{"login": "1001", "password": "\\ud800"}',
        b'{"login": "\\ud800", "password": "x"}',
        b'{"login": "a\\u0000b", "password": "x"}',
        b'{"login": {"$ne": 1}, "password": ["x"]}',
        b'{"login": "1001", "password": "' + b"x" * 201 + b'"}',
        b'{"login": "' + b"x" * 65 + b'", "password": "x"}',
    ],
)
def test_nonsense_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/staff/v1/login", content=body, headers={"Content-Type": "application/json"})

    assert refusal(answer) == (422, "bad_request")


def test_what_happens_at_the_login_is_noted(browser: Browser) -> None:
    browser.signs_in("1001")
    browser.post("/api/staff/v1/logout")
    for _ in range(6):
        browser.tries("1002", "wrong")
    browser.tries("18900001001", "wrong")

    assert noted()[:-1] == [
        ("login", "1001"),
        ("logout", "1001"),
        *[("login_failed", "1002")] * 5,
        ("locked", "1002"),
    ]
    action, subject = noted()[-1]
    assert action == "login_failed"
    assert "18900001001" not in subject


def test_neither_passwords_nor_cookies_are_logged(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # this side of the line
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    browser.signs_in("1001")
    browser.tries("1002", "my-wrong-secret")
    browser.post("/api/staff/v1/password", json={"old": PASSWORD, "new": NEW_PASSWORD})
    browser.post("/api/staff/v1/password", json={"old": PASSWORD, "new": 5, "other": "leaks"})

    secrets = [PASSWORD, NEW_PASSWORD, "my-wrong-secret", browser.cookies["wanhao_staff"], browser.me["csrf"]]
    assert [secret for secret in secrets if secret in caplog.text] == []
