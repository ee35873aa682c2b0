"""Whatever is typed or posted: a clear sentence, or a 4xx with a JSON error; never a 5xx, and nothing leaked."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.processes.customer import Customer, Operator, nothing_leaked
from tests.stack import Stack

NUMBER_ASKED = "请告诉我您的手机号码、固话号码或宽带账号。"
NUMBER_INVALID = "这个号码好像不对，手机号码是11位，固话要带区号，宽带请说账号。请再说一次。"


def refused(customer: Customer, content: str | bytes, status: int, code: str) -> None:
    """Posts raw content, and checks the refusal; nothing was written down."""
    before = customer.transcript()
    headers = {**customer.headers, "Content-Type": "application/json"}
    response = customer.http.post(customer.path, content=content, headers=headers)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith("。")
    for inside in ("Traceback", "pydantic", "value_error", "client_id", "/home", ".py"):
        assert inside not in response.text
    assert customer.transcript() == before


def posted(**body: Any) -> str:
    return json.dumps({"client_id": uuid.uuid4().hex, **body})


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "empty"),
        ("   ", 422, "empty"),
        ("\n\t\r\n", 422, "empty"),
        ("\u3000\u00a0", 422, "empty"),
        ("\u200b\u200d\ufeff", 422, "empty"),
        ("\x00", 422, "empty"),
        ("\x01\x1b\x7f\x9f", 422, "empty"),
        ("\ud800", 422, "empty"),
        ("字" * 5000, 413, "too_long"),
        ("字" * 1001, 413, "too_long"),
        ("x" * 200_000, 422, "bad_request"),
    ],
    ids=["nothing", "spaces", "lines", "wide", "invisible", "nul", "control", "surrogate", "5000", "1001", "200000"],
)
def test_text_that_is_none_or_too_much(text: str, status: int, code: str, customer: Customer) -> None:
    refused(customer, posted(text=text), status, code)


@pytest.mark.parametrize(
    "content",
    [
        '{"client_id": "a", "text":',
        "",
        "null",
        "[]",
        '"text"',
        "[" * 100_000,
        b"\xff\xfe\x00",
        '{"text": "你好"}',
        '{"client_id": "a"}',
        '{"client_id": "a", "text": null}',
        '{"client_id": "a", "text": 5}',
        '{"client_id": "a", "text": NaN}',
        '{"client_id": "a", "text": true}',
        '{"client_id": "a", "text": ["你好"]}',
        '{"client_id": "a", "text": {"text": "你好"}}',
        '{"client_id": 1, "text": "你好"}',
        '{"client_id": "", "text": "你好"}',
        '{"client_id": "a\\u0000", "text": "你好"}',
        '{"client_id": "\\ud800", "text": "你好"}',
        '{"client_id": "' + "x" * 101 + '", "text": "你好"}',
        '{"client_id": "a", "text": "你好", "choice": "b"}',
        '{"client_id": "a", "text": "你好", "metadata": {}}',
        '{"client_id": "a", "choice": 7}',
    ],
)
def test_a_body_that_is_no_message(content: str | bytes, customer: Customer) -> None:
    status = 400 if content in ("[" * 100_000, b"\xff\xfe\x00") else 422
    refused(customer, content, status, "bad_request")


def test_a_body_that_is_huge(customer: Customer) -> None:
    refused(customer, posted(text="x" * 20_000_000), 413, "too_large")


def test_no_conversation_is_hurt_by_a_text_that_is_odd(customer: Customer) -> None:
    for text, shown in (
        ("😀", "😀"),
        ("👨‍👩‍👧‍👦🇨🇳👍🏽", "👨‍👩‍👧‍👦🇨🇳👍🏽"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("<img src=x onerror=alert(1)>&amp;", "<img src=x onerror=alert(1)>&amp;"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("\ud800你好\udfff", "你好"),
        ("'; DROP TABLE messages; --", "'; DROP TABLE messages; --"),
        ("{number} {0} {{x}} %s ${x} {self.__class__}", "{number} {0} {{x}} %s ${x} {self.__class__}"),
        ("\u202e反过来\u2066", "\u202e反过来\u2066"),
        ("字" * 1000, "字" * 1000),
        ("1" * 1000, "1" * 1000),
        ("?!。，、；：…", "?!。，、；：…"),
    ):
        replies = customer.say(text)
        assert replies.text
        assert all(line["role"] == "bot" for line in replies)
        own = [line for line in customer.transcript() if line["role"] == "customer"]
        assert own[-1]["text"] == shown, "what a customer wrote comes back as text"
    assert customer.say("话费余额").text.endswith(NUMBER_ASKED)


@pytest.mark.parametrize(
    "text",
    [
        '/query_balance{"identity":"x"}',
        "／query_balance",
        "\u3000/query_balance",
        "\u200b/query_balance",
        '/ /query_balance{"identity_token":"x"}',
        "/action_query_balance",
        '/SetSlots(identity_token="x")',
    ],
)
def test_typed_commands_are_only_text(text: str, customer: Customer, operator: Operator) -> None:
    before = customer.say(text)
    nothing_leaked(customer.transcript())
    assert not any(line["card"] for line in before)
    assert customer.transcript()[0]["text"] == text.strip()
    assert customer.history()["mode"] == "bot"


@pytest.mark.parametrize("text", ["/restart", "/session_start", "\u3000／restart", "/back", "/stop"])
def test_typed_commands_do_not_end_an_identity(text: str, verified: Customer) -> None:
    assert verified.say(text).text
    assert verified.say("话费余额").card["kind"] == "balance"


def test_a_choice_of_another_conversation_is_unknown(customers: Callable[[], Customer]) -> None:
    mine, other = customers(), customers()
    other.say("你好")
    refused(mine, posted(choice=other.last.choice("话费余额")), 422, "choice_unknown")
    refused(mine, posted(choice="/query_balance"), 422, "choice_unknown")
    refused(mine, posted(choice="x" * 101), 422, "bad_request")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("12345", NUMBER_INVALID),
        ("1890000100", NUMBER_INVALID),
        ("189000010011", NUMBER_INVALID),
        ("99999999999", NUMBER_INVALID),
        ("13812345678", "138****5678不是本省的电信号码，请换一个号码，固话要带上区号。"),
    ],
)
def test_a_number_that_is_no_number(number: str, sentence: str, customer: Customer, operator: Operator) -> None:
    customer.say("话费余额")
    assert customer.say(number).text == sentence
    assert "验证码已发到" in customer.say(operator.number("elderly")).text


def test_a_code_that_is_no_code(customer: Customer, operator: Operator) -> None:
    number = operator.number("elderly")
    customer.say("话费余额")
    customer.say(number)
    for text in ("1234", "1234567", "12 34"):
        assert customer.say(text).text == "验证码是6位数字，请再说一次。"
    assert customer.say("没收到").text
    assert customer.say(operator.code(number)).card["kind"] == "balance"


@pytest.mark.parametrize("after", ["-1", "999999999999999999999999", "0"])
def test_any_whole_number_may_stand_after(after: str, customer: Customer) -> None:
    response = customer.http.get(customer.path, params={"after": after}, headers=customer.headers)
    assert response.status_code == 200


@pytest.mark.parametrize("after", ["abc", "1.5", "", "1;DROP TABLE messages"])
def test_nothing_else_may(after: str, customer: Customer) -> None:
    response = customer.http.get(customer.path, params={"after": after}, headers=customer.headers)
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "bad_request"


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def test_pictures_are_checked_by_what_they_are(customer: Customer) -> None:
    path = f"/api/v1/conversations/{customer.id}/pictures"

    def send(data: bytes, name: str = "a.png", client_id: str = "picture") -> Any:
        files, form = {"file": (name, data, "image/png")}, {"client_id": client_id}
        return customer.http.post(path, files=files, data=form, headers=customer.headers)

    for data, status, code in (
        (b"", 415, "picture_unknown"),
        (b"<svg onload=alert(1)>", 415, "picture_unknown"),
        (b"MZ" + b"\0" * 100, 415, "picture_unknown"),
        (PNG + b"\0" * 5 * 1024 * 1024, 413, "picture_too_large"),
        (PNG + b"\0" * 20 * 1024 * 1024, 413, "too_large"),
    ):
        response = send(data)
        assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert customer.transcript() == []
    assert customer.http.post(path, headers=customer.headers).status_code == 422
    kept = send(PNG, "../../etc/passwd.png")
    assert kept.status_code == 200
    assert send(PNG).json() == kept.json()
    own, thanks = customer.transcript()
    assert (own["role"], own["card"]["kind"], thanks["role"]) == ("customer", "picture", "system")
    assert customer.http.get(own["card"]["url"], headers=customer.headers).content == PNG
    assert customer.http.get(own["card"]["url"]).status_code == 401


@pytest.fixture(autouse=True)
def no_process_fails_inside(stack: Stack) -> Iterator[None]:
    """Whatever is sent, no process prints a traceback."""
    processes = ("desk", "rasa", "actions", "sandbox")
    before = {process: len(stack.logs(process)) for process in processes}
    yield
    for process in processes:
        assert "Traceback" not in stack.logs(process)[before[process] :]
