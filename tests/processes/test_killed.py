"""200 complaints are registered while each process of the product is killed at random: 200 tickets, and no twin."""

import random
import re
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes.customer import Operator, nothing_leaked
from tests.stack import Stack, running_stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]

CUSTOMERS, EACH = 20, 10
PROCESSES = ("desk", "rasa", "actions", "worker", "sandbox")
ROUNDS = 2
# A turn that was cut off is taken up again after a process has come back, which for Rasa takes a while.
PATIENCE_SECONDS = 240.0
STORY = "我要投诉，在营业厅买的充电器第{time}次坏了没人管，要求赔偿"
RECEIPT = re.compile(r"(?:TT\d{14}|WH\d{4}-\d{4}-\d{4})")


class Patient:
    """A customer who does not let go: sends again what was not taken, and waits for what was promised."""

    def __init__(self, stack: Stack, operator: Operator, number: str) -> None:
        self.operator, self.number = operator, number
        self.http = httpx.Client(base_url=stack.desk, trust_env=False, timeout=15)
        created = self._sent("POST", "/api/v1/conversations")
        self.path = f"/api/v1/conversations/{created['id']}/messages"
        self.headers = {"Authorization": f"Bearer {created['token']}"}
        self.seq = 0
        self.receipts: list[str] = []

    def complain(self, time_: int) -> None:
        """From the sentence to the receipt."""
        self._post(text=STORY.format(time=time_))
        question = self._until("登记投诉")
        self._press(question, "登记投诉")
        told = self._until(RECEIPT)
        self.receipts += self._new_receipts(told)[:1]

    def _new_receipts(self, line: dict[str, Any]) -> list[str]:
        """A complaint's numbers, unless the line is news of an earlier one: that may come in between."""
        found = RECEIPT.findall(line["text"])
        return [] if set(found) & set(self.receipts) else found

    def _until(self, wanted: "str | re.Pattern[str]") -> dict[str, Any]:
        """The next line with this button, or with a receipt; what comes in between is answered."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends:
            for line in self._new_lines():
                titles = [choice["title"] for choice in line["choices"]]
                if wanted in titles if isinstance(wanted, str) else self._new_receipts(line):
                    return line
                assert "没能处理成功" not in line["text"], line
                if "再试一次" in titles:
                    self._press(line, "再试一次")
                elif "验证码已经失效" in line["text"]:
                    # It was used by a turn that then died.
                    self._press(line, "重新发送")
                elif "请告诉我您的手机号码" in line["text"]:
                    self._post(text=self.number)
                elif "验证码已发到" in line["text"] or "收到的6位验证码" in line["text"]:
                    self._post(text=self._code())
            time.sleep(0.2)
        raise AssertionError(f"{wanted}: not within {PATIENCE_SECONDS} s; last: {self._transcript()[-3:]}")

    def _code(self) -> str:
        while True:
            try:
                return self.operator.code(self.number)
            except httpx.HTTPError:
                time.sleep(0.3)

    def _new_lines(self) -> list[dict[str, Any]]:
        lines = [line for line in self._transcript(self.seq) if line["role"] != "customer"]
        nothing_leaked(lines)
        self.seq = max([self.seq, *(line["seq"] for line in lines)])
        return lines

    def _transcript(self, after: int = 0) -> list[dict[str, Any]]:
        return list(self._sent("GET", f"{self.path}?after={after}", headers=self.headers)["messages"])

    def _press(self, line: dict[str, Any], title: str) -> None:
        self._post(choice=next(choice["id"] for choice in line["choices"] if choice["title"] == title))

    def _post(self, **body: str) -> None:
        self._sent("POST", self.path, json={"client_id": uuid.uuid4().hex, **body}, headers=self.headers)

    def _sent(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """The same request until the desk takes it."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.http.request(method, path, **more)
                if answer.status_code < 300:
                    return dict(answer.json())
                assert answer.status_code in {429, 500, 503}, answer.text
            except httpx.TransportError:
                pass
            assert time.monotonic() < ends, f"{method} {path}: not taken"
            time.sleep(0.3)


def complaints(operator: Operator) -> list[dict[str, Any]]:
    """All tickets of these complaints."""
    params = {"ticketType": "complaint", "limit": 1000}
    found = operator.http.get("/tmf-api/troubleTicket/v4/troubleTicket", params=params).json()
    return [ticket for ticket in found if "充电器" in ticket["description"]]


def test_two_hundred_tickets_while_everything_dies(tmp_path: Path) -> None:
    chance = random.Random(10000)
    with running_stack(tmp_path / "var") as stack, Operator(stack.sandbox) as operator:
        reachable = [
            customer["number"]
            for customer in operator.http.get("/sandbox/customers").json()
            if not {"suspended", "enterprise"} & set(customer["tags"])
        ]
        patients = [Patient(stack, operator, number) for number in reachable[:CUSTOMERS]]

        def complain_all(patient: Patient) -> None:
            for position in range(EACH):
                patient.complain(position + 1)

        killed: Counter[str] = Counter()
        with ThreadPoolExecutor(CUSTOMERS) as pool:
            running = [pool.submit(complain_all, patient) for patient in patients]
            for _ in range(ROUNDS):
                for name in chance.sample(PROCESSES, len(PROCESSES)):
                    time.sleep(chance.uniform(1, 4))
                    if not all(done.done() for done in running):
                        stack.kill(name)
                        stack.restart(name)
                        killed[name] += 1
            for done in running:
                done.result()

        receipts = [receipt for patient in patients for receipt in patient.receipts]
        assert len(set(receipts)) == CUSTOMERS * EACH
        ends = time.monotonic() + PATIENCE_SECONDS
        while len(complaints(operator)) < CUSTOMERS * EACH and time.monotonic() < ends:
            time.sleep(0.5)
        time.sleep(3)  # a twin would come now

        tickets = complaints(operator)
        assert len(tickets) == CUSTOMERS * EACH
        assert len({ticket["externalId"] for ticket in tickets}) == CUSTOMERS * EACH
        told = {ticket["id"] for ticket in tickets} | {ticket["externalId"] for ticket in tickets}
        assert set(receipts) <= told
        # Everybody has died while there was something to lose.
        assert set(killed) == set(PROCESSES), killed
