"""The handover under load: `make bench-handover` simulates a centre, measures its pace, and writes a page.

Real desk, real sandbox, real sockets; the bot is `bench.centre_bot`, because what is measured begins after it.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa
from argon2 import PasswordHasher

from bench.centre import ANSWER, HELLO, QUESTION, THANKS, Agent, Customer
from bench.centre_bot import Bot
from bench.plots import draw_waiting
from common.database import engine, migrate, transaction
from common.settings import ROOT, settings
from common.times import SHANGHAI, utc_now
from deploy import readiness
from deploy.ports import Ports
from desk.handover_models import Handover, Survey
from desk.models import Message
from desk.staff_models import Staff

PASSWORD = "bench-agent-10000"  # noqa: S105
GROUPS = ("mobile", "fault", "complaint", "retention")
# Who is counted apart, by what matters most.
CLASSES = ("urgent", "level 5 and above", "65 and over", "other")
LATENCY_GOAL_MS = 200


class Centre:
    """A desk and a sandbox of its own over a temporary folder, and a bot."""

    def __init__(self, folder: Path) -> None:
        ports = Ports.free()

        self.bot = Bot()
        self.desk, self.sandbox = ports.url("desk"), ports.url("sandbox")
        os.environ |= {
            "WANHAO_SECRET": "only-for-benchmarks-0123456789abcdef",
            "WANHAO_DATABASE_URL": f"sqlite:///{folder}/wanhao.db",
            "WANHAO_PICTURES_DIR": str(folder / "pictures"),
            "WANHAO_DESK_PORT": str(ports.desk),
            "WANHAO_RASA_URL": self.bot.address,
            "WANHAO_BSS_URL": self.sandbox,
            "WANHAO_SANDBOX_URL": self.sandbox,
            "WANHAO_ALWAYS_OPEN": "true",
            "WANHAO_DEMO": "false",
            "WANHAO_CONVERSATIONS_A_MINUTE": "100000",
            "WANHAO_STAFF_LOGINS_A_MINUTE": "100000",
            "SANDBOX_PORT": str(ports.sandbox),
            "SANDBOX_DATABASE_URL": f"sqlite:///{folder}/sandbox.db",
        }
        settings.cache_clear()
        engine.cache_clear()
        migrate()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (folder / "log").open("ab")

    def start(self, name: str) -> None:
        """Starts desk or sandbox and waits until it lives."""
        argv = [sys.executable, "-m", name]
        self._running[name] = subprocess.Popen(argv, cwd=ROOT, stdout=self._log, stderr=self._log)
        address = self.desk if name == "desk" else self.sandbox
        for _ in readiness.wait({name: f"{address}/healthz"}, 60):
            pass

    def kill(self, name: str) -> None:
        """kill -9."""
        self._running[name].send_signal(signal.SIGKILL)
        self._running[name].wait(10)

    def close(self) -> None:
        """Ends everything."""
        for process in self._running.values():
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
        self.bot.close()
        self._log.close()

    def __enter__(self) -> "Centre":
        self.start("sandbox")
        self.start("desk")
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hire(count: int, ceiling: int) -> list[str]:
    """Agents' accounts; each serves two groups."""
    password = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    logins = [f"bench{number:03d}" for number in range(count)]
    with transaction() as session:
        for number, login in enumerate(logins):
            groups = [GROUPS[number % len(GROUPS)], GROUPS[(number + 1) % len(GROUPS)]]
            account = Staff(
                login=login, name=login, role="agent", groups=groups, ceiling=ceiling, password_hash=password
            )
            session.add(account)
    return logins


def wishes(count: int, numbers: Sequence[str], chance: random.Random) -> list[str]:
    """What customers ask the bot for: one in ten is urgent, two in three are known by their number."""
    return [
        f"{chance.choice(GROUPS)}|{chance.choice(numbers) if chance.random() < 0.66 else ''}|"
        f"{'high' if chance.random() < 0.1 else 'normal'}"
        for _ in range(count)
    ]


def client() -> aiohttp.ClientSession:
    """One pool for all pages; who signs in keeps the cookie itself."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=60),
    )


async def simulate(
    centre: Centre, customers: int, agents: int, ceiling: int, *, within: float, kill_at: int | None
) -> float:
    """Has everybody served who comes `within` seconds; kills the desk when `kill_at` chats have ended.

    Returns the seconds it took.
    """
    chance = random.Random(7)  # noqa: S311
    logins = hire(agents, ceiling)
    async with client() as http:
        async with http.get(f"{centre.sandbox}/sandbox/customers") as answer:
            known = await answer.json()
        numbers = [one["number"] for one in known if str(one["number"]).startswith("1")]
        pages = [Customer(http, centre.desk, wish) for wish in wishes(customers, numbers, chance)]
        staff = [Agent(http, centre.desk, login, PASSWORD, thinks=(0.5, 2.0)) for login in logins]
        began = time.monotonic()
        working = [asyncio.create_task(one.run()) for one in staff]
        waiting = [asyncio.create_task(_comes(page, chance.uniform(0, within))) for page in pages]
        everybody = asyncio.gather(*waiting)
        try:
            if kill_at is not None:
                while sum(one.served for one in staff) < kill_at and not everybody.done():  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
                centre.kill("desk")
                await asyncio.to_thread(centre.start, "desk")
            await everybody
        finally:
            everybody.cancel()
            for task in [*waiting, *working]:
                task.cancel()
            ended = await asyncio.gather(*waiting, *working, return_exceptions=True)
            failed = [one for one in ended if isinstance(one, Exception)]
            if failed:
                raise failed[0]
        return time.monotonic() - began


async def _comes(page: Customer, later: float) -> None:
    await asyncio.sleep(later)
    await page.run()


@dataclass(frozen=True)
class Found:
    """What the database says after a simulation."""

    customers: int
    closed: int
    scores: int
    lost: int
    doubled: int
    waits: dict[str, list[float]]


def audit() -> Found:
    """Whether everybody was served once, and how long they waited (seconds), by class."""
    waits: dict[str, list[float]] = {name: [] for name in CLASSES}
    lost = doubled = 0
    with transaction() as session:
        rows = session.scalars(sa.select(Handover)).all()
        for row in rows:
            lines = session.execute(
                sa.select(Message.role, Message.text, Message.staff_id, Message.seq)
                .where(Message.conversation_id == row.conversation_id)
                .order_by(Message.seq)
            ).all()
            said = [text for role, text, *_ in lines if role in {"customer", "agent"}][1:]
            once = said == [HELLO, QUESTION, ANSWER, THANKS, "5 非常满意"] or said == [
                HELLO,
                QUESTION,
                ANSWER,
                THANKS,
                "5",
            ]
            who = {staff for role, _, staff, _ in lines if role == "agent"}
            whole = [seq for *_, seq in lines] == list(range(1, len(lines) + 1))
            lost += row.state != "closed" or not whole
            doubled += not once or len(who) != 1
            if row.accepted_at is not None:
                waits[_class(row)].append((row.accepted_at - row.created_at).total_seconds())
        scores = session.scalar(sa.select(sa.func.count()).where(Survey.score == 5))
        talks = session.scalar(sa.select(sa.func.count(sa.distinct(Handover.conversation_id))))
    doubled += len(rows) - talks
    return Found(len(rows), sum(row.state == "closed" for row in rows), scores, lost, doubled, waits)


def _class(row: Handover) -> str:
    if row.urgent:
        return CLASSES[0]
    if row.level >= 5:
        return CLASSES[1]
    return CLASSES[2] if row.elderly else CLASSES[3]


async def latency(centre: Centre, chats: int, seconds: float, rate: float) -> list[float]:
    """Milliseconds from a customer's send to the agent's page, with so many chats open and lines a second in all."""
    arrived: dict[str, float] = {}

    def heard(event: str, data: Any) -> None:
        if event == "message" and data["message"]["role"] == "customer":
            arrived[data["message"]["text"]] = time.perf_counter()

    async with client() as http:
        logins = hire(chats // 5, 6)  # one more than it takes: groups do not come out even
        staff = [Agent(http, centre.desk, login, PASSWORD, closes=False, heard=heard) for login in logins]
        working = [asyncio.create_task(one.run()) for one in staff]
        pages = [Customer(http, centre.desk, f"{GROUPS[number % 4]}||normal") for number in range(chats)]
        opening = [asyncio.create_task(_opens(page)) for page in pages]
        await asyncio.gather(*opening)
        sockets = [asyncio.create_task(page.keep_open()) for page in pages]
        sent: dict[str, float] = {}
        ends, number = time.perf_counter() + seconds, 0
        sending: set[asyncio.Task[None]] = set()
        while time.perf_counter() < ends:
            text = f"第{number}句话"
            sent[text] = time.perf_counter()
            task = asyncio.create_task(pages[number % chats].says(f"line-{number}", text))
            sending.add(task)
            task.add_done_callback(sending.discard)
            number += 1
            await asyncio.sleep(1 / rate)
        await asyncio.gather(*sending)
        await asyncio.sleep(1)
        for running in [*working, *sockets]:
            running.cancel()
        await asyncio.gather(*working, *sockets, return_exceptions=True)
    missing = sent.keys() - arrived.keys()
    assert not missing, f"{len(missing)} lines never reached an agent"
    return [(arrived[text] - at) * 1000 for text, at in sent.items()]


async def _opens(page: Customer) -> None:
    await page.begin()
    socket = asyncio.create_task(page.keep_open())
    await page.says("wish", page.wish)
    await page.until(lambda: page.from_agent() >= 1)
    socket.cancel()


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def page(
    found: Found,
    took: float,
    within: float,
    killed_at: int,
    agents: int,
    late: Sequence[float],
    chats: int,
    rate: float,
) -> str:
    """docs/bench-handover.md."""
    rows = [
        f"| {name} | {len(waits)} | {statistics.median(waits):.1f} | {quantile(waits, 0.95):.1f} | {max(waits):.1f} |"
        for name, waits in found.waits.items()
        if waits
    ]
    return "\n".join(
        [
            "# The handover under load",
            "",
            f"Measured {utc_now().astimezone(SHANGHAI):%Y-%m-%d %H:%M} by `make bench-handover`: {os.cpu_count()} "
            f"cores ({platform.machine()}), Python {platform.python_version()}, load average {os.getloadavg()[0]:.1f}; "
            "one desk, SQLite, the sandbox, all customers' and agents' pages and a stand-in for the bot on the same "
            "machine.",
            "",
            "## A centre of programs",
            "",
            f"{found.customers} customers come within {within:.0f} s, {agents} agents serve two groups and two chats "
            f"each; every chat is two questions and a score. When {killed_at} chats had ended the desk was killed with "
            "-9 and started again.",
            "",
            "| figure | value |",
            "|---|---|",
            f"| chats ended with a wrap-up | {found.closed} of {found.customers} |",
            f"| scores given | {found.scores} |",
            f"| chats lost, or with a gap in the transcript | {found.lost} |",
            f"| served twice, by two, or with a line twice | {found.doubled} |",
            f"| seconds, all in all | {took:.0f} |",
            "",
            "Seconds from asking for a person to an agent's yes, the restart included:",
            "",
            "| customers | count | median | 95 % | longest |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "![Waiting by class, in the order of coming](images/handover-waiting.png)",
            "",
            "## From a customer's send to the agent's screen",
            "",
            f"{chats} open chats on one desk, {rate:.0f} lines a second in all, over {len(late)} lines: median "
            f"{statistics.median(late):.0f} ms, 95 % **{quantile(late, 0.95):.0f} ms** (goal {LATENCY_GOAL_MS}), 99 % "
            f"{quantile(late, 0.99):.0f} ms, longest {max(late):.0f} ms. The clock runs from before the customer's "
            "POST until the agent's socket has the line.",
            "",
        ]
    )


def main() -> None:
    """Simulates, measures, writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--within", type=float, default=60)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "bench-handover.md")
    parser.add_argument("--audit", action="store_true", help="simulate only, and print what the database says as JSON")
    arguments = parser.parse_args()
    killed_at = arguments.customers // 3
    with tempfile.TemporaryDirectory() as folder, Centre(Path(folder)) as centre:
        took = asyncio.run(
            simulate(centre, arguments.customers, arguments.agents, 2, within=arguments.within, kill_at=killed_at)
        )
        found = audit()
        if arguments.audit:
            sys.stdout.write(json.dumps(asdict(found)) + "\n")
            return
        draw_waiting(found.waits, arguments.output.parent / "images" / "handover-waiting.png")
    with tempfile.TemporaryDirectory() as folder, Centre(Path(folder)) as centre:
        late = asyncio.run(latency(centre, arguments.chats, arguments.seconds, arguments.rate))
    text = page(found, took, arguments.within, killed_at, arguments.agents, late, arguments.chats, arguments.rate)
    arguments.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
