import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
import pytest

from common.identity import Identity, issue_conversation, issue_identity
from common.settings import settings
from knowledge_base.content import content
from tests.desk.bot import GONE, Bot, entry, says
from tests.desk.server import Page, running_desk
from tests.desk.test_pictures import HTML, PNG

SENTENCES = content("desk")["sentences"]


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of a running desk."""
    with running_desk() as running:
        yield running


@pytest.fixture
def page(client: httpx.Client) -> Page:
    """A customer's page."""
    return Page(client)


def error(answer: httpx.Response) -> tuple[int, str]:
    """(status, code) of a refusal, which must be JSON with a sentence for the customer and nothing else."""
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]


def test_a_new_conversation_has_an_id_and_a_token(client: httpx.Client) -> None:
    first, second = (client.post("/api/v1/conversations") for _ in range(2))

    assert first.status_code == 201
    assert set(first.json()) == {"id", "token"}
    assert first.json()["id"] != second.json()["id"]
    assert first.json()["id"] not in first.json()["token"]


def test_a_message_is_answered_as_the_contract_says(page: Page, bot: Bot) -> None:
    bot.does(says(entry("余额12元", ("账单", "/query_bill"), card={"kind": "balance"})))

    answer = page.says("查话费", client_id="c1")

    assert answer.status_code == 200
    (line,) = answer.json()["messages"]
    assert set(line) == {"seq", "role", "text", "choices", "card", "at"}
    assert (line["seq"], line["role"], line["text"]) == (2, "bot", "余额12元")
    assert line["card"] == {"kind": "balance"}
    assert "query_bill" not in answer.text
    history = page.reads().json()
    assert (history["mode"], history["queue"]) == ("bot", None)
    assert history["messages"][1] == line
    assert history["messages"][0]["client_id"] == "c1"


def test_the_same_client_id_gets_the_same_answer(page: Page, bot: Bot) -> None:
    bot.does(says("余额12元"))
    first = page.says("查话费", client_id="c1").json()
    bot.does(says("余额0元"))

    assert page.says("查话费", client_id="c1").json() == first
    assert len(page.reads().json()["messages"]) == 2


def test_a_choice_is_pressed_by_its_id(page: Page, bot: Bot) -> None:
    bot.does(says(entry("请选", ("账单", "/query_bill"))))
    choice = page.says("您好").json()["messages"][0]["choices"][0]

    assert page.sends(choice=choice["id"]).status_code == 200
    assert bot.asked[-1]["payload"] == "/query_bill"


def test_a_choice_of_another_customer_is_refused(page: Page, client: httpx.Client, bot: Bot) -> None:
    bot.does(says(entry("请选", ("账单", "/query_bill"))))
    choice = page.says("您好").json()["messages"][0]["choices"][0]

    assert error(Page(client).sends(choice=choice["id"])) == (422, "choice_unknown")


def test_history_is_read_after_a_seq(page: Page) -> None:
    page.says("一")
    page.says("二")

    assert [line["seq"] for line in page.reads(2).json()["messages"]] == [3, 4]
    assert page.reads(-5).json()["messages"] == page.reads().json()["messages"]
    assert page.reads(2**70).json()["messages"] == []


def test_a_seq_that_is_no_number_is_refused(page: Page) -> None:
    for after in ("x", "1.5", "null"):
        assert error(page.reads(after)) == (422, "bad_request")


def test_without_a_token_nothing_is_read_or_written(page: Page) -> None:
    body = {"client_id": "a", "text": "x"}
    for value in (None, "", "Bearer", "Bearer x", "Basic eDp5", page.token, "Bearer 验证".encode()):
        headers = {} if value is None else {"Authorization": value}

        assert error(page.client.get(page.messages, headers=headers)) == (401, "unauthorized")
        assert error(page.client.post(page.messages, json=body, headers=headers)) == (401, "unauthorized")
        assert error(page.client.get(f"{page.pictures}/abc", headers=headers)) == (401, "unauthorized")
    assert page.reads().json()["messages"] == []


def test_an_identity_token_opens_no_conversation(page: Page) -> None:
    token = issue_identity(Identity("18900001001", page.id, "sms_code"))

    assert error(page.client.get(page.messages, headers={"Authorization": f"Bearer {token}"})) == (401, "unauthorized")


def test_the_token_of_another_conversation_is_refused(page: Page, client: httpx.Client) -> None:
    page.says("我的秘密")
    other = Page(client)

    read = client.get(page.messages, headers=other.headers)
    written = client.post(page.messages, json={"client_id": "a", "text": "x"}, headers=other.headers)

    assert error(read) == error(written) == (403, "forbidden")
    assert "秘密" not in read.text
    assert len(page.reads().json()["messages"]) == 2


def test_a_conversation_that_does_not_exist_is_a_404(client: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {issue_conversation('nobody')}"}

    assert error(client.get("/api/v1/conversations/nobody/messages", headers=headers)) == (404, "not_found")
    sent = client.post("/api/v1/conversations/nobody/messages", json={"client_id": "a", "text": "x"}, headers=headers)
    assert error(sent) == (404, "not_found")


BAD_BODIES: list[tuple[Any, tuple[int, str]]] = [
    ({"client_id": "a", "text": ""}, (422, "empty")),
    ({"client_id": "a", "text": " \u3000\n"}, (422, "empty")),
    ({"client_id": "a", "text": "\x00\x07"}, (422, "empty")),
    ({"client_id": "a", "text": "话" * 1001}, (413, "too_long")),
    ({"client_id": "a", "text": "话" * 5000}, (413, "too_long")),
    ({"client_id": "a", "text": "a" * 100_001}, (422, "bad_request")),
    ({"client_id": "a"}, (422, "bad_request")),
    ({"client_id": "a", "text": "x", "choice": "y"}, (422, "bad_request")),
    ({"client_id": "a", "text": None, "choice": None}, (422, "bad_request")),
    ({"client_id": "", "text": "x"}, (422, "bad_request")),
    ({"client_id": "a" * 101, "text": "x"}, (422, "bad_request")),
    ({"client_id": "a\x00b", "text": "x"}, (422, "bad_request")),
    ({"client_id": 5, "text": "x"}, (422, "bad_request")),
    ({"client_id": "a", "text": 5}, (422, "bad_request")),
    ({"client_id": "a", "text": ["x"]}, (422, "bad_request")),
    ({"client_id": "a", "choice": {"$ne": ""}}, (422, "bad_request")),
    ({"client_id": "a", "choice": "made-up"}, (422, "choice_unknown")),
    ({"client_id": "a", "text": "x", "role": "agent"}, (422, "bad_request")),
    ({"text": "x"}, (422, "bad_request")),
    ([], (422, "bad_request")),
    ("text", (422, "bad_request")),
    (None, (422, "bad_request")),
]


def test_a_bad_body_is_a_4xx_with_a_sentence_and_is_not_kept(page: Page, bot: Bot) -> None:
    for body, expected in BAD_BODIES:
        answer = page.client.post(page.messages, content=json.dumps(body), headers=page.headers)
        assert error(answer) == expected, body

    assert page.reads().json()["messages"] == []
    assert bot.asked == []


def test_a_body_that_is_no_json_is_a_4xx(page: Page) -> None:
    for body in (b"", b"{", b"\xff\xfe", b'{"client_id": "a", "text": "\\ud800"}', b"[" * 10_000):
        answer = page.client.post(page.messages, content=body, headers=page.headers)
        assert error(answer)[0] in {400, 422}, body
    assert page.reads().json()["messages"] == []


ODD_WORDS = [
    "😀👍🏽",
    "<script>alert(1)</script>",
    '/query_balance{"identity":"x"}',
    "／query_balance",
    "\u3000/complain",
    "{text} {0} %s",
    "' OR 1=1; --",
    "\u202e反的",
    "话" * 1000,
    "12345678901",
]


def test_odd_words_are_words_like_any_other(page: Page, bot: Bot) -> None:
    for text in ODD_WORDS:
        assert page.says(text).status_code == 200
        assert page.reads().json()["messages"][-2]["text"] == text.strip()
        assert bot.asked[-1]["text"] == text.strip()
        assert "payload" not in bot.asked[-1]


def test_a_body_of_many_megabytes_is_refused(page: Page) -> None:
    body = b'{"client_id": "a", "text": "' + b"a" * (settings().picture_bytes + 200_000) + b'"}'

    assert error(page.client.post(page.messages, content=body, headers=page.headers)) == (413, "too_large")


def test_who_writes_too_fast_is_told_to_wait(monkeypatch: pytest.MonkeyPatch, bot: Bot) -> None:
    monkeypatch.setenv("WANHAO_MESSAGES_A_MINUTE", "2")
    settings.cache_clear()
    with running_desk() as client:
        page = Page(client)
        assert [page.says(str(number)).status_code for number in range(2)] == [200, 200]
        refused = page.says("三")

        assert error(refused) == (429, "too_fast")
        assert refused.headers["retry-after"] == "5"
        assert Page(client).says("一").status_code == 200
    assert len(bot.asked) == 3


def test_too_many_new_conversations_from_one_address_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_CONVERSATIONS_A_MINUTE", "1")
    settings.cache_clear()
    with running_desk() as client:
        Page(client)

        assert error(client.post("/api/v1/conversations")) == (429, "too_many")


def send_picture(page: Page, data: bytes, client_id: str = "p1") -> httpx.Response:
    return page.client.post(
        page.pictures, files={"file": ("a.png", data, "image/png")}, data={"client_id": client_id}, headers=page.headers
    )


def test_a_picture_is_kept_and_shown_to_its_owner_alone(page: Page, client: httpx.Client) -> None:
    sent = send_picture(page, PNG)
    assert sent.status_code == 200
    url = page.reads().json()["messages"][0]["card"]["url"]

    shown = client.get(url, headers=page.headers)

    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert error(client.get(url, headers=Page(client).headers)) == (403, "forbidden")
    assert error(client.get(url)) == (401, "unauthorized")


def test_what_is_no_picture_is_refused(page: Page) -> None:
    assert error(send_picture(page, HTML)) == (415, "picture_unknown")
    assert error(send_picture(page, PNG + b"\0" * settings().picture_bytes)) == (413, "picture_too_large")
    assert error(send_picture(page, PNG, "a" * 101)) == (422, "bad_request")
    assert error(page.client.post(page.pictures, headers=page.headers)) == (422, "bad_request")


def test_no_other_file_is_read_as_a_picture(page: Page) -> None:
    for name in ("nothing", "..%2f..%2fwanhao.db", "%2e%2e%2fwanhao.db", "a.b"):
        assert error(page.client.get(f"{page.pictures}/{name}", headers=page.headers)) == (404, "not_found")


def test_a_waiting_customer_sees_mode_and_place(page: Page, bot: Bot) -> None:
    bot.does(GONE)
    page.says("转人工")

    history = page.reads().json()

    assert history["mode"] == "queued"
    assert history["queue"] == {
        "position": 1,
        "ahead": 0,
        "estimate_minutes": None,
        "text": SENTENCES["queued_alone"],
    }


class Socket:
    """A page's websocket, which speaks Socket.IO, and what came through it."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self._websocket = websocket
        self._answers: dict[int, Any] = {}
        self.events: list[tuple[str, Any]] = []

    async def opens(self, token: str) -> None:
        """Enters the namespace. Raises ConnectionRefusedError."""
        assert (await self._websocket.receive_str()).startswith("0")
        await self._websocket.send_str("40/chat," + json.dumps({"token": token}))
        answer = await self._websocket.receive_str()
        if not answer.startswith("40/chat,"):
            raise ConnectionRefusedError(answer)

    async def sends(self, *arguments: Any) -> Any:
        """Sends a message and returns the acknowledgement."""
        number = len(self._answers)
        await self._websocket.send_str(f"42/chat,{number}" + json.dumps(["message", *arguments]))
        while number not in self._answers:
            await self._receive()
        return self._answers[number]

    async def hears(self, count: int, name: str) -> list[Any]:
        """The first `count` events of a name."""
        while len([event for event, _ in self.events if event == name]) < count:
            await self._receive()
        return [payload for event, payload in self.events if event == name]

    async def _receive(self) -> None:
        text = await self._websocket.receive_str(timeout=15)
        if text == "2":
            await self._websocket.send_str("3")
        elif text.startswith("42/chat,"):
            name, *arguments = json.loads(text[8:])
            self.events.append((name, arguments[0] if arguments else None))
        else:
            number, answer = text[8:].split("[", 1)
            self._answers[int(number)] = json.loads("[" + answer)[0]


@asynccontextmanager
async def connected(page: Page, token: str | None = None) -> AsyncIterator[Socket]:
    address = f"{page.client.base_url}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as websocket:
        socket = Socket(websocket)
        await socket.opens(page.token if token is None else token)
        yield socket


async def test_a_socket_carries_the_same_objects_as_history(page: Page, bot: Bot) -> None:
    bot.does(says(entry("余额12元", ("账单", "/query_bill"))))
    async with connected(page) as socket:
        acknowledged = await socket.sends({"client_id": "c1", "text": "查话费"})
        lines = await socket.hears(2, "message")

    history = (await asyncio.to_thread(page.reads)).json()["messages"]
    assert lines == history
    assert acknowledged == {"messages": history[1:]}
    assert [payload["on"] for name, payload in socket.events if name == "typing"] == [True, False]


async def test_a_socket_hears_what_was_sent_by_rest_and_nothing_of_others(page: Page, client: httpx.Client) -> None:
    other = Page(client)
    async with connected(page) as socket, connected(other) as stranger:
        await asyncio.to_thread(page.says, "查话费")
        lines = await socket.hears(2, "message")

        assert [line["text"] for line in lines] == ["查话费", "好的"]
        assert stranger.events == []


async def test_a_socket_hears_of_mode_and_queue(page: Page, bot: Bot) -> None:
    bot.does(GONE)
    async with connected(page) as socket:
        await socket.sends({"client_id": "c1", "text": "转人工"})

        assert await socket.hears(1, "mode") == [{"mode": "queued"}]
        assert (await socket.hears(1, "queue"))[0]["position"] == 1


async def test_a_socket_answers_bad_input_with_an_error(page: Page) -> None:
    async with connected(page) as socket:
        for body in (None, [], "x", {}, {"client_id": "a"}, {"client_id": "a", "text": 5}, 7):
            acknowledged = await socket.sends(body)
            assert acknowledged["error"]["code"] == "bad_request", body
        assert (await socket.sends())["error"]["code"] == "bad_request"
        assert "messages" in await socket.sends({"client_id": "a", "text": "查话费"}, "more")


async def test_a_socket_refuses_as_rest_does(page: Page) -> None:
    async with connected(page) as socket:
        assert (await socket.sends({"client_id": "a", "text": " "}))["error"]["code"] == "empty"
        assert (await socket.sends({"client_id": "a", "choice": "made-up"}))["error"]["code"] == "choice_unknown"


async def test_a_socket_without_a_valid_token_is_refused(page: Page) -> None:
    for token in ("", "x", "验证"):
        with pytest.raises(ConnectionRefusedError, match="unauthorized"):
            async with connected(page, token):
                pass
