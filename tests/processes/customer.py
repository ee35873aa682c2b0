"""A customer who knows the public contract only, and a view of the operator's records to compare answers with."""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import httpx

from tests.stack import Stack

T = TypeVar("T")
C = TypeVar("C", bound="Client")
Line = dict[str, Any]

FULL_NUMBER = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
ANSWER_SECONDS = 5.0


def wait_for(find: Callable[[], T | None], seconds: float, what: str) -> T:
    """The first thing that ``find`` returns; fails after ``seconds``."""
    ends = time.monotonic() + seconds
    while True:
        found = find()
        if found:
            return found
        assert time.monotonic() < ends, f"{what}: not within {seconds} s"
        time.sleep(0.1)


class Client:
    """Closes its connections at the end of a ``with`` block."""

    http: httpx.Client

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()


class Replies(list[Line]):
    """What was said in answer to one message, as the contract has it."""

    @property
    def text(self) -> str:
        """All sentences, one a line."""
        return "\n".join(line["text"] for line in self)

    @property
    def titles(self) -> list[str]:
        """The titles of all buttons."""
        return [choice["title"] for line in self for choice in line["choices"]]

    @property
    def card(self) -> dict[str, Any]:
        """The only card."""
        cards = [line["card"] for line in self if line["card"]]
        assert len(cards) == 1, f"one card expected: {cards}"
        return cards[0]

    def choice(self, title: str) -> str:
        """The id of the button with this title."""
        return next(choice["id"] for line in self for choice in line["choices"] if choice["title"] == title)


class Operator(Client):
    """The sandbox: what it holds, what it sent, and the switches that spoil its day."""

    # How often a number was given to a test: it gets five codes in 15 minutes.
    _given: ClassVar[dict[str, int]] = {}
    BASES: ClassVar = {
        "621": "/tmf-api/troubleTicket/v4",
        "622": "/tmf-api/productOrderingManagement/v4",
        "637": "/tmf-api/productInventory/v4",
        "646": "/tmf-api/appointment/v4",
        "653": "/tmf-api/serviceTestManagement/v4",
        "654": "/tmf-api/prepayBalanceManagement/v4",
        "658": "/tmf-api/loyalty/v4",
        "677": "/tmf-api/usageConsumption/v4",
        "678": "/tmf-api/customerBillManagement/v4",
        "683": "/tmf-api/partyInteraction/v4",
    }

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=20)

    def number(self, tag: str = "basic", position: int | None = None) -> str:
        """A number of a customer with this tag: a chosen one, or whichever was given out least so far."""
        found = [
            customer["number"] for customer in self.http.get("/sandbox/customers").json() if tag in customer["tags"]
        ]
        number = str(min(found, key=lambda one: self._given.get(one, 0)) if position is None else found[position])
        self._given[number] = self._given.get(number, 0) + 1
        return number

    def sms(self, number: str) -> list[str]:
        """What was sent to a number, oldest first."""
        return [sms["text"] for sms in self.http.get("/sandbox/sms", params={"number": number}).json()]

    def code(self, number: str) -> str:
        """The newest one-time code sent to a number."""
        return re.findall(r"\d{6}", self.sms(number)[-1])[0]

    def read(self, api: str, path: str, **query: str | int) -> list[dict[str, Any]]:
        """A list of one of its TM Forum APIs; ``bill__id`` stands for ``bill.id``."""
        params = {name.replace("__", "."): value for name, value in query.items()}
        response = self.http.get(f"{self.BASES[api]}/{path}", params=params)
        assert response.status_code == 200, response.text
        return list(response.json())

    def line(self, number: str) -> dict[str, Any]:
        """The product that has this number."""
        return self.read("637", "product", productSerialNumber=number)[0]

    def bills(self, number: str) -> list[dict[str, Any]]:
        """The bills of a number's account, newest first."""
        account = self.line(number)["billingAccount"]["id"]
        return self.read("678", "customerBill", billingAccount__id=account, sort="-billDate")

    def fault(self, api: str, mode: str, seconds: float = 60, *, after: bool = False) -> None:
        """Puts a fault in force."""
        order = {"api": api, "mode": mode, "seconds": seconds, "after": after}
        self.http.post("/sandbox/faults", json=order).raise_for_status()

    def heal(self) -> None:
        """Ends all faults."""
        self.http.delete("/sandbox/faults").raise_for_status()

    def reset(self) -> None:
        """Seeds it anew; nobody is locked out then."""
        self.http.post("/sandbox/reset").raise_for_status()

    def advance(self, duration: str) -> None:
        """Moves the operator's clock forward: ``PT6M``."""
        self.http.post("/sandbox/clock", json={"advance": duration}).raise_for_status()

    def set_clock(self, moment: datetime) -> None:
        """Puts the operator's clock to a moment."""
        self.http.post("/sandbox/clock", json={"now": moment.isoformat()}).raise_for_status()


class Customer(Client):
    """One conversation over the REST contract. Every reply is looked through for what must never be in it."""

    def __init__(self, stack: Stack, operator: Operator) -> None:
        self.operator = operator
        self.http = httpx.Client(base_url=stack.desk, trust_env=False, timeout=15)
        created = self.http.post("/api/v1/conversations")
        assert created.status_code == 201, created.text
        self.id, self.token = created.json()["id"], created.json()["token"]
        self.path = f"/api/v1/conversations/{self.id}/messages"
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.last = Replies()
        self.seconds = 0.0

    def post(self, body: dict[str, Any]) -> httpx.Response:
        """Posts a message as it is, and notes how long the answer took."""
        began = time.monotonic()
        headers = {**self.headers, "Content-Type": "application/json"}
        response = self.http.post(self.path, content=json.dumps(body), headers=headers)
        self.seconds = time.monotonic() - began
        return response

    def say(self, text: str, client_id: str | None = None) -> Replies:
        """Types a sentence."""
        return self._take(self.post({"client_id": client_id or uuid.uuid4().hex, "text": text}))

    def press(self, title: str, *, of: Replies | None = None) -> Replies:
        """Presses a button of the last answer, or of an earlier one."""
        choice = (self.last if of is None else of).choice(title)
        return self._take(self.post({"client_id": uuid.uuid4().hex, "choice": choice}))

    def verify(self, number: str) -> Replies:
        """Gives the number and the code that comes by SMS; what was asked for is answered then."""
        asked = self.say(number)
        assert "验证码已发到" in asked.text, asked.text
        return self.say(self.operator.code(number))

    def history(self, after: int = 0) -> dict[str, Any]:
        """The transcript, the mode and the queue."""
        response = self.http.get(self.path, params={"after": after}, headers=self.headers)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def transcript(self) -> list[Line]:
        """All lines so far, which are numbered without gap or twin."""
        lines = self.history()["messages"]
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
        return list(lines)

    def said_by_bot(self) -> list[str]:
        """The bot's sentences so far."""
        return [line["text"] for line in self.transcript() if line["role"] == "bot"]

    def _take(self, response: httpx.Response) -> Replies:
        assert response.status_code == 200, response.text
        self.last = Replies(response.json()["messages"])
        nothing_leaked(self.last)
        return self.last


def nothing_leaked(lines: Iterable[Line]) -> None:
    """No full number, no payload, no trace of the inside in what a customer reads."""
    shown = [str(line) for line in lines if line["role"] != "customer"]
    for text in shown:
        assert not FULL_NUMBER.search(text), text
        for inside in ("Traceback", "payload", "utter_", "action_", "query_", "gAAAA"):
            assert inside not in text, text
