"""A customer's thumb and an agent's correction."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from common.database import transaction
from desk import dispatch
from desk.models import Turn
from desk.staff_models import Staff
from desk.workbench import chats, presence
from knowledge_base.authoring.models import InboxSentence, InboxSource
from tests.desk.agents import enters
from tests.desk.bot import Bot, says
from tests.desk.server import Page
from tests.desk.staff.people import Browser, person, refusal

Browsers = Callable[[], Browser]


def sources() -> list[tuple[str, str, str | None]]:
    """(text, reason, intent) of what came in."""
    with transaction() as session:
        rows = session.execute(
            sa.select(InboxSentence.text, InboxSource.reason, InboxSource.intent)
            .join(InboxSource, InboxSource.sentence_id == InboxSentence.id)
            .order_by(InboxSource.id)
        ).all()
        return [tuple(row) for row in rows]


def states() -> list[str]:
    with transaction() as session:
        return list(session.scalars(sa.select(InboxSentence.state)))


@pytest.fixture
def page(client: httpx.Client, bot: Bot) -> Page:
    """A customer who has asked something: line 1, and the bot's answer: line 2."""
    made = Page(client)
    bot.does(says("余额12元", understood=("query_balance", 0.9)))
    assert made.says("我18912345678彩铃呢").status_code == 200
    return made


def thumbs(page: Page, seq: int, good: object, **headers: str) -> httpx.Response:
    return page.client.post(f"{page.messages}/{seq}/feedback", json={"good": good}, headers=headers or page.headers)


def test_a_thumb_down_comes_in_once_and_masked(page: Page) -> None:
    assert [thumbs(page, 2, False).status_code for _ in range(2)] == [204, 204]

    assert sources() == [("我189****5678彩铃呢", "thumbs_down", None)]


def test_a_thumb_up_is_taken_and_kept_nowhere(page: Page) -> None:
    assert thumbs(page, 2, True).status_code == 204
    assert sources() == []


def test_the_last_thumb_counts(page: Page) -> None:
    thumbs(page, 2, False)
    thumbs(page, 2, True)

    assert sources() == []
    with transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(InboxSentence)) == 0


def test_a_thumb_is_of_an_answer_in_ones_own_conversation(page: Page) -> None:
    other = Page(page.client)

    assert refusal(thumbs(page, 1, False)) == (404, "not_found")
    assert refusal(thumbs(page, 99, False)) == (404, "not_found")
    assert refusal(thumbs(page, 2, "yes")) == (422, "bad_request")
    assert refusal(thumbs(page, 2, False, **other.headers)) == (403, "forbidden")
    assert refusal(thumbs(page, 2, False, Authorization="Bearer x")) == (401, "unauthorized")
    assert sources() == []


def test_of_a_press_and_a_code_nothing_is_kept(page: Page, bot: Bot) -> None:
    bot.does(says("好的"))
    page.says("123456")
    assert thumbs(page, 4, False).status_code == 204
    with transaction() as session:
        session.execute(sa.update(Turn).values(payload="/query_balance"))
    assert thumbs(page, 2, False).status_code == 204

    assert sources() == []


@pytest.fixture
def chat(page: Page) -> int:
    """The customer's chat, which 1001 serves."""
    staff = person("1001").id
    with transaction() as session:
        session.get(Staff, staff).groups = ["mobile"]
    presence.choose(staff, "ready")
    found = enters(page.id)
    dispatch.step()
    chats.accept(found, staff)
    return found


def corrects(browser: Browser, chat: int, **body: Any) -> httpx.Response:
    return browser.post(f"/api/agent/v1/chats/{chat}/corrections", json=body)


def test_an_agent_says_what_was_meant_and_may_think_again(chat: int, browsers: Browsers) -> None:
    agent = browsers().signs_in("1001")

    assert corrects(agent, chat, seq=1, intent="query_package_vas").status_code == 204
    assert corrects(agent, chat, seq=2, intent="query_bill").status_code == 204

    assert sources() == [("我189****5678彩铃呢", "correction", "query_bill")]


def test_an_agents_last_word_replaces_the_former_and_leaves_the_customers(
    chat: int, page: Page, browsers: Browsers
) -> None:
    agent = browsers().signs_in("1001")
    for intent, reason in ((None, "thumbs_down"), ("query_bill", "correction"), (None, "thumbs_down")):
        corrects(agent, chat, seq=1, intent=intent)
        assert [(one[1], one[2]) for one in sources()] == [(reason, intent)]

    thumbs(page, 2, True)
    corrects(agent, chat, seq=1, intent="query_bill")
    thumbs(page, 2, False)
    corrects(agent, chat, seq=1, intent="query_balance")
    assert [(one[1], one[2]) for one in sources()] == [("correction", "query_balance"), ("thumbs_down", None)]


def test_an_agents_thumb_down_names_no_intent(chat: int, browsers: Browsers) -> None:
    assert corrects(browsers().signs_in("1001"), chat, seq=1, intent=None).status_code == 204

    assert sources() == [("我189****5678彩铃呢", "thumbs_down", None)]


def test_a_customers_thumb_up_leaves_an_agents_word(chat: int, page: Page, browsers: Browsers) -> None:
    agent = browsers().signs_in("1001")
    corrects(agent, chat, seq=1, intent=None)
    thumbs(page, 2, True)
    assert len(sources()) == 1

    corrects(agent, chat, seq=1, intent="query_bill")
    thumbs(page, 2, False)
    corrects(agent, chat, seq=1, intent=None)
    thumbs(page, 2, True)
    assert sources() == [("我189****5678彩铃呢", "thumbs_down", None)]


def test_only_who_serves_the_chat_or_did_corrects_it(chat: int, browsers: Browsers) -> None:
    other, lead = browsers().signs_in("1002"), browsers().signs_in("lead")

    assert refusal(corrects(other, chat, seq=1, intent="query_bill")) == (404, "not_found")
    assert refusal(corrects(lead, chat + 1, seq=1, intent="query_bill")) == (404, "not_found")
    assert corrects(lead, chat, seq=1, intent="query_bill").status_code == 204


def test_who_passed_the_chat_on_may_still_correct_it(chat: int, browsers: Browsers) -> None:
    chats.say(chat, person("1001").id, "x1", "您好")
    chats.transfer(chat, person("1001").id, "", group="fixed")

    assert corrects(browsers().signs_in("1001"), chat, seq=1, intent="query_bill").status_code == 204


def test_a_correction_names_an_intent_that_there_is(chat: int, browsers: Browsers) -> None:
    agent = browsers().signs_in("1001")

    assert refusal(corrects(agent, chat, seq=1, intent="nix")) == (422, "bad_request")
    assert {"name": "query_balance", "title": "查话费余额"} in agent.get("/api/agent/v1/intents").json()


def test_a_correction_brings_back_what_was_dismissed(chat: int, page: Page, browsers: Browsers) -> None:
    thumbs(page, 2, False)
    with transaction() as session:
        session.execute(sa.update(InboxSentence).values(state="dismissed"))
    agent = browsers().signs_in("1001")
    corrects(agent, chat, seq=1, intent="query_bill")
    assert states() == ["open"]

    with transaction() as session:
        session.execute(sa.update(InboxSentence).values(state="dismissed"))
    corrects(agent, chat, seq=1, intent="query_bill")
    assert states() == ["dismissed"]
    corrects(agent, chat, seq=1, intent="query_balance")
    assert states() == ["open"]
