"""An API with limits that fails in every way, and a desk that dies: the answer comes once, as soon as it can."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from common.settings import ROOT
from desk.errors import sentence
from knowledge_base.content import content
from tests.wechat.api import Fault
from tests.wechat.desk import World
from tests.wechat.platform import Phone

SEND = "message/custom/send"
# An answer that WeChat's five seconds, of which each takes a fifth here, are too short for.
SLOW = "慢 1.5"
# A call that drips ends after this, and is made again.
WHOLE_CALL = 15


@pytest.fixture(autouse=True)
def well_again(hall: World) -> Iterator[None]:
    """Nothing that a test ordered outlasts it."""
    yield
    hall.platform.api.faults.clear()
    hall.platform.api.refused.clear()
    hall.platform.api.ahead = 0.0


def comes_once(hall: World, phone: Phone, text: str, seconds: float = 15) -> None:
    """The late answer to a text is shown once, and not again a while later."""
    hall.platform.says(phone, f"{SLOW} {text}")
    phone.until(lambda: f"答：{text}" in phone.text, seconds)
    time.sleep(2.5)
    assert phone.shown == [f"答：{text}"]


@pytest.mark.parametrize("path", ["token", SEND])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("code", -1),
        Fault("code", 40001),
        Fault("code", 42001),
        Fault("code", 45009),
        Fault("code", 45011),
        Fault("status", 500),
        Fault("status", 200),
        Fault("cut"),
        Fault("hang", 6),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.value}",
)
def test_what_fails_once_is_sent_once(hall: World, phone: Phone, fault: Fault, path: str) -> None:
    if path == "token":
        hall.platform.api.expire_token()
    hall.platform.api.faults[path] = [fault]

    comes_once(hall, phone, "查话费")
    assert hall.platform.api.faults[path] == []


def test_an_answer_of_the_api_that_drips_holds_nobody_else_up(hall: World, phone: Phone) -> None:
    other = hall.platform.phone(f"{phone.openid}_other")
    hall.platform.api.faults[SEND] = [Fault("drip")]
    hall.platform.says(phone, f"{SLOW} 一")
    time.sleep(2)
    hall.platform.says(other, f"{SLOW} 二")
    other.until(lambda: other.shown, 5)
    assert phone.shown == []

    phone.until(lambda: phone.shown, WHOLE_CALL + 5)
    assert (phone.shown, other.shown) == (["答：一"], ["答：二"])


def test_a_token_that_ended_early_is_replaced_once(hall: World, phone: Phone) -> None:
    comes_once(hall, phone, "先说一句")
    hall.platform.api.expire_token()
    before = hall.platform.api.tokens
    hall.platform.says(phone, f"{SLOW} 再说一句")
    phone.until(lambda: "答：再说一句" in phone.text)

    assert hall.platform.api.tokens == before + 1


@pytest.mark.parametrize("code", [45047, 45015])
def test_what_a_limit_holds_back_comes_with_the_next_sign_of_life(hall: World, phone: Phone, code: int) -> None:
    window = hall.platform.begins(phone, "text", Content=f"{SLOW} 第一句")
    time.sleep(0.5)
    counted = hall.platform.api.windows[phone.openid]
    counted.message_left = 0
    if code == 45015:
        counted.message_until = 0
    window.result(20)
    ends = time.monotonic() + 10
    while code not in hall.platform.api.refused and time.monotonic() < ends:
        time.sleep(0.1)
    time.sleep(2)
    assert (hall.platform.api.refused.count(code), phone.shown) == (1, [])
    told = [sent["data"] for sent in hall.platform.api.templates if sent["touser"] == phone.openid]
    shown = {name: {"value": value} for name, value in content("wechat_menu")["template"].items()}
    assert told == [shown] * (code == 45015)

    hall.platform.says(phone, "第二句")
    phone.until(lambda: "答：第二句" in phone.text)
    assert "\n\n".join(phone.shown).split("\n\n") == ["答：第一句", "答：第二句"]


def test_a_desk_that_dies_while_it_answers_answers_once_when_it_is_back(hall: World, phone: Phone) -> None:
    hall.platform.says(phone, f"{SLOW} 第一句")
    waiting = hall.platform.begins(phone, "text", Content="慢 2 第二句")
    time.sleep(0.3)
    hall.desk.kill()
    hall.desk.start()
    delivery = waiting.result(60)
    phone.until(lambda: "答：第二句" in phone.text, 30)
    time.sleep(2)

    assert len(delivery.tries) > 1
    assert [phone.text.count(f"答：第{number}句") for number in "一二"] == [1, 1]
    assert phone.text.index("第一句") < phone.text.index("第二句")


def test_the_menu_is_published_by_the_command(hall: World) -> None:
    command = [sys.executable, "-m", "desk.channels.wechat", "menu", "publish", "--account"]
    done = subprocess.run([*command, "hall"], cwd=ROOT, env=hall.desk.env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    names = [entry["name"] for entry in hall.platform.api.menus[-1]["button"]]
    assert names == [entry["name"] for entry in content("wechat_menu")["menu"]]

    hall.platform.api.faults["menu/create"] = [Fault("code", 48001)]
    failed = subprocess.run([*command, "hall"], cwd=ROOT, env=hall.desk.env, capture_output=True, text=True)
    assert failed.returncode == 1
    assert "48001" in failed.stderr


def test_a_picture_that_the_api_does_not_give_is_asked_for_again(hall: World, phone: Phone) -> None:
    media = hall.platform.api.put(b"\x89PNG\r\n\x1a\n", "image/png")
    hall.platform.api.faults["media/get"] = [Fault("status", 500)]
    hall.platform.sends(phone, "image", PicUrl="http://127.0.0.1:1/never", MediaId=media)

    assert phone.shown == [sentence("wechat_picture_lost")]
