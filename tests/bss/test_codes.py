import uuid

import httpx
import pytest

from bss.codes import send, verify
from bss.errors import NotFound, Rejected, Unavailable
from tests.bss import raw
from tests.bss.scripted import Operator, answers


@pytest.fixture
def number(sandbox: httpx.Client) -> str:
    """A customer's number to which nothing was sent yet."""
    sent = {message["number"] for message in sandbox.get("/sandbox/sms").json()}
    return next(number for number in raw.numbers(sandbox, "basic") if number not in sent)


@pytest.fixture
def key() -> str:
    """A key that no other test has used."""
    return uuid.uuid4().hex


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_that_was_sent_is_right_once(sandbox: httpx.Client, number: str, key: str) -> None:
    code_id = send(number, idempotency_key=key)
    code = raw.last_code(sandbox, number)

    verify(code_id, code)

    with pytest.raises(Rejected) as raised:
        verify(code_id, code)
    assert raised.value.code == "expired"


def test_the_same_key_sends_no_second_message(sandbox: httpx.Client, number: str, key: str) -> None:
    first = send(number, idempotency_key=key)

    assert send(number, idempotency_key=key) == first
    assert len(sandbox.get("/sandbox/sms", params={"number": number}).json()) == 1


def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_locks(
    sandbox: httpx.Client, number: str, key: str
) -> None:
    code_id = send(number, idempotency_key=key)
    code = raw.last_code(sandbox, number)
    said = []
    for _ in range(5):
        with pytest.raises(Rejected) as raised:
            verify(code_id, wrong(code))
        said.append((raised.value.code, raised.value.detail.get("remainingTries")))

    assert said == [("wrongCode", 4), ("wrongCode", 3), ("wrongCode", 2), ("wrongCode", 1), ("locked", None)]
    with pytest.raises(Rejected) as locked:
        send(number, idempotency_key=f"{key}-2")
    assert locked.value.code == "locked"
    assert 0 < int(str(locked.value.detail["retryAfterSeconds"])) <= 900


def test_a_number_of_nobody_gets_no_code(sandbox: httpx.Client, key: str) -> None:
    with pytest.raises(NotFound):
        send("19900000000", idempotency_key=key)
    assert sandbox.get("/sandbox/sms", params={"number": "19900000000"}).json() == []


def test_an_unknown_code_is_not_found(sandbox: httpx.Client) -> None:
    with pytest.raises(NotFound):
        verify("nothing", "123456")


def test_a_try_that_may_have_counted_is_never_made_twice(scripted: Operator) -> None:
    scripted.script = answers(500, b"")

    with pytest.raises(Unavailable):
        verify("id", "123456")
    assert len(scripted.seen) == 1


def test_a_code_whose_answer_was_lost_is_sent_once(sandbox: httpx.Client, number: str, key: str) -> None:
    sandbox.post("/sandbox/faults", json={"api": "otp", "mode": "error", "after": True})
    with pytest.raises(Unavailable):
        send(number, idempotency_key=key)
    sandbox.delete("/sandbox/faults")

    send(number, idempotency_key=key)

    assert len(sandbox.get("/sandbox/sms", params={"number": number}).json()) == 1
