"""A contact centre of programs: customers and agents who do over the public APIs what pages do, also over restarts."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from websockets.exceptions import WebSocketException

from bench.sockets import Socket, socket_of

# A request that a desk did not answer is made again: with the same client_id, as a page does.
AGAIN_SECONDS = 0.3
PATIENCE_SECONDS = 180.0
HELLO, ANSWER = "您好，请问有什么可以帮您？", "已经为您处理好了。"
QUESTION, THANKS = "帮我看看这个问题", "好的，谢谢"

Lines = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """What the desk answered; `body` is JSON, None when there is none."""

    status: int
    body: Any
    cookie: str


async def until_done(client: aiohttp.ClientSession, method: str, url: str, **what: Any) -> Answer:
    """Asks until the desk answers with anything but a failure of its own."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        with suppress(aiohttp.ClientError, asyncio.TimeoutError):
            async with client.request(method, url, **what) as answer:
                if answer.status < 500 and answer.status != 429:
                    body = await answer.json() if answer.content_type == "application/json" else None
                    return Answer(answer.status, body, answer.headers.get("Set-Cookie", ""))
        if time.monotonic() > ends:
            raise AssertionError(f"{method} {url}: the desk does not answer any more")
        await asyncio.sleep(AGAIN_SECONDS)


@dataclass
class Customer:
    """One customer's page: asks for a person, says two things, gives a score."""

    client: aiohttp.ClientSession
    desk: str
    wish: str
    id: str = ""
    lines: Lines = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._changed = asyncio.Event()
        self._token = ""
        self._sent: dict[str, float] = {}

    async def run(self) -> None:
        """From the first word to the score."""
        await self.begin()
        page = asyncio.create_task(self.keep_open())
        try:
            await self.says("wish", self.wish)
            await self.until(lambda: self.from_agent() >= 1)
            await self.says("question", QUESTION)
            await self.until(lambda: self.from_agent() >= 2)
            await self.says("thanks", THANKS)
            await self.until(lambda: any("打个分" in line["text"] for line in self.lines.values()))
            await self.says("score", "5")
            await self.until(lambda: any("谢谢您的评价" in line["text"] for line in self.lines.values()))
        finally:
            page.cancel()

    async def begin(self) -> None:
        """Opens a conversation."""
        made = (await until_done(self.client, "POST", f"{self.desk}/api/v1/conversations")).body
        self.id, self._token = made["id"], made["token"]

    def from_agent(self) -> int:
        """How many lines of an agent there are."""
        return sum(line["role"] == "agent" for line in self.lines.values())

    async def says(self, client_id: str, text: str) -> None:
        """Sends words, once whatever happens."""
        body = {"client_id": client_id, "text": text}
        answer = await until_done(self.client, "POST", self._messages, json=body, headers=self._headers)
        assert answer.status == 200, answer
        self._take(answer.body["messages"])

    async def until(self, seen: Callable[[], bool]) -> None:
        """Waits until the transcript shows something."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while not seen():
            self._changed.clear()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), 5)
            if time.monotonic() > ends:
                told = [line["text"] for line in self.lines.values()]
                raise AssertionError(f"{self.id} waits for ever; told so far: {told}")

    async def keep_open(self) -> None:
        """Keeps the page's socket open, and reads what was missed after each time it was not."""
        while True:
            with suppress(OSError, WebSocketException, asyncio.TimeoutError):
                async with socket_of(self.desk, {"token": self._token}, heard=self._hears) as socket:
                    await self._read_missed()
                    await socket.listening
            await asyncio.sleep(AGAIN_SECONDS)

    async def _read_missed(self) -> None:
        after = {"after": max(self.lines, default=0)}
        missed = await until_done(self.client, "GET", self._messages, params=after, headers=self._headers)
        self._take(missed.body["messages"])

    def _hears(self, event: str, data: Any) -> None:
        if event == "message":
            self._take([data])

    def _take(self, lines: list[dict[str, Any]]) -> None:
        self.lines.update((line["seq"], line) for line in lines)
        self._changed.set()

    @property
    def _messages(self) -> str:
        return f"{self.desk}/api/v1/conversations/{self.id}/messages"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


@dataclass
class Agent:
    """One agent's page: takes what is offered, answers, ends, and tells nobody of a restart.

    `thinks` are the seconds between a customer's line and the answer; `closes` whether chats are ended.
    """

    client: aiohttp.ClientSession
    desk: str
    login: str
    password: str
    thinks: tuple[float, float] = (1.0, 3.0)
    closes: bool = True
    heard: Callable[[str, Any], None] | None = None

    def __post_init__(self) -> None:
        self._csrf = self._cookie = ""
        self._chats: dict[int, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._lines: dict[int, Lines] = {}
        self._said = asyncio.Event()
        self.served = 0

    async def run(self) -> None:
        """Works until cancelled."""
        await self._sign_in()
        while True:
            with suppress(OSError, WebSocketException, asyncio.TimeoutError):
                headers = {"Cookie": self._cookie}
                auth = {"csrf": self._csrf}
                async with socket_of(self.desk, auth, namespace="/agent", headers=headers, heard=self._hears) as socket:
                    await self.post("presence", {"state": "ready"})
                    await self._read_missed()
                    await self._work(socket)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _sign_in(self) -> None:
        body = {"login": self.login, "password": self.password}
        answer = await until_done(self.client, "POST", f"{self.desk}/api/staff/v1/login", json=body)
        assert answer.status == 200, answer
        self._csrf, self._cookie = answer.body["csrf"], answer.cookie.split(";")[0]

    async def _work(self, socket: Socket) -> None:
        while not socket.listening.done():
            for card in (await self._get("desk"))["chats"]:
                if card["handover"] not in self._chats:
                    self._chats[card["handover"]] = asyncio.create_task(self._serve(card["handover"]))
            self._changed.clear()
            waits = [asyncio.create_task(self._changed.wait()), socket.listening]
            await asyncio.wait(waits, timeout=5, return_when=asyncio.FIRST_COMPLETED)
            waits[0].cancel()

    async def _serve(self, handover: int) -> None:
        try:
            answer = await self.post(f"chats/{handover}/accept", None)
            if answer.status != 200:
                return  # somebody else has it
            self._take(handover, answer.body["messages"])
            await self._say(handover, "hello", HELLO)
            await self._heard_from(handover, QUESTION)
            await asyncio.sleep(random.uniform(*self.thinks))  # noqa: S311
            await self._say(handover, "answer", ANSWER)
            await self._heard_from(handover, THANKS)
            if self.closes:
                await asyncio.sleep(random.uniform(*self.thinks))  # noqa: S311
                done = await self.post(f"chats/{handover}/close", {"reason": "other", "result": "solved", "note": ""})
                assert done.status in {204, 409}, done
            self.served += 1
        finally:
            self._chats.pop(handover, None)

    async def _say(self, handover: int, client_id: str, text: str) -> None:
        await self.post(f"chats/{handover}/messages", {"client_id": f"{client_id}-{handover}", "text": text})

    async def _heard_from(self, handover: int, text: str) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        while not any(line["text"] == text for line in self._lines.get(handover, {}).values()):
            self._said.clear()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._said.wait(), 5)
            if time.monotonic() > ends:
                raise AssertionError(f"chat {handover}: the customer says nothing")

    async def _read_missed(self) -> None:
        """What was said in the open chats while the page was away."""
        for handover in list(self._chats):
            self._take(handover, (await self._get(f"chats/{handover}")).get("messages", []))

    def _hears(self, event: str, data: Any) -> None:
        if self.heard is not None:
            self.heard(event, data)
        if event == "message":
            self._take(data["handover"], [data["message"]])
        elif event in {"offer", "chats"}:
            self._changed.set()

    def _take(self, handover: int, lines: list[dict[str, Any]]) -> None:
        self._lines.setdefault(handover, {}).update((line["seq"], line) for line in lines)
        self._said.set()

    async def _get(self, path: str) -> Any:
        headers = {"Cookie": self._cookie}
        return (await until_done(self.client, "GET", f"{self.desk}/api/agent/v1/{path}", headers=headers)).body

    async def post(self, path: str, body: Any) -> Answer:
        """A change, until the desk has taken it."""
        headers = {"Cookie": self._cookie, "X-CSRF-Token": self._csrf}
        return await until_done(self.client, "POST", f"{self.desk}/api/agent/v1/{path}", json=body, headers=headers)
