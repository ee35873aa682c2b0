"""The whole product behind WeChat: what a phone shows, what an agent sees, and what comes of its own accord."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from desk.errors import sentence
from knowledge_base.content import content
from tests.desk.test_pictures import PNG
from tests.processes.customer import Operator, nothing_leaked, wait_for
from tests.stack import Stack
from tests.wechat.account import settings_of
from tests.wechat.platform import Phone, Platform

TICKETS = "/tmf-api/troubleTicket/v4/troubleTicket"
# On a machine with other things to do.
PATIENCE = 60


@pytest.fixture(scope="module")
def wechat(stack: Stack) -> Iterator[Platform]:
    """A WeChat, whose account the running desk serves; its five seconds are real."""
    platform = Platform()
    stack.env["WANHAO_WECHAT_ACCOUNTS"] = settings_of(hall=platform.account.setting(platform.address))
    stack.restart("desk")
    platform.desk = f"{stack.desk}/wechat/hall"
    yield platform
    del stack.env["WANHAO_WECHAT_ACCOUNTS"]
    stack.restart("desk")
    platform.close()


@pytest.fixture
def phone(wechat: Platform) -> Phone:
    """Somebody new."""
    return wechat.phone(f"oWhole_{len(wechat.phones):04d}")


class Talk:
    """What somebody says on WeChat, and what their phone shows to it."""

    def __init__(self, platform: Platform, phone: Phone) -> None:
        self._platform, self._phone = platform, phone

    def says(self, text: str, until: str = "") -> str:
        """Says it; what is shown from then on, once it has these words in it."""
        before = len(self._phone.shown)
        self._platform.says(self._phone, text)
        return self.hears(before, until)

    def hears(self, before: int, until: str = "") -> str:
        """What is shown behind the first so many messages, once it has these words in it."""
        self._phone.until(lambda: until in self._since(before) and self._since(before), PATIENCE)
        nothing_leaked([{"role": "bot", "text": self._since(before)}])
        return self._since(before)

    def _since(self, before: int) -> str:
        return "\n\n".join(self._phone.shown[before:])


class Agent:
    """An agent of the demonstration, at work."""

    def __init__(self, desk: str) -> None:
        self.http = httpx.Client(base_url=f"{desk}/api/agent/v1", trust_env=False, timeout=20)
        demo = content("workbench")["demo"]
        login = next(person["login"] for person in demo["people"] if "mobile" in person.get("groups", ()))
        answer = self.http.post(f"{desk}/api/staff/v1/login", json={"login": login, "password": demo["password"]})
        assert answer.status_code == 200, answer.text
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]
        self.does("/presence", state="ready")

    def does(self, path: str, **body: Any) -> Any:
        """Does something; what comes of it."""
        answer = self.http.post(path, json=body)
        assert answer.status_code in {200, 204}, answer.text
        return answer.json() if answer.content else None

    def takes(self) -> int:
        """Takes the chat that came last, be it offered or waiting; its number."""
        chat = wait_for(self._last, PATIENCE, "a chat")
        self.does(f"/queue/{chat}/take")
        return chat

    def _last(self) -> int | None:
        desk = self.http.get("/desk").json()
        offered = [card for card in desk["chats"] if card["state"] == "offered"]
        return max((int(card["handover"]) for card in [*offered, *desk["waiting"]]), default=None)

    def heard(self, chat: int) -> list[dict[str, Any]]:
        """The transcript."""
        return list(self.http.get(f"/chats/{chat}/messages").json()["messages"])


@pytest.fixture
def agent(stack: Stack) -> Iterator[Agent]:
    """See `Agent`."""
    made = Agent(stack.desk)
    yield made
    made.does("/presence", state="offline")
    made.http.close()


def proves(talk: Talk, operator: Operator, number: str) -> str:
    """Gives a number and its code; the answer to what was asked before."""
    talk.says(number, "验证码已发到")
    return talk.says(operator.code(number))


def test_somebody_who_follows_asks_for_their_balance_and_gets_it(
    wechat: Platform, phone: Phone, operator: Operator
) -> None:
    talk = Talk(wechat, phone)
    wechat.sends(phone, "event", Event="subscribe", EventKey="")
    assert sentence("wechat_greeting") in phone.shown[0]

    wechat.clicks(phone, "balance")
    number = operator.number()
    told = proves(talk, operator, number)

    assert "元" in told
    assert number not in phone.text
    assert "验证码" not in talk.says("帮我查下上个月话费")


def test_a_person_comes_speaks_and_shows_a_picture_and_the_bot_is_back_after_the_score(
    wechat: Platform, phone: Phone, agent: Agent
) -> None:
    talk = Talk(wechat, phone)
    talk.says("您好")
    wechat.says(phone, "转人工")
    chat = agent.takes()
    before = len(phone.shown)
    agent.does(f"/chats/{chat}/messages", client_id="a1", text="您好，我来帮您看看")
    talk.hears(before, "我来帮您看看")

    assert wechat.says(phone, "我的网络很慢").reply is None
    media = wechat.api.put(PNG, "image/png")
    wechat.sends(phone, "image", PicUrl="http://127.0.0.1:1/never", MediaId=media)
    wait_for(lambda: [line for line in agent.heard(chat) if (line["card"] or {}).get("kind") == "picture"], 20, "it")
    assert "我的网络很慢" in [line["text"] for line in agent.heard(chat) if line["role"] == "customer"]

    file = {"file": ("a.png", PNG, "image/png")}
    sent = agent.http.post(f"/chats/{chat}/pictures", data={"client_id": "a2"}, files=file)
    assert sent.status_code == 200, sent.text
    phone.until(lambda: phone.pictures, PATIENCE)
    assert phone.pictures[0].startswith(b"\x89PNG")

    before = len(phone.shown)
    agent.does(f"/chats/{chat}/close", reason="other", result="solved", note="", survey=True)
    talk.hears(before, sentence("survey"))
    assert sentence("survey_thanks") in talk.says("5", sentence("survey_thanks"))
    assert talk.says("查话费余额")
    assert phone.notices == []
    assert not {45015, 45047} & set(wechat.api.refused)


def test_a_ticket_that_gets_on_is_told_and_after_two_days_of_silence_a_template_says_that_something_waits(
    wechat: Platform, phone: Phone, operator: Operator
) -> None:
    operator.reset()
    talk = Talk(wechat, phone)
    number = operator.number("multi_line")
    owner = operator.line(number)["relatedParty"][0]["id"]
    talk.says("查话费余额")
    proves(talk, operator, number)
    talk.says("我要投诉你们这边手机网络太差了")
    talk.says("尽快处理")
    told = talk.says("登记投诉", "工单")
    listed = operator.http.get(TICKETS, params={"relatedParty.id": owner, "sort": "-creationDate", "limit": 5}).json()
    ticket = next(entry["id"] for entry in listed if entry["id"] in told)

    before = len(phone.shown)
    operator.http.patch(f"{TICKETS}/{ticket}", json={"status": "inProgress"}).raise_for_status()
    assert "处理中" in talk.hears(before, f"您的工单{ticket}")

    wechat.api.ahead = 49 * 3600
    before = len(phone.shown)
    operator.http.patch(f"{TICKETS}/{ticket}", json={"status": "resolved"}).raise_for_status()
    wait_for(lambda: [sent for sent in wechat.api.templates if sent["touser"] == phone.openid], PATIENCE, "a template")
    assert len(phone.shown) == before

    assert "处理完了" in talk.says("什么进展", "处理完了")
    wechat.api.ahead = 0
