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
class Turn:
    """When it was due and when its answer or failure came, by `time.perf_counter()`."""

    due: float
    came: float
    well: bool


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

    def __init__(self, desk: str, sandbox: str, http: aiohttp.ClientSession) -> None:
        self._desk = f"{desk}/api/v1/conversations"
        self._sandbox = sandbox
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


def session() -> aiohttp.ClientSession:
    """Connections for any number of customers, each with one of their own, as their page has."""
    # Servers close an idle one after five seconds: ours must not be the one that was just closed.
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=3)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30))


async def talk(customers: Sequence[Say], rate: float, goes_on: Callable[[int], bool]) -> list[Turn]:
    """Turns at a steady rate, each of the customer who has waited longest; one who is answered late is late again.

    `goes_on` is asked before each, with the number of those so far.
    """
    idle = asyncio.Queue[int]()
    for number in range(len(customers)):
        idle.put_nowait(number)
    asked = [0] * len(customers)

    async def turn(due: float, number: int) -> Turn:
        asked[number] += 1
        well = True
        try:
            await customers[number](ASKED[(asked[number] + number) % len(ASKED)])
        except (aiohttp.ClientError, asyncio.TimeoutError, RuntimeError, KeyError):
            well = False
        idle.put_nowait(number)
        return Turn(due, time.perf_counter(), well)

    start = time.perf_counter()
    running: list[asyncio.Task[Turn]] = []
    while goes_on(len(running)):
        due = start + len(running) / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        # Waiting for somebody who is free counts: the answer is due from when it was to be asked for.
        running.append(asyncio.create_task(turn(due, await idle.get())))
    return await asyncio.gather(*running)


async def hold(up: Running, customers: Sequence[Say], rate: float, seconds: float) -> Step:
    """So many seconds of turns at a steady rate."""
    before, start = up.cpu(), time.perf_counter()
    turns = await talk(customers, rate, lambda number: number < int(rate * seconds))
    lasted = time.perf_counter() - start
    times = [turn.came - turn.due for turn in turns if turn.well]
    used = {name: 1000 * (spent - before[name]) / len(turns) for name, spent in up.cpu().items()}
    return Step(
        rate,
        len(times) / lasted,
        percentile(times, 0.5) if times else float("inf"),
        percentile(times, 0.95) if times else float("inf"),
        len(turns) - len(times),
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
