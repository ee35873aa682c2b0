from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from common.database import transaction
from desk.errors import Refused
from desk.staff import people
from desk.staff.access import staff_of_environ
from desk.staff_models import Presence
from tests.desk.agents import counted
from tests.desk.staff.people import NEW_PASSWORD, PASSWORD, Browser, hire, noted, person, refusal

Browsers = Callable[[], Browser]
PEOPLE = "/api/staff/v1/people"
NEW = {"login": "1009", "name": "王芳", "role": "agent", "groups": ["mobile", "fixed"], "password": NEW_PASSWORD}


def changes(browser: Browser, login: str, **values: Any) -> tuple[int, Any]:
    """Changes an account: (200, row) or (status, code)."""
    answer = browser.patch(f"{PEOPLE}/{person(login).id}", json=values)
    return (200, answer.json()) if answer.status_code == 200 else refusal(answer)


def test_an_administrator_makes_accounts(admin: Browser, browsers: Browsers) -> None:
    answer = admin.post(PEOPLE, json=NEW)

    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert row == {
        "id": person("1009").id,
        "login": "1009",
        "name": "王芳",
        "role": "agent",
        "groups": ["fixed", "mobile"],
        "ceiling": 5,
        "active": True,
        "locked": False,
        "last_login_at": None,
        "presence": "offline",
    }
    assert row in admin.get(PEOPLE).json()
    assert ("person_added", "1009") in noted()
    browsers().signs_in("1009", NEW_PASSWORD)


def test_nothing_of_a_password_is_shown(admin: Browser) -> None:
    text = admin.get(PEOPLE).text

    assert "argon2" not in text
    assert "password" not in text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"login": "1001"}, (409, "login_taken")),
        ({"login": "demo.x"}, (422, "login_reserved")),
        ({"password": "short"}, (422, "password_short")),
        ({"password": "my-1009-pass"}, (422, "password_is_login")),
        ({"login": "A B"}, (422, "bad_request")),
        ({"login": "BOSS"}, (422, "bad_request")),
        ({"login": "../x"}, (422, "bad_request")),
        ({"login": "1009\n"}, (422, "bad_request")),
        ({"name": "  "}, (422, "bad_request")),
        ({"name": "x" * 33}, (422, "bad_request")),
        ({"name": "a\nb"}, (422, "bad_request")),
        ({"role": "root"}, (422, "bad_request")),
        ({"groups": ["nothing"]}, (422, "bad_request")),
        ({"ceiling": 0}, (422, "bad_request")),
        ({"ceiling": 21}, (422, "bad_request")),
        ({"active": False}, (422, "bad_request")),
        ({"failures": 3}, (422, "bad_request")),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    admin: Browser, change: dict[str, Any], expected: tuple[int, str]
) -> None:
    before = admin.get(PEOPLE).json()

    assert refusal(admin.post(PEOPLE, json={**NEW, **change})) == expected
    assert admin.get(PEOPLE).json() == before


def test_an_administrator_changes_everything_of_others(admin: Browser) -> None:
    status, row = changes(admin, "1001", name="李雷", role="supervisor", groups=["retention"], ceiling=3)

    assert status == 200
    assert (row["name"], row["role"], row["groups"], row["ceiling"]) == ("李雷", "supervisor", ["retention"], 3)
    assert noted()[-4:] == [("person_changed", "1001")] * 4


def test_what_is_noted_of_a_change_names_no_name(admin: Browser) -> None:
    changes(admin, "1001", name="李雷", ceiling=3)
    rows = admin.get("/api/staff/v1/audit", params={"action": "person_changed"}).json()

    assert [row["detail"] for row in rows] == ["name", "ceiling: 5 → 3"]


def test_a_change_that_changes_nothing_is_not_noted(admin: Browser) -> None:
    before = noted()
    changes(admin, "1001", ceiling=5, role="agent", active=True)

    assert noted() == before


def test_a_supervisor_manages_agents_and_nobody_else(browser: Browser) -> None:
    browser.signs_in("lead")

    assert changes(browser, "1001", name="李雷", groups=["fault"], ceiling=2)[0] == 200
    for values in ({"role": "supervisor"}, {"active": False}, {"name": "x", "role": "admin"}):
        assert changes(browser, "1001", **values) == (403, "forbidden")
    for login in ("lead", "writer", "boss"):
        assert changes(browser, login, ceiling=9) == (403, "forbidden")
        assert refusal(browser.post(f"{PEOPLE}/{person(login).id}/unlock")) == (403, "forbidden")
    assert person("1001").role == "agent"


def test_nobody_closes_or_promotes_themselves(admin: Browser) -> None:
    hire("second", "admin")

    assert changes(admin, "boss", active=False) == (409, "own_account")
    assert changes(admin, "boss", role="agent") == (409, "own_account")
    assert refusal(admin.post(f"{PEOPLE}/{person('boss').id}/password", json={"new": NEW_PASSWORD})) == (
        409,
        "own_password",
    )
    assert changes(admin, "boss", name="老板", ceiling=2)[0] == 200


def test_the_last_administrator_stays_when_two_close_each_other_at_once(browsers: Browsers) -> None:
    hire("second", "admin")
    mes = []
    for login in ("boss", "second"):
        browser = browsers().signs_in(login)
        me = staff_of_environ({"HTTP_COOKIE": f"wanhao_staff={browser.cookies['wanhao_staff']}"}, browser.me["csrf"])
        assert me is not None
        mes.append(me)

    def closes(me: Any, other: Any) -> str:
        try:
            people.change(me, other.id, {"active": False})
        except Refused as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(closes, mes, reversed(mes)))

    assert sorted(outcomes) == ["done", "last_admin"]
    assert sorted([person("boss").active, person("second").active]) == [False, True]


def test_the_administrator_of_a_demonstration_is_none_for_production(admin: Browser, browsers: Browsers) -> None:
    hire("demo.admin", "admin")
    hire("second", "admin")
    second = browsers().signs_in("second")
    assert changes(admin, "second", active=False)[0] == 200

    assert refusal(second.get(PEOPLE)) == (401, "unauthorized")
    assert next(row for row in admin.get(PEOPLE).json() if row["login"] == "demo.admin")["active"] is False


def test_closing_an_account_ends_its_logins(admin: Browser, browsers: Browsers) -> None:
    agent = browsers().signs_in("1001")
    assert changes(admin, "1001", active=False)[1]["active"] is False

    assert refusal(agent.get("/api/staff/v1/me")) == (401, "unauthorized")
    assert refusal(browsers().tries("1001", PASSWORD)) == (401, "wrong_login")
    assert changes(admin, "1001", active=True)[0] == 200
    assert refusal(agent.get("/api/staff/v1/me")) == (401, "unauthorized")
    browsers().signs_in("1001")


def test_a_password_that_is_given_anew_unlocks_and_ends_all_logins(admin: Browser, browsers: Browsers) -> None:
    agent = browsers().signs_in("1001")
    for _ in range(5):
        browsers().tries("1001", "wrong")
    assert next(row for row in admin.get(PEOPLE).json() if row["login"] == "1001")["locked"] is True
    given = f"{PEOPLE}/{person('1001').id}/password"

    assert refusal(admin.post(given, json={"new": "1001-password"})) == (422, "password_is_login")
    assert admin.post(given, json={"new": NEW_PASSWORD}).status_code == 204
    assert refusal(agent.get("/api/staff/v1/me")) == (401, "unauthorized")
    browsers().signs_in("1001", NEW_PASSWORD)
    assert ("password_reset", "1001") in noted()


def test_a_supervisor_unlocks_an_agent(browsers: Browsers) -> None:
    for _ in range(5):
        browsers().tries("1001", "wrong")
    assert refusal(browsers().tries("1001", PASSWORD)) == (429, "locked")
    lead = browsers().signs_in("lead")

    assert lead.post(f"{PEOPLE}/{person('1001').id}/unlock").status_code == 204
    browsers().signs_in("1001")
    assert ("unlocked", "1001") in noted()


@pytest.mark.parametrize(("person_id", "status"), [("999", 404), ("0", 422), ("x", 422), ("99999999999999999999", 422)])
def test_an_unknown_person_is_refused(admin: Browser, person_id: str, status: int) -> None:
    assert admin.patch(f"{PEOPLE}/{person_id}", json={"ceiling": 2}).status_code == status
    assert admin.post(f"{PEOPLE}/{person_id}/unlock").status_code == status
    assert admin.post(f"{PEOPLE}/{person_id}/password", json={"new": NEW_PASSWORD}).status_code == status


def test_a_script_in_a_name_is_text(admin: Browser) -> None:
    name = "<script>alert(1)</script>"
    _, row = changes(admin, "boss", name=name)
    answers = [admin.get(PEOPLE), admin.get("/api/staff/v1/me"), admin.get("/api/staff/v1/audit")]

    assert row["name"] == name
    for answer in answers:
        assert name in str(answer.json())
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_people_are_shown_with_their_presence(admin: Browser) -> None:
    agent = person("1001").id
    with transaction() as session:
        session.add(Presence(staff_id=agent, state="ready"))

    presences = {row["login"]: row["presence"] for row in admin.get(PEOPLE).json()}
    assert (presences["1001"], presences["1002"]) == ("ready", "offline")


def test_the_record_is_read_newest_first_and_by_person_and_action(admin: Browser, browsers: Browsers) -> None:
    browsers().signs_in("1001")
    browsers().tries("1001", "wrong")

    def read(**wanted: object) -> list[tuple[str, str, str]]:
        rows = admin.get("/api/staff/v1/audit", params=wanted).json()
        return [(row["staff"], row["action"], row["subject"]) for row in rows]

    own, failed = ("员工1001", "login", "1001"), ("员工1001", "login_failed", "1001")
    assert read() == [failed, own, ("员工boss", "login", "boss")]
    assert read(staff=person("1001").id) == [failed, own]
    assert read(action="login_failed") == [failed]
    assert read(limit=1) == [failed]
    newest = admin.get("/api/staff/v1/audit").json()[0]
    assert newest["at"].endswith("Z")
    assert read(after=newest["id"], limit=1) == [own]


def test_a_list_of_people_is_one_question(admin: Browser) -> None:
    with counted() as questions:
        assert len(people.listed()) == 5

    assert len([one for one in questions if one.startswith("SELECT")]) == 1
