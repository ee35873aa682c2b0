"""WeChat's API, one client an account. All methods block, `WHOLE_SECONDS` and one token at most.

Codes: https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html
"""

import io
import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Literal, TypeVar

import requests
import urllib3
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bss.connections import limited, session
from common.settings import WechatAccount, settings
from desk.channels.wechat import tokens
from desk.errors import Refused

logger = logging.getLogger(__name__)

Outcome = Literal["sent", "window", "limit", "refused", "skip", "later"]
Result = TypeVar("Result")

# One wait for WeChat, and a whole token.
SECONDS = 5.0
# All requests of one call, its second try too, but for tokens: they must not outlast the sender's lease on a customer.
WHOLE_SECONDS = 15.0
FAILURES = WeChatClientException, OSError, urllib3.exceptions.HTTPError, tokens.TokenLate
_TOKEN_ERRORS = {40001, 40014, 42001}
_OUTCOMES: dict[int, Outcome] = {
    -1: "later",
    45009: "later",  # the day's calls are used up
    45011: "later",  # too many calls at once
    45015: "window",
    45047: "limit",
    40003: "refused",
    43004: "refused",  # does not follow the account
    48001: "refused",  # the account may not send such messages
    **dict.fromkeys(_TOKEN_ERRORS, "later"),
}


class _Client(WeChatClient):
    """wechatpy's client at an address of ours, with the token that all processes share."""

    def __init__(self, name: str, account: WechatAccount) -> None:
        super().__init__(account.app_id, account.secret.get_secret_value(), timeout=SECONDS, auto_retry=False)
        self.API_BASE_URL = f"{account.api}/cgi-bin/"
        self._http = session()
        self._name = name
        self.used: str | None = None
        self.bad: str | None = None

    @property
    def access_token(self) -> str:
        """The account's token."""
        self.used = tokens.current(self._name, self._fetch, self.bad)
        return self.used

    def _fetch(self) -> tuple[str, int]:
        params = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        with limited(time.monotonic() + SECONDS) as limit:
            answer = self._http.get(f"{self.API_BASE_URL}token", params=params, timeout=SECONDS)
            limit.left()
        body = self._decode_result(answer)
        try:
            return str(body["access_token"]), int(body["expires_in"])
        except (KeyError, ValueError, TypeError) as error:
            # Secret, white list and the like are the operator's to mend: no message is left out for them.
            raise WeChatClientException(None, f"no token: {_said(body)}", self, answer.request, answer) from error

    def _decode_result(self, res: requests.Response) -> Any:
        """The answer's JSON. What is none, or was cut, is no success."""
        result = super()._decode_result(res)
        if not isinstance(result, dict):
            raise WeChatClientException(None, "no JSON", self, res.request, res)
        return result


def _said(body: dict[str, Any]) -> str:
    return f"{body.get('errcode')} {body.get('errmsg', '')}"


class Api:
    """What the channel asks of WeChat for one account. Sending returns an outcome and raises nothing."""

    def __init__(self, name: str, account: WechatAccount) -> None:
        self._name = name
        self._account = account

    def send_text(self, openid: str, text: str) -> Outcome:
        """A customer-service message."""
        return self._outcome(lambda client: client.message.send_text(openid, text))

    def send_menu(self, openid: str, head: str, choices: Sequence[tuple[str, str]]) -> Outcome:
        """A menu message: words, and choices (id, words) to press; a press comes back as a message with the id."""
        listed = [{"id": key, "content": words} for key, words in choices]
        menu = {"head_content": head, "list": listed, "tail_content": ""}
        return self._outcome(lambda client: client.message.send_msg_menu(openid, menu))

    def send_news(self, openid: str, title: str, text: str) -> Outcome:
        """A card as news, which leads to the account's `card_url`."""
        article = {"title": title, "description": text, "url": self._account.card_url, "picurl": ""}
        return self._outcome(lambda client: client.message.send_articles(openid, [article]))

    def send_picture(self, openid: str, data: bytes, media_type: str) -> Outcome:
        """A picture as a customer-service message."""

        def send(client: _Client) -> Any:
            file = (f"picture.{media_type.rsplit('/', 1)[-1]}", io.BytesIO(data), media_type)
            media = client.media.upload("image", file)
            return client.message.send_image(openid, media["media_id"])

        return self._outcome(send)

    def send_template(self, openid: str, data: dict[str, str]) -> Outcome:
        """Tells somebody whom no message reaches that something waits; "skip" when the account has no template."""
        if self._account.template_id is None:
            return "skip"
        fields = {name: {"value": value} for name, value in data.items()}
        return self._outcome(lambda client: client.message.send_template(openid, self._account.template_id, fields))

    def show_typing(self, openid: str, *, on: bool) -> None:
        """Shows, or no longer, that somebody writes; worth nothing later, so a failure is no one's concern."""
        body = {"touser": openid, "command": "Typing" if on else "CancelTyping"}
        with suppress(*FAILURES):
            self._call(lambda client: client.post("message/custom/typing", data=body))

    def picture(self, media_id: str) -> bytes:
        """A picture that a customer sent, one byte longer than allowed at most. Raises Refused when there is none."""

        def load(client: _Client) -> bytes:
            url, params = f"{client.API_BASE_URL}media/get", {"media_id": media_id, "access_token": client.access_token}
            with client._http.get(url, params=params, timeout=SECONDS, stream=True) as answer:
                answer.raise_for_status()
                data = b""
                for piece in answer.iter_content(64 * 1024):
                    data += piece
                    if len(data) > settings().picture_bytes:
                        break
                if data.startswith(b"{"):
                    error = json.loads(data)
                    raise WeChatClientException(error.get("errcode"), error.get("errmsg"), client, None, answer)
                return data

        try:
            return self._call(load)
        except (*FAILURES, ValueError) as error:
            raise Refused(502, "wechat_picture_lost") from error

    def publish_menu(self, menu: dict[str, Any]) -> None:
        """Replaces the account's menu. Raises one of `FAILURES`."""
        self._call(lambda client: client.menu.create(menu))

    def _outcome(self, send: Callable[[_Client], Any]) -> Outcome:
        try:
            self._call(send)
        except FAILURES as error:
            code = error.errcode if isinstance(error, WeChatClientException) else None
            outcome: Outcome = "later" if code is None else _OUTCOMES.get(code, "skip")
            why = getattr(error, "errmsg", None) if code is None else code
            logger.warning("account %s: not sent (%s): %s", self._name, outcome, why or type(error).__name__)
            return outcome
        return "sent"

    def _call(self, work: Callable[[_Client], Result]) -> Result:
        """Does it, and once more with a new token when the first one is not taken."""
        client = _Client(self._name, self._account)
        with limited(time.monotonic() + WHOLE_SECONDS) as limit:
            try:
                done = work(client)
            except WeChatClientException as error:
                if error.errcode not in _TOKEN_ERRORS:
                    raise
                client.bad = client.used
                done = work(client)
            limit.left()
        return done
