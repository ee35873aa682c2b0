"""Who is not WeChat is refused, whatever they know; and what is refused leaves nothing behind."""

import secrets
import time

import httpx
import pytest

from tests.wechat.account import Account, unparsed
from tests.wechat.desk import World
from tests.wechat.platform import Phone


def message(phone: Phone, text: str, number: int = 7) -> str:
    """A text message's XML."""
    known = {"ToUserName": "gh_0123456789ab", "FromUserName": phone.openid, "CreateTime": 1, "MsgType": "text"}
    return unparsed(known | {"Content": text, "MsgId": number})


def posted(hall: World, query: dict[str, str], body: str) -> httpx.Response:
    """What the desk says to it."""
    return hall.stranger.post("/wechat/hall", params=query, content=body.encode())


def test_the_address_is_proven(hall: World) -> None:
    query = hall.platform.account.query() | {"echostr": "5927782489442352469"}

    assert hall.stranger.get("/wechat/hall", params=query).text == query["echostr"]
    assert hall.stranger.get("/wechat/hall", params=query | {"signature": "0" * 40}).status_code == 403


@pytest.mark.parametrize("wrong", ["signature", "msg_signature", "timestamp", "nonce"])
def test_a_signature_that_is_another_ones_is_refused(hall: World, phone: Phone, wrong: str) -> None:
    query, body = hall.platform.account.request(phone.openid, message(phone, "伪造"))
    other = query | {wrong: str(int(time.time()) - 1) if wrong == "timestamp" else secrets.token_hex(20)}

    assert posted(hall, other, body).status_code == 403
    assert posted(hall, {name: word for name, word in query.items() if name != wrong}, body).status_code == 403
    assert "伪造" not in hall.bot.asked.values()


def test_another_accounts_secrets_open_nothing(hall: World, phone: Phone) -> None:
    for other in (Account(token="other"), Account(aes_key="Z" * 42 + "E"), Account(app_id="wxother")):
        query, body = other.request(phone.openid, message(phone, "别家"))
        assert posted(hall, query, body).status_code in {400, 403}

    assert "别家" not in hall.bot.asked.values()


@pytest.mark.parametrize("seconds", [-310, 310])
def test_an_old_or_early_timestamp_is_refused(hall: World, phone: Phone, seconds: int) -> None:
    _, body = hall.platform.account.request(phone.openid, message(phone, "过期"))
    query = hall.platform.account.query(timestamp=int(time.time()) + seconds)

    assert posted(hall, query, body).status_code == 403
    assert "过期" not in hall.bot.asked.values()


def test_a_request_that_was_heard_says_nothing_more(hall: World, phone: Phone) -> None:
    text = f"转账{secrets.token_hex(4)}"
    query, body = hall.platform.account.request(phone.openid, message(phone, text, secrets.randbelow(10**9)))
    answers = [posted(hall, query, body) for _ in range(3)]
    _, other = hall.platform.account.request(phone.openid, message(phone, "另一句", secrets.randbelow(10**9)))

    assert {answer.status_code for answer in answers} == {200}
    assert list(hall.bot.asked.values()).count(text) == 1
    assert posted(hall, query, other).status_code == 403
    assert "另一句" not in hall.bot.asked.values()


def test_in_safe_mode_nothing_is_taken_in_the_clear(hall: World, phone: Phone) -> None:
    plain = Account(aes_key=None)
    query, body = plain.request(phone.openid, message(phone, "明文"))

    assert posted(hall, query, body).status_code == 400
    assert "明文" not in hall.bot.asked.values()


def test_what_is_no_account_or_too_large_is_refused(hall: World, phone: Phone) -> None:
    query, body = hall.platform.account.request(phone.openid, message(phone, "字" * 30_000))

    assert posted(hall, query, body).status_code == 413
    assert hall.stranger.post("/wechat/none", params=query, content=b"").status_code == 404
