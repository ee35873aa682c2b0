from typing import Any

import pytest

from common.settings import WechatAccount
from desk.channels.wechat import signing
from desk.errors import Refused
from tests.desk.channels.wechat.wechat import APP_ID, KEY, TOKEN, encrypted, query, xml

NOW = 1_700_000_000
PLAIN = WechatAccount(app_id=APP_ID, secret="s", token=TOKEN)
SAFE = WechatAccount(app_id=APP_ID, secret="s", token=TOKEN, aes_key=KEY)


def refused(call: Any, *arguments: Any) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return caught.value.status, caught.value.code


def test_a_signature_is_sha1_of_the_sorted_words() -> None:
    # sha1("1" "2" "3")
    assert signing.signature("2", "3", "1") == "40bd001563085fc35165329ea1ff5c5ecbdbbeef"


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_a_young_signed_request_is_let_in(age: int) -> None:
    assert signing.check(PLAIN, query("n", timestamp=str(NOW - age)), NOW) == f"{NOW - age}:n"


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": "0" * 40},
        {"signature": ""},
        {"signature": "签名"},
        {"timestamp": str(NOW - 301)},
        {"timestamp": str(NOW + 301)},
        {"timestamp": "soon"},
        {"timestamp": ""},
        {"nonce": ""},
        {"nonce": "n" * 100},
        {"nonce": "a b"},
    ],
)
def test_other_requests_are_not(changes: dict[str, str]) -> None:
    signed = query(**{"nonce": "n", "timestamp": str(NOW)} | changes)

    assert refused(signing.check, PLAIN, signed, NOW) == (403, "forbidden")


def test_an_encrypted_message_is_opened() -> None:
    message = xml("text", Content="查话费")

    assert signing.opened(SAFE, *_request(*encrypted(message, "n"))) == message


def test_an_account_with_a_key_takes_no_plain_message() -> None:
    assert refused(signing.opened, SAFE, query("n"), xml("text", Content="查话费").encode()) == (400, "bad_request")


def test_an_envelope_that_was_changed_is_refused() -> None:
    signed, envelope = encrypted(xml("text", Content="查话费"), "n")

    forged = _request(signed | {"msg_signature": "0" * 40}, envelope)

    assert refused(signing.opened, SAFE, *forged) == (
        403,
        "forbidden",
    )


def test_a_message_for_another_account_is_refused() -> None:
    other = SAFE.copy(update={"app_id": "wxother"})

    assert refused(signing.opened, other, *_request(*encrypted(xml("text"), "n"))) == (400, "bad_request")


@pytest.mark.parametrize("garbage", ["AAAA", "A" * 64, "!", ""])
def test_garbage_with_a_right_signature_is_refused(garbage: str) -> None:
    signed = query("n")
    proof = signing.signature(TOKEN, signed["timestamp"], "n", garbage)
    envelope = f"<xml><Encrypt>{garbage}</Encrypt></xml>"

    assert refused(signing.opened, SAFE, *_request(signed | {"msg_signature": proof}, envelope)) == (400, "bad_request")


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xml><Content>&b;</Content></xml>'


@pytest.mark.parametrize("body", [BOMB, BOMB.lower(), "<xml><!  ENTITY x></xml>"])
def test_entities_are_refused_before_they_are_read(body: str) -> None:
    assert refused(signing.opened, PLAIN, {}, body.encode()) == (400, "bad_request")
    assert refused(signing.opened, SAFE, *_request(*encrypted(body, "n"))) == (400, "bad_request")


def test_what_is_no_text_is_refused() -> None:
    assert refused(signing.opened, PLAIN, {}, b"\xff\xfe<\0x\0") == (400, "bad_request")


def _request(signed: dict[str, str], envelope: str) -> tuple[dict[str, str], bytes]:
    return signed, envelope.encode()
