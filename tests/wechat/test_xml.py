"""What comes to WeChat's address may be anything: it is refused or answered, never a failure, and never slowly."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from common.settings import WechatAccount
from desk.channels.wechat import inbound, signing
from desk.errors import Refused
from tests.wechat.account import Account, unparsed
from tests.wechat.desk import World

SECONDS = 2.0
KINDS = ["text", "image", "voice", "video", "shortvideo", "location", "link", "event", "device_text", "hologram", ""]
EVENTS = ["CLICK", "subscribe", "unsubscribe", "SCAN", "VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "scancode_push"]
EVENTS += ["pic_sysphoto", "location_select", "MASSSENDJOBFINISH", "user_get_card", "ShakearoundUserShake", "", "??"]
FIELDS = [
    "MsgId",
    "Content",
    "PicUrl",
    "MediaId",
    "Format",
    "Recognition",
    "Location_X",
    "Location_Y",
    "Scale",
    "Label",
]
FIELDS += ["Title", "Description", "Url", "EventKey", "Ticket", "Latitude", "Longitude", "Precision", "Status"]
FIELDS += ["ScanCodeInfo", "SendPicsInfo", "SendLocationInfo", "CardId", "Encrypt", "ThumbMediaId", "TotalCount"]

# XML has no control characters; whole ones of those are among the bytes.
words = some.text(some.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=40)
numbers = some.integers(-(2**70), 2**70).map(str)
values = some.recursive(words | numbers, lambda inner: some.dictionaries(some.sampled_from(FIELDS), inner, max_size=3))
openids = some.just("oFuzz_1") | words
messages = some.fixed_dictionaries(
    {},
    optional={
        "ToUserName": some.just("gh_0123456789ab") | words,
        "FromUserName": openids,
        "CreateTime": some.just("1700000000") | numbers | words,
        "MsgType": some.sampled_from(KINDS) | words,
        "Event": some.sampled_from(EVENTS) | words,
        **dict.fromkeys(FIELDS, values),
    },
)
likely = some.builds(
    lambda extra, known: extra | known,
    messages,
    some.fixed_dictionaries(
        {
            "ToUserName": some.just("gh_0123456789ab"),
            "FromUserName": some.just("oFuzz_1"),
            "CreateTime": some.integers(0, 2**31).map(str),
            "MsgType": some.sampled_from(KINDS),
        }
    ),
)
sealing = Account()
sealed = WechatAccount(**sealing.setting("http://127.0.0.1:1"))


def outcome(xml: str) -> None:
    """Reads it, in time; a refusal is an answer too."""
    began = time.monotonic()
    with suppress(Refused):
        inbound.read(xml)
    assert time.monotonic() - began < SECONDS


@settings(max_examples=400, deadline=None)
@given(messages | likely)
def test_any_message_is_read_or_refused(message: dict[str, Any]) -> None:
    outcome(unparsed(message))


@settings(max_examples=300, deadline=None)
@given(some.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    outcome(text)


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=300))
def test_any_bytes_are_opened_or_refused(body: bytes) -> None:
    query = sealing.query() | {"msg_signature": "0" * 40}
    for account in (sealed, sealed.copy(update={"aes_key": None})):
        with suppress(Refused):
            inbound.read(signing.opened(account, query, body))


@settings(max_examples=150, deadline=None)
@given(likely, some.data())
def test_a_sealed_message_with_any_byte_changed_is_refused_or_read(
    message: dict[str, Any], data: some.DataObject
) -> None:
    query, body = sealing.request("oFuzz_1", unparsed(message))
    at = data.draw(some.integers(0, len(body) - 1))
    changed = body[:at] + data.draw(some.characters(exclude_categories=["Cs"])) + body[at + 1 :]
    with suppress(Refused):
        inbound.read(signing.opened(sealed, query, changed.encode()))


@pytest.mark.parametrize(
    "body",
    [
        "<xml>" * 5_000,
        "<xml>" + "<a>" * 8_000 + "</a>" * 8_000 + "</xml>",
        "<xml " + " ".join(f'a{number}="b"' for number in range(5_000)) + "/>",
        "<xml>" + "<Content>a</Content>" * 2_500 + "</xml>",
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml>&b;</xml>',
        '<?xml version="1.0" encoding="utf-16"?><xml/>',
        "<xml><CreateTime>" + "9" * 60_000 + "</CreateTime></xml>",
        "<xml><MsgType>event</MsgType><Event>" + "x" * 60_000 + "</Event></xml>",
    ],
    ids=["open", "deep", "attributes", "twins", "entities", "encoding", "number", "name"],
)
def test_what_is_made_to_cost_much_costs_little(body: str) -> None:
    outcome(body)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(likely)
def test_the_desk_itself_fails_at_nothing_that_is_signed(hall: World, message: dict[str, Any]) -> None:
    query, body = hall.platform.account.request("oFuzz_1", unparsed(message))
    began = time.monotonic()
    answer = hall.stranger.post("/wechat/hall", params=query, content=body.encode())

    assert answer.status_code in {200, 400}, answer.text
    assert time.monotonic() - began < 3 * SECONDS
