"""WeChat as the desk sees it: signs and posts messages, and takes what the desk sends it, as a test tells it to."""

import contextlib
import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import xmltodict
from wechatpy.crypto import WeChatCrypto

from desk.channels.wechat.signing import signature
from tests.bss.scripted import Operator, answers

OPENID, ACCOUNT = "oCustomer_0000000000000000001", "gh_hall"
APP_ID, TOKEN, KEY = "wxhall", "platform-token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def account(address: str, **changes: Any) -> str:
    """The setting of one account, "hall", whose API is at `address`."""
    known = {"app_id": APP_ID, "secret": "s", "token": TOKEN, "api": address}
    return json.dumps({"hall": known | changes})


def xml(kind: str, msg_id: int = 1, openid: str = OPENID, **fields: Any) -> str:
    """A message of a kind with these fields."""
    shown = {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": 1700000000, "MsgType": kind} | fields
    if kind != "event":
        shown["MsgId"] = msg_id
    return str(xmltodict.unparse({"xml": shown}, full_document=False))


def query(nonce: str, **changes: str) -> dict[str, str]:
    """What signs a request; the signature is right unless it is changed."""
    signed = {"timestamp": str(int(time.time())), "nonce": nonce} | changes
    return {"signature": signature(TOKEN, signed["timestamp"], signed["nonce"])} | signed


def encrypted(message: str, nonce: str) -> tuple[dict[str, str], str]:
    """A request in safe mode: its query and body."""
    signed = query(nonce)
    envelope = WeChatCrypto(TOKEN, KEY, APP_ID).encrypt_message(message, nonce, signed["timestamp"])
    proof = xmltodict.parse(envelope)["xml"]["MsgSignature"]
    return signed | {"encrypt_type": "aes", "msg_signature": proof}, envelope


@dataclass
class Wechat:
    """The API: what was sent to it, and the errcodes that it answers with, one a message, before it takes messages."""

    operator: Operator
    errors: list[int] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    tokens: int = 0
    media: bytes = b""

    def script(self, operator: Operator, request: BaseHTTPRequestHandler) -> None:
        """See `tests.bss.scripted.Script`."""
        seen = operator.seen[-1]
        body: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        if seen.path.endswith("/token"):
            self.tokens += 1
            body = {"access_token": f"token-{self.tokens}", "expires_in": 7200}
        elif seen.path.endswith("/media/get") and self.media:
            answers(200, self.media, Content_Type="image/png")(operator, request)
            return
        elif seen.path.endswith("/media/upload"):
            body = {"media_id": "uploaded"}
        elif self.errors:
            body = {"errcode": self.errors.pop(0), "errmsg": "no"}
        else:
            self.sent.append(json.loads(seen.body) | {"path": seen.path})
        answers(200, json.dumps(body).encode(), Content_Type="application/json")(operator, request)

    def texts(self) -> list[str]:
        """The customer-service messages that it took, menus as WeChat shows them."""
        return [shown(sent) for sent in self.sent if sent.get("msgtype") in {"text", "msgmenu"}]

    def wait(self, count: int, seconds: float = 5.0) -> list[str]:
        """The texts, once there are so many."""
        ends = time.monotonic() + seconds
        while len(self.texts()) < count and time.monotonic() < ends:
            time.sleep(0.02)
        return self.texts()


class Customer:
    """Somebody who writes to the account "hall" of a running desk."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._said = 0

    def says(self, text: str, msg_id: int | None = None, openid: str = OPENID) -> str | None:
        """Writes; returns the answer in place."""
        self._said += 1
        return self.sends(xml("text", msg_id or self._said, openid, Content=text))

    def sends(self, message: str) -> str | None:
        """Sends a message; returns the answer in place."""
        self._said += 1
        return reply(self.posts(message, query(f"nonce{self._said}")))

    def posts(self, message: str | bytes, signed: dict[str, str]) -> httpx.Response:
        """Sends anything."""
        return self._client.post("/wechat/hall", params=signed, content=message)

    def hangs_up(self, message: str) -> None:
        """Sends a message and does not wait for the answer."""
        self._said += 1
        with contextlib.suppress(httpx.TimeoutException):
            signed = query(f"nonce{self._said}")
            self._client.post("/wechat/hall", params=signed, content=message, timeout=0.2)


def reply(answer: httpx.Response) -> str | None:
    """The text of an answer in place; None when there is none."""
    assert answer.status_code == 200, answer.text
    if answer.text == "success":
        return None
    shown = xmltodict.parse(answer.text)["xml"]
    assert (shown["ToUserName"], shown["MsgType"]) == (OPENID, "text")
    return str(shown["Content"])


def shown(sent: dict[str, Any]) -> str:
    """What a customer reads of a text or a menu message."""
    if sent["msgtype"] == "text":
        return str(sent["text"]["content"])
    menu = sent["msgmenu"]
    return "\n".join([menu["head_content"], *(choice["content"] for choice in menu["list"])])
