import uuid

import httpx
import pytest

from bss.errors import NotFound, Rejected, Unavailable
from bss.passwords import reset, verify
from tests.bss import raw
from tests.bss.scripted import Operator, answers


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


def test_the_right_password_is_right_as_often_as_it_is_given(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[0]

    verify(number, raw.password(number))
    verify(number, raw.password(number))


def test_a_wrong_password_says_how_many_tries_are_left_and_the_fifth_locks(sandbox: httpx.Client) -> None:
    number = raw.numbers(sandbox, "basic")[1]
    said = []
    for _ in range(5):
        with pytest.raises(Rejected) as raised:
            verify(number, "000000")
        said.append((raised.value.code, raised.value.detail.get("remainingTries")))

    assert said == [("wrongPassword", left) for left in (4, 3, 2, 1)] + [("locked", None)]
    with pytest.raises(Rejected) as locked:
        verify(number, raw.password(number))
    assert locked.value.code == "locked"
    assert 0 < int(str(locked.value.detail["retryAfterSeconds"])) <= 900


def test_a_number_of_nobody_has_no_password(sandbox: httpx.Client) -> None:
    with pytest.raises(NotFound):
        verify("19900000000", "123456")


def test_a_try_that_may_have_counted_is_never_made_twice(scripted: Operator) -> None:
    scripted.script = answers(500, b"")

    with pytest.raises(Unavailable):
        verify("18900001001", "123456")
    assert len(scripted.seen) == 1
