"""The desk's channel: the one way into Rasa from outside, for the desk alone."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.action_endpoint import BoundedEndpoint
from bot.turn import Turn, answer_to, current_turn
from common.identity import channel_token
from common.settings import settings
from language.normalise import neutral


class Silent(OutputChannel):
    """Sends nothing: the answer is read from the tracker, where a repeated message finds it too."""

    @classmethod
    def name(cls) -> str:
        """The name in the tracker's events."""
        return "desk"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Leaves the response to the tracker."""


class DeskChannel(InputChannel):
    """`POST /webhooks/desk/webhook` with the desk's bearer.

    In: `{conversation, message_id, text | payload, metadata, repeated}`. Text is what a person typed and can never be
    a command; a payload is that of a button which the bot itself offered. Out: `{messages: [{text, buttons, custom}]}`;
    503 when the turn failed and nothing of it was kept. A message id that is known is answered again, not run again.
    """

    @classmethod
    def name(cls) -> str:
        """The channel's name in URLs."""
        return "desk"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes."""
        routes = Blueprint("desk_channel")
        running: dict[str, asyncio.Task[Turn]] = {}

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent: Agent = request.app.ctx.agent
            loaded = agent is not None and agent.is_ready()
            return response.json({"ready": loaded}, status=200 if loaded else 503)

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.token or "", channel_token()):
                return response.json({"error": "unauthorized"}, status=401)
            body = request.json or {}
            message_id = str(body["message_id"])
            task = running.get(message_id)
            if task is None:
                task = asyncio.create_task(_run(request.app.ctx.agent, on_new_message, body))
                running[message_id] = task
                task.add_done_callback(lambda _: running.pop(message_id, None))
            # A desk that hangs up must not cut the turn in two.
            turn = await asyncio.shield(task)
            if turn.failed or turn.answer is None:
                return response.json({"error": "turn failed"}, status=503)
            return response.json({"messages": turn.answer})

        return routes


async def _run(agent: Agent, on_new_message: Callable[[UserMessage], Awaitable[Any]], body: dict[str, Any]) -> Turn:
    turn = Turn(str(body["message_id"]))
    current_turn.set(turn)
    _bound_actions(agent)
    conversation = str(body["conversation"])
    if body.get("repeated"):
        tracker = await agent.tracker_store.retrieve(conversation)
        turn.answer = None if tracker is None else answer_to(tracker.events, turn.message_id)
        if turn.answer is not None:
            return turn
    text, parse_data = _meaning(agent, body)
    await on_new_message(
        UserMessage(
            text,
            Silent(),
            conversation,
            parse_data=parse_data,
            input_channel=DeskChannel.name(),
            message_id=turn.message_id,
            metadata=body.get("metadata"),
        )
    )
    return turn


def _meaning(agent: Agent, body: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """The text for Rasa and, for a button, its meaning, so that no model has to guess it."""
    payload = body.get("payload")
    if payload is None:
        return neutral(str(body["text"])), None
    message = YAMLStoryReader.unpack_regex_message(Message({TEXT: str(payload)}), agent.domain)
    # Actions read the intent from the ranking.
    intent = message.get(INTENT)
    parse_data = {INTENT: intent, INTENT_RANKING_KEY: [intent], ENTITIES: message.get(ENTITIES) or []}
    return str(payload), {TEXT: str(payload), **parse_data}


def _bound_actions(agent: Agent) -> None:
    """Puts the bounded endpoint in the place of Rasa's, once."""
    if not isinstance(agent.processor.action_endpoint, BoundedEndpoint):
        agent.processor.action_endpoint = BoundedEndpoint(
            f"{settings().actions_url}/webhook", **agent.processor.action_endpoint.kwargs
        )
