"""Bound numbers through the whole product: what is asked, and of whom, and what nobody ever reads."""

import sqlite3
import time
from collections.abc import Iterator

import pytest

from common.masking import mask_number
from desk.errors import sentence
from tests.bss import raw
from tests.processes.customer import Operator
from tests.stack import Stack
from tests.wechat.platform import Phone, Platform
from tests.wechat.whole import whole_product

# How long a proof lasts here: a test waits it out.
PROOF_SECONDS = 12

pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]


class World:
    """The product, the platform before it and the operator behind it."""

    def __init__(self, stack: Stack, platform: Platform, operator: Operator) -> None:
        self.stack, self.platform, self.operator = stack, platform, operator

    def says(self, phone: Phone, text: str) -> str:
        """What a phone shows after this, once something new is there."""
        return self._new(phone, lambda: self.platform.says(phone, text))

    def shares(self, phone: Phone, label: str, latitude: str, longitude: str) -> str:
        """The same for a place."""
        where = {"Location_X": latitude, "Location_Y": longitude, "Scale": "16"}
        return self._new(phone, lambda: self.platform.sends(phone, "location", Label=label, **where))

    def clicks(self, phone: Phone, key: str) -> str:
        """The same for an entry of the menu."""
        return self._new(phone, lambda: self.platform.clicks(phone, key))

    def binds(self, phone: Phone, number: str) -> str:
        """Somebody proves a number and says yes to the offer."""
        self.says(phone, "查话费余额")
        self.says(phone, number)
        self.says(phone, self.operator.code(number))
        return self.says(phone, "好，绑定")

    @staticmethod
    def _new(phone: Phone, does: object) -> str:
        before = len(phone.shown)
        assert callable(does)
        does()
        phone.until(lambda: len(phone.shown) > before)
        return "\n".join(phone.shown[before:])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All of it, with proofs that soon end."""
    platform = Platform()
    folder = tmp_path_factory.mktemp("whole")
    given = {"WANHAO_IDENTITY_SECONDS": str(PROOF_SECONDS)}
    with whole_product(folder, platform, **given) as stack, Operator(stack.sandbox) as operator:
        yield World(stack, platform, operator)


def test_a_proven_number_is_bound_and_read_without_a_code_and_nothing_else_is(world: World) -> None:
    phone = world.platform.phone("oBinds_00000000000000001")
    number = world.operator.number()
    world.says(phone, "查话费余额")
    sent = world.says(phone, number)
    assert "验证码已发到" in sent

    answer = world.says(phone, world.operator.code(number))
    assert mask_number(number) in answer
    assert "绑定到您的微信" in answer
    assert "绑定好了" in world.says(phone, "1")
    time.sleep(PROOF_SECONDS + 1)
    codes = len(world.operator.sms(number))

    usage = world.says(phone, "还剩多少流量")
    assert "验证码" not in usage
    assert "流量" in usage
    assert len(world.operator.sms(number)) == codes
    assert "服务密码" in world.says(phone, "PUK码是多少")
    world.says(phone, "算了")
    assert "验证码已发到" in world.says(phone, "开通来电显示")
    assert len(world.operator.sms(number)) == codes + 1
    world.says(phone, "算了")
    puk = world.operator.http.get(f"/operator/v1/simCard/{number}").json()["puk"]
    assert puk not in phone.text
    assert number not in phone.text


def test_a_stranger_is_asked_for_a_proof_of_the_same_number(world: World) -> None:
    owner, stranger = (world.platform.phone(f"o{name}_0000000000001") for name in ("Owner", "Stranger"))
    number = world.operator.number()
    assert "绑定好了" in world.binds(owner, number)

    world.says(stranger, "查话费余额")
    answer = world.says(stranger, number)

    assert "验证码已发到" in answer
    assert sentence("wechat_unbind_nothing") in world.clicks(stranger, "bound")
    assert mask_number(number) in world.clicks(owner, "bound")


def test_of_two_numbers_one_is_chosen_and_an_unbound_one_is_gone(world: World) -> None:
    phone = world.platform.phone("oTwoNumbers_000000000001")
    numbers = [world.operator.number() for _ in range(2)]
    world.binds(phone, numbers[0])
    time.sleep(PROOF_SECONDS + 1)
    world.says(phone, "绑定号码")
    world.says(phone, numbers[1])
    assert "绑定好了" in world.says(phone, world.operator.code(numbers[1]))
    time.sleep(PROOF_SECONDS + 1)

    which = world.says(phone, "查话费余额")
    assert [mask_number(number) in which for number in numbers] == [True, True]
    assert mask_number(numbers[1]) in world.says(phone, "2")
    world.says(phone, "解绑")
    assert sentence("wechat_unbound", number=mask_number(numbers[1])) in world.says(phone, "2")
    answer = world.says(phone, "查话费余额")

    assert mask_number(numbers[0]) in answer
    assert mask_number(numbers[1]) not in answer


def test_a_number_that_has_ended_is_unbound_when_it_is_asked_about(world: World) -> None:
    phone = world.platform.phone("oEnds_000000000000000001")
    number = world.operator.number()
    world.binds(phone, number)
    time.sleep(PROOF_SECONDS + 1)
    raw.ends(world.operator.http, number)

    answer = world.says(phone, "查话费余额")
    world.says(phone, "算了")

    assert f"您绑定的{mask_number(number)}有变化" in answer
    assert "号码" in answer
    assert sentence("wechat_unbind_nothing") in world.says(phone, "解绑")


def test_a_no_is_taken_once_and_for_all(world: World) -> None:
    phone = world.platform.phone("oDeclines_00000000000001")
    number = world.operator.number()
    world.says(phone, "查话费余额")
    world.says(phone, number)
    world.says(phone, world.operator.code(number))

    assert "不绑定" in world.says(phone, "不用了")
    assert "绑定" not in world.says(phone, "还剩多少流量")


def test_an_outage_is_told_where_somebody_is_and_a_fault_reported_where_there_is_none(world: World) -> None:
    phone = world.platform.phone("oShares_0000000000000001")

    there = world.shares(phone, "江苏省南京市鼓楼区中山路1号", "32.066", "118.770")
    elsewhere = world.shares(phone, "", "31.23", "121.45")

    assert "您所在的南京市鼓楼区有一处故障" in there
    assert "没有发现大面积故障" in elsewhere
    assert "号码" in world.says(phone, "报障")


def test_neither_the_bots_database_nor_a_log_holds_an_openid_or_a_bound_number(world: World) -> None:
    phone = world.platform.phone("oQuiet_00000000000000001")
    number = world.operator.number()
    world.binds(phone, number)
    world.says(phone, "还剩多少流量")

    with sqlite3.connect(world.stack.var / "rasa.db") as rasa:
        (events,) = rasa.execute("SELECT group_concat(data, '\n') FROM events").fetchone()
    logs = "".join(world.stack.logs(name) for name in ("desk", "rasa", "actions", "worker"))
    for secret in (phone.openid, number):
        assert secret not in events
        assert secret not in logs
