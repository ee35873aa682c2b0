import json
import time
from typing import Any

import pytest
import sqlalchemy as sa

from common.binding import BIND, BOUND, MOST, OPENID, UNBIND, Bound, order_binding, order_unbinding, read_bound
from common.database import reading, transaction
from common.identity import Identity, InvalidIdentity, issue_identity, seal
from common.masking import mask_number
from desk import store
from desk.channels.wechat import bindings
from desk.channels.wechat.bindings import Bindings, meant
from desk.channels.wechat.models import WechatBinding, WechatUser
from desk.errors import sentence
from desk.handover import number_hash
from knowledge_base.content import content
from tests.desk.agents import agent, served
from tests.desk.bot import Bot, says
from tests.desk.channels.wechat.wechat import OPENID as PERSON
from tests.desk.channels.wechat.wechat import Customer, xml
from tests.desk.server import Page

NUMBER, OTHER, OWNER = "18900001001", "18900001002", "P0001"
STRANGER = "oCustomer_0000000000000000002"


def talk(openid: str = PERSON) -> str:
    """The conversation of a person, who has never written when there is none."""
    with transaction() as session:
        found = session.scalar(sa.select(WechatUser).where(WechatUser.openid == openid))
        if found is None:
            row = store.new_conversation(session, "wechat")
            found = WechatUser(account="hall", openid=openid, conversation_id=row.id)
            session.add(found)
        return str(found.conversation_id)


def proof(number: str = NUMBER, openid: str = PERSON, method: str = "sms_code") -> str:
    """A number's proof in somebody's conversation."""
    return issue_identity(Identity(number, talk(openid), method))


def orders(custom: dict[str, Any], conversation: str | None = None) -> None:
    """The bot's answer to a conversation holds an order."""
    whose = conversation or talk()
    with transaction() as session:
        row = store.lock_conversation(session, whose)
        Bindings().carry_out(session, row, custom)


def bound(openid: str = PERSON) -> list[str]:
    """The numbers that the actions are told with a turn of somebody's."""
    conversation = talk(openid)
    return [one.number for one in read_bound(Bindings().told(conversation)[BOUND], conversation)]


def test_a_proven_number_is_bound_once_and_told_with_every_turn() -> None:
    for _ in range(2):
        orders({BIND: order_binding(proof(), OWNER)})

    assert read_bound(Bindings().told(talk())[BOUND], talk()) == [Bound(NUMBER, OWNER)]


def test_nothing_at_rest_shows_the_number() -> None:
    orders({BIND: order_binding(proof(), OWNER)})

    with reading() as session:
        (row,) = session.execute(sa.select(WechatBinding.__table__)).all()
    assert NUMBER not in repr(tuple(row))
    assert row.number_hash == number_hash(NUMBER)


def test_only_conversations_of_wechat_are_told_anything_and_bind_anything() -> None:
    web = store.create_conversation("web")
    token = issue_identity(Identity(NUMBER, web, "sms_code"))

    orders({BIND: order_binding(token, OWNER)}, web)

    assert Bindings().told(web) == {}
    assert (bound(), bound(STRANGER)) == ([], [])


def test_a_stranger_neither_uses_nor_ends_a_binding() -> None:
    orders({BIND: order_binding(proof(), OWNER)})

    orders({UNBIND: order_unbinding(talk(STRANGER), NUMBER)}, talk(STRANGER))

    assert (bound(), bound(STRANGER)) == ([NUMBER], [])
    with pytest.raises(InvalidIdentity):
        read_bound(Bindings().told(talk())[BOUND], talk(STRANGER))


@pytest.mark.parametrize("forgery", ["another's", "only bound", "a number", "no seal", "made up", "another seal"])
def test_what_is_no_proof_of_this_conversation_binds_nothing(forgery: str) -> None:
    order = {
        "another's": lambda: order_binding(proof(openid=STRANGER), OWNER),
        "only bound": lambda: order_binding(proof(method=OPENID), OWNER),
        "a number": lambda: order_binding(NUMBER, OWNER),
        "no seal": lambda: json.dumps({"identity": proof(), "owner": OWNER}),
        "made up": lambda: "gAAAAA",
        "another seal": lambda: seal("handover", {"identity": proof(), "owner": OWNER}),
    }[forgery]()

    orders({BIND: order})

    assert (bound(), bound(STRANGER)) == ([], [])


def test_an_expired_proof_binds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    token = proof()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 901)

    orders({BIND: order_binding(token, OWNER)})

    assert bound() == []


def test_a_row_that_was_moved_to_another_person_opens_nothing() -> None:
    orders({BIND: order_binding(proof(), OWNER)})
    talk(STRANGER)

    with transaction() as session:
        session.execute(sa.update(WechatBinding).values(openid=STRANGER))

    assert (bound(), bound(STRANGER)) == ([], [])


def test_after_a_year_a_binding_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    orders({BIND: order_binding(proof(), OWNER)})
    monkeypatch.setattr(bindings, "SECONDS", -1)

    assert bound() == []


def test_what_is_over_takes_no_place() -> None:
    for digit in range(MOST):
        orders({BIND: order_binding(proof(f"1890000100{digit}"), OWNER)})
    with transaction() as session:
        session.execute(sa.update(WechatBinding).values(sealed="gAAAA"))

    orders({BIND: order_binding(proof(OTHER), OWNER)})

    assert bound() == [OTHER]


def test_one_person_binds_a_few_numbers_only() -> None:
    for digit in range(MOST + 1):
        orders({BIND: order_binding(proof(f"1890000100{digit}"), OWNER)})

    assert bound() == [f"1890000100{digit}" for digit in range(MOST)]


def test_the_bot_unbinds_what_the_operator_gives_to_another() -> None:
    orders({BIND: order_binding(proof(), OWNER)})
    orders({BIND: order_binding(proof(OTHER), OWNER)})

    orders({UNBIND: order_unbinding(talk(), NUMBER)})

    assert bound() == [OTHER]


@pytest.mark.parametrize("text", ["解绑", "我要解绑", "解绑号码。", "解除绑定吧"])
def test_exact_words_are_about_bindings(text: str) -> None:
    assert meant(text) == "desk:unbind"
    assert meant("绑定号码") == "/bind_number"


@pytest.mark.parametrize("text", ["", "怎么解绑银行卡", "解绑了还收费吗", "绑定套餐", "查话费"])
def test_other_words_are_the_bots(text: str) -> None:
    assert meant(text) is None


def binds(bot: Bot, customer: Customer, *numbers: str) -> None:
    """A customer who writes for the first time, and binds some numbers."""
    for number in numbers:
        order = {BIND: order_binding(proof(number), OWNER)}
        bot.does(says({"text": "绑定好了", "buttons": [], "custom": order}))
        customer.says("好的")


def test_the_bot_is_told_and_obeyed_over_the_whole_way(customer: Customer, bot: Bot) -> None:
    customer.says("您好")
    binds(bot, customer, NUMBER)
    customer.says("查话费")

    told = [asked["metadata"][BOUND] for asked in bot.asked]
    assert [[one.number for one in read_bound(token, talk())] for token in told] == [[], [], [NUMBER]]
    assert PERSON not in json.dumps(bot.asked)
    assert NUMBER not in json.dumps(bot.asked)


def test_the_web_is_told_nothing(customer: Customer, bot: Bot) -> None:
    Page(customer._client).says("您好")

    assert bot.asked[-1]["metadata"].keys() == {"deadline", "release"}


def test_the_customer_lists_and_unbinds_without_the_bot(customer: Customer, bot: Bot) -> None:
    customer.says("您好")
    binds(bot, customer, NUMBER, OTHER)
    asked = len(bot.asked)

    listed = customer.says("解绑")
    done = customer.says("2")

    titles = content("desk")["choices"]
    masks = f"1 {mask_number(NUMBER)}\n2 {mask_number(OTHER)}\n3 {titles['bind']}\n4 {titles['keep_bound']}"
    assert listed == f"{sentence('wechat_unbind_which')}\n{sentence('wechat_choose')}\n{masks}"
    assert done == sentence("wechat_unbound", number=mask_number(OTHER))
    assert (bound(), len(bot.asked)) == ([NUMBER], asked)


def test_the_menu_unbinds_too_and_nothing_has_to_be(customer: Customer, bot: Bot) -> None:
    nothing = customer.sends(xml("event", Event="CLICK", EventKey="bound"))
    binds(bot, customer, NUMBER)
    customer.says("解绑")

    assert nothing is not None
    assert nothing.startswith(sentence("wechat_unbind_nothing"))
    assert customer.says("3") == sentence("wechat_unbind_kept")
    assert bound() == [NUMBER]


def test_to_bind_is_asked_of_the_bot_by_its_meaning(customer: Customer, bot: Bot) -> None:
    customer.says("绑定号码")
    customer.says("解绑")
    customer.says("1")

    assert [asked["payload"] for asked in bot.asked] == ["/bind_number"] * 2


def test_who_is_with_a_person_can_unbind(customer: Customer, bot: Bot) -> None:
    customer.says("您好")
    binds(bot, customer, NUMBER)
    served(agent(), talk())

    customer.says("解绑")
    customer.says("1")

    assert bound() == []


def test_who_comes_back_after_unfollowing_is_still_known(customer: Customer, bot: Bot) -> None:
    customer.says("您好")
    binds(bot, customer, NUMBER)

    customer.sends(xml("event", Event="unsubscribe"))

    assert bound() == [NUMBER]


def test_a_place_goes_to_the_bot_with_its_meaning(customer: Customer, bot: Bot) -> None:
    customer.sends(xml("location", 9, Label="南京市鼓楼区中山路1号", Location_X="32.066", Location_Y="118.770"))

    assert bot.asked[-1]["payload"] == '/share_place{"place": "南京市鼓楼区中山路1号", "near": "32.066,118.770"}'
    assert store.history(talk(), 0)[0][0]["text"] == "我在南京市鼓楼区中山路1号"
