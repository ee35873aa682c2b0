import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from common.database import reading
from common.settings import settings
from common.times import utc_now
from desk import pictures, store
from desk.channels.wechat import arrivals, delivery
from desk.channels.wechat.api import Api, Outcome
from desk.channels.wechat.arrivals import Arrival, arrive, decide
from desk.channels.wechat.inbound import Inbound, read
from desk.channels.wechat.models import WechatUser
from desk.channels.wechat.sender import WechatSender
from desk.errors import sentence
from desk.outbox import Event
from desk.store import Said
from tests.desk.channels.wechat.wechat import OPENID, Wechat, xml
from tests.desk.test_pictures import PNG

TEMPLATE = "/cgi-bin/message/template/send"


class Time:
    """The channel's time."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Now, as the channel sees it."""
        return utc_now() + self._ahead

    def passes(self, **how_long: float) -> None:
        """Lets time pass."""
        self._ahead += timedelta(**how_long)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """See `Time`."""
    made = Time()
    for module in (arrivals, delivery):
        monkeypatch.setattr(module, "utc_now", made.now)
    return made


class Person:
    """A customer whose messages are answered by customer-service messages alone."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self._said = 0
        self.apis = {name: Api(name, found) for name, found in settings().wechat_accounts.items()}
        self.arrival = self.writes()

    def writes(self) -> Arrival:
        """Sends a message, which is acknowledged."""
        self._said += 1
        return self.does(read(xml("text", self._said, Content="您好")))

    def clicks(self) -> Arrival:
        """Clicks something that says nothing."""
        self._said += 1
        return self.does(read(xml("event", Event="CLICK", EventKey="none", CreateTime=self._said)))

    def does(self, inbound: Inbound) -> Arrival:
        """Sends anything, which is acknowledged."""
        arrival = arrive("hall", inbound, f"1:{self._said}")
        decide(arrival, False)
        return arrival

    def is_told(self, *texts: str) -> None:
        """The desk says something."""
        store.say(self.arrival.conversation, [Said("bot", text) for text in texts])
        delivery.mark(self.arrival.conversation)

    def gets(self) -> list[Outcome]:
        """Delivers what may be delivered now; what came of each message."""
        outcomes = []
        while delivery.due() and (outgoing := delivery.take(self.arrival.user)) is not None:
            outcomes.append(delivery.send(self.apis, outgoing))
            if not delivery.settle(outgoing, outcomes[-1]):
                break
        return outcomes

    def row(self) -> Any:
        """Their row."""
        with reading() as session:
            return session.get(WechatUser, self.arrival.user)


@pytest.fixture
def person(wechat: Wechat, time: Time) -> Person:
    """See `Person`."""
    return Person(time)


def test_five_messages_are_sent_and_the_rest_waits_for_a_sign_of_life(
    person: Person, wechat: Wechat, time: Time
) -> None:
    for number in range(7):
        person.is_told(f"第{number}条")
        person.gets()
        time.passes(seconds=20)
        person.gets()

    assert wechat.texts() == [*(f"第{number}条" for number in range(5))]
    person.writes()
    person.gets()
    assert wechat.texts()[5:] == ["第5条\n\n第6条"]


def test_the_last_one_says_that_there_is_more(person: Person, wechat: Wechat, time: Time) -> None:
    for number in range(4):
        person.is_told(f"第{number}条")
        time.passes(seconds=20)
        person.gets()
    text = "".join(f"第{number}句话在这里。" for number in range(150))
    person.is_told(text)
    person.gets()

    assert len(wechat.texts()) == 5
    assert wechat.texts()[4].endswith(f"。\n\n{sentence('wechat_more')}")
    person.writes()
    person.gets()
    said = "".join(wechat.texts()[4:]).replace(sentence("wechat_more"), "").replace("\n", "")
    assert said == text


def test_the_last_messages_wait_a_little_for_what_else_is_said(person: Person, wechat: Wechat, time: Time) -> None:
    for number in range(3):
        person.is_told(f"第{number}条")
        person.gets()
    person.is_told("甲")
    assert person.gets() == []
    person.is_told("乙")
    assert person.gets() == []
    time.passes(seconds=5)

    assert person.gets() == ["sent"]
    assert wechat.texts()[3:] == ["甲\n\n乙"]


def test_three_messages_may_follow_a_click_in_a_minute(person: Person, wechat: Wechat, time: Time) -> None:
    time.passes(hours=49)
    person.clicks()
    for number in range(4):
        person.is_told(f"第{number}条")
        person.gets()

    assert wechat.texts() == ["第0条", "第1条", "第2条"]
    person.clicks()
    time.passes(seconds=61)
    person.gets()
    assert wechat.texts() == ["第0条", "第1条", "第2条"]


def test_wechats_own_count_is_believed(person: Person, wechat: Wechat) -> None:
    wechat.errors = [45047]
    person.is_told("甲")

    assert person.gets() == ["limit"]
    person.is_told("乙")
    assert person.gets() == []
    person.writes()
    assert person.gets() == ["sent"]
    assert wechat.texts() == ["甲\n\n乙"]


def test_out_of_the_window_lines_are_kept_and_without_a_template_nobody_is_told(
    person: Person, wechat: Wechat, time: Time
) -> None:
    time.passes(hours=49)
    person.is_told("您的工单处理好了")

    person.gets()
    assert wechat.sent == []
    person.writes()
    person.gets()
    assert wechat.texts() == ["您的工单处理好了"]


@pytest.mark.parametrize("known", [True, False])
def test_out_of_the_window_a_template_message_tells_once(
    person: Person, wechat: Wechat, time: Time, known: bool
) -> None:
    hall = settings().wechat_accounts["hall"].copy(update={"template_id": "T1"})
    person.apis = {"hall": Api("hall", hall)}
    if known:
        time.passes(hours=49)
    else:
        wechat.errors = [45015]

    person.is_told("甲")
    person.gets()
    person.is_told("乙")
    person.gets()

    assert [(sent["path"], sent["template_id"]) for sent in wechat.sent] == [(TEMPLATE, "T1")]
    person.writes()
    person.gets()
    assert wechat.texts() == ["甲\n\n乙"]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_is_refused_is_fetched_anew_once(person: Person, wechat: Wechat, code: int) -> None:
    person.is_told("甲")
    person.gets()
    wechat.errors = [code]
    person.is_told("乙")

    assert person.gets() == ["sent"]
    assert (wechat.tokens, wechat.texts()) == (2, ["甲", "乙"])


def test_a_token_that_is_refused_again_is_not_asked_for_without_end(person: Person, wechat: Wechat) -> None:
    wechat.errors = [40001] * 10
    person.is_told("甲")

    assert person.gets() == ["later"]
    assert wechat.tokens == 2


def test_what_fails_for_now_is_tried_again_after_a_pause(person: Person, wechat: Wechat, time: Time) -> None:
    wechat.errors = [-1, -1]
    person.is_told("甲")

    assert person.gets() == ["later"]
    assert person.gets() == []
    time.passes(seconds=1.1)
    assert person.gets() == ["later"]
    time.passes(seconds=1.1)
    assert person.gets() == []
    time.passes(seconds=1)
    assert person.gets() == ["sent"]
    assert person.row().left == 4


def test_what_wechat_never_takes_does_not_keep_the_next_line(person: Person, wechat: Wechat) -> None:
    wechat.errors = [45002]
    person.is_told("甲")
    assert person.gets() == ["skip"]
    person.is_told("乙")

    assert person.gets() == ["sent"]
    assert wechat.texts() == ["乙"]


def test_a_limit_that_is_told_of_late_does_not_stop_what_the_customer_has_opened(
    person: Person, wechat: Wechat
) -> None:
    person.is_told("甲")
    outgoing = delivery.take(person.arrival.user)
    assert outgoing is not None
    person.writes()
    delivery.settle(outgoing, "limit")

    assert person.gets() == ["sent"]


def test_two_processes_never_send_to_one_customer_at_once(person: Person, time: Time) -> None:
    person.is_told("甲")
    first = delivery.take(person.arrival.user)

    assert first is not None
    assert delivery.due() == []
    assert delivery.take(person.arrival.user) is None
    time.passes(seconds=31)
    second = delivery.take(person.arrival.user)
    assert second is not None
    assert second.composed == first.composed
    assert delivery.settle(first, "sent") is False
    assert person.row().lease == second.lease


def test_nothing_is_pushed_while_an_answer_in_place_is_prepared_and_after_a_crash_it_is(
    person: Person, wechat: Wechat, time: Time
) -> None:
    arrival = arrive("hall", read(xml("text", 50, Content="查话费")), "1:50")
    person.is_told("余额12元")

    assert person.gets() == []
    time.passes(seconds=settings().wechat_seconds + 1.1)
    assert person.gets() == ["sent"]
    assert decide(arrival, True) is None
    assert wechat.texts() == ["余额12元"]


def test_only_the_newest_try_answers_in_place(person: Person) -> None:
    inbound = read(xml("text", 50, Content="查话费"))
    first, second = arrive("hall", inbound, "1:50"), arrive("hall", inbound, "1:51")
    person.is_told("余额12元")

    assert decide(first, True) is None
    assert decide(second, True) == "余额12元"
    assert decide(second, True) is None
    assert arrive("hall", inbound, "1:52").reply == "余额12元"


def test_an_answer_in_place_is_not_given_again_after_wechats_last_repeat(person: Person, time: Time) -> None:
    inbound = read(xml("text", 50, Content="查话费"))
    person.is_told("余额12元")
    decide(arrive("hall", inbound, "1:50"), True)
    time.passes(seconds=31)

    late = arrive("hall", inbound, "1:51")

    assert (late.state, late.reply) == ("pushed", None)


def test_what_is_too_long_for_the_answer_in_place_follows_it(person: Person, wechat: Wechat, time: Time) -> None:
    text = "".join(f"第{number}句话在这里。" for number in range(100))
    arrival = arrive("hall", read(xml("text", 50, Content="查话费")), "1:50")
    person.is_told(text)

    reply = decide(arrival, True)

    assert reply is not None
    assert person.gets() == []
    time.passes(seconds=1.1)
    person.gets()
    assert reply + "".join(wechat.texts()) == text


def test_a_picture_of_an_agent_is_uploaded_and_shown(person: Person, wechat: Wechat) -> None:
    def say(card: dict[str, Any]) -> store.Shown:
        return store.say(person.arrival.conversation, [Said("agent", "", card=card)])[0]

    pictures.from_agent(person.arrival.conversation, PNG, say)
    delivery.mark(person.arrival.conversation)

    assert person.gets() == ["sent"]
    assert (wechat.sent[0]["msgtype"], wechat.sent[0]["image"]) == ("image", {"media_id": "uploaded"})


def test_old_keys_and_nonces_are_forgotten(person: Person, time: Time) -> None:
    time.passes(minutes=16)
    arrivals.forget()

    assert arrive("hall", read(xml("text", 1, Content="您好")), "1:1").attempt == 1


def test_a_choice_can_be_pressed_before_it_is_noted_that_it_was_sent(person: Person) -> None:
    store.say(person.arrival.conversation, [Said("bot", "请选", (("账单", "/query_bill"),))])
    delivery.mark(person.arrival.conversation)
    assert delivery.take(person.arrival.user) is not None

    arrival = person.writes()

    assert store.accept(arrival.conversation, "wx:9", "1", None, seen=arrival.seen).payload == "/query_bill"


def test_a_choice_that_was_not_sent_yet_cannot_be_pressed(person: Person) -> None:
    store.say(person.arrival.conversation, [Said("bot", "请选", (("账单", "/query_bill"),))])
    arrival = person.writes()

    assert store.accept(arrival.conversation, "wx:9", "1", None, seen=arrival.seen).payload is None


@pytest.mark.parametrize(("on", "command"), [(True, "Typing"), (False, "CancelTyping")])
async def test_that_an_agent_writes_is_shown(person: Person, wechat: Wechat, on: bool, command: str) -> None:
    sender = WechatSender(person.apis)
    await sender.send(Event(person.arrival.conversation, "typing", {"on": on, "role": "agent"}))
    await asyncio.gather(*sender._typing.values())

    (sent,) = wechat.sent
    assert (sent["path"].split("?")[0], sent["command"]) == ("/cgi-bin/message/custom/typing", command)
    assert sent["touser"] == OPENID


async def test_that_the_bot_writes_is_not_shown_nor_that_a_typing_call_failed(person: Person, wechat: Wechat) -> None:
    sender = WechatSender(person.apis)
    wechat.errors = [45081]
    await sender.send(Event(person.arrival.conversation, "typing", {"on": True, "role": "bot"}))
    await sender.send(Event(person.arrival.conversation, "typing", {"on": True, "role": "agent"}))
    await asyncio.gather(*sender._typing.values())

    assert (wechat.sent, wechat.errors) == ([], [])
