"""What is done at the counter, and what a company is offered instead."""

import httpx
import pytest

from actions.counter import ActionCounter
from actions.enterprise import ActionEnterprise
from knowledge_base.content import content
from tests.actions.journeys import Talker
from tests.actions.talk import run, tracker
from tests.bot.training import rules
from tests.bss import raw

INTENTS = [
    rule["steps"][0]["intent"]
    for rule in rules()
    if "intent" in rule["steps"][0] and rule["steps"][1].get("action") == ActionCounter().name()
]


def test_every_intent_of_the_counter_is_written_down_and_no_other() -> None:
    assert set(content("counter")) == set(INTENTS)


@pytest.mark.parametrize("intent", INTENTS)
async def test_where_and_what_to_bring_is_told_to_anybody_with_a_next_step_and_a_person(intent: str) -> None:
    turn = await run(ActionCounter(), tracker("", intent))

    assert turn.responses == ["utter_counter"]
    assert "{" not in turn.text
    assert "身份证" in turn.text
    titles = {button["payload"]: button["title"] for button in turn.said[0]["buttons"]}
    assert titles["/human_agent"] == "转人工"
    assert len(titles) > 1
    known = {rule["steps"][0].get("intent") for rule in rules()}
    assert {payload.removeprefix("/") for payload in titles} - known == set()


async def test_a_sub_card_has_the_catalogues_price() -> None:
    assert "每张每月10元" in (await run(ActionCounter(), tracker("办副卡", "sub_card"))).text


async def test_while_the_catalogue_is_down_the_rest_is_told(sandbox: httpx.Client) -> None:
    raw.breaks(sandbox, "620")

    text = (await run(ActionCounter(), tracker("办副卡", "sub_card"))).text

    assert "每月" not in text
    assert "身份证" in text


@pytest.mark.usefixtures("database")
async def test_a_company_is_rung_by_its_manager_if_it_agrees(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = raw.numbers(sandbox, "enterprise")[1]
    talker = Talker(ActionEnterprise(), number)
    await talker.begin("我们公司想拉一条专线")
    assert talker.open == "utter_lead_confirm"

    turn = await talker.press("请联系我")

    (ticket,) = [one for one in raw.tickets(sandbox, number) if one["ticketType"] == "callback"]
    assert (turn.responses, ticket["id"] in turn.text) == (["utter_lead_done"], True)
    assert ticket["description"] == "我们公司想拉一条专线"
    assert {"lead", number} <= {note["text"] for note in ticket["note"]}


@pytest.mark.usefixtures("database")
async def test_a_company_that_does_not_agree_leaves_nothing(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = raw.numbers(sandbox, "enterprise")[1]
    before = raw.tickets(sandbox, number)
    talker = Talker(ActionEnterprise(), number)
    await talker.begin("企业宽带")

    assert (await talker.press("先不办")).responses == ["utter_lead_not"]
    assert raw.tickets(sandbox, number) == before


@pytest.mark.usefixtures("database")
async def test_the_manager_may_ring_another_number(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    number = raw.numbers(sandbox, "enterprise")[1]
    talker = Talker(ActionEnterprise(), number)
    await talker.begin("企业宽带")
    await talker.press("换联系电话")

    turn = await talker.say("打13800001111", phone_number="13800001111")

    assert "138****1111" in turn.text
