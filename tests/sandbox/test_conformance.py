"""What TM Forum's conformance kits do with each resource of the thirteen APIs: create it, find it again by each of its
attributes, show parts of it, change it, delete it, and ask for what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from sandbox_client import Sandbox

from sandbox.contract import Kind, contracts

CONTRACTS = contracts()
KINDS = [(api, name) for api, contract in CONTRACTS.items() for name in contract.kinds]
ALWAYS = {"id", "href", "@type"}
NUMBERS = count(1)
# Carried out by the clock: what is asked for must not change between two questions.
MOVING = {"productOrder", "cancelProductOrder", "serviceTest"}

# What the operator decides, whatever a request says.
OPERATORS_OWN = {
    "completionDate", "creationDate", "endDateTime", "expectedResolutionDate", "lastUpdate", "recommendationItem",
    "queryUsageConsumptionDate", "resolutionDate", "startDateTime", "state", "status", "statusChange",
    "statusChangeDate", "testMeasure",
}  # fmt: skip


def kinds(method: str, *, item: bool = False) -> pytest.MarkDecorator:
    """One test for each kind that has a method, on its collection or on one item."""
    having = [
        (api, name)
        for api, name in KINDS
        if method in (_kind(api, name).item_methods if item else _kind(api, name).collection_methods)
    ]
    return pytest.mark.parametrize(("api", "name"), having, ids=[f"{api}-{name}" for api, name in having])


def _kind(api: str, name: str) -> Kind:
    return CONTRACTS[api].kinds[name]


@pytest.fixture(scope="module")
def sandbox(server: str, changed: list[bool]) -> Iterator[Sandbox]:
    """The shared sandbox, which is seeded anew for the tests of other files."""
    with Sandbox(base_url=server, timeout=20) as client:
        assert client.post("/sandbox/reset").status_code == 200
        yield client
        changed.append(True)


def example(api: str, kind: Any, name: str, full: bool, depth: int = 0) -> Any:
    """A value of a contract's type; with all attributes when `full`, else with the mandatory ones."""
    if isinstance(kind, list):
        return [example(api, kind[0], name, full, depth)]
    if isinstance(kind, dict):
        return kind["enum"][0]
    if kind.startswith("#"):
        definition = CONTRACTS[api].types[kind[1:]]
        more = definition["attributes"] if full and depth < 2 else ()
        return {
            attribute: example(api, definition["attributes"].get(attribute, "string"), attribute, full, depth + 1)
            for attribute in [*definition["required"], *more]
        }
    return {
        "string": f"a {name}", "number": 12.5, "integer": 3, "boolean": True, "object": {"a": "b"}, "any": "anything",
        "date-time": "2027-03-04T05:06:07.890Z", "uri": "https://example.com/schema",
    }[kind]  # fmt: skip


def body(api: str, name: str, *, full: bool) -> dict[str, Any]:
    made: dict[str, Any] = example(api, f"#{_kind(api, name).create}", name, full)
    # Some kinds are named by their clients.
    return made | ({"id": f"{name}-{next(NUMBERS)}"} if "id" in made else {})


def collection(api: str, name: str) -> str:
    return f"{CONTRACTS[api].base_path}/{name}"


def created(sandbox: Sandbox, api: str, name: str, sent: dict[str, Any]) -> dict[str, Any]:
    response = sandbox.post(collection(api, name), json=sent)
    assert response.status_code == 201, response.text
    document: dict[str, Any] = response.json()
    assert sandbox.get(document["href"]).json() == document
    assert response.headers["Location"] in document["href"]
    return document


def differs(sent: Any, kept: Any) -> bool:
    """Whether something that was sent is not there; the operator may have added to it."""
    if isinstance(sent, dict) and isinstance(kept, dict):
        return any(differs(value, kept.get(name)) for name, value in sent.items())
    if isinstance(sent, list) and isinstance(kept, list):
        return len(sent) != len(kept) or any(map(differs, sent, kept))
    return bool(sent != kept)


def some(sandbox: Sandbox, api: str, name: str) -> dict[str, Any]:
    """One that the test made with all attributes, or, where clients make none, a seeded one."""
    if "POST" in _kind(api, name).collection_methods:
        made = created(sandbox, api, name, body(api, name, full=True))
        if name not in MOVING:
            return made
        sandbox.advance("PT1M")
        return sandbox.one(api, name, made["id"])
    document: dict[str, Any] = sandbox.get(collection(api, name), params={"limit": 1}).json()[0]
    return document


@kinds("POST")
def test_what_is_mandatory_is_enough(sandbox: Sandbox, api: str, name: str) -> None:
    sent = body(api, name, full=False)
    document = created(sandbox, api, name, sent)
    assert document.keys() >= ALWAYS | _kind(api, name).required
    assert not differs(sent, document)


@kinds("POST")
def test_all_attributes_are_kept(sandbox: Sandbox, api: str, name: str) -> None:
    sent = body(api, name, full=True)
    document = created(sandbox, api, name, sent)
    assert {attribute for attribute in sent if differs(sent[attribute], document.get(attribute))} <= OPERATORS_OWN


@pytest.mark.parametrize("name", ["loyaltyRuleAction", "loyaltyRuleCondition", "loyaltyRuleEventType"])
def test_an_id_that_is_no_text_is_taken_and_names_nothing(fresh: Sandbox, name: str) -> None:
    made = created(fresh, "658", name, {"id": {"any": 5}})
    assert isinstance(made["id"], str)
    assert fresh.one("658", name, made["id"]) == made


@kinds("POST")
def test_each_mandatory_attribute_is_asked_for(sandbox: Sandbox, api: str, name: str) -> None:
    whole = body(api, name, full=False)
    for attribute in whole:
        response = sandbox.post(collection(api, name), json={key: whole[key] for key in whole if key != attribute})
        assert (response.status_code, attribute in response.json()["reason"]) == (400, True)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The dotted path of each simple value, as a filter writes it."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)


@kinds("GET")
def test_it_is_found_by_each_of_its_values(sandbox: Sandbox, api: str, name: str) -> None:
    document = some(sandbox, api, name)
    for path, text in dict(leaves(document)).items():
        response = sandbox.get(collection(api, name), params={path: text, "limit": 1000})
        assert response.status_code == 200, (path, response.text)
        assert document["id"] in [found["id"] for found in response.json()], (path, text)
    assert sandbox.get(collection(api, name), params={"id": "nobody"}).json() == []


@kinds("GET")
def test_fields_show_parts_of_it(sandbox: Sandbox, api: str, name: str) -> None:
    document = some(sandbox, api, name)
    always = (ALWAYS | _kind(api, name).required) & document.keys()
    for fields, shown in [*((attribute, {attribute}) for attribute in document), ("none", set())]:
        one = sandbox.get(document["href"], params={"fields": fields}).json()
        assert one == {key: document[key] for key in document if key in always | shown}
    listed = sandbox.get(collection(api, name), params={"fields": "none", "id": document["id"]}).json()
    assert listed == [one]


@pytest.mark.parametrize(("api", "name"), KINDS)
def test_what_is_not_there_is_404(sandbox: Sandbox, api: str, name: str) -> None:
    kind = _kind(api, name)
    for method in kind.item_methods:
        patch = example(api, f"#{kind.update}", name, full=False) if method in {"PATCH", "PUT"} else None
        response = sandbox.request(method, f"{collection(api, name)}/nobody", json=patch)
        assert response.status_code == 404, (method, response.text)
        assert response.json().keys() >= {"code", "reason"}


# They are final as soon as they are made; the tests of payments change those that are not.
FINAL = {"topupBalance", "reserveBalance"}


@kinds("PATCH", item=True)
def test_each_attribute_can_be_changed(sandbox: Sandbox, api: str, name: str) -> None:
    kind = _kind(api, name)
    definition = CONTRACTS[api].types[str(kind.update)]
    least = example(api, f"#{kind.update}", name, full=False)
    seeded = some(sandbox, api, name) if name not in MOVING else None
    for attribute in definition["attributes"].keys() - OPERATORS_OWN:
        document = seeded or created(sandbox, api, name, body(api, name, full=True))
        patch = least | {attribute: example(api, definition["attributes"][attribute], "changed", full=True, depth=1)}
        response = sandbox.patch(document["href"], json=patch)
        if name in FINAL:
            assert (response.status_code, response.json()["code"]) == (409, "illegalTransition")
        else:
            assert response.status_code == 200, (attribute, response.text)
            assert not differs(patch[attribute], response.json().get(attribute)), (attribute, response.text)


@kinds("DELETE", item=True)
def test_what_is_deleted_is_gone(sandbox: Sandbox, api: str, name: str) -> None:
    document = some(sandbox, api, name)
    assert sandbox.delete(document["href"]).status_code == 204
    assert sandbox.get(document["href"]).status_code == 404
    assert sandbox.delete(document["href"]).status_code == 404


@pytest.mark.parametrize("api", CONTRACTS)
def test_events_are_subscribed_to_and_no_longer(sandbox: Sandbox, api: str) -> None:
    wanted = {"callback": "http://127.0.0.1:9/listener", "query": "eventType=SomeEvent"}
    made = sandbox.post(collection(api, "hub"), json=wanted)
    assert made.status_code == 201
    assert made.json() == wanted | {"id": made.json()["id"]}
    assert made.headers["Location"].endswith(f"/hub/{made.json()['id']}")
    assert sandbox.delete(made.headers["Location"]).status_code == 204
    assert sandbox.delete(made.headers["Location"]).status_code == 404
    assert sandbox.post(collection(api, "hub"), json={"query": ""}).status_code == 400


@pytest.mark.parametrize("api", CONTRACTS)
def test_listeners_take_every_event(sandbox: Sandbox, api: str) -> None:
    for event in sorted(CONTRACTS[api].events):
        path = collection(api, f"listener/{event}")
        taken = sandbox.post(path, json={"eventId": "1", "eventType": event, "event": {}})
        assert taken.status_code == 201, event
        assert taken.json().keys() == {"id", "callback"}
        assert sandbox.post(path, content=b"no JSON").status_code == 400
    assert sandbox.post(collection(api, "listener/nothingCreateEvent"), json={}).status_code == 404
