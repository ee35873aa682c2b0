"""A desk as a process of its own, with one account of a simulated WeChat and a scripted bot."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from common.settings import ROOT
from deploy import readiness
from deploy.ports import Ports
from deploy.processes import environment
from deploy.steps import tail
from tests.wechat.account import settings_of
from tests.wechat.bot import Bot
from tests.wechat.platform import Platform

# What the desk waits for an answer in place, of the five seconds that WeChat does.
SHARE = 0.8


class Desk:
    """The process over a folder of its own, and what hurts it."""

    def __init__(self, folder: Path, platform: Platform, bot: Bot, **given: str) -> None:
        self.ports = Ports.free()
        self.address = self.ports.url("desk")
        self.log = folder / "desk.log"
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("WANHAO_", "SANDBOX_"))}
        ours = {
            "WANHAO_SECRET": "only-for-tests-0123456789abcdef0123456789",
            "WANHAO_RASA_URL": bot.address,
            "WANHAO_WECHAT_ACCOUNTS": settings_of(hall=platform.account.setting(platform.address)),
            "WANHAO_WECHAT_SECONDS": str(5 * platform.second * SHARE),
        }
        self.env = environment(self.ports, folder, clean) | ours | given
        platform.desk = f"{self.address}/wechat/hall"
        subprocess.run([sys.executable, "-m", "deploy", "migrate"], cwd=ROOT, env=self.env, check=True)
        self.start()

    def start(self) -> None:
        """Starts it and waits until it lives."""
        with self.log.open("ab") as output:
            argv = [sys.executable, "-m", "desk"]
            self._running = subprocess.Popen(argv, cwd=ROOT, env=self.env, stdout=output, stderr=subprocess.STDOUT)
        try:
            for _ in readiness.wait({"desk": f"{self.address}/healthz"}, 60, lambda: self._dead()):
                pass
        except readiness.NotReady as failure:
            raise AssertionError(f"{failure}\n{tail(self.log, 40)}") from None

    def _dead(self) -> str | None:
        return None if self._running.poll() is None else "desk"

    def kill(self) -> None:
        """kill -9."""
        self._running.send_signal(signal.SIGKILL)
        self._running.wait(10)

    def close(self) -> None:
        """Ends it."""
        self._running.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._running.wait(10)
        self._running.kill()
        self._running.wait(5)


class World:
    """The platform, the bot and the desk, and a client that knows the desk's address only."""

    def __init__(self, platform: Platform, bot: Bot, desk: Desk) -> None:
        self.platform, self.bot, self.desk = platform, bot, desk
        self.stranger = httpx.Client(base_url=desk.address, trust_env=False, timeout=20)


@contextmanager
def world(folder: Path, platform: Platform, **given: str) -> Iterator[World]:
    """All three, running."""
    bot = Bot()
    desk = Desk(folder, platform, bot, **given)
    made = World(platform, bot, desk)
    try:
        yield made
    finally:
        made.stranger.close()
        desk.close()
        bot.close()
        platform.close()
