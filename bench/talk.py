"""One conversation, turn by turn, with the processor time of the server; and a loop to compare that time with."""

import json
import statistics
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import requests

from bench.serving import Running, process_seconds
from common.identity import channel_token

# What the bot answers alone, in turns.
SAID = ("你叫什么名字呀", "外面天气怎么样")
EARLY, LATE = slice(10, 30), slice(290, 310)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Talk:
    """Seconds of each turn, on the clock and on the server's processor."""

    clock: list[float]
    cpu: list[float]

    def growth(self) -> float:
        """The median of turns 291 to 310 over that of turns 11 to 30, on the clock."""
        return statistics.median(self.clock[LATE]) / statistics.median(self.clock[EARLY])

    def cpu_growth(self) -> float:
        """The same of processor time, which other work on the machine hardly changes."""
        return statistics.mean(self.cpu[LATE]) / statistics.mean(self.cpu[EARLY])

    def early_cpu(self) -> float:
        """Processor milliseconds a turn, over turns 11 to 30."""
        return 1000 * statistics.mean(self.cpu[EARLY])


def talk(up: Running, name: str, say: Say, turns: int) -> Talk:
    """So many turns of one conversation with a server."""
    clock, cpu = [], []
    for number in range(turns):
        used, start = process_seconds(up.pids[name]), time.perf_counter()
        say(SAID[number % len(SAID)])
        clock.append(time.perf_counter() - start)
        cpu.append(process_seconds(up.pids[name]) - used)
    return Talk(clock, cpu)


def to_ours(up: Running) -> Say:
    """A new conversation through our channel of Rasa, as the desk has it."""
    http, conversation = _session(), uuid.uuid4().hex
    http.headers["Authorization"] = f"Bearer {channel_token()}"

    def say(text: str) -> None:
        body = {"conversation": conversation, "message_id": uuid.uuid4().hex, "text": text, "metadata": {}}
        answer = http.post(f"{up.urls['rasa']}/webhooks/desk/webhook", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.json()["messages"], "nothing was answered"

    return say


def to_stock(up: Running) -> Say:
    """A new conversation through the REST channel of a stock server."""
    http, sender = _session(), uuid.uuid4().hex

    def say(text: str) -> None:
        body = {"sender": sender, "message": text}
        answer = http.post(f"{up.urls['stock']}/webhooks/rest/webhook", json=body, timeout=60)
        assert answer.json(), "nothing was answered"

    return say


def yardstick(rounds: int = 40) -> float:
    """Processor milliseconds of a fixed loop of plain Python: what this machine's core is worth now."""
    data = {str(number): ["话费余额", number, {"flow": number / 7}] for number in range(400)}
    start = time.process_time()
    for _ in range(rounds):
        assert sorted(json.loads(json.dumps(data)), key=len)
    return 1000 * (time.process_time() - start) / rounds


def _session() -> requests.Session:
    http = requests.Session()
    http.trust_env = False
    return http
