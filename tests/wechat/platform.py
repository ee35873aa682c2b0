"""WeChat as both sides know it: people with phones on one, its API and its three tries to deliver on the other.

A message goes to the desk within five of the platform's seconds, else again, three times in all; a phone shows one
reply for it. `second` is how long such a second takes, so that a test need not wait for real ones.
Source: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp

from tests.wechat.account import Account, unparsed
from tests.wechat.api import Api, application, read_menu
from tests.wechat.serving import Serving

T = TypeVar("T")

TRIES, SECONDS = 3, 5.0
BROKEN = "该公众号提供的服务出现故障，请稍后再试"


@dataclass
class Phone:
    """One person's: what it shows of the account, in the order of coming, and what the platform says instead.

    `menu` are the latest menu message's words and ids; `news` the titles and addresses of cards.
    """

    openid: str
    shown: list[str] = field(default_factory=list)
    menu: dict[str, str] = field(default_factory=dict)
    news: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that it shows."""
        return "\n".join(self.shown)

    def until(self, seen: Callable[[], object], seconds: float = 10.0) -> None:
        """Waits until it shows something."""
        ends = time.monotonic() + seconds
        while not seen():
            assert time.monotonic() < ends, f"not within {seconds} s; shown: {self.shown} {self.notices}"
            time.sleep(0.05)


@dataclass
class Delivery:
    """How a message was delivered: the answer of each try (None: none in time), and the reply that was shown."""

    tries: list[tuple[int, str] | None] = field(default_factory=list)
    reply: str | None = None
    seconds: float = 0.0


class Platform:
    """WeChat with one account, whose desk is at `desk`."""

    def __init__(self, account: Account | None = None, *, second: float = 1.0) -> None:
        self.account = account or Account()
        self.second = second
        self.desk = ""
        self.api = Api(self.account)
        self.api.shows = self._pushed
        self.phones: dict[str, Phone] = {}
        self._serving = Serving(application(self.api))
        self.address = self._serving.address
        self._ids = itertools.count(24_000_000_000_000_000)
        self._client: aiohttp.ClientSession | None = None

    def phone(self, openid: str) -> Phone:
        """Somebody's phone."""
        return self.phones.setdefault(openid, Phone(openid))

    def says(self, phone: Phone, text: str, **how: Any) -> Delivery:
        """Somebody writes; waits for the delivery."""
        return self.begins(phone, "text", Content=text, **how).result(120)

    def presses(self, phone: Phone, words: str) -> Delivery:
        """Somebody presses a line of the latest menu message: its words come as a text, its id beside them."""
        return self.sends(phone, "text", Content=words, bizmsgmenuid=phone.menu[words])

    def sends(self, phone: Phone, kind: str, **fields: Any) -> Delivery:
        """Somebody sends anything."""
        return self.begins(phone, kind, **fields).result(120)

    def clicks(self, phone: Phone, key: str) -> Delivery:
        """Somebody presses an entry of the menu."""
        return self.sends(phone, "event", Event="CLICK", EventKey=key)

    def runs(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Does it in the platform's loop."""
        return self._serving.runs(work)

    def begins(self, phone: Phone, kind: str, *, lost: int = 0, hung_up: int = 0, **fields: Any) -> "Future[Delivery]":
        """Begins to deliver. The answers of the first `lost` tries are lost on their way; `hung_up` ends the first
        tries before there is one."""
        return self.runs(self.deliver(phone, kind, lost=lost, hung_up=hung_up, **fields))

    async def deliver(self, phone: Phone, kind: str, *, lost: int = 0, hung_up: int = 0, **fields: Any) -> Delivery:
        """See `begins`; in the platform's loop."""
        xml = unparsed(self._message(phone, kind, fields))
        self._noted(phone, kind, fields)
        done, began = Delivery(), time.monotonic()
        for number in range(TRIES):
            patience = 0.05 if number < hung_up else SECONDS * self.second
            answer = await self._tried(phone.openid, xml, patience)
            done.tries.append(answer)
            if number < lost or answer is None:
                continue
            if answer[0] == 200:
                done.reply = self._shown(phone, answer[1])
                break
            await asyncio.sleep(SECONDS * self.second)
        else:
            phone.notices.append(BROKEN)
        done.seconds = time.monotonic() - began
        return done

    def _message(self, phone: Phone, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        known = {"ToUserName": self.account.original_id, "FromUserName": phone.openid, "CreateTime": int(time.time())}
        known |= {"MsgType": kind} | fields
        return known if kind == "event" else known | {"MsgId": number}

    def _noted(self, phone: Phone, kind: str, fields: dict[str, Any]) -> None:
        if kind != "event" or str(fields["Event"]).lower() in {"click", "subscribe", "scan"}:
            self.api.opens(phone.openid, by_event=kind == "event")
        if str(fields.get("Event", "")).lower() == "unsubscribe":
            self.api.windows.pop(phone.openid, None)

    async def _tried(self, openid: str, xml: str, seconds: float) -> tuple[int, str] | None:
        query, body = self.account.request(openid, xml)
        if self._client is None:
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        with suppress(aiohttp.ClientError, asyncio.TimeoutError):
            timeout = aiohttp.ClientTimeout(total=seconds)
            async with self._client.post(self.desk, params=query, data=body.encode(), timeout=timeout) as answer:
                return answer.status, await answer.text()
        return None

    def _shown(self, phone: Phone, body: str) -> str | None:
        if body in {"", "success"}:
            return None
        reply = self.account.opened(body)
        assert (reply["ToUserName"], reply["FromUserName"]) == (phone.openid, self.account.original_id)
        assert reply["MsgType"] in {"text", "news"}
        if reply["MsgType"] == "news":
            article = reply["Articles"]["item"]
            phone.news.append((article["Title"], article["Url"]))
        text = str(reply["Content"] if reply["MsgType"] == "text" else article["Description"])
        assert 0 < len(text.encode()) <= 2048
        phone.shown.append(text)
        return text

    def _pushed(self, openid: str, body: dict[str, Any]) -> None:
        phone = self.phone(openid)
        if body["msgtype"] == "image":
            phone.pictures.append(self.api.media[body["image"]["media_id"]][0])
        elif body["msgtype"] == "msgmenu":
            phone.shown.append(read_menu(body))
            phone.menu = {choice["content"]: choice["id"] for choice in body["msgmenu"]["list"]}
        elif body["msgtype"] == "news":
            (article,) = body["news"]["articles"]
            phone.news.append((article["title"], article["url"]))
            phone.shown.append(str(article["description"]))
        else:
            phone.shown.append(str(body["text"]["content"]))

    def close(self) -> None:
        """Ends it."""
        if self._client is not None:
            self._serving.runs(self._client.close()).result(5)
        self._serving.close()
