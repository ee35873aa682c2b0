"""A crowd on WeChat that repeats, a bot that is slow, an API that fails: nothing is lost, doubled or out of order.

`WECHAT_LOAD=whole` is 200 people with 20 messages each, at WeChat's own pace; `-s` shows the figures.
"""

import asyncio
import operator
import os
import random
import re
import statistics
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from common.database import make_engine
from tests.wechat.api import Fault
from tests.wechat.bot import SLOW
from tests.wechat.desk import World, world
from tests.wechat.platform import Delivery, Phone, Platform

WHOLE = os.environ.get("WECHAT_LOAD") == "whole"
PEOPLE, MESSAGES = (200, 20) if WHOLE else (20, 8)
# Shares of all messages, and of all calls of the API; few people need more of them to meet everything.
REPEATED, SLOWED, SPOILED = (0.05, 0.05, 0.05) if WHOLE else (0.1, 0.2, 0.3)
# Beyond what the desk itself waits for the bot, and the longest pause between two messages of one person.
SLOW_SECONDS, PAUSE = 6.0, 30.0 if WHOLE else 1.0
SPOILS = [Fault("code", -1), Fault("code", 40001), Fault("status", 500), Fault("cut"), Fault("delay", 1.5)]
ANSWER = re.compile(r"答：第(\d+)句")


@dataclass
class Crowd:
    """People who write to the account at the same time."""

    hall: World
    chance: random.Random

    def __post_init__(self) -> None:
        self.phones = [self.hall.platform.phone(f"oCrowd_{number:04d}") for number in range(PEOPLE)]
        self.deliveries: list[Delivery] = []

    async def write(self) -> None:
        """Everybody writes all they have to say, each message after the one before was delivered."""
        await asyncio.gather(*map(self._writes, self.phones))

    async def _writes(self, phone: Phone) -> None:
        for number in range(MESSAGES):
            await asyncio.sleep(self.chance.uniform(0, PAUSE))
            how = {self.chance.choice(["lost", "hung_up"]): 1} if self.chance.random() < REPEATED else {}
            slow = f"{SLOW} {SLOW_SECONDS} " if self.chance.random() < SLOWED else ""
            deliver = self.hall.platform.deliver
            self.deliveries.append(await deliver(phone, "text", Content=f"{slow}第{number}句", **how))

    def answers(self) -> list[list[int]]:
        """The numbers of the answers on each phone, as they are shown."""
        return [[int(number) for number in ANSWER.findall(phone.text)] for phone in self.phones]

    def transcripts(self) -> list[list[int]]:
        """The numbers of the answers as the desk wrote them down. A late one stands behind the next, and says so."""
        asked = (
            "SELECT text FROM messages JOIN wechat_users USING (conversation_id)"
            " WHERE openid = :openid AND role = 'bot' ORDER BY seq"
        )
        with closing(make_engine(self.hall.desk.env["WANHAO_DATABASE_URL"]).connect()) as connection:
            told = [connection.scalars(sa.text(asked), {"openid": phone.openid}).all() for phone in self.phones]
        return [[int(number) for number in ANSWER.findall("\n".join(lines))] for lines in told]

    def complete(self) -> bool:
        """Whether each answer is shown."""
        return all(len(found) >= MESSAGES for found in self.answers())

    def spoils(self, _path: str) -> Fault | None:
        """Some calls go wrong."""
        return self.chance.choice(SPOILS) if self.chance.random() < SPOILED else None

    def figures(self, seconds: float) -> str:
        """What happened, in a line a figure."""
        api, answers, written = self.hall.platform.api, self.answers(), self.transcripts()
        waits = sorted(delivery.seconds for delivery in self.deliveries)
        in_place = sum(delivery.reply is not None for delivery in self.deliveries)
        shown = sum(map(len, answers))
        known = {
            "people × messages": f"{PEOPLE} × {MESSAGES} in {seconds:.0f} s",
            "deliveries": sum(len(delivery.tries) for delivery in self.deliveries),
            "messages that came more than once": sum(len(delivery.tries) > 1 for delivery in self.deliveries),
            "answered in place / pushed messages": f"{in_place} / {len(api.sent)}",
            "answers shown": shown,
            "lost": sum(len(set(range(MESSAGES)) - set(found)) for found in answers),
            "doubled": sum(len(found) - len(set(found)) for found in answers),
            "phones in another order than the transcript": sum(map(operator.ne, answers, written)),
            "delivered in seconds, median / 95 % / longest": f"{statistics.median(waits):.2f} / "
            f"{waits[int(len(waits) * 0.95)]:.2f} / {waits[-1]:.2f}",
            "tokens fetched": api.tokens,
            "errors of the API": dict(Counter(api.refused)),
            "given up by WeChat": sum(len(phone.notices) for phone in self.phones),
        }
        return "\n".join(f"{name}: {value}" for name, value in known.items())


@pytest.mark.timeout(1200)
def test_in_a_crowd_with_repeats_slow_answers_and_errors_each_gets_each_answer_once_in_order(tmp_path: Path) -> None:
    with world(tmp_path, Platform(second=1.0)) as hall:
        crowd = Crowd(hall, random.Random(10000))
        hall.platform.api.spoils = crowd.spoils
        began = time.monotonic()
        hall.platform.runs(crowd.write()).result(900)
        ends = time.monotonic() + 60
        while not crowd.complete() and time.monotonic() < ends:
            time.sleep(0.5)
        time.sleep(3)
        sys.stdout.write(f"\n{crowd.figures(time.monotonic() - began)}\n")

        assert crowd.answers() == crowd.transcripts()
        assert [sorted(found) for found in crowd.answers()] == [[*range(MESSAGES)]] * PEOPLE
        assert not {45015, 45047, 45002} & set(hall.platform.api.refused), "the desk counts as WeChat does"
        assert Counter(hall.bot.asked.values()).total() == PEOPLE * MESSAGES
        assert not [phone.notices for phone in crowd.phones if phone.notices]
