import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import numpy as np
import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels.channel import register
from rasa.shared.core.events import ActionExecuted, UserUttered
from sanic import Sanic

from bot.channel import DeskChannel
from common.database import make_engine
from common.identity import channel_token
from common.settings import settings
from language.encoder import DIMENSIONS, encode
from tests.bot.model import SENTENCES
from tests.bss.scripted import Operator, Script, answers, hangs, hangs_up

BALANCE = "余额12元"


def says(*texts: str, events: list[dict[str, Any]] | None = None) -> Script:
    """The action server answers with these texts."""
    body = {"events": events or [], "responses": [{"text": text} for text in texts]}
    return answers(200, json.dumps(body).encode(), Content_Type="application/json")


class Channel:
    """Rasa's side of the desk: a running channel over the bot."""

    def __init__(self, client: httpx.AsyncClient, agent: Agent) -> None:
        self.client = client
        self.agent = agent
        self.talk = uuid.uuid4().hex

    async def post(self, token: str | bytes | None = None, **body: Any) -> httpx.Response:
        """Sends a body as the desk would, or with another bearer."""
        bearer = channel_token() if token is None else token
        headers = {"Authorization": b"Bearer " + (bearer.encode() if isinstance(bearer, str) else bearer)}
        whole = {"conversation": self.talk, "message_id": uuid.uuid4().hex, "repeated": False, "metadata": {}} | body
        return await self.client.post("/webhooks/desk/webhook", json=whole, headers=headers, timeout=30)

    async def hears(self, **body: Any) -> list[str]:
        """The texts of the answer."""
        answer = await self.post(**body)
        assert answer.status_code == 200, answer.text
        return [message["text"] for message in answer.json()["messages"]]

    async def understood(self) -> list[str]:
        """The intents of the customer's messages so far."""
        tracker = await self.agent.tracker_store.retrieve(self.talk)
        return [event.intent_name for event in tracker.events if isinstance(event, UserUttered)] if tracker else []


@pytest.fixture
async def channel(agent: Agent, action_server: Operator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Channel]:
    """See `Channel`."""
    # Sanic rewrites its own methods at each start, which in other modes works once a process.
    monkeypatch.setattr(Sanic, "test_mode", True)
    action_server.script = says(BALANCE)
    app = Sanic(f"channel-{uuid.uuid4().hex}", configure_logging=False)
    app.ctx.agent = agent
    register([DeskChannel()], app, route="/webhooks/")
    server = await app.create_server("127.0.0.1", 0, return_asyncio_server=True, access_log=False)
    await server.startup()
    port = server.server.sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield Channel(client, agent)
    server.close()
    await server.wait_closed()


async def test_a_typed_question_is_answered_by_its_action(channel: Channel, action_server: Operator) -> None:
    answer = await channel.post(text="查话费余额")

    assert answer.status_code == 200
    assert answer.json()["messages"] == [{"text": BALANCE, "buttons": [], "custom": {}}]
    (call,) = [json.loads(seen.body) for seen in action_server.seen]
    assert call["next_action"] == "action_query_balance"
    assert call["sender_id"] == channel.talk


async def test_an_answer_of_the_domain_comes_with_its_buttons(channel: Channel) -> None:
    (message,) = (await channel.post(text="讲个笑话")).json()["messages"]

    assert {"title": "话费余额", "payload": "/query_balance"} in message["buttons"]


@pytest.mark.parametrize("token", ["x", "0" * 64, "验证".encode()])
async def test_without_the_desks_bearer_nothing_happens(
    channel: Channel, action_server: Operator, token: str | bytes
) -> None:
    answer = await channel.post(token=token, text="查话费余额")

    assert answer.status_code == 401
    assert BALANCE not in answer.text
    assert await channel.understood() == []
    assert action_server.seen == []


async def test_a_request_without_any_bearer_is_refused(channel: Channel) -> None:
    answer = await channel.client.post("/webhooks/desk/webhook", json={"message_id": "m", "text": "x"})

    assert answer.status_code == 401


# An intent without examples in the small model: only a command could bring it.
COMMAND = '/goodbye{"phone_number": "18912345678"}'
DISGUISED = ["{}", "／{}", "\u3000{}", "\u200b／{}", "/{}", "😀{}", "呃{}", "那个{}", "/ \u3000／{}", "\x00{}"]


@pytest.mark.parametrize("disguise", DISGUISED)
async def test_typed_text_is_never_a_command(channel: Channel, disguise: str) -> None:
    await channel.post(text=disguise.format(COMMAND))

    (intent,) = await channel.understood()
    assert intent in {*SENTENCES, "nlu_fallback"}
    tracker = await channel.agent.tracker_store.retrieve(channel.talk)
    (event,) = [event for event in tracker.events if isinstance(event, UserUttered)]
    assert not event.text.startswith("/")


@pytest.mark.parametrize("text", ["/restart", "／session_start", "/back", "/"])
async def test_rasas_own_commands_do_nothing_either(channel: Channel, text: str) -> None:
    await channel.hears(text="您好")

    await channel.post(text=text)

    assert (await channel.understood())[0] == "greet"
    tracker = await channel.agent.tracker_store.retrieve(channel.talk)
    names = [event.action_name for event in tracker.events if isinstance(event, ActionExecuted)]
    assert not {"action_restart", "action_back", "action_session_start"} & set(names)


async def test_a_buttons_payload_needs_no_model(channel: Channel, action_server: Operator) -> None:
    assert await channel.hears(payload="/query_balance") == [BALANCE]

    assert await channel.understood() == ["query_balance"]
    message = json.loads(action_server.seen[0].body)["tracker"]["latest_message"]
    assert message["intent"]["confidence"] == 1.0


async def test_the_desk_is_told_what_a_text_was_taken_for(channel: Channel) -> None:
    typed = (await channel.post(text="查话费余额")).json()["understood"]
    pressed = (await channel.post(payload="/query_balance")).json()["understood"]

    assert typed["intent"] == "query_balance"
    assert 0.5 < typed["confidence"] <= 1
    assert pressed is None


async def test_an_answer_to_a_question_is_taken_for_nothing(channel: Channel, action_server: Operator) -> None:
    action_server.script = says("您叫什么？", events=[{"event": "active_loop", "name": "journey_form"}])
    await channel.post(text="查话费余额")

    assert (await channel.post(text="鑫淼焱垚")).json()["understood"] is None
    assert (await channel.post(text="转人工")).json()["understood"]["intent"] == "human_agent"


async def test_the_deadline_reaches_the_action(channel: Channel, action_server: Operator) -> None:
    deadline = time.time() + 30
    await channel.hears(text="查话费余额", message_id="m1", metadata={"deadline": deadline})

    message = json.loads(action_server.seen[0].body)["tracker"]["latest_message"]
    assert message["metadata"]["deadline"] == deadline
    assert message["message_id"] == "m1"


async def test_a_turn_that_nobody_waits_for_any_more_is_not_begun(channel: Channel, action_server: Operator) -> None:
    answer = await channel.post(text="查话费余额", metadata={"deadline": time.time() - 1})

    assert answer.status_code == 503
    assert (action_server.seen, await channel.understood()) == ([], [])


async def test_a_repeated_message_gets_the_stored_answer_and_runs_nothing_again(
    channel: Channel, action_server: Operator
) -> None:
    first = await channel.hears(text="查话费余额", message_id="m1")
    action_server.script = says("余额0元")

    assert await channel.hears(text="查话费余额", message_id="m1", repeated=True) == first == [BALANCE]
    assert len(action_server.seen) == 1
    assert await channel.understood() == ["query_balance"]


async def test_a_repeated_message_that_is_not_known_is_run(channel: Channel) -> None:
    assert await channel.hears(text="查话费余额", message_id="m1", repeated=True) == [BALANCE]


async def test_the_same_message_at_the_same_time_is_run_once(channel: Channel, action_server: Operator) -> None:
    def slow(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        operator.over.wait(0.3)
        says(BALANCE)(operator, request)

    action_server.script = slow
    heard = await asyncio.gather(*[channel.hears(text="查话费余额", message_id="m1") for _ in range(3)])

    assert heard == [[BALANCE]] * 3
    assert len(action_server.seen) == 1
    assert await channel.understood() == ["query_balance"]


async def test_a_desk_that_hangs_up_does_not_cut_the_turn_in_two(channel: Channel, action_server: Operator) -> None:
    def slow(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        operator.over.wait(0.5)
        says(BALANCE)(operator, request)

    action_server.script = slow
    asked = asyncio.create_task(channel.post(text="查话费余额", message_id="m1"))
    for _ in range(500):
        if action_server.seen:
            break
        await asyncio.sleep(0.02)
    asked.cancel()

    assert await channel.hears(text="查话费余额", message_id="m1", repeated=True) == [BALANCE]
    assert len(action_server.seen) == 1


FAILURES = {
    "down": hangs_up,
    "error": answers(500, b"{}"),
    "says nothing": says(),
    "hangs": hangs,
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_turn_that_failed_leaves_nothing_and_can_be_tried_again(
    channel: Channel, action_server: Operator, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANHAO_TURN_SECONDS", "0.5")
    settings.cache_clear()
    await channel.hears(text="您好")
    action_server.script = FAILURES[failure]

    assert (await channel.post(text="查话费余额", message_id="m1")).status_code == 503

    assert await channel.understood() == ["greet"]
    action_server.script = says(BALANCE)
    assert await channel.hears(text="查话费余额", message_id="m1", repeated=True) == [BALANCE]
    assert await channel.understood() == ["greet", "query_balance"]


async def test_an_action_that_refuses_with_400_does_not_fail_the_turn(
    channel: Channel, action_server: Operator
) -> None:
    asks = "请告诉我您的手机号码"

    def form(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        call = json.loads(operator.seen[-1].body)
        if call["next_action"] == "action_query_balance":
            says(events=[{"event": "followup", "name": "identity_form"}])(operator, request)
        elif call["next_action"] == "validate_identity_form":
            refused = {"error": "not for me", "action_name": "validate_identity_form"}
            joked = call["tracker"]["latest_message"]["text"] == "讲个笑话"
            script = answers(400, json.dumps(refused).encode(), Content_Type="application/json")
            (script if joked else says())(operator, request)
        else:
            says(asks)(operator, request)

    action_server.script = form
    assert await channel.hears(text="查话费余额") == [asks]

    (heard,) = await channel.hears(text="讲个笑话")

    assert heard.startswith("这个我帮不上您")
    assert await channel.understood() == ["query_balance", "out_of_scope"]


async def test_a_conversation_that_cannot_be_read_fails_its_turn_and_no_other(channel: Channel) -> None:
    await channel.hears(text="您好")
    database = make_engine(settings().rasa_database_url)
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE events SET data = 'no json'"))
        # As another server leaves it: what is in memory does not count.
        connection.execute(sa.text("UPDATE conversations SET version = version + 1"))
    database.dispose()

    assert (await channel.post(text="查话费余额")).status_code == 503

    assert await channel.hears(text="查话费余额", conversation="another") == [BALANCE]


async def test_the_channel_is_ready_when_the_model_is_loaded(channel: Channel) -> None:
    assert (await channel.client.get("/webhooks/desk/ready")).json() == {"ready": True, "answering": 0}

    channel.agent.processor = None
    answer = await channel.client.get("/webhooks/desk/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "answering": 0})


async def test_the_channel_tells_how_many_messages_are_being_answered(
    channel: Channel, action_server: Operator
) -> None:
    released = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result(20)
        says(BALANCE)(operator, request)

    async def answering() -> int:
        return int((await channel.client.get("/webhooks/desk/ready")).json()["answering"])

    action_server.script = slow
    asked = asyncio.create_task(channel.post(text="查话费余额"))
    for _ in range(500):
        if action_server.seen:
            break
        await asyncio.sleep(0.02)
    assert await answering() == 1

    released.set()
    assert (await asked).status_code == 200
    assert await answering() == 0


async def test_what_a_customer_typed_is_masked_in_the_database(channel: Channel) -> None:
    await channel.post(text="我的号码是18912345678，验证码654321，查话费余额")

    database = make_engine(settings().rasa_database_url)
    with database.connect() as connection:
        stored = "\n".join(connection.execute(sa.text("SELECT data FROM events")).scalars())
    database.dispose()
    assert "18912345678" not in stored
    assert "654321" not in stored
    assert json.dumps("我的号码是189****5678")[1:-1] in stored


async def encoded(channel: Channel, texts: Any, token: str | None = None) -> httpx.Response:
    """What the channel answers to a desk that wants vectors."""
    headers = {"Authorization": f"Bearer {channel_token() if token is None else token}"}
    return await channel.client.post("/webhooks/desk/encode", json=texts, headers=headers, timeout=30)


async def test_texts_become_vectors_of_their_meaning_and_intents(channel: Channel) -> None:
    answer = await encoded(channel, {"texts": ["查话费余额", "话费还有多少", "转人工"]})

    vectors = np.array(answer.json()["vectors"])
    intents = sorted(channel.agent.domain.intents)
    assert answer.json()["model"] == channel.agent.model_id
    assert vectors.shape == (3, DIMENSIONS + len(intents))
    assert np.allclose(vectors[:, :DIMENSIONS], encode(["查话费余额", "话费还有多少", "转人工"]), atol=1e-4)
    assert [intents[column] for column in vectors[:, DIMENSIONS:].argmax(axis=1)] == [
        "query_balance",
        "query_balance",
        "human_agent",
    ]


async def test_vectors_are_not_for_everybody(channel: Channel) -> None:
    assert (await encoded(channel, {"texts": ["查话费"]}, token="x")).status_code == 401


async def test_vectors_of_no_text_are_none(channel: Channel) -> None:
    assert (await encoded(channel, {"texts": []})).json()["vectors"] == []


@pytest.mark.parametrize(
    "body", [{}, [], {"texts": "查话费"}, {"texts": [1]}, {"texts": ["一"] * 65}, {"texts": ["长" * 1001]}]
)
async def test_too_many_or_odd_texts_are_refused(channel: Channel, body: Any) -> None:
    assert (await encoded(channel, body)).status_code == 400


@pytest.mark.parametrize("text", ["/restart", COMMAND, "", "／"])
async def test_a_text_to_encode_is_never_a_command(channel: Channel, text: str) -> None:
    answer = await encoded(channel, {"texts": [text]})

    assert answer.status_code == 200
    goodbye = sorted(channel.agent.domain.intents).index("goodbye")
    assert answer.json()["vectors"][0][DIMENSIONS + goodbye] < 0.5


async def test_a_customer_does_not_wait_for_vectors(channel: Channel) -> None:
    many = asyncio.create_task(encoded(channel, {"texts": ["请问套餐里的流量用完以后怎么收费"] * 64}))
    await asyncio.sleep(0.02)

    assert await channel.hears(text="查话费余额") == [BALANCE]

    assert not many.done()
    assert (await many).status_code == 200


UNKNOWN = "手表能不能单独打电话"


@pytest.fixture
def doubting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small model is never in doubt: whatever it takes for others' business counts as not sure."""
    monkeypatch.setattr("bot.channel.ELSEWHERE", 1.1)


@pytest.mark.usefixtures("doubting")
async def test_a_text_that_the_model_is_not_sure_of_is_only_asked_about(
    channel: Channel, action_server: Operator
) -> None:
    answer = await channel.post(text=UNKNOWN)

    (vector,) = (await encoded(channel, {"texts": [UNKNOWN]})).json()["vectors"]
    assert answer.json() == {"unsure": True, "model": channel.agent.model_id, "vector": vector}
    assert (action_server.seen, await channel.understood()) == ([], [])


@pytest.mark.usefixtures("doubting")
async def test_with_an_entry_the_text_is_a_question_of_the_faq(channel: Channel, action_server: Operator) -> None:
    action_server.script = says("要用独立的卡")
    await channel.post(text=UNKNOWN, message_id="m1")

    assert await channel.hears(text=UNKNOWN, message_id="m1", knowledge="watch") == ["要用独立的卡"]

    assert await channel.understood() == ["faq"]
    call = json.loads(action_server.seen[-1].body)
    message = call["tracker"]["latest_message"]
    assert (call["next_action"], message["text"], message["intent"]["name"]) == ("action_faq", UNKNOWN, "faq")
    assert [(entity["entity"], entity["value"]) for entity in message["entities"]] == [("entry", "watch")]


@pytest.mark.parametrize(("text", "intent"), [("😀", "nlu_fallback"), (UNKNOWN, "out_of_scope")])
@pytest.mark.usefixtures("doubting")
async def test_without_an_entry_it_is_as_the_model_has_it(channel: Channel, text: str, intent: str) -> None:
    assert (await channel.post(text=text)).json()["unsure"] is True

    assert await channel.hears(text=text, knowledge=None)
    assert await channel.understood() == [intent]


async def test_what_is_surely_others_business_is_not_asked_about(channel: Channel) -> None:
    assert await channel.hears(text=UNKNOWN)
    assert await channel.understood() == ["out_of_scope"]


async def test_an_entry_that_is_named_at_once_answers_what_the_model_is_sure_of(
    channel: Channel, action_server: Operator
) -> None:
    await channel.hears(text="查话费余额", knowledge="balance-check")

    assert json.loads(action_server.seen[-1].body)["next_action"] == "action_faq"


async def test_what_the_model_is_sure_of_is_run_at_once(channel: Channel) -> None:
    assert await channel.hears(text="查话费余额") == [BALANCE]


@pytest.mark.usefixtures("doubting")
async def test_an_answer_of_the_faq_is_not_given_twice(channel: Channel, action_server: Operator) -> None:
    await channel.hears(text=UNKNOWN, message_id="m1", knowledge="watch")
    action_server.script = says("别的")
    before = len(action_server.seen)

    assert await channel.hears(text=UNKNOWN, message_id="m1", repeated=True) == [BALANCE]
    assert await channel.hears(text=UNKNOWN, message_id="m1", repeated=True, knowledge=None) == [BALANCE]
    again = (await channel.post(text=UNKNOWN, message_id="m1", repeated=True)).json()
    assert again["understood"] == {"intent": "faq", "confidence": 1.0}
    assert (len(action_server.seen), await channel.understood()) == (before, ["faq"])


@pytest.mark.usefixtures("doubting")
async def test_a_repeated_text_that_was_only_asked_about_is_asked_about_again(channel: Channel) -> None:
    await channel.post(text=UNKNOWN, message_id="m1")

    assert (await channel.post(text=UNKNOWN, message_id="m1", repeated=True)).json()["unsure"] is True
    assert await channel.hears(text=UNKNOWN, message_id="m1", repeated=True, knowledge="watch") == [BALANCE]
    assert await channel.understood() == ["faq"]


@pytest.mark.usefixtures("doubting")
async def test_who_only_asks_and_who_has_an_entry_may_come_at_once(channel: Channel, action_server: Operator) -> None:
    asked, *heard = await asyncio.gather(
        channel.post(text=UNKNOWN, message_id="m1"),
        channel.hears(text=UNKNOWN, message_id="m1", knowledge="watch"),
        channel.hears(text=UNKNOWN, message_id="m1", knowledge="watch"),
    )

    assert asked.json()["unsure"] is True
    assert heard == [[BALANCE]] * 2
    assert (len(action_server.seen), await channel.understood()) == (1, ["faq"])


@pytest.mark.usefixtures("doubting")
@pytest.mark.parametrize("knowledge", [{}, {"knowledge": "watch"}])
async def test_while_a_form_asks_its_question_is_answered(
    channel: Channel, action_server: Operator, knowledge: dict[str, str]
) -> None:
    asks = "请告诉我您的手机号码"

    def form(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        begins = json.loads(operator.seen[-1].body)["next_action"] == "action_query_balance"
        script = says(events=[{"event": "followup", "name": "identity_form"}]) if begins else says(asks)
        script(operator, request)

    action_server.script = form
    await channel.hears(text="查话费余额")

    answer = await channel.post(text=UNKNOWN, **knowledge)

    assert "unsure" not in answer.json()
    assert await channel.understood() == ["query_balance", "out_of_scope"]
