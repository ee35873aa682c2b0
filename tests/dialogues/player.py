"""Plays a dialogue through the real processes and writes down how it went."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from common.masking import mask_number
from common.money import yuan
from desk import store
from tests.dialogues.books import Books
from tests.dialogues.scenario import (
    PLACEHOLDER,
    Anew,
    Begin,
    Break,
    Check,
    Heal,
    Hears,
    HearsNot,
    Offers,
    Pass,
    Press,
    Say,
    Scenario,
    Shows,
    Step,
    Verify,
    Wait,
)
from tests.processes.customer import Customer, Replies, nothing_leaked
from tests.stack import Stack

SHANGHAI = ZoneInfo("Asia/Shanghai")
# The product's circuit breakers open at the fifth failed call in a row, for five seconds.
BREAKER_STRIKES, BREAKER_SECONDS = 4, 5.5


class Stage:
    """What outlasts a dialogue: the running product, and how often each operator API was made to fail."""

    def __init__(self, stack: Stack, books: Books) -> None:
        self.stack = stack
        self.books = books
        self.strikes: dict[str, int] = {}

    def clear(self) -> None:
        """The operator as seeded; nothing of an earlier dialogue is left to be sent or watched: ids come again."""
        self.books.heal()
        with sqlite3.connect(self.stack.var / "wanhao.db", timeout=10) as database:
            database.execute("DELETE FROM operator_requests WHERE state = 'waiting'")
            database.execute("DELETE FROM watches")
        self.books.fresh()

    def begin_turn(self, conversation: str, payload: str) -> None:
        """Has the desk begin a turn of the bot's, as it does when a person has finished."""
        with Session(sa.create_engine(f"sqlite:///{self.stack.var / 'wanhao.db'}")) as session, session.begin():
            store.add_event_turn(session, store.lock_conversation(session, conversation), payload)

    def calm(self, apis: set[str]) -> None:
        """Ends all faults, and waits where a breaker may have opened: it would refuse what comes next."""
        self.books.heal()
        if any(self.strikes.get(api, 0) >= BREAKER_STRIKES for api in apis):
            time.sleep(BREAKER_SECONDS)


class Dialogue:
    """One dialogue. `play` raises AssertionError, whose text is the transcript with what failed marked."""

    def __init__(self, stage: Stage, scenario: Scenario) -> None:
        stage.clear()
        self._stage = stage
        self._books = stage.books
        self._scenario = scenario
        self._number = self._books.who(scenario.customer)
        self._before = {
            number: self._books.held(number, {check.of for check in scenario.checks})
            for number in {self._whose(check) for check in scenario.checks}
        }
        self._open = ExitStack()
        self._customer = self._begin()
        self._broken: set[str] = set()
        self._lines = [f"{scenario.name}（{scenario.file}.yml:{scenario.line}，客户 {self._number}）"]

    def _begin(self) -> Customer:
        customer = self._open.enter_context(Customer(self._stage.stack, self._books))
        self._open.callback(_leave, customer)
        return customer

    def _whose(self, check: Check) -> str:
        wanted = check.given.get("customer")
        return self._number if wanted is None else self._books.who(str(wanted), other_than=self._number)

    def play(self) -> None:
        """Takes every step, then looks into the operator's systems."""
        with self._open:
            todo = list(self._scenario.steps)
            try:
                while todo:
                    self._take(todo[0])
                    todo.pop(0)
            except AssertionError as failure:
                self._failed(failure, todo)
            finally:
                if self._broken:
                    self._stage.calm(self._broken)
            for check in self._scenario.checks:
                shown = ", ".join(f"{key} {value}" for key, value in {"of": check.of, **check.given}.items())
                try:
                    self._look(check)
                except AssertionError as failure:
                    self._note("✗", check.line, f"operator: {shown}", str(failure))
                    raise AssertionError("\n".join(self._lines)) from None
                self._note("✓", check.line, f"operator: {shown}")

    def _take(self, step: Step) -> None:
        speaks = isinstance(step.action, Say | Press | Verify)
        if speaks:
            for api in self._broken:
                self._stage.strikes[api] = self._stage.strikes.get(api, 0) + 1
        before = self._customer.last
        self._do(step.action)
        self._note("✓", step.line, self._fill(step.written))
        if self._customer.last is not before and not isinstance(step.action, Anew):
            self._lines += [f"         {line}" for line in _told(self._customer.last)]

    def _failed(self, failure: AssertionError, todo: list[Step]) -> None:
        self._note("✗", todo[0].line, todo[0].written, str(failure))
        for step in todo[1:]:
            self._note("·", step.line, step.written)
        raise AssertionError("\n".join(self._lines)) from None

    def _note(self, mark: str, line: int, words: str, why: str = "") -> None:
        self._lines.append(f"{mark} {line:4}   {words}")
        self._lines += [f"         ← {part}" for part in why.splitlines()]

    def _do(self, action: Any) -> None:
        replies = self._customer.last
        match action:
            case Say(text):
                self._customer.say(self._fill(text))
            case Press(title):
                title = self._fill(title)
                meant = [one for one in replies.titles if one == title] or [
                    one for one in replies.titles if title in one
                ]
                assert meant, f"没有这个按钮，有：{replies.titles}"
                self._customer.press(meant[0])
            case Verify(passes):
                self._verify(passes)
            case Anew():
                self._customer = self._begin()
            case Hears(fragments):
                for fragment in map(self._fill, fragments):
                    assert fragment in replies.text, f"没有说：{fragment}"
            case HearsNot(fragments):
                for fragment in map(self._fill, fragments):
                    assert fragment not in replies.text, f"不该说：{fragment}"
            case Offers(titles):
                for title in map(self._fill, titles):
                    assert title in replies.titles, f"没有按钮：{title}；有：{replies.titles}"
            case Shows():
                self._see(action, replies)
            case Wait(fragments, seconds):
                self._wait([self._fill(fragment) for fragment in fragments], seconds)
            case Pass(duration):
                self._books.advance(duration)
            case Break(api, mode, after):
                self._books.fault(api, mode, after=after)
                self._broken.add(api)
            case Heal():
                self._stage.calm(self._broken)
            case Begin(payload):
                self._stage.begin_turn(self._customer.id, self._fill(payload))

    def _verify(self, passes: bool) -> None:
        if "手机号码" in self._customer.last.text:
            self._customer.say(self._number)
        asked = self._customer.last.text
        assert "验证码" in asked, f"没有要验证码：{asked}"
        self._customer.say(self._fill("{验证码}" if passes else "{错码}"))

    def _see(self, wanted: Shows, replies: Replies) -> None:
        cards = [line["card"] for line in replies if line["card"]]
        if wanted.kind is None:
            assert not cards, f"不该有卡片：{cards}"
            return
        card = next((card for card in cards if card["kind"] == wanted.kind), None)
        assert card is not None, f"没有 {wanted.kind} 卡片：{[card['kind'] for card in cards]}"
        for name in ("title", "amount"):
            value = getattr(wanted, name)
            assert value is None or card[name] == self._fill(value), f"{name} 是 {card[name]}"
        rows = [" ".join(filter(None, (row["label"], row["value"], row["note"]))) for row in card["rows"]]
        for row in map(self._fill, wanted.rows):
            assert any(row in shown for shown in rows), f"卡片里没有 {row}：{rows}"

    def _wait(self, fragments: list[str], seconds: float) -> None:
        after = max((line["seq"] for line in self._customer.last), default=0)
        ends = time.monotonic() + seconds
        while True:
            lines = self._customer.history(after)["messages"]
            new = Replies(line for line in lines if line["role"] != "customer")
            nothing_leaked(new)
            if new and all(fragment in new.text for fragment in fragments):
                self._customer.last = new
                return
            assert time.monotonic() < ends, f"{seconds:.0f} 秒内没有等到；期间说了：{new.text}"
            time.sleep(0.1)

    def _look(self, check: Check) -> None:
        if check.of == "mode":
            mode = self._customer.history()["mode"]
            assert mode == check.given["is"], f"是 {mode}"
            return
        number = self._whose(check)
        self._books.compare(check, number, self._before[number])

    def _fill(self, text: str) -> str:
        return PLACEHOLDER.sub(lambda found: self._value(found[1], found[2], found[3]), text)

    def _value(self, name: str, months: str | None, of: str | None) -> str:
        number = self._books.who(of, other_than=self._number) if of else self._number
        match name:
            case "手机号":
                return number
            case "掩码":
                return mask_number(number)
            case "验证码":
                return self._books.code(number)
            case "错码":
                return f"{(int(self._books.code(number)) + 1) % 10**6:06d}"
            case "余额":
                return yuan(self._books.balance(number))
            case "上月账单":
                return self._books.last_bill(number)
        return month({"上月": 1, "上上月": 2}.get(name, int(months or 0)))


def _leave(customer: Customer) -> None:
    """Nobody who has gone stands in the queue before the customers of the next dialogue."""
    customer.http.post(f"/api/v1/conversations/{customer.id}/close", headers=customer.headers).raise_for_status()


def month(ago: int) -> str:
    """A month as customers read it: 2026年10月."""
    first = datetime.now(SHANGHAI).replace(day=1)
    for _ in range(ago):
        first = (first - timedelta(days=1)).replace(day=1)
    return f"{first.year}年{first.month}月"


def _told(replies: Replies) -> Iterator[str]:
    """The lines of a transcript: who says what, with what is offered and shown."""
    for line in replies:
        who = {"bot": "万号", "agent": "坐席"}.get(line["role"], "系统")
        buttons = "".join(f" [{choice['title']}]" for choice in line["choices"])
        card = f" 〈{line['card']['kind']}卡片〉" if line["card"] else ""
        yield f"{who}：{re.sub(chr(10), ' / ', line['text'])}{card}{buttons}"
