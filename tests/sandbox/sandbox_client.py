"""What the tests of the sandbox share: a client with short names."""

from __future__ import annotations

import socket
from typing import Any, ClassVar

import httpx


class Sandbox(httpx.Client):
    """A client with short names for the paths of the APIs."""

    PATHS: ClassVar = {
        "620": "productCatalogManagement",
        "621": "troubleTicket",
        "622": "productOrderingManagement",
        "629": "customerManagement",
        "637": "productInventory",
        "646": "appointment",
        "653": "serviceTestManagement",
        "654": "prepayBalanceManagement",
        "658": "loyalty",
        "677": "usageConsumption",
        "678": "customerBillManagement",
        "680": "recommendation",
        "683": "partyInteraction",
    }

    def path(self, api: str, rest: str) -> str:
        return f"/tmf-api/{self.PATHS[api]}/v4/{rest}"

    def list(self, api: str, kind: str, **parameters: str | int) -> list[dict[str, Any]]:
        """All documents that match; ``relatedParty__id`` stands for ``relatedParty.id``."""
        query = {name.replace("__", "."): value for name, value in parameters.items()}
        response = self.get(self.path(api, kind), params=query)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()
        return found

    def one(self, api: str, kind: str, identity: str) -> dict[str, Any]:
        response = self.get(self.path(api, f"{kind}/{identity}"))
        assert response.status_code == 200, response.text
        document: dict[str, Any] = response.json()
        return document

    def create(self, api: str, kind: str, body: object, **headers: str) -> dict[str, Any]:
        response = self.post(self.path(api, kind), json=body, headers=headers)
        assert response.status_code == 201, response.text
        document: dict[str, Any] = response.json()
        return document

    def customers(self, tag: str) -> list[dict[str, Any]]:
        """The stories that carry a tag."""
        return [story for story in self.get("/sandbox/customers").json() if tag in story["tags"]]

    def advance(self, duration: str) -> None:
        response = self.post("/sandbox/clock", json={"advance": duration})
        assert response.status_code == 200, response.text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
