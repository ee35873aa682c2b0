"""WeChat's API with its documented rules: tokens, windows, counts, media, menu; and faults on order.

Sources: https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Get_access_token.html
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/Get_temporary_materials.html
https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from tests.wechat.account import Account

AFTER_MESSAGE, MESSAGE_WINDOW = 5, 48 * 3600.0
AFTER_EVENT, EVENT_WINDOW = 3, 60.0
TOKEN_SECONDS = 7200
# Bytes of a text message, of a menu's names, and of a picture.
TEXT_BYTES, NAME_BYTES, NAME_BELOW_BYTES, PICTURE_BYTES = 2048, 16, 60, 10 * 1024 * 1024

Body = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What happens to one call instead of what it asks for.

    `kind` is `code` (an errcode), `status` (of HTTP, and no JSON), `hang` (seconds, then it is cut), `drip` (a byte
    each half second), or `cut` in the middle of the answer. `delay` (seconds) does what is asked for, later.
    """

    kind: str
    value: float = 0


@dataclass
class Window:
    """What may still be sent to somebody, by what they did."""

    message_until: float = 0.0
    message_left: int = 0
    event_until: float = 0.0
    event_left: int = 0


@dataclass
class Api:
    """The state behind the API. `faults` are used up one a call, by the end of the path; `spoils` makes more."""

    account: Account
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    typing: list[tuple[str, str]] = field(default_factory=list)
    sent: list[Body] = field(default_factory=list)
    templates: list[Body] = field(default_factory=list)
    menus: list[Body] = field(default_factory=list)
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    windows: dict[str, Window] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    tokens: int = 0
    ahead: float = 0.0
    _token: str = ""
    _expires: float = 0.0
    spoils: Callable[[str], Fault | None] = lambda _path: None
    # What a phone does with a customer-service message; the platform sets it.
    shows: Callable[[str, Body], None] = lambda _openid, _body: None

    def now(self) -> float:
        """The platform's time, in seconds."""
        return time.time() + self.ahead

    def opens(self, openid: str, *, by_event: bool) -> None:
        """Somebody did something that lets the account write to them."""
        window = self.windows.setdefault(openid, Window())
        if by_event:
            window.event_until, window.event_left = self.now() + EVENT_WINDOW, AFTER_EVENT
        else:
            window.message_until, window.message_left = self.now() + MESSAGE_WINDOW, AFTER_MESSAGE

    def fault(self, path: str) -> Fault | None:
        """What happens to this call."""
        waiting = self.faults.get(path)
        return waiting.pop(0) if waiting else self.spoils(path)

    def expire_token(self) -> None:
        """The token is none any more, as when somebody else has fetched one."""
        self._expires = 0.0

    def put(self, data: bytes, kind: str) -> str:
        """Keeps a file; its media id."""
        media_id = secrets.token_urlsafe(24)
        self.media[media_id] = data, kind
        return media_id

    def token(self, app_id: str, secret: str) -> Body:
        """A new token; the one before is over."""
        if app_id != self.account.app_id:
            return _no(40013)
        if secret != self.account.secret:
            return _no(40125)
        self.tokens += 1
        self._token, self._expires = f"token-{self.tokens}-{secrets.token_hex(8)}", self.now() + TOKEN_SECONDS
        return {"access_token": self._token, "expires_in": TOKEN_SECONDS}

    def wrong_token(self, token: str) -> Body | None:
        """What is said to a token, unless it is right."""
        if not token:
            return _no(41001)
        if token != self._token:
            return _no(40001)
        return None if self._expires > self.now() else _no(42001)

    def send(self, body: Body) -> Body:
        """A customer-service message."""
        openid, kind = str(body["touser"]), str(body["msgtype"])
        window = self.windows.get(openid)
        if window is None:
            return _no(40003)
        if window.event_until > self.now() and window.event_left > 0:
            spends = "event_left"
        elif window.message_until > self.now() and window.message_left > 0:
            spends = "message_left"
        else:
            return _no(45047 if max(window.event_until, window.message_until) > self.now() else 45015)
        if kind == "text" and not 0 < len(str(body["text"]["content"]).encode()) <= TEXT_BYTES:
            return _no(45002)
        if kind == "image" and body["image"]["media_id"] not in self.media:
            return _no(40007)
        if kind == "msgmenu" and not (body["msgmenu"]["list"] and 0 < len(read_menu(body).encode()) <= TEXT_BYTES):
            return _no(45002)
        if kind == "news" and not (len(body["news"]["articles"]) == 1 and body["news"]["articles"][0]["url"]):
            return _no(45008)
        if kind not in {"text", "image", "msgmenu", "news"}:
            return _no(40008)
        setattr(window, spends, getattr(window, spends) - 1)
        self.sent.append(body)
        self.shows(openid, body)
        return _no(0)

    def send_template(self, body: Body) -> Body:
        """A template message; no window is asked for."""
        if body["template_id"] != self.account.template_id:
            return _no(40037)
        self.templates.append(body)
        return _no(0) | {"msgid": len(self.templates)}

    def make_menu(self, body: Body) -> Body:
        """The menu, when it is one."""
        entries = body["button"]
        if not 1 <= len(entries) <= 3 or any(len(entry.get("sub_button", ())) > 5 for entry in entries):
            return _no(40017)
        below = [leaf for entry in entries for leaf in entry.get("sub_button", ())]
        if any(len(entry["name"].encode()) > NAME_BYTES for entry in entries):
            return _no(40018)
        if any(len(leaf["name"].encode()) > NAME_BELOW_BYTES for leaf in below):
            return _no(40025)
        self.menus.append(body)
        return _no(0)


def _no(code: int) -> Body:
    return {"errcode": code, "errmsg": "ok" if code == 0 else f"error {code}"}


def application(api: Api) -> FastAPI:
    """The API over HTTP, under /cgi-bin."""
    app = FastAPI()

    @app.api_route("/cgi-bin/{path:path}", methods=["GET", "POST"])
    async def call(path: str, request: Request) -> Response:
        body = await request.body()
        fault = api.fault(path)
        if fault is not None and (spoiled := await _spoiled(api, fault)) is not None:
            return spoiled
        answer = await _done(api, path, request, body)
        if isinstance(answer, Response):
            return answer
        if answer.get("errcode"):
            api.refused.append(answer["errcode"])
        # As the real one does: text, though it is JSON.
        return Response(json.dumps(answer, ensure_ascii=False), media_type="text/plain")

    return app


async def _done(api: Api, path: str, request: Request, body: bytes) -> Body | Response:
    query = request.query_params
    if path == "token":
        return api.token(query.get("appid", ""), query.get("secret", ""))
    wrong = api.wrong_token(query.get("access_token", ""))
    if wrong is not None:
        return wrong
    match path:
        case "message/custom/send":
            return api.send(json.loads(body))
        case "message/custom/typing":
            said = json.loads(body)
            api.typing.append((said["touser"], said["command"]))
            return _no(0)
        case "message/template/send":
            return api.send_template(json.loads(body))
        case "menu/create":
            return api.make_menu(json.loads(body))
        case "media/get":
            found = api.media.get(query.get("media_id", ""))
            return _no(40007) if found is None else Response(found[0], media_type=found[1])
        case "media/upload":
            file: Any = (await request.form())["media"]
            data = await file.read()
            if len(data) > PICTURE_BYTES:
                return _no(40006)
            return {"type": "image", "media_id": api.put(data, file.content_type), "created_at": int(api.now())}
    return _no(40066)


async def _spoiled(api: Api, fault: Fault) -> Response | None:
    match fault.kind:
        case "code":
            api.refused.append(int(fault.value))
            return Response(json.dumps(_no(int(fault.value))), media_type="text/plain")
        case "status":
            return Response("<html>bad</html>", int(fault.value), media_type="text/html")
        case "delay":
            await asyncio.sleep(fault.value)
            return None
        case "hang":
            await asyncio.sleep(fault.value)
    return StreamingResponse(_broken(fault.kind == "drip"), headers={"Content-Length": "1000"})


async def _broken(drips: bool) -> AsyncIterator[bytes]:
    yield b'{"errcode"'
    while drips:
        await asyncio.sleep(0.5)
        yield b" "
    raise ConnectionResetError("cut on order")


def read_menu(body: Body) -> str:
    """A menu message as it is read."""
    menu = body["msgmenu"]
    return "\n".join([menu["head_content"], *(choice["content"] for choice in menu["list"])])
