import asyncio
import json
import shutil
import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from common.database import transaction
from common.identity import channel_token
from common.settings import settings
from desk import queue, store
from desk.bot_server import Live, go_live
from desk.handover_models import Handover
from desk.models import Message, OutboxEvent, Turn
from desk.outbox import Outbox
from desk.rasa import Encoded, RasaClient
from desk.secrets import HIDDEN
from desk.store import Shown
from desk.turns import AGE, TRIES, Turns
from knowledge_base.authoring.models import Release
from knowledge_base.content import CONTENT, content, use
from tests.bss.scripted import Operator, answers, in_turn
from tests.desk.bot import FAILED, GONE, SECRET, SILENT, Bot, entry, says
from tests.desk.conftest import Clock, Recorder

SENTENCES = content("desk")["sentences"]


class Desk:
    """The desk's turns over a conversation, without the web in front."""

    def __init__(self, talk: str, recorder: Recorder) -> None:
        self.talk = talk
        self.turns = Turns(RasaClient(), Outbox(recorder))
        self._written = 0

    async def says(self, text: str | None = None, *, choice: str | None = None, client_id: str | None = None) -> Any:
        """The replies to a customer's message."""
        self._written += 1
        accepted = store.accept(self.talk, client_id or f"c{self._written}", text, choice)
        return await self.turns.take(accepted)

    def transcript(self) -> list[tuple[str, str]]:
        """(role, text) of all lines."""
        return [(line["role"], line["text"]) for line in store.history(self.talk, 0)[0]]

    def mode(self) -> str:
        """Who answers."""
        return store.history(self.talk, 0)[1]


@pytest.fixture
async def desk(talk: str, recorder: Recorder) -> Any:
    """See `Desk`; what it left open is finished in its own time."""
    made = Desk(talk, recorder)
    yield made
    await made.turns._rasa.close()


async def later(desk: Desk, condition: Callable[[], bool]) -> None:
    """Lets the desk finish what is due until the condition holds."""
    task = asyncio.create_task(desk.turns.finish_later())
    try:
        for _ in range(400):
            if condition():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it never came")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def texts(lines: list[Shown]) -> list[str]:
    return [line["text"] for line in lines]


def tried(times: int) -> bool:
    """Whether the only turn was tried so often and nobody holds it."""
    with transaction() as session:
        return session.execute(sa.select(Turn.attempts, Turn.lease_until)).one() == (times, None)


def state(number: int = 0) -> str:
    with transaction() as session:
        return session.scalars(sa.select(Turn.state).order_by(Turn.created_at)).all()[number]


async def test_the_bots_answer_is_written_down_and_returned(desk: Desk, bot: Bot) -> None:
    bot.does(says("余额12元", "还有别的吗"))

    replies = await desk.says("查话费")

    assert texts(replies) == ["余额12元", "还有别的吗"]
    assert desk.transcript() == [("customer", "查话费"), ("bot", "余额12元"), ("bot", "还有别的吗")]
    assert state() == "done"


async def test_what_the_bot_took_a_text_for_is_kept_with_the_answer(desk: Desk, bot: Bot) -> None:
    bot.does(says("余额12元", understood=("query_balance", 0.83)))
    await desk.says("查话费")
    bot.does(says("好的"))
    await desk.says("好")

    with transaction() as session:
        kept = session.execute(sa.select(Turn.intent, Turn.confidence).order_by(Turn.created_at)).all()
    assert [tuple(row) for row in kept] == [("query_balance", 0.83), (None, None)]


class Watches:
    """A knowledge that answers all that the bot is not sure of."""

    async def named(self, text: str) -> str | None:
        return None

    async def answering(self, text: str, encoded: Encoded) -> str | None:
        return "watch"


async def test_what_the_bot_is_not_sure_of_is_answered_by_the_knowledge_within_the_turn(
    desk: Desk, bot: Bot, recorder: Recorder
) -> None:
    unsure = answers(200, b'{"unsure": true, "model": "m1", "vector": [1.0]}')
    bot.does(in_turn(unsure, says("要办一张专用的卡", understood=("faq", 1.0))))
    desk.turns = Turns(desk.turns._rasa, Outbox(recorder), knowledge=Watches())

    replies = await desk.says("手表能打电话吗")

    assert texts(replies) == ["要办一张专用的卡"]
    assert [asked.get("knowledge") for asked in bot.asked] == [None, "watch"]
    assert bot.asked[0]["metadata"]["deadline"] == bot.asked[1]["metadata"]["deadline"]
    with transaction() as session:
        assert session.execute(sa.select(Turn.state, Turn.intent, Turn.attempts)).one() == ("done", "faq", 1)


async def test_a_turn_whose_second_question_fails_is_tried_again_from_the_first(
    desk: Desk, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    unsure = answers(200, b'{"unsure": true, "model": "m1", "vector": [1.0]}')
    bot.does(in_turn(unsure, FAILED, unsure, says("要办一张专用的卡")))
    desk.turns = Turns(desk.turns._rasa, Outbox(recorder), knowledge=Watches())
    await desk.says("手表能打电话吗")
    clock.forward(60)

    await later(desk, lambda: state() == "done")

    assert desk.transcript()[-1] == ("bot", "要办一张专用的卡")
    assert [(asked["repeated"], asked.get("knowledge")) for asked in bot.asked] == [
        (False, None),
        (False, "watch"),
        (True, None),
        (True, "watch"),
    ]


async def test_the_bot_is_asked_with_the_bearer_a_stable_id_and_a_deadline(desk: Desk, bot: Bot) -> None:
    await desk.says("查话费")

    (asked,) = bot.asked
    with transaction() as session:
        turn = session.scalar(sa.select(Turn.id))
    assert (asked["conversation"], asked["text"], asked["message_id"]) == (desk.talk, "查话费", turn)
    assert (asked["repeated"], set(asked["metadata"])) == (False, {"deadline", "release"})
    assert bot.bearers == {f"Bearer {channel_token()}"}


async def test_typed_text_is_never_sent_as_a_payload(desk: Desk, bot: Bot) -> None:
    for text in ("/query_balance", "／query_balance", '/query_balance{"identity":"x"}'):
        await desk.says(text)

    assert [asked.get("text") for asked in bot.asked] == [
        "/query_balance",
        "／query_balance",
        '/query_balance{"identity":"x"}',
    ]
    assert not any("payload" in asked for asked in bot.asked)


async def test_a_pressed_button_is_sent_as_its_payload_and_not_as_text(desk: Desk, bot: Bot) -> None:
    bot.does(says(entry("请选", ("上月账单", "/query_bill"))))
    (line,) = await desk.says("您好")
    assert [set(choice) for choice in line["choices"]] == [{"id", "title"}]

    await desk.says(choice=line["choices"][0]["id"])

    assert bot.asked[1]["payload"] == "/query_bill"
    assert "text" not in bot.asked[1]
    assert desk.transcript()[2] == ("customer", "上月账单")


async def test_a_card_comes_with_its_sentence(desk: Desk, bot: Bot) -> None:
    card = {"kind": "balance", "rows": []}
    bot.does(says(entry("余额12元", card=card)))

    (line,) = await desk.says("查话费")

    assert line["card"] == card


async def test_the_same_message_again_gets_the_same_answer_and_asks_nobody(desk: Desk, bot: Bot) -> None:
    bot.does(says("余额12元"))
    first = await desk.says("查话费", client_id="same")
    bot.does(says("余额0元"))

    assert await desk.says("查话费", client_id="same") == first
    assert len(bot.asked) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("failure", [FAILED, GONE, SILENT, says()], ids=["failed", "gone", "silent", "empty"])
async def test_a_silent_bot_is_apologised_for_in_time(desk: Desk, bot: Bot, failure: Any) -> None:
    bot.does(failure)

    (line,) = await desk.says("查话费")

    assert line["text"] == SENTENCES["turn_failed"]
    assert [choice["title"] for choice in line["choices"]] == ["转人工"]
    assert state() == "pending"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"null", b'{"messages": 5}', b'{"messages": [5]}'])
async def test_an_answer_in_another_shape_is_apologised_for(desk: Desk, bot: Bot, body: bytes) -> None:
    bot.does(answers(200, body))

    (line,) = await desk.says("查话费")

    assert line["text"] == SENTENCES["turn_failed"]


async def test_the_apology_is_said_once_and_the_late_answer_says_what_it_answers(
    desk: Desk, bot: Bot, clock: Clock
) -> None:
    bot.does(in_turn(FAILED, FAILED, says("余额12元")))
    await desk.says("查{话}费")
    clock.forward(2)
    await later(desk, lambda: tried(2))
    clock.forward(3)

    await later(desk, lambda: state() == "done")

    assert desk.transcript() == [
        ("customer", "查{话}费"),
        ("bot", SENTENCES["turn_failed"]),
        ("bot", SENTENCES["late_answer"].replace("{text}", "查{话}费")),
        ("bot", "余额12元"),
    ]
    assert [asked["repeated"] for asked in bot.asked] == [False, True, True]
    assert len({asked["message_id"] for asked in bot.asked}) == 1


async def test_a_turn_is_given_up_after_its_tries_and_the_customer_is_told(desk: Desk, bot: Bot) -> None:
    bot.does(FAILED)
    await desk.says("查话费")
    with transaction() as session:
        session.execute(sa.update(Turn).values(attempts=TRIES - 1, next_try_at=Turn.created_at))

    await later(desk, lambda: state() == "failed")

    assert texts(store.history(desk.talk, 1)[0]) == [SENTENCES["turn_failed"], SENTENCES["turn_given_up"]]
    assert [choice["title"] for choice in store.history(desk.talk, 2)[0][0]["choices"]] == ["转人工"]
    assert store.due() == []


async def test_a_turn_that_is_too_old_is_given_up(desk: Desk, bot: Bot, clock: Clock) -> None:
    bot.does(FAILED)
    await desk.says("查话费")
    clock.forward(AGE.total_seconds() + 1)

    await later(desk, lambda: state() == "failed")

    assert len(bot.asked) == 2


async def test_a_new_message_is_answered_after_the_old_one_in_order(desk: Desk, bot: Bot) -> None:
    bot.does(in_turn(FAILED, says("一的答案"), says("二的答案")))
    await desk.says("一")

    replies = await desk.says("二")

    assert texts(replies) == ["二的答案"]
    assert [asked["text"] for asked in bot.asked] == ["一", "一", "二"]
    assert desk.transcript()[-2:] == [("bot", "一的答案"), ("bot", "二的答案")]


async def test_turns_of_one_conversation_never_run_at_the_same_time(desk: Desk, bot: Bot) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def busy(operator: Operator, request: Any) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        operator.over.wait(0.03)
        with lock:
            running -= 1
        says("好的")(operator, request)

    bot.does(busy)

    async def send(number: int) -> Any:
        await asyncio.sleep(number * 0.02)
        return await desk.says(f"第{number}句")

    replies = await asyncio.gather(*[send(number) for number in range(8)])

    assert most == 1
    assert [texts(lines) for lines in replies] == [["好的"]] * 8
    assert [asked["text"] for asked in bot.asked] == [f"第{number}句" for number in range(8)]


async def test_another_conversation_does_not_wait(desk: Desk, bot: Bot, recorder: Recorder) -> None:
    released = threading.Event()

    def first_waits(operator: Operator, request: Any) -> None:
        if "慢" in json.loads(operator.seen[-1].body)["text"]:
            released.wait(0.9)
        says("好的")(operator, request)

    bot.does(first_waits)
    slow = asyncio.create_task(desk.says("慢"))
    await asyncio.sleep(0.1)
    other = Desk(store.create_conversation("web"), recorder)
    other.turns = desk.turns

    assert texts(await other.says("快")) == ["好的"]
    assert not slow.done()
    released.set()
    assert texts(await slow) == ["好的"]


async def test_what_the_desk_does_with_an_answer_is_of_the_same_release(desk: Desk, bot: Bot) -> None:
    folder = settings().releases_dir / "7" / "content"
    shutil.copytree(CONTENT, folder)
    skills = content("skills")
    (folder / "skills.yml").write_text(yaml.safe_dump(skills | {"default": "fault"}), "utf-8")
    with transaction() as session:
        session.add(Release(id=7, title="发布"))
    go_live(Live("rasa", 7))

    def script(operator: Operator, request: BaseHTTPRequestHandler) -> None:
        use(None)  # another one goes live meanwhile
        says(entry("好的", handover={"intent": "human_agent"}))(operator, request)

    bot.does(script)
    await desk.says("转人工")

    with transaction() as session:
        assert session.scalar(sa.select(Handover.group)) == "fault" != skills["default"]


async def test_the_bots_wish_for_a_person_opens_a_handover_with_its_context(desk: Desk, bot: Bot) -> None:
    wish = {"intent": "human_agent", "topic": "query_bill"}
    bot.does(says(entry("好的，马上为您转人工客服。", handover=wish)))

    replies = await desk.says("转人工")

    assert texts(replies) == ["好的，马上为您转人工客服。", SENTENCES["queued_alone"]]
    assert desk.mode() == "queued"
    with transaction() as session:
        assert session.scalar(sa.select(Handover.context)) == wish
    assert all(line["card"] is None for line in replies)


@pytest.mark.parametrize("text", ["转人工", "我要找真人客服"])
async def test_a_person_is_reached_while_the_bot_is_silent(desk: Desk, bot: Bot, text: str) -> None:
    bot.does(GONE)

    replies = await desk.says(text)

    assert texts(replies) == [SENTENCES["handover"], SENTENCES["queued_alone"]]
    assert (desk.mode(), state()) == ("queued", "done")


async def test_the_apologys_button_reaches_a_person_without_the_bot(desk: Desk, bot: Bot) -> None:
    bot.does(GONE)
    (apology,) = await desk.says("查话费")
    tries = len(bot.asked)

    replies = await desk.says(choice=apology["choices"][0]["id"])

    assert texts(replies)[-1] == SENTENCES["queued_alone"]
    assert desk.mode() == "queued"
    assert len(bot.asked) <= tries + 1


async def test_a_message_while_waiting_never_reaches_the_bot(desk: Desk, bot: Bot) -> None:
    bot.does(says(entry("好的", handover={"intent": "human_agent"})))
    await desk.says("转人工")

    (line,) = await desk.says("我的宽带坏了")

    assert line["text"] == SENTENCES["queued_alone"]
    assert len(bot.asked) == 1


@pytest.mark.parametrize("by_button", [True, False])
async def test_a_customer_who_leaves_the_queue_is_answered_by_the_bot_again(
    desk: Desk, bot: Bot, by_button: bool
) -> None:
    bot.does(says(entry("好的", handover={"intent": "human_agent"})))
    place = (await desk.says("转人工"))[-1]
    bot.does(says("余额12元"))

    left = await (desk.says(choice=place["choices"][1]["id"]) if by_button else desk.says("不等了"))

    assert texts(left) == [SENTENCES["queue_left"]]
    assert desk.mode() == "bot"
    assert texts(await desk.says("查话费")) == ["余额12元"]
    assert queue.place(desk.talk) is None


async def test_repeating_the_message_that_left_the_queue_does_nothing_twice(desk: Desk, bot: Bot) -> None:
    bot.does(says(entry("好的", handover={"intent": "human_agent"})))
    await desk.says("转人工")
    first = await desk.says("不等了", client_id="leave")

    assert await desk.says("不等了", client_id="leave") == first
    assert desk.transcript().count(("system", SENTENCES["queue_left"])) == 1


async def test_typing_is_shown_while_the_bot_works(desk: Desk, bot: Bot, recorder: Recorder) -> None:
    await desk.says("查话费")

    assert [payload["on"] for _, event, payload in recorder.sent if event == "typing"] == [True, False]


# What the desk itself begins


def begin(desk: Desk, payload: str = "/query_points") -> None:
    with transaction() as session:
        store.add_event_turn(session, store.lock_conversation(session, desk.talk), payload)


async def test_an_event_is_put_to_the_bot_and_its_answer_is_a_message(desk: Desk, bot: Bot) -> None:
    bot.does(says("测完了"))
    begin(desk)
    await later(desk, lambda: state() == "done")

    (asked,) = bot.asked
    assert (asked["payload"], "text" in asked) == ("/query_points", False)
    assert desk.transcript() == [("bot", "测完了")]


async def test_an_event_runs_before_what_the_customer_says_after_it(desk: Desk, bot: Bot) -> None:
    bot.does(in_turn(says("测完了"), says("余额12元")))
    begin(desk)

    assert texts(await desk.says("查话费")) == ["余额12元"]
    assert desk.transcript() == [("customer", "查话费"), ("bot", "测完了"), ("bot", "余额12元")]


async def test_a_silent_bot_is_asked_of_an_event_again_and_nobody_is_bothered(
    desk: Desk, bot: Bot, clock: Clock
) -> None:
    bot.does(in_turn(FAILED, FAILED, says("测完了")))
    begin(desk)
    for times in (1, 2):
        await later(desk, lambda times=times: tried(times))  # type: ignore[misc]
        clock.forward(20)
    await later(desk, lambda: state() == "done")

    assert desk.transcript() == [("bot", "测完了")]


async def test_an_event_that_the_bot_cannot_answer_is_dropped_without_a_word(
    desk: Desk, bot: Bot, clock: Clock
) -> None:
    bot.does(FAILED)
    begin(desk)
    for times in range(1, TRIES):
        await later(desk, lambda times=times: tried(times))  # type: ignore[misc]
        clock.forward(20)
    await later(desk, lambda: state() == "failed")

    assert len(bot.asked) == TRIES
    assert desk.transcript() == []


async def test_an_event_waits_while_a_person_answers(desk: Desk, bot: Bot, clock: Clock) -> None:
    set_mode(desk, "human")
    begin(desk)
    await later(desk, waits_for_the_bot)
    assert bot.asked == []

    set_mode(desk, "bot")
    clock.forward(20)
    await later(desk, lambda: state() == "done")

    assert [role for role, _ in desk.transcript()] == ["bot"]


async def test_an_event_is_dropped_when_a_person_answers_for_long(desk: Desk, bot: Bot, clock: Clock) -> None:
    set_mode(desk, "queued")
    begin(desk)
    clock.forward(AGE.total_seconds() + 1)
    await later(desk, lambda: state() == "failed")

    assert (bot.asked, desk.transcript()) == ([], [])


def set_mode(desk: Desk, mode: str) -> None:
    with transaction() as session:
        store.lock_conversation(session, desk.talk).mode = mode


def waits_for_the_bot() -> bool:
    """Whether the only turn was put off and its look is not counted as a try."""
    with transaction() as session:
        attempts, next_try, created = session.execute(sa.select(Turn.attempts, Turn.next_try_at, Turn.created_at)).one()
        return (attempts, next_try > created + timedelta(seconds=5)) == (0, True)


# Secrets


def kept() -> str:
    """All that the database holds of what was typed."""
    with transaction() as session:
        columns = (Message.text, Turn.text, OutboxEvent.payload)
        return "".join(str(row) for column in columns for row in session.scalars(sa.select(column)))


async def test_a_password_is_forgotten_once_it_is_answered(desk: Desk, bot: Bot) -> None:
    bot.does(says(SECRET, "余额12元"))

    first = await desk.says("密码是 654321", client_id="same")

    assert texts(first) == ["余额12元"]
    assert "secret" not in json.dumps(store.history(desk.talk, 0)[0])
    assert desk.transcript() == [("customer", HIDDEN), ("bot", "余额12元")]
    assert "654321" not in kept()
    assert bot.asked[0]["text"] == "密码是 654321"
    assert await desk.says("密码是 654321", client_id="same") == first
    assert (len(bot.asked), "654321" in kept()) == (1, False)


async def test_only_the_turn_with_the_password_is_forgotten(desk: Desk, bot: Bot) -> None:
    await desk.says("查话费")
    bot.does(says({**entry("密码不对"), "custom": {"secret": True}}))
    await desk.says("654321")

    assert desk.transcript() == [("customer", "查话费"), ("bot", "好的"), ("customer", HIDDEN), ("bot", "密码不对")]
    with transaction() as session:
        payloads = session.scalars(sa.select(OutboxEvent.payload).order_by(OutboxEvent.id)).all()
    assert [payload["text"] for payload in payloads] == ["查话费", "好的", HIDDEN, "密码不对"]


async def test_a_password_that_is_answered_late_is_asked_about_again_and_not_repeated(
    desk: Desk, bot: Bot, clock: Clock
) -> None:
    bot.does(in_turn(FAILED, says(SECRET, "余额12元")))
    await desk.says("654321")
    clock.forward(2)

    await later(desk, lambda: state() == "done")

    assert [asked["text"] for asked in bot.asked] == ["654321", "654321"]
    assert desk.transcript()[2:] == [("bot", SENTENCES["late_answer"].replace("{text}", HIDDEN)), ("bot", "余额12元")]
    assert "654321" not in kept()
