"""How much of a conversation Rasa is given: its last turns, and what the earlier ones came to.

Each turn copies and replays the tracker several times, so its cost grows with the events in it. Most are about turns
that nothing looks at any more.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

# Rules look back one turn, 重听 two, and what is said in a row to no avail three.
KEPT_TURNS = 4
MOST_TURNS = 8
# Of the turns before, what actions still ask for; the oldest go when there are more.
PAST_EVENTS = 400

# Rasa looks through all classes for each event that it reads. Of two classes with one name the first counts.
TYPES: dict[str, type[Event]] = {kind.type_name: kind for kind in reversed(all_subclasses(Event))}


class LiveTracker(DialogueStateTracker):
    """A tracker that knows what of it is in the database.

    `version`: how often the conversation was saved. `head`: how many of its events, the first ones, are a checkpoint.
    `stored`: how many need no storing, the head's included. `past`: what came before the head (see `remembered`).
    """

    version: int = 0
    head: int = 0
    stored: int = 0
    past: tuple[dict[str, Any], ...] = ()


def event_of(data: dict[str, Any]) -> Event:
    """The event that a stored JSON object is. Raises ValueError for what is none."""
    kind = TYPES.get(str(data.get("event")))
    event = kind._from_parameters(data) if kind else None
    if event is None:
        raise ValueError("not an event")
    return event


def shortened(tracker: LiveTracker) -> LiveTracker | None:
    """The same conversation with fewer events, all taken as stored; None when it is short enough.

    What lies before the latest session is left out, as Rasa's own store leaves it out. Of a longer session the last
    turns stay, behind events that set slots and loop as they were.
    """
    events = list(tracker.events)
    session = max((at for at, event in enumerate(events) if isinstance(event, SessionStarted)), default=0)
    if session > tracker.head:
        return _from(tracker, [], events[session:], ())
    turns = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= MOST_TURNS:
        return None
    cut = turns[-KEPT_TURNS]
    past = (*tracker.past, *remembered(islice(events, tracker.head, cut)))
    short = _from(tracker, _checkpoint(tracker, events[:cut]), events[cut:], past[-PAST_EVENTS:])
    # Something stranger than slots and loops, such as a form that was just rejected: a later cut will do.
    return short if _state(short) == _state(tracker) else None


def remembered(events: Iterable[Event]) -> list[dict[str, Any]]:
    """What actions may ask of earlier turns, as parts of the events' JSON.

    What was said and meant, which actions and loops followed, the names of responses, and whether a survey was among
    them.
    """
    return [kept for event in events if (kept := _remembered(event)) is not None]


def _remembered(event: Event) -> dict[str, Any] | None:
    kind = event.type_name
    if isinstance(event, UserUttered):
        return {"event": kind, "text": event.text, "parse_data": {"intent": {"name": event.intent_name}}}
    if isinstance(event, ActionExecuted) and event.action_name:
        return {"event": kind, "name": event.action_name}
    if isinstance(event, ActiveLoop):
        return {"event": kind, "name": event.name}
    if isinstance(event, BotUttered):
        response = (event.metadata or {}).get("utter_action")
        survey = ((event.data or {}).get("custom") or {}).get("survey")
        named = {"metadata": {"utter_action": response}} if response else {}
        asked = {"data": {"custom": {"survey": survey}}} if survey else {}
        return {"event": kind, **named, **asked} if named or asked else None
    return None


def _checkpoint(tracker: DialogueStateTracker, events: list[Event]) -> list[Event]:
    """Events that bring an empty tracker into the state after these."""
    before = _replayed(tracker, events)
    when = events[-1].timestamp
    slots = [SlotSet(name, slot.value, when) for name, slot in before.slots.items() if slot.value is not None]
    loop = before.active_loop_name
    # As a loop that has run and asked: so its next run takes the place of this one in the history, as it would have.
    running = [ActionExecuted(loop, timestamp=when), ActiveLoop(loop, when)] if loop else []
    return [SessionStarted(when), *slots, *running, ActionExecuted(ACTION_LISTEN_NAME, timestamp=when)]


def _replayed(tracker: DialogueStateTracker, events: Iterable[Event]) -> LiveTracker:
    made = LiveTracker(tracker.sender_id, tracker.slots.values())
    for event in events:
        made.update(event)
    return made


def _from(
    tracker: LiveTracker, head: list[Event], events: list[Event], past: tuple[dict[str, Any], ...]
) -> LiveTracker:
    short = _replayed(tracker, [*head, *events])
    short.version, short.head, short.stored, short.past = tracker.version, len(head), len(head) + len(events), past
    return short


def _state(tracker: DialogueStateTracker) -> tuple[Any, ...]:
    loop = tracker.active_loop
    return (
        tracker.current_slot_values(),
        # Not by which message it began: nothing here maps slots from that.
        loop and (loop.name, loop.is_interrupted, loop.rejected),
        tracker.is_paused(),
        tracker.latest_action,
        tracker.followup_action,
    )
