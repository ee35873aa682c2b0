"""The sandbox's own JSON, read as loosely as possible, to hold the clients' answers against."""

import json
from decimal import Decimal
from typing import Any

import httpx

PATHS = {
    "620": "/tmf-api/productCatalogManagement/v4/",
    "621": "/tmf-api/troubleTicket/v4/",
    "622": "/tmf-api/productOrderingManagement/v4/",
    "629": "/tmf-api/customerManagement/v4/",
    "637": "/tmf-api/productInventory/v4/",
    "646": "/tmf-api/appointment/v4/",
    "653": "/tmf-api/serviceTestManagement/v4/",
    "654": "/tmf-api/prepayBalanceManagement/v4/",
    "658": "/tmf-api/loyalty/v4/",
    "677": "/tmf-api/usageConsumption/v4/",
    "678": "/tmf-api/customerBillManagement/v4/",
    "680": "/tmf-api/recommendation/v4/",
    "683": "/tmf-api/partyInteraction/v4/",
}


def get(sandbox: httpx.Client, api: str, path: str, **query: Any) -> list[dict[str, Any]]:
    """A list; `relatedParty__id` stands for `relatedParty.id`."""
    answer = sandbox.get(PATHS[api] + path, params={name.replace("__", "."): value for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json(parse_float=Decimal)
    return found


def cents(value: Any) -> int:
    """Yuan of the raw JSON in fen, without the code under test."""
    return int(Decimal(value) * 100)


def numbers(sandbox: httpx.Client, tag: str) -> list[str]:
    """The numbers of the seeded customers that carry a tag."""
    return [story["number"] for story in sandbox.get("/sandbox/customers").json() if tag in story["tags"]]


def product(sandbox: httpx.Client, number: str) -> dict[str, Any]:
    """A line's product."""
    (found,) = get(sandbox, "637", "product", productSerialNumber=number)
    return found


def lines(sandbox: httpx.Client, number: str) -> dict[str, str]:
    """The numbers of all lines of the customer who has a number, by kind; the last of each kind."""
    customer = product(sandbox, number)["relatedParty"][0]["id"]
    found = get(sandbox, "637", "product", relatedParty__id=customer, limit=500)
    return {
        feature["value"]: entry["productSerialNumber"]
        for entry in found
        if "productSerialNumber" in entry
        for feature in entry["productCharacteristic"]
        if feature["name"] == "lineType"
    }


def ends(sandbox: httpx.Client, number: str) -> None:
    """Ends a line, as if it had been dismantled."""
    line = product(sandbox, number)
    features = [
        feature | {"value": "terminated"} if feature["name"] == "accountState" else feature
        for feature in line["productCharacteristic"]
    ]
    body = json.dumps({"productCharacteristic": features}, default=float)
    headers = {"Content-Type": "application/merge-patch+json"}
    sandbox.patch(f"{PATHS['637']}product/{line['id']}", content=body, headers=headers).raise_for_status()


def password(number: str) -> str:
    """The service password of all lines of the customer with this main number (docs/sandbox.md)."""
    return number[-6:][::-1]


def last_code(sandbox: httpx.Client, number: str) -> str:
    """The code in the latest message to a number."""
    text = sandbox.get("/sandbox/sms", params={"number": number}).json()[-1]["text"]
    return "".join(char for char in text.split("5分钟")[0] if char.isdigit())


def breaks(sandbox: httpx.Client, api: str, mode: str = "error") -> None:
    """Lets an API misbehave until the end of the test."""
    assert sandbox.post("/sandbox/faults", json={"api": api, "mode": mode}).status_code == 201


def consumption(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    """The buckets of a number's usage of this month."""
    body = {"searchCriteria": {"logicalResource": [{"id": number}]}}
    told = sandbox.post(PATHS["677"] + "queryUsageConsumption", json=body).json()
    return [bucket for entry in told["usageConsumption"] for bucket in entry["bucketRefOrValue"]]


def mends(sandbox: httpx.Client) -> None:
    """Ends all faults."""
    sandbox.delete("/sandbox/faults")


def tickets(sandbox: httpx.Client, number: str) -> list[dict[str, Any]]:
    """The tickets of the customer who has a number."""
    customer = product(sandbox, number)["relatedParty"][0]["id"]
    answer = sandbox.get("/tmf-api/troubleTicket/v4/troubleTicket", params={"relatedParty.id": customer})
    found: list[dict[str, Any]] = answer.json()
    return found


def reset(sandbox: httpx.Client) -> None:
    """Seeds the sandbox anew."""
    sandbox.post("/sandbox/reset").raise_for_status()


def advance(sandbox: httpx.Client, duration: str) -> None:
    """Moves the operator's clock forward: ``PT10S``."""
    sandbox.post("/sandbox/clock", json={"advance": duration}).raise_for_status()


def visits(sandbox: httpx.Client, customer: str) -> list[dict[str, Any]]:
    """The appointments of a customer (its id)."""
    return list(sandbox.get("/tmf-api/appointment/v4/appointment", params={"relatedParty.id": customer}).json())


def messages(sandbox: httpx.Client, number: str) -> list[str]:
    """The text messages to a number, oldest first."""
    return [sent["text"] for sent in sandbox.get("/sandbox/sms", params={"number": number}).json()]


def post(sandbox: httpx.Client, api: str, path: str, body: Any) -> dict[str, Any]:
    """Creates something."""
    answer = sandbox.post(PATHS[api] + path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
