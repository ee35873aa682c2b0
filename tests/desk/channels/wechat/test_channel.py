import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest
import sqlalchemy as sa
import xmltodict
from wechatpy.crypto import WeChatCrypto

from common.database import reading
from common.settings import settings
from desk import store
from desk.channels.wechat.models import WechatUser
from desk.errors import sentence
from desk.models import Conversation, Message
from desk.store import Said
from desk.workbench import chats
from knowledge_base.content import content
from tests.bss.scripted import Operator
from tests.desk.agents import agent, served
from tests.desk.bot import Bot, entry, says
from tests.desk.channels.wechat.wechat import (
    KEY,
    OPENID,
    TOKEN,
    Customer,
    Wechat,
    account,
    encrypted,
    query,
    reply,
    xml,
)
from tests.desk.server import running_desk
from tests.desk.test_pictures import PNG


def talk() -> str:
    with reading() as session:
        return str(session.scalar(sa.select(WechatUser.conversation_id)))


def lines() -> list[tuple[str, str]]:
    return [(line["role"], line["text"]) for line in store.history(talk(), 0)[0]]


class Slow:
    """A bot that answers when it is let."""

    def __init__(self, bot: Bot, text: str) -> None:
        self.go = threading.Event()
        answered = says(text)

        def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
            self.go.wait(20)
            answered(operator, request)

        bot.does(script)


def test_the_address_is_verified(customer: Customer) -> None:
    client = customer._client

    right = client.get("/wechat/hall", params=query("n") | {"echostr": "echo 1"})

    assert (right.status_code, right.text) == (200, "echo 1")
    assert client.get("/wechat/hall", params=query("n", signature="x") | {"echostr": "1"}).status_code == 403
    assert client.get("/wechat/other", params=query("n") | {"echostr": "1"}).status_code == 404


def test_a_message_is_answered_in_place_and_nothing_is_pushed(customer: Customer, wechat: Wechat, bot: Bot) -> None:
    bot.does(says(entry("余额12元", ("账单", "/query_bill"), ("转人工", "/human_agent"))))

    answer = customer.says("查话费")

    assert answer == f"余额12元\n{sentence('wechat_choose')}\n1 账单\n2 转人工"
    time.sleep(2.5)
    assert wechat.sent == []
    with reading() as session:
        assert session.scalar(sa.select(Conversation.channel)) == "wechat"


@pytest.mark.parametrize("typed", ["2", "２", "2.", "积分"])
def test_a_number_or_a_title_presses_a_choice(customer: Customer, bot: Bot, typed: str) -> None:
    bot.does(says(entry("请选", ("账单", "/query_bill"), ("积分", "/query_points"))))
    customer.says("您好")
    bot.does(says("好"))

    customer.says(typed)

    assert bot.asked[-1]["payload"] == "/query_points"


def test_a_number_that_no_choice_has_is_what_was_said(customer: Customer, bot: Bot) -> None:
    bot.does(says(entry("请选", ("账单", "/query_bill"))))
    customer.says("您好")

    customer.says("3")
    customer.says("0")

    assert [asked.get("text") for asked in bot.asked[1:]] == ["3", "0"]


@pytest.mark.usefixtures("quick")
def test_a_late_answer_is_pushed(customer: Customer, wechat: Wechat, bot: Bot) -> None:
    slow = Slow(bot, "余额12元")

    assert customer.says("查话费") is None
    slow.go.set()

    assert wechat.wait(1) == ["余额12元"]
    assert wechat.sent[0]["touser"] == OPENID


@pytest.mark.usefixtures("quick")
def test_a_repeat_while_the_first_is_answered_gets_the_answer_alone(
    customer: Customer, wechat: Wechat, bot: Bot
) -> None:
    slow = Slow(bot, "余额12元")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(customer.says, "查话费", 7)
        time.sleep(0.3)
        second = pool.submit(customer.says, "查话费", 7)
        time.sleep(0.3)
        slow.go.set()

    assert (first.result(), second.result()) == (None, "余额12元")
    assert customer.says("查话费", 7) == "余额12元"
    time.sleep(2.5)
    assert wechat.sent == []
    assert lines() == [("customer", "查话费"), ("bot", "余额12元")]
    assert len(bot.asked) == 1


def test_a_repeat_does_not_count_as_one_more_message(wechat: Wechat, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot.does(says("余额12元"))
    monkeypatch.setenv("WANHAO_MESSAGES_A_MINUTE", "1")
    settings.cache_clear()
    with running_desk() as client:
        customer = Customer(client)

        assert [customer.says("查话费", 7) for _ in range(3)] == ["余额12元"] * 3
        assert customer.says("查话费", 8) == sentence("too_fast")


@pytest.mark.usefixtures("quick")
def test_a_dropped_try_that_overtakes_its_repeat_takes_no_answer_away(
    customer: Customer, wechat: Wechat, bot: Bot
) -> None:
    slow = Slow(bot, "余额12元")
    with ThreadPoolExecutor(1) as pool:
        repeat = pool.submit(customer.says, "查话费", 7)
        time.sleep(0.3)
        customer.hangs_up(xml("text", 7, Content="查话费"))
        time.sleep(0.3)
        slow.go.set()

    assert repeat.result() is None
    assert wechat.wait(1) == ["余额12元"]
    time.sleep(1.5)
    assert wechat.texts() == ["余额12元"]


@pytest.mark.usefixtures("quick")
def test_a_repeat_after_the_acknowledgement_gets_nothing_and_the_answer_comes_once(
    customer: Customer, wechat: Wechat, bot: Bot
) -> None:
    slow = Slow(bot, "余额12元")

    assert customer.says("查话费", 7) is None
    assert customer.says("查话费", 7) is None
    slow.go.set()

    assert wechat.wait(1) == ["余额12元"]
    assert customer.says("查话费", 7) is None
    time.sleep(1.5)
    assert wechat.texts() == ["余额12元"]


def test_a_signed_request_serves_one_message_only(customer: Customer) -> None:
    signed = query("n")
    assert customer.posts(xml("text", 1, Content="您好"), signed).status_code == 200

    assert customer.posts(xml("text", 2, Content="转账"), signed).status_code == 403
    assert reply(customer.posts(xml("text", 1, Content="您好"), signed)) == "好的"
    assert [text for role, text in lines() if role == "customer"] == ["您好"]


def test_one_person_has_one_conversation_and_others_have_theirs(customer: Customer) -> None:
    def sends(number: int) -> None:
        customer.posts(xml("text", number, Content="您好"), query(f"m{number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sends, range(1, 9)))
    customer.posts(xml("text", 20, "oOther", Content="您好"), query("other"))

    with reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(WechatUser)) == 2
        assert session.scalar(sa.select(sa.func.count()).select_from(Conversation)) == 2
        said = session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.role == "customer"))
        assert said == 9


def test_encrypted_messages_get_encrypted_answers(wechat: Wechat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_WECHAT_ACCOUNTS", account(wechat.operator.address, aes_key=KEY))
    settings.cache_clear()
    with running_desk() as client:
        customer = Customer(client)
        signed, envelope = encrypted(xml("text", Content="您好"), "n")
        answer = customer.posts(envelope, signed)
        plain = customer.posts(xml("text", 2, Content="您好"), query("m"))

    assert plain.status_code == 400
    assert "好的" not in answer.text
    shown = xmltodict.parse(answer.text)["xml"]
    opened = WeChatCrypto(TOKEN, KEY, "wxhall").decrypt_message(
        answer.text, shown["MsgSignature"], shown["TimeStamp"], shown["Nonce"]
    )
    assert xmltodict.parse(opened)["xml"]["Content"] == "好的"


def test_a_body_that_is_too_large_is_refused(customer: Customer) -> None:
    assert customer.posts(b"<xml>" + b" " * 65_536, query("n")).status_code == 413


def test_an_answer_cannot_leave_its_place_in_the_xml(customer: Customer, bot: Bot) -> None:
    bot.does(says("]]></Content><Content>他"))

    assert customer.says("您好") == "]]></Content><Content>他"


def test_a_picture_is_fetched_and_kept(customer: Customer, wechat: Wechat) -> None:
    wechat.media = PNG

    answer = customer.sends(xml("image", MediaId="m1", PicUrl="http://127.0.0.1:1/x"))

    assert answer == sentence("picture_kept")
    card = store.history(talk(), 0)[0][0]["card"]
    assert card["kind"] == "picture"
    assert [seen.query["media_id"] for seen in wechat.operator.seen if seen.path.endswith("/media/get")] == [["m1"]]


def test_a_picture_that_is_none_is_refused_in_words(customer: Customer, wechat: Wechat) -> None:
    wechat.media = b"<html></html>"

    assert customer.sends(xml("image", MediaId="m1")) == sentence("picture_unknown")


def test_a_picture_that_is_gone_is_asked_for_again(customer: Customer, wechat: Wechat) -> None:
    wechat.errors = [40007]

    assert customer.sends(xml("image", MediaId="m1")) == sentence("wechat_picture_lost")


def test_an_overlong_picture_is_not_read_to_its_end(wechat: Wechat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANHAO_PICTURE_BYTES", str(1024 * 1024))
    settings.cache_clear()
    wechat.media = PNG + b"\0" * 1024 * 1024
    with running_desk() as client:
        answer = Customer(client).sends(xml("image", MediaId="m1"))

    assert answer == sentence("picture_too_large", megabytes=1)


def test_who_follows_is_greeted_and_who_leaves_hears_no_more(customer: Customer, wechat: Wechat) -> None:
    greeting = customer.sends(xml("event", Event="subscribe"))

    assert greeting is not None
    assert greeting.startswith(sentence("wechat_greeting"))
    assert customer.sends(xml("event", Event="unsubscribe", CreateTime=1700000009)) is None
    store.say(talk(), [Said("bot", "您的工单有进展")])
    time.sleep(2.5)
    assert wechat.sent == []
    assert customer.sends(xml("event", Event="subscribe", CreateTime=1700000099)) is not None


def test_a_click_is_as_if_its_words_had_been_typed(customer: Customer, bot: Bot) -> None:
    click = xml("event", Event="CLICK", EventKey="balance")

    assert customer.sends(click) == "好的"
    assert customer.sends(click) == "好的"
    assert [asked["text"] for asked in bot.asked] == ["查话费余额"]


def test_what_the_desk_says_later_is_pushed_in_order(customer: Customer, wechat: Wechat) -> None:
    customer.says("您好")
    for number in range(3):
        store.say(talk(), [Said("bot", f"消息{number}")])

    ends = time.monotonic() + 5
    while "消息2" not in "".join(wechat.texts()) and time.monotonic() < ends:
        time.sleep(0.05)

    assert "\n\n".join(wechat.texts()) == "消息0\n\n消息1\n\n消息2"


def test_a_conversation_whose_api_fails_keeps_nobody_waiting(customer: Customer, wechat: Wechat) -> None:
    customer.says("您好")
    hung = talk()
    customer.posts(xml("text", 20, "oOther", Content="您好"), query("other"))
    with reading() as session:
        other = session.scalar(sa.select(WechatUser.conversation_id).where(WechatUser.openid == "oOther"))
    inner = wechat.operator.script

    def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        if OPENID.encode() in operator.seen[-1].body:
            operator.over.wait(3)
        inner(operator, request)

    wechat.operator.script = script
    store.say(hung, [Said("bot", "慢")])
    store.say(other, [Said("bot", "快")])

    assert wechat.wait(1, 2.9) == ["快"]


def test_a_person_answers_and_is_scored_by_a_number(customer: Customer, wechat: Wechat) -> None:
    staff = agent()
    customer.says("您好")
    found = served(staff, talk())
    assert wechat.wait(1)

    assert customer.says("我的宽带坏了") is None
    chats.say(found, staff, "a1", "马上给您看")
    wechat.wait(2)
    chats.close(found, staff, next(iter(content("chats")["reasons"])), "solved", "")
    ends = time.monotonic() + 8
    while sentence("survey") not in "".join(wechat.texts()) and time.monotonic() < ends:
        time.sleep(0.05)

    pushed = "\n\n".join(wechat.texts())
    assert pushed.index("林晓") < pushed.index("马上给您看") < pushed.index(sentence("survey"))
    assert "5 非常满意" in pushed
    assert str(customer.says("5")).endswith(sentence("survey_thanks"))
