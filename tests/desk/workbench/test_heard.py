from typing import Any

import pytest

from desk.workbench import heard
from knowledge_base.retention.profile import Said


def said(topic: str = "", *sentences: str, **journey: str) -> Said:
    return heard.said(topic, journey, sentences)


def moments(topic: str = "", *sentences: str, **told: Any) -> list[str]:
    known = {"ending": False, "ended": False, "groups": ()} | told
    return heard.moments(topic, said(topic, *sentences), sentences, **known)


@pytest.mark.parametrize(
    ("topic", "sentences", "expected"),
    [
        ("", (), Said()),
        ("query_bill", ("查一下话费",), Said()),
        ("cancel_service_port_out", (), Said(porting=True, asked=True)),
        ("cancel_service", ("太贵了",), Said(reason="fee", asked=True)),
        ("", ("我要携号转网", "授权码怎么拿"), Said(porting=True, code=True, asked=True)),
        ("", ("信号太差", "比别家差多了"), Said(reason="operator", competitor=True)),
        ("", ("合约快到期了",), Said(asked=True)),
        ("", ("发SQXZ到10001对吗",), Said(code=True)),
    ],
)
def test_what_the_customer_says_is_passed_on_as_it_is(topic: str, sentences: tuple[str, ...], expected: Said) -> None:
    assert said(topic, *sentences) == expected


@pytest.mark.parametrize(("chosen", "reason"), [("network", "network"), ("no", None), ("other", None), ("xyz", "fee")])
def test_the_reason_that_was_chosen_comes_before_words(chosen: str, reason: str | None) -> None:
    assert said("cancel_service", "太贵了", reason=chosen).reason == reason


def test_a_reason_of_another_journey_is_no_reason_to_leave() -> None:
    assert said("complain_service", reason="network").reason is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (moments(), []),
        (moments("query_bill", "查话费"), []),
        (moments("cancel_service"), ["leaving", "renewal", "warning"]),
        (moments("cancel_service_port_out"), ["port_out", "leaving", "renewal", "warning"]),
        (moments("query_bill", "我要携号转网")[:1], ["port_out"]),
        (moments("query_bill", "宽带我想拆了")[:1], ["leaving"]),
        (moments("broadband_service_renew"), ["renewal", "warning"]),
        (moments(ending=True), ["renewal", "warning"]),
        (moments("query_bill", "话费太贵了"), ["warning", "renewal"]),
        (moments(groups=("retention",)), ["warning", "renewal"]),
        (moments(ended=True, groups=("retention",))[0], "winback"),
    ],
)
def test_the_moment_follows_from_what_the_talk_is_about(found: Any, expected: Any) -> None:
    assert found == expected


def test_who_has_not_spoken_of_leaving_is_not_treated_so() -> None:
    assert {"leaving", "port_out"} & set(moments("query_bill", "太贵了", ending=True, groups=("retention",))) == set()


@pytest.mark.parametrize(
    "sentence",
    ["不用了，谢谢", "把流量包停掉", "我的积分快到期了", "彩铃不要了", "我移动电话打不通", "这个月不续了"],
)
def test_an_ordinary_no_is_no_wish_to_leave_or_to_renew(sentence: str) -> None:
    assert moments("query_points", sentence, ending=False, ended=False, groups=[]) == []
    told = said("query_points", sentence)
    assert (told.asked, told.competitor, told.reason) == (False, False, None)


@pytest.mark.parametrize(
    ("sentence", "moment"), [("这个号我不用了", "leaving"), ("宽带拆了吧", "leaving"), ("我的合约快到期了", "renewal")]
)
def test_loose_words_count_of_a_line_or_a_contract(sentence: str, moment: str) -> None:
    assert moments("query_points", sentence, ending=False, ended=False, groups=[])[0] == moment


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("谢谢，这个号的流量包不用了", False),
        ("那张卡的彩铃停掉", False),
        ("这个号码我要销户", True),
        ("我的合约快到期了", True),
    ],
)
def test_loose_words_alone_are_no_request_to_be_made_offers(sentence: str, asked: bool) -> None:
    assert said("query_points", sentence).asked is asked


@pytest.mark.parametrize(
    "sentence",
    ["把彩铃退订了", "我的订单到哪了", "我没办理过这个业务", "谁给我开通的", "别给我升级套餐了", "话筒换个新的吧"],
)
def test_to_speak_of_an_order_is_not_to_ask_for_one(sentence: str) -> None:
    assert not heard.requests_order("query_bill", [sentence])


@pytest.mark.parametrize(
    "sentence",
    ["我想办理一个流量包", "帮我开通国际漫游", "订购一个流量包", "我要升级套餐", "想换个便宜的套餐", "加个流量包"],
)
def test_who_asks_for_an_order_is_heard(sentence: str) -> None:
    assert heard.requests_order("query_bill", [sentence])


def test_an_order_is_asked_for_by_topic_or_words() -> None:
    assert heard.requests_order("change_package_up", [])
    assert heard.requests_order("query_bill", ["帮我换成129的套餐"])
    assert not heard.requests_order("query_bill", ["为什么这么贵"])
