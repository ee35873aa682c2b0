"""A conversation as rasa_sdk hands it to an action, made by hand."""

import re
import uuid
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from common.identity import Identity, issue_identity
from tests.bot.training import domain

TALK = "talk-1"
Event = dict[str, Any]


def user(text: str = "", intent: str = "query_balance", **more: Any) -> Event:
    """A customer's message among a tracker's events."""
    return {"event": "user", "text": text, "parse_data": {"intent": {"name": intent}}} | more


def bot(text: str | None = None, response: str | None = None, **data: Any) -> Event:
    """What the bot said."""
    return {"event": "bot", "text": text, "data": data, "metadata": {"utter_action": response} if response else {}}


def action(name: str) -> Event:
    """An action that was run."""
    return {"event": "action", "name": name}


def tracker(
    text: str = "",
    intent: str = "query_balance",
    *,
    entities: dict[str, str] | None = None,
    slots: dict[str, Any] | None = None,
    loop: str | None = None,
    events: list[Event] | None = None,
    ranking: list[dict[str, Any]] | None = None,
    metadata: dict[str, Any] | None = None,
    message_id: str | None = None,
) -> Tracker:
    """A conversation whose customer has just said this."""
    message = {
        "text": text,
        "message_id": message_id or uuid.uuid4().hex,
        "metadata": metadata or {},
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": ranking or [{"name": intent, "confidence": 1.0}],
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
    }
    return Tracker(
        sender_id=TALK,
        slots=slots or {},
        latest_message=message,
        events=[user(text, intent)] if events is None else events,
        paused=False,
        followup_action=None,
        active_loop={"name": loop} if loop else {},
        latest_action_name="action_listen",
    )


def verified(number: str, conversation: str = TALK, method: str = "sms_code") -> dict[str, str]:
    """The slot of a customer who has proven a number."""
    return {"identity_token": issue_identity(Identity(number, conversation, method))}


class Turn:
    """What came of an action: what it said and what it changed."""

    def __init__(self, said: list[dict[str, Any]], events: list[Event], slots: dict[str, Any]) -> None:
        # What only tells the desk something is not said.
        self.said = [message for message in said if message.get("response") or message.get("text")]
        self.secret = any(message["custom"].get("secret") is True for message in said)
        self.events = events
        self.slots = slots | {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        self.followup = next((event["name"] for event in events if event["event"] == "followup"), None)

    @property
    def responses(self) -> list[str]:
        """The names of what was said."""
        return [message["response"] for message in self.said]

    @property
    def texts(self) -> list[str]:
        """What the customer reads."""
        return [_text(message, self.slots) for message in self.said]

    @property
    def text(self) -> str:
        """The one thing that the customer reads."""
        (text,) = self.texts
        return text

    @property
    def card(self) -> dict[str, Any]:
        """The card of the one thing that was said."""
        (message,) = self.said
        card: dict[str, Any] = message["custom"]["card"]
        return card


def _text(message: dict[str, Any], slots: dict[str, Any]) -> str:
    """The sentence of the domain, filled in; a value that is missing fails the test."""
    if not message.get("response"):
        return str(message["text"])
    variant = domain()["responses"][message["response"]][0]["text"]
    values = slots | message
    return re.sub(r"{(\w+)}", lambda found: str(values[found.group(1)]), variant)


async def run(of: Action, on: Tracker) -> Turn:
    """Runs an action on a conversation. Whatever it says must be sayable."""
    dispatcher = CollectingDispatcher()
    events = await of.run(dispatcher, on, {})
    turn = Turn(dispatcher.messages, list(events), dict(on.slots))
    assert all(turn.texts)
    return turn
