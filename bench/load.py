"""Customers who talk at a given rate, to the product or to a stock server, until answers become slow."""

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from bench.measures import percentile
from bench.serving import Running

# What is asked, over and over: five questions to the operator's systems, three that the bot answers alone.
ASKED = (
    "查一下我的话费余额",
    "您好",
    "这个月流量还剩多少",
    "我现在用的什么套餐",
    "好的谢谢",
    "我有多少积分",
    "上个月的账单多少钱",
    "外面天气怎么样",
)
# A number is sent five codes in a quarter of an hour.
CONVERSATIONS_A_NUMBER = 4
# Customers of the sandbox who are answered in some other way.
OTHERS = frozenset({"suspended", "elderly", "enterprise", "corporate_paid", "excluded", "outage_area"})
SLOW = 0.5

Say = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Step:
    """One rate that was held: turns a second asked for and answered, seconds of answers, failures, CPU ms a turn."""

    rate: float
    answered: float
    median: float
    p95: float
    failed: int
    cpu: Mapping[str, float]


class Customers:
    """Conversations of the product whose customers are verified."""

    def __init__(self, up: Running, http: aiohttp.ClientSession) -> None:
        self._desk = f"{up.urls['desk']}/api/v1/conversations"
        self._sandbox = up.urls["sandbox"]
        self._http = http

    async def begin(self, count: int) -> list[Say]:
        """So many verified conversations."""
        async with self._http.get(f"{self._sandbox}/sandbox/customers") as answer:
            listed = await answer.json()
        numbers = [one["number"] for one in listed if not OTHERS.intersection(one["tags"])] * CONVERSATIONS_A_NUMBER
        assert len(numbers) >= count, f"only {len(numbers)} conversations can be verified"
        return [await self._verified(number) for number in numbers[:count]]

    async def _verified(self, number: str) -> Say:
        async with self._http.post(self._desk) as made:
            begun = await made.json()
        headers = {"Authorization": f"Bearer {begun['token']}"}

        async def say(text: str) -> None:
            body = {"client_id": uuid.uuid4().hex, "text": text}
            async with self._http.post(f"{self._desk}/{begun['id']}/messages", json=body, headers=headers) as answer:
                replies = (await answer.json())["messages"]
                if answer.status != 200 or not replies:
                    raise RuntimeError(f"{answer.status}")

        await say("查话费余额")
        await say(number)
        query = {"number": number}
        async with self._http.get(f"{self._sandbox}/sandbox/sms", params=query) as sent:
            code = re.findall(r"\d{6}", (await sent.json())[-1]["text"])[0]
        await say(code)
        return say


async def stock_customers(up: Running, http: aiohttp.ClientSession, count: int) -> list[Say]:
    """So many conversations of a stock server."""

    def one(sender: str) -> Say:
        async def say(text: str) -> None:
            body = {"sender": sender, "message": text}
            async with http.post(f"{up.urls['stock']}/webhooks/rest/webhook", json=body) as answer:
                if answer.status != 200 or not await answer.json():
                    raise RuntimeError(f"{answer.status}")

        return say

    return [one(uuid.uuid4().hex) for _ in range(count)]


async def hold(up: Running, customers: Sequence[Say], rate: float, seconds: float) -> Step:
    """Turns at a steady rate, each of the customer who has waited longest; one who is answered late is late again."""
    idle = asyncio.Queue[int]()
    for number in range(len(customers)):
        idle.put_nowait(number)
    turns = [0] * len(customers)
    times: list[float] = []
    failed = 0

    async def turn(due: float, number: int) -> None:
        nonlocal failed
        turns[number] += 1
        try:
            await customers[number](ASKED[(turns[number] + number) % len(ASKED)])
            times.append(time.perf_counter() - due)
        except (aiohttp.ClientError, asyncio.TimeoutError, RuntimeError, KeyError):
            failed += 1
        idle.put_nowait(number)

    before, start = up.cpu(), time.perf_counter()
    running = []
    for at in range(int(rate * seconds)):
        due = start + at / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        # Waiting for somebody who is free counts: the answer is due from when it was to be asked for.
        running.append(asyncio.create_task(turn(due, await idle.get())))
    await asyncio.gather(*running)
    lasted = time.perf_counter() - start
    used = {name: 1000 * (spent - before[name]) / len(running) for name, spent in up.cpu().items()}
    return Step(
        rate,
        len(times) / lasted,
        percentile(times, 0.5) if times else float("inf"),
        percentile(times, 0.95) if times else float("inf"),
        failed,
        used,
    )


async def climb(up: Running, customers: Sequence[Say], rates: Sequence[float], seconds: float) -> list[Step]:
    """Holds one rate after the other until answers are slow, after a little warming up."""
    await hold(up, customers, rates[0], 5)
    steps = []
    for rate in rates:
        steps.append(await hold(up, customers, rate, seconds))
        if steps[-1].p95 > SLOW or steps[-1].failed:
            break
    return steps


def sustained(steps: Sequence[Step]) -> float:
    """The highest rate that was held with 95 of 100 answers within half a second and no failure; 0 for none."""
    return max((step.rate for step in steps if step.p95 <= SLOW and not step.failed), default=0.0)
