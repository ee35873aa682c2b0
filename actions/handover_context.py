"""What a handover carries: the wish that the desk reads as `custom.handover` of an answer. It sends nothing itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker

from actions.account import waiting_requests
from actions.bound import meant_by
from actions.reading import CONTACT
from actions.skills import routing
from common.identity import Identity, InvalidIdentity, open_sealed, seal
from common.masking import mask_number
from common.money import yuan
from common.settings import settings
from knowledge_base.content import intent_title

Events = Sequence[Mapping[str, Any]]

# The purpose under which numbers and lines in a handover are sealed (`common.identity.seal`).
HANDOVER = "handover"
MOST_TRIED = 8
# How everything begins that `common.identity.seal` makes, and what is kept as fen.
_SEAL = "gAAAA"
_FEN = frozenset({"money", "amount"})
# A request of these is about whatever was spoken of before.
_FOR_A_PERSON = "human_agent"
# What was asked for before one of these was not answered.
_UNANSWERED = frozenset(
    {"action_stop", "action_deny", "action_goodbye", "action_back_to_menu", "action_handover", "action_clarify"}
)


def wish(
    tracker: Tracker,
    identity: Identity | None,
    *,
    reason: str,
    intent: str | None,
    topic: str | None,
    urgent: bool = False,
    about: str | None = None,
    product_line: str | None = None,
    escalation: str | None = None,
    journey: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The whole wish. `reason` is asked, escalation, failed or journey; `about` routes it in the place of `topic`.

    `number` and `line` are sealed for `HANDOVER`: `{"number": …}` of who is verified, `{"line": Line.id}` of the line
    that a journey was about; null when there is none. `known` is a number that is only bound to the WeChat account, not
    verified: the desk finds earlier chats by it, and opens no account with it.
    """
    bound = meant_by(tracker, None) if identity is None else None
    gathered, line = dict(journey or {}), (journey or {}).get("line")
    return {
        **routing(about or topic, product_line, urgent=urgent),
        "reason": reason,
        "intent": intent,
        "topic": topic,
        "topic_title": intent_title(topic) if topic else None,
        "product_line": product_line,
        "escalation": escalation,
        "verified": mask_number(identity.number) if identity else None,
        "number": seal(HANDOVER, {"number": identity.number}) if identity else None,
        "known": seal(HANDOVER, {"number": bound.number}) if bound else None,
        "line": seal(HANDOVER, {"line": line}) if line else None,
        "waiting": [entry["action"] for entry in waiting_requests(tracker)],
        "journey": gathered,
        "settled": settled(tracker),
        "tried": [str(intent_title(name)) for name in served(tracker.events)[-MOST_TRIED:]],
        "mood": mood(tracker.events, escalation),
    }


def gathered(values: Mapping[str, Any]) -> dict[str, str]:
    """What a journey has gathered, as the person who takes over may read it: numbers masked, money in yuan."""
    told = {}
    for name, value in values.items():
        if name in _FEN and str(value).isdecimal():
            told[name] = yuan(int(value))
        elif isinstance(value, str):
            told[name] = _readable(value)
    return {name: value for name, value in told.items() if value}


def _readable(value: str) -> str:
    """A text as it is; of a sealed number the mask, of any other seal nothing."""
    if not value.startswith(_SEAL):
        return value
    try:
        return mask_number(open_sealed(CONTACT, value, settings().conversation_seconds)["number"])
    except InvalidIdentity:
        return ""


def settled(tracker: Tracker) -> dict[str, str]:
    """What an earlier person settled: `{topic, reason, result, number}`, or nothing."""
    kept = tracker.get_slot("settled")
    return dict(kept) if isinstance(kept, dict) else {}


def settled_just_now(tracker: Tracker) -> bool:
    """Whether a person settled something and the customer has asked for nothing else since."""
    names = intents(tracker.events)
    after = names[len(names) - names[::-1].index("handover_settled") :] if "handover_settled" in names else names
    return bool(settled(tracker)) and not any(map(is_topic, after))


def intents(events: Events) -> list[str]:
    """What the customer meant, message by message."""
    said = [(event.get("parse_data") or {}).get("intent") or {} for event in events if event.get("event") == "user"]
    return [str(intent["name"]) for intent in said if intent.get("name")]


def is_topic(intent: str) -> bool:
    """Whether an intent says what a conversation is about."""
    return intent_title(intent) is not None and not intent.startswith(_FOR_A_PERSON)


def topic_of(tracker: Tracker) -> str | None:
    """The intent that the conversation was last about; after a person what that one settled."""
    names = intents(tracker.events)
    known = settled(tracker).get("topic", "")
    if known and is_topic(known) and settled_just_now(tracker):
        return known
    otherwise = "not_resolved" if "not_resolved" in names else None
    return next((name for name in reversed(names) if is_topic(name)), otherwise)


def served(events: Events) -> list[str]:
    """The intents that were asked for and answered, in order, each once; one whose form is still open is not."""
    found: dict[str, None] = {}
    asked: list[str] = []
    loop = None
    for event in events:
        kind, name = event.get("event"), str(event.get("name"))
        if kind == "active_loop":
            loop = event.get("name")
        elif kind == "action" and name in _UNANSWERED:
            asked.clear()
        elif loop is None and (kind == "user" or (kind == "action" and name == "action_listen")):
            found |= dict.fromkeys(asked)
            asked.clear()
        if kind == "user":
            asked += filter(is_topic, intents([event]))
    return list(found)


def mood(events: Events, escalation: str | None = None) -> str:
    """angry, upset or calm, by what was said: insults and threats, complaints and help that did not help."""
    names = intents(events)
    if escalation or {"chitchat_abuse", "complain_escalate"}.intersection(names):
        return "angry"
    return "upset" if any(name.startswith(("complain", "not_resolved")) for name in names) else "calm"
