import gzip
import json
import logging
import socket
import threading
import time

import pytest

from bss import http
from bss.errors import BssError, ContractBroken, NotFound, Rejected, Unavailable
from bss.http import ATTEMPTS, BODY_BYTES, BREAKER_FAILURES, BREAKER_SECONDS, call, remaining, turn
from common.settings import settings
from tests.bss.scripted import Operator, answers, breaks_off, drips, drips_headers, hangs, hangs_up, in_turn

BROKEN = answers(500, b'{"code": "internalError"}')
WELL = answers(200, b'[{"id": "1"}]')
# A loaded machine may be late by this much; without a deadline the scripts take 30 s and more.
MARGIN = 0.6


@pytest.fixture
def scripted(scripted: Operator) -> Operator:
    scripted.script = WELL
    return scripted


def bills() -> object:
    return call("678", "GET", "/customerBill", params={"billingAccount.id": "A0001", "limit": 3}).body


def refusal(scripted: Operator, status: int, body: bytes) -> BssError:
    scripted.script = answers(status, body)
    with pytest.raises(BssError) as raised:
        bills()
    return raised.value


def test_a_call_goes_to_the_apis_own_path_with_its_query(scripted: Operator) -> None:
    assert bills() == [{"id": "1"}]

    (seen,) = scripted.seen
    assert (seen.method, seen.path) == ("GET", "/tmf-api/customerBillManagement/v4/customerBill")
    assert seen.query == {"billingAccount.id": ["A0001"], "limit": ["3"]}


def test_an_api_may_have_an_address_of_its_own(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_BSS_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("WANHAO_BSS_URLS", json.dumps({"678": scripted.address}))
    settings.cache_clear()

    assert bills() == [{"id": "1"}]


def test_the_headers_tell_the_turn_and_the_key(scripted: Operator) -> None:
    with turn(4, "message-7"):
        call("otp", "POST", "/oneTimeCode", body={"number": "1"}, idempotency_key="message-7:send_code")

    headers = scripted.seen[0].headers
    assert headers["x-correlation-id"] == "message-7"
    assert headers["idempotency-key"] == "message-7:send_code"
    assert headers["content-type"] == "application/json"
    assert "authorization" not in headers
    assert json.loads(scripted.seen[0].body) == {"number": "1"}


def test_a_call_without_a_key_sends_none(scripted: Operator) -> None:
    bills()

    assert "idempotency-key" not in scripted.seen[0].headers


def test_the_operators_bearer_is_sent_when_there_is_one(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_BSS_TOKEN", "operator-bearer")
    settings.cache_clear()
    bills()

    assert scripted.seen[0].headers["authorization"] == "Bearer operator-bearer"


def test_an_api_may_have_a_bearer_of_its_own(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_BSS_TOKEN", "operator-bearer")
    monkeypatch.setenv("WANHAO_BSS_TOKENS", json.dumps({"678": "billing-bearer"}))
    settings.cache_clear()
    bills()
    call("654", "GET", "/bucket")

    assert [seen.headers["authorization"] for seen in scripted.seen] == [
        "Bearer billing-bearer",
        "Bearer operator-bearer",
    ]
    assert "billing-bearer" not in repr(settings())


def test_an_answers_total_is_read_from_its_header(scripted: Operator) -> None:
    scripted.script = answers(200, b"[]", X_Total_Count="42")
    assert call("678", "GET", "/customerBill").total == 42

    scripted.script = answers(200, b"[]", X_Total_Count="many")
    assert call("678", "GET", "/customerBill").total is None


def test_an_empty_answer_is_no_error(scripted: Operator) -> None:
    scripted.script = answers(204, b"")

    assert call("678", "GET", "/customerBill").body is None


def test_a_compressed_answer_is_read(scripted: Operator) -> None:
    scripted.script = answers(200, gzip.compress('[{"name": "月基本费"}]'.encode()), Content_Encoding="gzip")

    assert bills() == [{"name": "月基本费"}]


@pytest.mark.parametrize("failure", [BROKEN, answers(503, b""), answers(408, b""), hangs_up])
def test_a_read_that_fails_twice_succeeds_at_the_third_try(scripted: Operator, failure: object) -> None:
    scripted.script = in_turn(failure, failure, WELL)

    assert bills() == [{"id": "1"}]
    assert len(scripted.seen) == ATTEMPTS == 3


def test_a_read_that_keeps_failing_is_tried_three_times(scripted: Operator) -> None:
    scripted.script = BROKEN

    with pytest.raises(Unavailable):
        bills()
    assert len(scripted.seen) == 3


def test_a_change_without_a_key_is_tried_once(scripted: Operator) -> None:
    scripted.script = in_turn(BROKEN, WELL)

    with pytest.raises(Unavailable):
        call("otp", "POST", "/oneTimeCode/1/verify", body={"code": "123456"})
    assert len(scripted.seen) == 1


def test_a_change_with_a_key_is_tried_again_with_the_same_key(scripted: Operator) -> None:
    scripted.script = in_turn(BROKEN, answers(201, b'{"id": "c"}'))

    answer = call("otp", "POST", "/oneTimeCode", body={"number": "1"}, idempotency_key="k")

    assert answer.body == {"id": "c"}
    assert [seen.headers["idempotency-key"] for seen in scripted.seen] == ["k", "k"]


def test_a_missing_thing_is_not_found(scripted: Operator) -> None:
    error = refusal(scripted, 404, b'{"code": "notFound", "reason": "no such bill"}')

    assert type(error) is NotFound
    assert error.response == "utter_bss_not_found"
    assert str(error) == "no such bill"


@pytest.mark.parametrize("status", [400, 401, 403, 409, 410, 422, 429])
def test_a_refusal_carries_what_the_system_said(scripted: Operator, status: int) -> None:
    error = refusal(scripted, status, b'{"code": "wrongCode", "reason": "no", "remainingTries": 4}')

    assert isinstance(error, Rejected)
    assert (error.code, error.reason, error.detail["remainingTries"]) == ("wrongCode", "no", 4)
    assert error.response == "utter_bss_rejected"


@pytest.mark.parametrize("body", [b"", b"[]", b'"no"', b"null"])
def test_a_refusal_without_an_error_object_is_named_after_its_status(scripted: Operator, body: bytes) -> None:
    error = refusal(scripted, 403, body)

    assert isinstance(error, Rejected)
    assert (error.code, error.reason, error.detail) == ("403", "", {})


@pytest.mark.parametrize("status", [301, 302, 304, 307])
def test_a_redirect_is_not_followed(scripted: Operator, status: int) -> None:
    scripted.script = answers(status, b"", Location=f"{scripted.address}/elsewhere")

    with pytest.raises(ContractBroken):
        bills()
    assert [seen.path for seen in scripted.seen] == ["/tmf-api/customerBillManagement/v4/customerBill"]


@pytest.mark.parametrize("body", [b"<html>", b'[{"id": "1"', b"\xff\xfe", b"[" * 100_000, b"[1] [2]"])
def test_an_answer_that_is_no_json_breaks_the_contract(scripted: Operator, body: bytes) -> None:
    error = refusal(scripted, 200, body)

    assert type(error) is ContractBroken
    assert error.response == "utter_bss_unavailable"


def test_an_answer_that_is_no_json_is_not_asked_for_again(scripted: Operator) -> None:
    refusal(scripted, 200, b"<html>")

    assert len(scripted.seen) == 1


def test_an_answer_that_breaks_off_counts_as_no_answer(scripted: Operator) -> None:
    scripted.script = breaks_off(b"[]")

    with pytest.raises(Unavailable):
        bills()


def test_a_body_that_is_too_large_is_not_read_to_its_end(scripted: Operator) -> None:
    scripted.script = answers(200, b"[" + b" " * BODY_BYTES + b"]")

    with pytest.raises(Unavailable):
        call("otp", "POST", "/oneTimeCode")


def test_a_body_of_the_allowed_size_is_read(scripted: Operator) -> None:
    scripted.script = answers(200, b"[" + b" " * (BODY_BYTES - 2) + b"]")

    assert bills() == []


def test_nobody_listening_is_unavailable(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("WANHAO_BSS_URL", f"http://127.0.0.1:{port}")
    settings.cache_clear()

    with pytest.raises(Unavailable):
        bills()


@pytest.mark.parametrize(
    "script",
    [
        hangs,
        drips(0.05),
        drips(0.05, length=None),
        drips(30),
        drips(30, before=0.7),
        drips(30, before=0.7, length=None),
        drips(0.6, before=0.6),
        drips_headers(0.2),
    ],
    ids=["silent", "drip", "drip-to-close", "no-body", "late-no-body", "late-no-length", "late-drip", "headers"],
)
def test_the_deadline_holds_against_a_slow_system(scripted: Operator, script: object) -> None:
    scripted.script = script
    begun = time.monotonic()

    with turn(1.0, "t"), pytest.raises(Unavailable):
        bills()

    assert time.monotonic() - begun < 1.0 + MARGIN


def test_calls_of_a_turn_share_one_deadline(scripted: Operator) -> None:
    scripted.script = hangs
    begun = time.monotonic()

    with turn(0.8, "t"):
        for _ in range(3):
            with pytest.raises(Unavailable):
                bills()
        assert remaining() <= 0.05

    assert time.monotonic() - begun < 0.8 + MARGIN


def test_a_turn_whose_time_is_up_asks_nobody(scripted: Operator) -> None:
    with turn(0, "t"), pytest.raises(Unavailable):
        bills()

    assert scripted.seen == []


def test_a_turn_whose_time_is_up_is_not_held_against_the_system(scripted: Operator) -> None:
    for _ in range(BREAKER_FAILURES + 1):
        with turn(0, "t"), pytest.raises(Unavailable):
            bills()

    assert bills() == [{"id": "1"}]


def test_one_silent_attempt_leaves_time_for_another(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ATTEMPT_SECONDS", 0.3)
    scripted.script = in_turn(hangs, WELL)

    with turn(2, "t"):
        assert bills() == [{"id": "1"}]


def test_a_call_outside_a_turn_has_the_deadline_of_a_turn(scripted: Operator) -> None:
    assert remaining() == settings().turn_seconds
    with turn(1, "inside"):
        assert remaining() <= 1
    assert remaining() == settings().turn_seconds


def test_turns_in_other_threads_have_deadlines_of_their_own(scripted: Operator) -> None:
    seen: list[float] = []
    with turn(0.5, "here"):
        thread = threading.Thread(target=lambda: seen.append(remaining()))
        thread.start()
        thread.join()

    assert seen == [settings().turn_seconds]


def fail(times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unavailable):
            call("678", "POST", "/anything")


def test_a_system_that_keeps_failing_is_left_alone_for_a_while(scripted: Operator) -> None:
    scripted.script = BROKEN
    fail(BREAKER_FAILURES)
    asked = len(scripted.seen)
    scripted.script = WELL

    with pytest.raises(Unavailable, match="circuit open"):
        bills()

    assert len(scripted.seen) == asked


def test_another_system_is_asked_while_one_is_left_alone(scripted: Operator) -> None:
    scripted.script = BROKEN
    fail(BREAKER_FAILURES)
    scripted.script = WELL

    assert call("654", "GET", "/bucket").body == [{"id": "1"}]


def test_a_system_is_asked_again_after_a_pause(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted.script = BROKEN
    fail(BREAKER_FAILURES)
    scripted.script = WELL
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + BREAKER_SECONDS + 1)

    assert bills() == [{"id": "1"}]
    monkeypatch.undo()
    assert bills() == [{"id": "1"}]


def test_a_system_that_fails_after_the_pause_is_left_alone_again(
    scripted: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted.script = BROKEN
    fail(BREAKER_FAILURES)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + BREAKER_SECONDS + 1)
    fail(1)
    asked = len(scripted.seen)

    with pytest.raises(Unavailable, match="circuit open"):
        bills()
    assert len(scripted.seen) == asked


@pytest.mark.parametrize("status", [404, 422, 429])
def test_refusals_never_open_the_circuit(scripted: Operator, status: int) -> None:
    for _ in range(BREAKER_FAILURES + 2):
        refusal(scripted, status, b"{}")
    scripted.script = WELL

    assert bills() == [{"id": "1"}]


def test_a_success_in_between_keeps_the_circuit_closed(scripted: Operator) -> None:
    for _ in range(3):
        scripted.script = BROKEN
        fail(BREAKER_FAILURES - 1)
        scripted.script = WELL
        assert bills() == [{"id": "1"}]


def test_numbers_in_a_call_do_not_reach_the_log(scripted: Operator, caplog: pytest.LogCaptureFixture) -> None:
    scripted.script = BROKEN
    with caplog.at_level(logging.INFO), pytest.raises(Unavailable) as raised:
        call("654", "GET", "/bucket", params={"logicalResource.id": "18900001001"})

    assert "18900001001" not in caplog.text
    assert "18900001001" not in str(raised.value)


def test_a_proxy_of_the_machine_is_not_used(scripted: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert bills() == [{"id": "1"}]
