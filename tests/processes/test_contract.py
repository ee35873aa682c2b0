"""The public contract: statuses, shapes, and what a repeated or a stranger's request gets."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest

from bench.sockets import Unauthorised, socket_of
from tests.processes.customer import Customer, Operator
from tests.stack import Stack

MESSAGE = {"seq", "role", "text", "choices", "card", "at"}


@pytest.fixture
def desk(stack: Stack) -> Iterator[httpx.Client]:
    """A client without any token."""
    with httpx.Client(base_url=stack.desk, trust_env=False, timeout=15) as client:
        yield client


def error_of(response: httpx.Response, status: int) -> str:
    """The code of a refusal, which is JSON with a sentence."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    return str(body["error"]["code"])


def test_a_conversation_is_created(desk: httpx.Client) -> None:
    response = desk.post("/api/v1/conversations")
    assert response.status_code == 201
    assert set(response.json()) == {"id", "token"}
    assert all(isinstance(value, str) for value in response.json().values())


def test_a_message_and_its_replies_have_the_promised_shape(customer: Customer, operator: Operator) -> None:
    response = customer.post({"client_id": "one", "text": "你好"})
    assert response.status_code == 200
    assert set(response.json()) == {"messages"}
    (reply,) = response.json()["messages"]
    assert set(reply) == MESSAGE
    assert (reply["seq"], reply["role"], reply["card"]) == (2, "bot", None)
    assert all(set(choice) == {"id", "title"} for choice in reply["choices"])
    said = datetime.fromisoformat(reply["at"].replace("Z", "+00:00"))
    assert abs((datetime.now(timezone.utc) - said).total_seconds()) < 60

    history = customer.history()
    assert set(history) == {"messages", "mode", "queue"}
    assert (history["mode"], history["queue"]) == ("bot", None)
    own, same = history["messages"]
    assert set(own) == MESSAGE | {"client_id"}
    assert (own["seq"], own["role"], own["text"], own["client_id"]) == (1, "customer", "你好", "one")
    assert same == reply

    customer.say("话费余额")
    card = customer.verify(operator.number()).card
    assert set(card) == {"kind", "title", "amount", "rows", "note"}
    assert all(set(row) == {"label", "value", "note", "ratio"} for row in card["rows"])


def test_a_pressed_choice_is_said_by_its_title(customer: Customer) -> None:
    customer.say("你好")
    assert "手机号码" in customer.press("话费余额").text
    line = customer.transcript()[2]
    assert (line["role"], line["text"]) == ("customer", "话费余额")


def test_the_history_after_a_seq(customer: Customer) -> None:
    customer.say("你好")
    customer.say("谢谢")
    assert [line["seq"] for line in customer.history(2)["messages"]] == [3, 4]
    assert customer.history(4)["messages"] == []


def test_the_same_client_id_gets_the_same_answer_and_does_nothing_twice(customer: Customer, operator: Operator) -> None:
    number = operator.number("multi_line")
    customer.say("话费余额")
    before = len(operator.sms(number))
    first = customer.post({"client_id": "number", "text": number})
    again = customer.post({"client_id": "number", "text": number})
    otherwise = customer.post({"client_id": "number", "text": "转人工"})
    assert first.json() == again.json() == otherwise.json()
    assert len(operator.sms(number)) == before + 1
    assert len(customer.transcript()) == 4


def test_ten_equal_posts_at_once_are_one_turn(customer: Customer, operator: Operator) -> None:
    number = operator.number("multi_line")
    customer.say("话费余额")
    before = len(operator.sms(number))
    body = {"client_id": "at once", "text": number}
    with ThreadPoolExecutor(10) as pool:
        answers = [response.json() for response in pool.map(customer.post, [body] * 10)]
    assert all(answer == answers[0] for answer in answers)
    assert "验证码已发到" in answers[0]["messages"][0]["text"]
    assert len(operator.sms(number)) == before + 1
    assert len(customer.transcript()) == 4


def test_messages_sent_at_once_are_answered_one_after_the_other(customer: Customer) -> None:
    bodies = [{"client_id": str(number), "text": "你好"} for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = [response.json()["messages"] for response in pool.map(customer.post, bodies)]
    assert all("您好" in messages[0]["text"] for messages in answers)
    lines = customer.transcript()
    assert len(lines) == 8
    assert {line["client_id"] for line in lines if line["role"] == "customer"} == {"0", "1", "2", "3"}


def test_only_its_own_token_opens_a_conversation(
    desk: httpx.Client, customer: Customer, customers: Callable[[], Customer]
) -> None:
    stranger = customers()
    customer.say("你好")
    body = {"client_id": "x", "text": "你好"}
    for headers, status, code in (
        ({}, 401, "unauthorized"),
        ({"Authorization": "Bearer nonsense"}, 401, "unauthorized"),
        ({"Authorization": f"Basic {customer.token}"}, 401, "unauthorized"),
        ({"Authorization": f"Bearer {customer.token[:-2]}"}, 401, "unauthorized"),
        (stranger.headers, 403, "forbidden"),
    ):
        assert error_of(desk.get(customer.path, headers=headers), status) == code
        assert error_of(desk.post(customer.path, json=body, headers=headers), status) == code
    assert len(customer.transcript()) == 2


def test_unknown_paths_and_methods(desk: httpx.Client, customer: Customer) -> None:
    assert error_of(desk.get("/api/v1/nothing"), 404) == "not_found"
    assert error_of(desk.put(customer.path, headers=customer.headers), 405) == "not_allowed"
    assert error_of(desk.get("/%00"), 404) == "not_found"
    assert error_of(desk.get("/" + "x" * 4000), 404) == "not_found"
    assert error_of(desk.get("/..%2f..%2fetc%2fpasswd"), 404) == "not_found"


def test_the_api_describes_itself(desk: httpx.Client) -> None:
    paths = desk.get("/openapi.json").json()["paths"]
    messages = paths["/api/v1/conversations/{conversation}/messages"]
    assert set(messages) == {"get", "post"}
    assert "201" in paths["/api/v1/conversations"]["post"]["responses"]
    assert {"/healthz", "/readyz"} <= set(paths)
    page = desk.get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace("http://127.0.0.1", "").split("<body>")[0].replace("<!DOCTYPE", "")
    assert desk.get("/docs/static/swagger-ui-bundle.js").status_code == 200


def test_health(desk: httpx.Client) -> None:
    assert desk.get("/healthz").json() == {"status": "ok"}
    ready = desk.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ok", "checks": {"database": True, "rasa": True, "actions": True}}


def test_the_page_is_served_with_a_strict_policy(desk: httpx.Client) -> None:
    response = desk.get("/")
    assert response.status_code == 200
    assert "万号" in response.text
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_rasa_answers_the_desk_only(stack: Stack, customer: Customer) -> None:
    body = {"conversation": customer.id, "message_id": "x", "payload": "/query_balance"}
    assert httpx.post(f"{stack.rasa}/webhooks/desk/webhook", json=body, trust_env=False).status_code == 401
    assert httpx.get(f"{stack.rasa}/conversations/{customer.id}/tracker", trust_env=False).status_code == 404


# The socket


async def test_a_page_is_told_what_happens(stack: Stack, customer: Customer) -> None:
    async with socket_of(stack.desk, {"token": customer.token}) as page:
        await asyncio.to_thread(customer.say, "你好")
        await page.until(lambda: len(page.of("message")) == 2)
        assert page.of("message") == customer.transcript()
        await page.until(lambda: len(page.of("typing")) == 2)
        assert page.of("typing") == [{"on": True, "role": "bot"}, {"on": False, "role": "bot"}]

        await asyncio.to_thread(customer.say, "转人工")
        await page.until(lambda: bool(page.of("queue")))
        assert page.of("mode") == [{"mode": "queued"}]
        assert page.of("queue") == [customer.history()["queue"]]
        assert set(page.of("queue")[0]) == {"position", "ahead", "estimate_minutes", "text"}

        await asyncio.to_thread(customer.press, "取消排队")
        await page.until(lambda: len(page.of("queue")) == 2)
        assert page.of("mode")[-1] == {"mode": "bot"}
        assert page.of("queue")[-1] is None


async def test_a_page_that_was_away_fetches_what_it_missed(stack: Stack, customer: Customer) -> None:
    async with socket_of(stack.desk, {"token": customer.token}) as page:
        await asyncio.to_thread(customer.say, "你好")
        await page.until(lambda: len(page.of("message")) == 2)
    await asyncio.to_thread(customer.say, "谢谢")
    async with socket_of(stack.desk, {"token": customer.token}) as again:
        missed = customer.history(page.of("message")[-1]["seq"])["messages"]
        assert [line["seq"] for line in missed] == [3, 4]
        await asyncio.to_thread(customer.say, "菜单")
        await again.until(lambda: 6 in [line["seq"] for line in again.of("message")])
        told = [line["seq"] for line in again.of("message")]
        assert told in ([5, 6], [4, 5, 6]), "what was just said may still be on its way; nothing is told twice"


async def test_a_message_over_the_socket_is_the_same_as_one_over_rest(stack: Stack, customer: Customer) -> None:
    async with socket_of(stack.desk, {"token": customer.token}) as page:
        body = {"client_id": "socket", "text": "你好"}
        answer = await page.call("message", body)
        posted = await asyncio.to_thread(customer.post, body)
        assert answer == posted.json()
        assert len(customer.transcript()) == 2
        for wrong, code in (
            ({"client_id": "a", "text": ""}, "empty"),
            ({"client_id": "b", "text": "字" * 1001}, "too_long"),
            ({"client_id": "c", "choice": "nothing"}, "choice_unknown"),
            ({"client_id": "d"}, "bad_request"),
            (["x"], "bad_request"),
            ("x", "bad_request"),
            (None, "bad_request"),
        ):
            refused = await page.call("message", wrong)
            assert refused["error"]["code"] == code


@pytest.mark.parametrize("auth", [{"token": "nonsense"}, {"token": None}, {}, "text", ["x"]])
async def test_a_socket_without_a_valid_token_is_refused(stack: Stack, auth: Any) -> None:
    with pytest.raises(Unauthorised, match="unauthorized"):
        async with socket_of(stack.desk, auth):
            pass


async def test_a_page_hears_nothing_of_other_conversations(
    stack: Stack, customer: Customer, customers: Callable[[], Customer]
) -> None:
    async with socket_of(stack.desk, {"token": customers().token}) as page:
        await asyncio.to_thread(customer.say, "你好")
        await asyncio.sleep(0.5)
        assert page.events == []
