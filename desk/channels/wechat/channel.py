"""`/wechat/{account}`: WeChat's verification and messages, answered in place when the bot is in time."""

import asyncio
import functools
import time
from collections.abc import Callable, Mapping

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from wechatpy.replies import ArticlesReply, TextReply

from common.settings import WechatAccount, settings
from desk import handover, pictures, store
from desk.channels.wechat import arrivals, bindings, signing
from desk.channels.wechat.api import Api
from desk.channels.wechat.arrivals import Arrival
from desk.channels.wechat.inbound import Inbound, read
from desk.channels.wechat.rendering import News, unpacked
from desk.channels.wechat.sender import WechatSender
from desk.errors import Refused, sentence
from desk.limits import SlidingMinute
from desk.outbox import Outbox
from desk.store import Said
from desk.text import readable
from desk.turns import Turns, in_thread
from knowledge_base.content import content

# WeChat sends a message that often.
TRIES = 3
# Pictures that are fetched at the same time; they may hang.
FETCHERS = 8


class WechatChannel:
    """WeChat's transport; it shares everything else with the other channels."""

    def __init__(self, turns: Turns, outbox: Outbox, sender: WechatSender, apis: Mapping[str, Api]) -> None:
        self._turns = turns
        self._outbox = outbox
        self._sender = sender
        self._apis = apis
        self._messages = SlidingMinute(settings().messages_a_minute)
        # What is being answered here, by account and key: a repeat joins it.
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._fetchers = anyio.CapacityLimiter(FETCHERS)

    def routes(self) -> APIRouter:
        """What WeChat calls."""
        router = APIRouter(prefix="/wechat", include_in_schema=False)

        @router.get("/{name}", response_class=Response)
        async def verify(name: str, request: Request) -> Response:
            """Proves that the address is ours, when it is registered."""
            signing.check(_account(name), request.query_params)
            return Response(request.query_params.get("echostr", ""), media_type="text/plain")

        @router.post("/{name}", response_class=Response)
        async def receive(name: str, request: Request) -> Response:
            """Takes a message or an event; see docs/wechat.md."""
            began = time.monotonic()
            account = _account(name)
            stamp = signing.check(account, request.query_params)
            inbound = read(signing.opened(account, request.query_params, await _body(request)))
            # All that may come after the body is that the connection ends.
            ending = asyncio.ensure_future(request.receive())
            try:
                reply = await self._reply(name, inbound, stamp, began, ending.done)
            finally:
                ending.cancel()
            if reply is None:
                return Response("success", media_type="text/plain")
            xml = signing.sealed(
                account, _xml(account, inbound, unpacked(reply)), request.query_params.get("nonce", "")
            )
            return Response(xml, media_type="application/xml")

        return router

    async def _reply(
        self, name: str, inbound: Inbound, stamp: str, began: float, is_gone: Callable[[], bool]
    ) -> str | None:
        """The answer in place, or None when there is none or it is pushed. Raises when WeChat shall send again."""
        if inbound.kind == "nothing" and inbound.opens is None:
            return None
        # A repeat is no message: refused, it would be answered beside the first.
        known = await in_thread(arrivals.is_known, name, inbound)
        if not known and not self._messages.allows(f"{name}:{inbound.openid}"):
            return sentence("too_fast")
        arrival: Arrival = await in_thread(arrivals.arrive, name, inbound, stamp)
        if arrival.state != "open":
            return arrival.reply
        task = self._task(arrival)
        await asyncio.wait({task}, timeout=max(0.0, began + settings().wechat_seconds - time.monotonic()))
        if task.done():
            task.result()
        elif arrival.attempt < TRIES and not await in_thread(arrivals.is_stored, arrival):
            raise Refused(503, "failed")  # what is not written down yet may only live here
        if is_gone():
            # Nobody would read it. A try that WeChat dropped may even be noted behind its repeat, and take its place;
            # what is decided by neither is pushed when their time is over.
            return None
        reply: str | None = await in_thread(arrivals.decide, arrival, task.done())
        self._sender.wake()
        return reply

    def _task(self, arrival: Arrival) -> asyncio.Task[None]:
        key = arrival.account, arrival.inbound.key
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._answer(arrival))
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return task

    async def _answer(self, arrival: Arrival) -> None:
        """Has the desk answer; what it says lies in the transcript then."""
        try:
            await self._handle(arrival, arrival.inbound)
        except Refused as error:
            await in_thread(arrivals.say_once, arrival, Said("system", error.message))
        self._outbox.wake()

    async def _handle(self, arrival: Arrival, inbound: Inbound) -> None:
        match inbound.kind:
            case "text" if inbound.choice is not None:
                accepted = await in_thread(store.accept, arrival.conversation, inbound.client_id, None, inbound.choice)
                await self._turns.take(accepted)
            case "text":
                text = readable(inbound.text, settings().message_length)
                payload = inbound.payload or bindings.meant(text)
                accept = functools.partial(store.accept, seen=arrival.seen, payload=payload)
                await self._turns.take(await in_thread(accept, arrival.conversation, inbound.client_id, text, None))
            case "picture":
                if not await in_thread(arrivals.is_stored, arrival):
                    fetch = self._apis[arrival.account].picture
                    data = await anyio.to_thread.run_sync(fetch, inbound.text, limiter=self._fetchers)
                    await in_thread(pictures.keep, arrival.conversation, inbound.client_id, data)
            case "greet":
                choices = (content("desk")["choices"]["menu"], "/menu"), handover.human_choice()
                await in_thread(arrivals.say_once, arrival, Said("bot", sentence("wechat_greeting"), choices))
            case "refuse":
                await in_thread(arrivals.say_once, arrival, Said("system", sentence(inbound.text)))
            case "gone":
                await in_thread(handover.give_up, arrival.conversation)


def _account(name: str) -> WechatAccount:
    account = settings().wechat_accounts.get(name)
    if account is None:
        raise Refused(404, "not_found")
    return account


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > signing.BODY_BYTES:
            raise Refused(413, "too_large")
    return body


def _xml(account: WechatAccount, inbound: Inbound, reply: str | News) -> str:
    ends = {"source": inbound.target, "target": inbound.openid}
    if isinstance(reply, str):
        return str(TextReply(**ends, content=_safe(reply)).render())
    news = ArticlesReply(**ends)
    title, text = _safe(reply.title), _safe(reply.text)
    news.add_article({"title": title, "description": text, "image": "", "url": account.card_url or ""})
    return str(news.render())


def _safe(text: str) -> str:
    # wechatpy puts texts between CDATA marks as they are.
    return text.replace("]]>", "]]]]><![CDATA[>")
