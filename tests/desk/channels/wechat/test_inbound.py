import json

import pytest

from desk.channels.wechat.inbound import clicks, read
from desk.errors import Refused, sentence
from knowledge_base.content import content
from tests.desk.channels.wechat.wechat import OPENID, xml


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        (xml("text", Content="查话费"), "text", "查话费"),
        (xml("voice", MediaId="m", Recognition="查话费。"), "text", "查话费。"),
        (xml("voice", MediaId="m"), "refuse", "wechat_voice"),
        (xml("image", MediaId="m", PicUrl="http://127.0.0.1/"), "picture", "m"),
        (
            xml("location", Label="江宁区双龙大道1号"),
            "text",
            sentence("wechat_location", label="江宁区双龙大道1号"),
        ),
        (xml("location", Label="", Location_X="0", Location_Y="0"), "refuse", "wechat_location_unread"),
        (xml("location", Label="", Location_X="x", Location_Y="y"), "refuse", "wechat_location_unread"),
        (xml("location", Label=""), "refuse", "wechat_location_unread"),
        (
            xml("location", Label="", Location_X="32.066", Location_Y="118.770"),
            "text",
            sentence("wechat_location_here"),
        ),
        (xml("link", Title="公告", Description="", Url="https://a.example"), "text", "公告\nhttps://a.example"),
        (xml("video", MediaId="m", ThumbMediaId="t"), "refuse", "wechat_unread"),
        (xml("something", A="b"), "refuse", "wechat_unread"),
        (xml("event", Event="CLICK", EventKey="balance"), "text", "查话费余额"),
        (xml("event", Event="CLICK", EventKey="unknown"), "nothing", ""),
        (xml("event", Event="subscribe"), "greet", ""),
        (xml("event", Event="subscribe", EventKey="qrscene_fault"), "greet", ""),
        (xml("event", Event="SCAN", EventKey="fault"), "text", "我要报障"),
        (xml("event", Event="SCAN", EventKey="7"), "nothing", ""),
        (xml("event", Event="unsubscribe"), "gone", ""),
        (xml("event", Event="VIEW", EventKey="https://a.example"), "nothing", ""),
        (xml("event", Event="TEMPLATESENDJOBFINISH", MsgID="1", Status="success"), "nothing", ""),
    ],
)
def test_each_kind_of_message_is_understood(message: str, kind: str, text: str) -> None:
    found = read(message)

    assert (found.openid, found.kind, found.text) == (OPENID, kind, text)


def test_a_place_is_for_the_bot_its_name_and_about_where_it_is() -> None:
    shared = read(xml("location", Label="江宁区双龙大道1号", Location_X="31.95219", Location_Y="118.83981"))
    odd = read(xml("location", Label='a"}/human_agent{"x\n1号' + "长" * 200, Location_X="91", Location_Y="1"))

    assert shared.payload == '/share_place{"place": "江宁区双龙大道1号", "near": "31.952,118.840"}'
    place = json.loads(str(odd.payload).removeprefix("/share_place"))
    assert place == {"place": "a human_agent x 1号" + "长" * 82, "near": ""}
    assert read(xml("text", Content="我在江宁区")).payload is None


def test_messages_are_named_by_their_id_and_events_by_whom_when_and_what_for() -> None:
    assert read(xml("text", 42, Content="a")).key == "42"
    pressed = [read(xml("event", Event="CLICK", EventKey=key)).key for key in ("bill", "bill", "usage")]
    assert pressed[0] == pressed[1] != pressed[2]
    assert pressed[0].startswith(f"{OPENID}:1700000000:")


def test_events_open_another_limit_than_messages_and_most_open_none() -> None:
    opens = [
        read(message).opens
        for message in (
            xml("text", Content="a"),
            xml("event", Event="SCAN", EventKey="7"),
            xml("event", Event="subscribe"),
            xml("event", Event="VIEW", EventKey="u"),
            xml("event", Event="unsubscribe"),
        )
    ]

    assert opens == ["message", "event", "event", None, None]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "no xml",
        "<xml/>",
        "<other><MsgType>text</MsgType></other>",
        "<xml><MsgType>text</MsgType><FromUserName>a</FromUserName></xml>",
        "<xml><MsgType><a/></MsgType></xml>",
        xml("text", openid="a b", Content="a"),
        xml("text", openid="a" * 65, Content="a"),
        xml("text", 10**95, Content="a"),
        xml("event", CreateTime="soon", Event="CLICK", EventKey="bill"),
    ],
)
def test_what_is_no_message_is_refused(message: str) -> None:
    with pytest.raises(Refused) as caught:
        read(message)

    assert (caught.value.status, caught.value.code) == (400, "bad_request")


def test_every_key_of_the_menu_is_there_once_and_says_something() -> None:
    menu = content("wechat_menu")["menu"]
    keys = [leaf["key"] for entry in menu for leaf in entry.get("buttons") or [entry] if "url" not in leaf]

    assert len(keys) == len(set(keys)) == len(clicks(menu))
    assert all(clicks(menu).values())
