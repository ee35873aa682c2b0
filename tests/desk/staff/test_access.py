"""Who may call what, over all routes of the staff's side: those that come later are covered too."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from common.settings import settings
from desk.app import STAFF_APIS, STAFF_PAGES, create_app
from desk.staff import access
from desk.staff.access import staff_of_environ
from tests.desk.conftest import Clock
from tests.desk.staff.people import PASSWORD, Browser, person, refusal

Browsers = Callable[[], Browser]
Route = tuple[str, str]
LOGIN = ("POST", "/api/staff/v1/login")
EVERYBODY = {"agent", "supervisor", "editor", "admin"}
MANAGERS = {"supervisor", "admin"}
MAY: dict[Route, set[str]] = {
    ("POST", "/api/staff/v1/logout"): EVERYBODY,
    ("GET", "/api/staff/v1/me"): EVERYBODY,
    ("POST", "/api/staff/v1/password"): EVERYBODY,
    ("GET", "/api/staff/v1/people"): MANAGERS,
    ("POST", "/api/staff/v1/people"): {"admin"},
    ("PATCH", "/api/staff/v1/people/{person}"): MANAGERS,
    ("POST", "/api/staff/v1/people/{person}/password"): {"admin"},
    ("POST", "/api/staff/v1/people/{person}/unlock"): MANAGERS,
    ("GET", "/api/staff/v1/audit"): MANAGERS,
}
# What each role is refused under a beginning, whatever lies there; editors read the quality board alone.
NEVER = {"/api/agent/": {"editor"}, "/api/supervisor/": {"agent", "editor"}, "/api/kb/": {"agent"}}
ALSO = {"/api/supervisor/v1/quality-board": {"editor"}}
# All that supervisors do to the knowledge but read it: by the path's last part.
REVIEWS = {"approve", "reject", "check", "entities", "try"}
PUBLIC = ("/api/v1/", "/wechat/", "/healthz", "/readyz", "/docs", *STAFF_PAGES, "/openapi.json")
LOGINS = {"agent": "1001", "supervisor": "lead", "editor": "writer", "admin": "boss"}


def routes() -> Iterator[Route]:
    """Every method and path of the staff's side, but the login."""
    for route in create_app().other_asgi_app.routes:
        if isinstance(route, APIRoute) and route.path.startswith(STAFF_APIS):
            yield from ((method, route.path) for method in route.methods if (method, route.path) != LOGIN)


def calls(browser: httpx.Client, route: Route, **headers: str) -> httpx.Response:
    """Calls a route with nothing in it."""
    method, path = route
    return browser.request(method, re.sub(r"{[^}]*}", "1", path), headers=headers)


def test_every_route_is_public_or_the_staffs() -> None:
    paths = [route.path for route in create_app().other_asgi_app.routes if isinstance(route, APIRoute)]

    assert [path for path in paths if not path.startswith((*PUBLIC, *STAFF_APIS))] == []


def test_no_route_but_the_login_answers_without_a_login(browser: Browser) -> None:
    answers = {route: refusal(calls(browser, route)) for route in routes()}

    assert len(answers) >= 9
    assert {route: answer for route, answer in answers.items() if answer != (401, "unauthorized")} == {}


@pytest.mark.parametrize("cookie", ["", "x", "é", "a" * 5000, "wanhao_staff=1; wanhao_staff=2"])
def test_no_cookie_but_the_desks_own_opens_anything(client: httpx.Client, cookie: str) -> None:
    answer = client.get("/api/staff/v1/me", headers={b"Cookie": f"wanhao_staff={cookie}".encode()})

    assert refusal(answer) == (401, "unauthorized")


@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
def test_no_change_is_made_without_the_logins_token(browser: Browser, browsers: Browsers, token: str | None) -> None:
    browser.signs_in("boss")
    other = browsers().signs_in("1001").me["csrf"]
    del browser.headers["X-CSRF-Token"]
    changes = [route for route in routes() if route[0] != "GET"]
    for given in (token, other):
        headers = {} if given is None else {"X-CSRF-Token": given.encode()}
        answers = {route: refusal(calls(browser, route, **headers)) for route in changes}

        assert len(answers) >= 6
        assert {route: answer for route, answer in answers.items() if answer != (403, "forbidden")} == {}
    assert browser.get("/api/staff/v1/me").status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1"])
def test_pages_of_other_sites_are_refused_everywhere(admin: Browser, origin: str) -> None:
    answers = {route: refusal(calls(admin, route, Origin=origin)) for route in [LOGIN, *routes()]}

    assert {route: answer for route, answer in answers.items() if answer != (403, "forbidden")} == {}


def test_the_desks_own_pages_are_served(browser: Browser) -> None:
    browser.headers["Origin"] = f"http://{browser.base_url.netloc.decode()}"

    assert browser.signs_in("1001").get("/api/staff/v1/me").status_code == 200


def test_the_table_of_roles_is_complete() -> None:
    assert {route for route in routes() if route[1].startswith("/api/staff/")} == set(MAY)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_role_may_what_the_table_says_and_nothing_else(browser: Browser, role: str) -> None:
    browser.signs_in(LOGINS[role])
    logout = ("POST", "/api/staff/v1/logout")
    refused = {route for route in routes() if route != logout and calls(browser, route).status_code == 403}
    wrong = {route for route, roles in MAY.items() if role not in roles}
    wrong |= {
        route for route in routes() for begins, roles in NEVER.items() if route[1].startswith(begins) and role in roles
    }
    if role == "supervisor":
        changes = {route for route in routes() if route[0] != "GET" and route[1].startswith("/api/kb/")}
        wrong |= {route for route in changes if route[1].rpartition("/")[2] not in REVIEWS}
    wrong -= {
        route for route in wrong for begins, roles in ALSO.items() if route[1].startswith(begins) and role in roles
    }

    assert wrong <= refused
    assert {route for route in refused - wrong if route in MAY} == set()
    assert calls(browser, logout).status_code == 204


def test_a_role_that_is_taken_away_is_lost_at_once(admin: Browser, browsers: Browsers) -> None:
    lead = browsers().signs_in("lead")
    assert lead.get("/api/staff/v1/people").status_code == 200
    admin.patch(f"/api/staff/v1/people/{person('lead').id}", json={"role": "agent"})

    assert refusal(lead.get("/api/staff/v1/people")) == (401, "unauthorized")
    assert refusal(lead.signs_in("lead").get("/api/staff/v1/people")) == (403, "forbidden")


def test_answers_to_staff_stay_in_no_cache(admin: Browser, browsers: Browsers) -> None:
    stranger = browsers()
    answers = [calls(browser, route) for browser in (stranger, admin) for route in [LOGIN, *sorted(routes())]]
    answers += [stranger.get("/api/staff/nothing"), stranger.get("/api/%73taff/v1/me")]

    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert {answer.headers["content-type"] for answer in answers if answer.content} == {"application/json"}
    assert {answer.headers["x-content-type-options"] for answer in answers} == {"nosniff"}


def test_a_socket_is_whose_cookie_and_token_it_brings(browser: Browser, browsers: Browsers, clock: Clock) -> None:
    csrf = browser.signs_in("1001").me["csrf"]
    other = browsers().signs_in("1002").me["csrf"]
    environ = {"HTTP_COOKIE": f"a=b; wanhao_staff={browser.cookies['wanhao_staff']}; c=d"}
    me = staff_of_environ(environ, csrf)

    assert me is not None
    assert (me.login, me.role, me.id) == ("1001", "agent", person("1001").id)
    assert browser.cookies["wanhao_staff"] not in repr(me)
    assert csrf not in repr(me)
    for wrong in (None, "", other, 5, ["x"]):
        assert staff_of_environ(environ, wrong) is None
    assert staff_of_environ({}, csrf) is None
    assert access.is_signed_in(me.session)
    clock.forward(settings().staff_idle_seconds + 1)
    assert not access.is_signed_in(me.session)
    assert staff_of_environ(environ, csrf) is None


def test_asking_whether_a_login_goes_on_does_not_prolong_it(browser: Browser, clock: Clock) -> None:
    csrf = browser.signs_in("1001").me["csrf"]
    me = staff_of_environ({"HTTP_COOKIE": f"wanhao_staff={browser.cookies['wanhao_staff']}"}, csrf)
    assert me is not None
    for _ in range(4):
        clock.forward(2 * 3600)
        access.is_signed_in(me.session)

    assert not access.is_signed_in(me.session)


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_the_staffs_page_is_served_when_it_is_built(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, path: str
) -> None:
    pages = tmp_path_factory.mktemp("dist")
    monkeypatch.setattr("desk.app.PAGES", pages)
    assert refusal(client.get(path)) == (404, "not_found")
    (pages / "agent.html").write_text("<!doctype html><title>x</title>")
    answer = client.get(path)

    assert answer.text.startswith("<!doctype html>")
    assert answer.headers["content-type"].startswith("text/html")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert PASSWORD not in answer.text
