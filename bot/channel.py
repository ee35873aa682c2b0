"""The desk's channel: the one way into Rasa from outside, for the desk alone."""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from sanic import Blueprint, Request, response
from sanic.response import HTTPResponse

from bot.encoding import LONGEST_TEXT, acceptable, encoded
from bot.processor import DeskProcessor
from bot.turn import Turn, answer_to, current_turn, intent_of
from common.identity import channel_token
from language.intents import family
from language.normalise import neutral
from language.requests import clauses, requests

# A second request in a sentence is served only when it is understood this well, and is a request at all.
SURE = 0.5
# What is taken for somebody else's business less surely than this may be ours (docs/knowledge.md).
ELSEWHERE = 0.7
SMALL_TALK = ("out_of_scope", "chitchat", "nlu_fallback", "greet", "thanks", "goodbye", "affirm", "deny")


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

    A text that the model is not sure of, while nothing is open, is not run: out comes `{unsure: true, model, vector}`,
    and the desk asks again with `knowledge`: the id of an FAQ entry, which answers then, or null. It may name one at
    once.

    `GET /webhooks/desk/ready` → `{ready, answering}`: is the model loaded, and how many messages are being answered?

    `POST /webhooks/desk/encode` `{texts}` → `{model, vectors}` (see `bot.encoding`); those of two models do not mix.
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
            return response.json({"ready": loaded, "answering": len(running)}, status=200 if loaded else 503)

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            if not _is_the_desk(request):
                return response.json({"error": "unauthorized"}, status=401)
            body = request.json or {}
            message_id = str(body["message_id"])
            while True:
                task = running.get(message_id)
                if task is None and _is_too_late(body):
                    return response.json({"error": "too late"}, status=503)
                if task is None:
                    task = asyncio.create_task(_run(request.app.ctx.agent, on_new_message, body))
                    running[message_id] = task
                    task.add_done_callback(lambda _: running.pop(message_id, None))
                # A desk that hangs up must not cut the turn in two.
                turn = await asyncio.shield(task)
                if turn.unsure is None or "knowledge" not in body:
                    break
            if turn.unsure is not None:
                return response.json({"unsure": True, **turn.unsure})
            if turn.failed or turn.answer is None:
                return response.json({"error": "turn failed"}, status=503)
            return response.json({"messages": turn.answer, "understood": turn.understood})

        @routes.post("/encode")
        async def understand(request: Request) -> HTTPResponse:
            if not _is_the_desk(request):
                return response.json({"error": "unauthorized"}, status=401)
            body = request.json
            texts = body.get("texts") if isinstance(body, dict) else None
            if not acceptable(texts):
                return response.json({"error": "bad request"}, status=400)
            agent: Agent = request.app.ctx.agent
            return response.json({"model": agent.model_id, "vectors": await encoded(agent, texts)})

        return routes


def _is_the_desk(request: Request) -> bool:
    # As bytes: texts are only compared when they are ASCII.
    return hmac.compare_digest((request.token or "").encode(), channel_token().encode())


def _is_too_late(body: dict[str, Any]) -> bool:
    """Whether nobody waits any more, as after a stop of this process: no action could reach a system in time."""
    deadline = (body.get("metadata") or {}).get("deadline")
    return isinstance(deadline, int | float) and deadline < time.time()


async def _run(agent: Agent, on_new_message: Callable[[UserMessage], Awaitable[Any]], body: dict[str, Any]) -> Turn:
    """One message of the desk's: usually one message to Rasa, several when it holds several requests."""
    if not isinstance(agent.processor, DeskProcessor):
        agent.processor = DeskProcessor(agent.processor)
    whole = Turn(str(body["message_id"]), answer=[])
    messages = await _messages(agent, body)
    if "knowledge" not in body and await _is_to_be_looked_up(agent, body, messages):
        text = str(body["text"])[:LONGEST_TEXT]
        whole.unsure = {"model": agent.model_id, "vector": (await encoded(agent, [text]))[0]}
        return whole
    whole.understood = await _understood(agent, body, messages[0].parse_data[INTENT])
    for number, message in enumerate(messages):
        turn = Turn(message.message_id)
        current_turn.set(turn)
        if body.get("repeated"):
            # All of it: the message may be an old one.
            tracker = await agent.tracker_store.retrieve_full_tracker(message.sender_id)
            turn.answer = None if tracker is None else answer_to(tracker.events, turn.message_id)
            if number == 0 and turn.answer is not None:
                # The knowledge may have known better than the model.
                whole.understood = await _understood(agent, body, intent_of(tracker.events, turn.message_id))
        if turn.answer is None and not turn.failed:
            # What a further request asks again, it asks once.
            message.metadata = {**(body.get("metadata") or {}), "also": number > 0}
            await on_new_message(message)
        if turn.failed or turn.answer is None:
            return turn
        whole.answer = [entry for entry in whole.answer or [] if entry not in turn.answer] + turn.answer
    return whole


async def _messages(agent: Agent, body: dict[str, Any]) -> list[UserMessage]:
    """The messages for Rasa: a button's meaning, so that no model has to guess it, or what was typed."""
    payload, message_id = body.get("payload"), str(body["message_id"])
    if payload is not None:
        found = YAMLStoryReader.unpack_regex_message(Message({TEXT: str(payload)}), agent.domain)
        # Actions read the intent from the ranking.
        intent = found.get(INTENT)
        parse_data = {INTENT: intent, INTENT_RANKING_KEY: [intent], ENTITIES: found.get(ENTITIES) or []}
        return [_message(body, message_id, str(payload), {TEXT: str(payload), **parse_data})]
    text = neutral(str(body["text"]))
    parsed = await _parsed(agent, text)
    if isinstance(body.get("knowledge"), str) and await _open(agent, body) is None:
        faq = {INTENT_NAME_KEY: "faq", PREDICTED_CONFIDENCE_KEY: 1.0}
        entry = {ENTITY_ATTRIBUTE_TYPE: "entry", ENTITY_ATTRIBUTE_VALUE: body["knowledge"]}
        found = {INTENT: faq, INTENT_RANKING_KEY: [faq, *parsed[INTENT_RANKING_KEY]], ENTITIES: [entry]}
        return [_message(body, message_id, text, parsed | found)]
    parts = clauses(parsed[TEXT])
    # What is said to a journey's question is one answer, however many sentences it has.
    if len(parts) == 1 or await _open(agent, body) == "journey_form":
        return [_message(body, message_id, text, parsed)]
    meanings = {part: await _parsed(agent, part) for part in parts}
    intents = agent.domain.intents

    def meaning(part: str) -> tuple[str, float]:
        intent = meanings[part][INTENT]
        known = intent["name"].startswith(SMALL_TALK)
        return family(intent["name"], intents), 0.0 if known else float(intent["confidence"])

    served = requests(parsed[TEXT], family(parsed[INTENT]["name"], intents), meaning, SURE)
    if len(served) == 1:
        return [_message(body, message_id, text, parsed)]
    ids = [message_id, *(f"{message_id}-{number}" for number in range(2, len(served) + 1))]
    return [_message(body, one, part, meanings[part]) for one, part in zip(ids, served, strict=True)]


async def _is_to_be_looked_up(agent: Agent, body: dict[str, Any], messages: list[UserMessage]) -> bool:
    """Whether the knowledge may know better: the model does not understand the text, and nothing waits for an answer.

    A text that was answered before is not looked up again, whatever it was taken for.
    """
    if body.get("payload") is not None or len(messages) > 1:
        return False
    intent = messages[0].parse_data[INTENT]
    name, confidence = str(intent[INTENT_NAME_KEY]), float(intent[PREDICTED_CONFIDENCE_KEY])
    elsewhere = name.startswith("out_of_scope") and confidence < ELSEWHERE
    if not (name == DEFAULT_NLU_FALLBACK_INTENT_NAME or elsewhere) or await _open(agent, body) is not None:
        return False
    if not body.get("repeated"):
        return True
    tracker = await agent.tracker_store.retrieve_full_tracker(str(body["conversation"]))
    return tracker is None or answer_to(tracker.events, str(body["message_id"])) is None


async def _understood(agent: Agent, body: dict[str, Any], intent: dict[str, Any]) -> dict[str, Any] | None:
    """What a typed text is taken for; None for a name, an address, a number that a journey has asked for."""
    if body.get("payload") is not None:
        return None
    name, confidence = str(intent["name"]), float(intent["confidence"])
    if (name.startswith(SMALL_TALK) or confidence < SURE) and await _open(agent, body) is not None:
        return None
    return {"intent": name, "confidence": round(confidence, 4)}


async def _open(agent: Agent, body: dict[str, Any]) -> str | None:
    """The form whose question waits for an answer, if any."""
    tracker = await agent.tracker_store.retrieve(str(body["conversation"]))
    name: str | None = None if tracker is None else tracker.active_loop_name
    return name


async def _parsed(agent: Agent, text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = await agent.processor.parse_message(UserMessage(text))
    return parsed


def _message(body: dict[str, Any], message_id: str, text: str, parse_data: dict[str, Any]) -> UserMessage:
    return UserMessage(
        text,
        Silent(),
        str(body["conversation"]),
        parse_data=parse_data,
        input_channel=DeskChannel.name(),
        message_id=message_id,
        metadata=body.get("metadata"),
    )
