import uuid

import httpx
import pytest

from bss.errors import NotFound, Rejected, Unavailable
from bss.passwords import reset
from tests.bss import raw


def messages(sandbox: httpx.Client, number: str) -> list[str]:
    return [message["text"] for message in sandbox.get("/sandbox/sms", params={"number": number}).json()]


def test_a_reset_sends_one_message_for_a_key_and_tells_where(sandbox: httpx.Client) -> None:
    number, key = raw.numbers(sandbox, "basic")[2], uuid.uuid4().hex
    before = len(messages(sandbox, number))

    assert [reset(number, idempotency_key=key) for _ in range(2)] == [number, number]
    (sent,) = messages(sandbox, number)[before:]
    assert "服务密码已重置" in sent


def test_a_reset_whose_answer_was_lost_is_not_done_twice(sandbox: httpx.Client) -> None:
    number, key = raw.numbers(sandbox, "basic")[3], uuid.uuid4().hex
    sandbox.post("/sandbox/faults", json={"api": "otp", "mode": "error", "after": True})
    with pytest.raises(Unavailable):
        reset(number, idempotency_key=key)
    raw.mends(sandbox)

    assert reset(number, idempotency_key=key) == number
    assert len(messages(sandbox, number)) == 1


def test_what_cannot_be_sent_is_refused(sandbox: httpx.Client) -> None:
    lost = next(story["number"] for story in sandbox.get("/sandbox/customers").json() if "挂失" in story["story"])
    with pytest.raises(Rejected) as raised:
        reset(lost, idempotency_key=uuid.uuid4().hex)
    assert raised.value.code == "cannotReceiveSms"
    with pytest.raises(NotFound):
        reset("19900000000", idempotency_key=uuid.uuid4().hex)
