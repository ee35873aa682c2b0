"""Delivers to WeChat what is not answered in place: hung on the desk's outbox, one customer never waits for another."""

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import Mapping

import anyio
import anyio.to_thread

from desk.channels.wechat import arrivals, delivery
from desk.channels.wechat.api import Api, Outcome
from desk.channels.wechat.arrivals import is_ours
from desk.channels.wechat.delivery import Outgoing
from desk.outbox import Event
from desk.turns import in_thread

logger = logging.getLogger(__name__)

# Messages that are sent at the same time; they may hang.
SENDERS = 8
FORGET_SECONDS = 60.0


class WechatSender:
    """Notes that somebody has something to get, and gets it to them."""

    def __init__(self, apis: Mapping[str, Api]) -> None:
        self._apis = apis
        self._woken = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._typing: dict[str, asyncio.Task[None]] = {}
        self._senders = anyio.CapacityLimiter(SENDERS)

    async def send(self, event: Event) -> None:
        """See `desk.outbox.Sender`: the line itself is read from the transcript."""
        said = event.name == "message" and event.payload["role"] != "customer"
        typed = event.name == "typing" and event.payload["role"] == "agent"
        if not self._apis or not (said or typed) or not await in_thread(is_ours, event.conversation):
            return
        if typed:
            self._show_typing(event.conversation, event.payload["on"])
        else:
            await in_thread(delivery.mark, event.conversation)
            self.wake()

    def _show_typing(self, conversation: str, on: bool) -> None:
        # One call at a time: what an agent does while WeChat is slow is not worth a queue.
        if conversation not in self._typing:
            task = self._typing[conversation] = asyncio.create_task(self._shown_typing(conversation, on))
            task.add_done_callback(lambda _: self._typing.pop(conversation, None))

    async def _shown_typing(self, conversation: str, on: bool) -> None:
        whose = await in_thread(delivery.whose, conversation)
        api = self._apis.get(whose[0]) if whose else None
        if whose is not None and api is not None:
            show = functools.partial(api.show_typing, whose[1], on=on)
            await anyio.to_thread.run_sync(show, limiter=self._senders)

    def wake(self) -> None:
        """Says that there is something to deliver."""
        self._woken.set()

    async def run(self) -> None:
        """Runs for ever, when there is an account."""
        forgotten = 0.0
        try:
            while self._apis:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), 1)
                self._woken.clear()
                try:
                    for user in await in_thread(delivery.due):
                        self._begin(user)
                    if time.monotonic() - forgotten > FORGET_SECONDS:
                        await in_thread(arrivals.forget)
                        forgotten = time.monotonic()
                except Exception:
                    logger.exception("what waits for WeChat could not be looked up")
                    await asyncio.sleep(1)
        finally:
            for task in (*self._busy.values(), *self._typing.values()):
                task.cancel()

    def _begin(self, user: int) -> None:
        if user not in self._busy:
            task = self._busy[user] = asyncio.create_task(self._deliver(user))
            task.add_done_callback(lambda _: self._busy.pop(user, None))

    async def _deliver(self, user: int) -> None:
        try:
            while (outgoing := await in_thread(delivery.take, user)) is not None:
                outcome = await anyio.to_thread.run_sync(self._send, outgoing, limiter=self._senders)
                if not await in_thread(delivery.settle, outgoing, outcome):
                    break
        except Exception:
            logger.exception("nothing could be delivered to a customer of WeChat's")

    def _send(self, outgoing: Outgoing) -> Outcome:
        try:
            return delivery.send(self._apis, outgoing)
        except Exception:
            # Whatever is wrong with one message must not keep the others from being sent.
            logger.exception("a message to WeChat could not be made")
            return "skip"
