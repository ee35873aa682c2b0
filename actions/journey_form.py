"""The one form that all journeys share: it decides what a message means to the open question, and asks."""

import json
import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import identity_of, waiting_requests
from actions.binding import offer
from actions.handover import ActionHandover, hand_over
from actions.identity import LEAVE_FORM
from actions.journey import JOURNEYS, RETRY, Journey, advance, forget, option, said_now
from actions.reading import FREE, Said, kept, read
from actions.talk import State
from actions.turn import answered_already

# Ways around that no question may swallow, and small talk, which is answered before the question comes again.
AROUND = (
    "human_agent", "deny_stop", "exit_chat", "back_to_menu", "menu", "help", "repeat", "greet", "thanks", "goodbye",
    "chitchat", "complain_escalate", "large_font_elderly", "praise", "resend_code", "change_number",
    "request_callback", "handover_settled",
)  # fmt: skip
# What is no request of its own: it answers the question, or nobody has understood it.
NO_REQUEST = (
    "nlu_fallback", "out_of_scope", "affirm", "dont_know", "correction", "resolved", "not_resolved", "answer", "retry",
)  # fmt: skip
# So often in a row an open question is not answered before a person comes.
FAILURES = 3
# At a question for free words only a short and clear request is one; the rest of what sounds like one is the answer.
CLEAR = 0.8
SHORT = 15
LINE_TESTED = "line_tested"
# 上个月多扣了我三十块 tells what happened, and is no request; 上个月扣了多少 is one.
STORY = re.compile(r"了(?![吗么没])|被|扣|[多乱]收|坏|骗")
ASKING = re.compile(r"[?\uff1f查看问吗呢么几]|多少|多久|怎|哪|帮我|告诉")
# The slot's own reset tells Rasa that the form has dealt with the message.
DEALT_WITH = SlotSet("journey_answer", None)


class ValidateJourneyForm(Action):
    """Reads the answer and lets the journey go on.

    No event is returned for a message that is no answer but a request of its own: its rule serves it, and the question
    comes again afterwards, or another journey has begun.
    """

    def name(self) -> str:
        """The name that Rasa looks for."""
        return "validate_journey_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        state = State.of(tracker)
        if tracker.active_loop.get("name") != "journey_form" or answered_already(tracker, "journey_form"):
            # A journey that ended meanwhile leaves nothing to ask.
            return [] if state is not None and state.ask is not None else [LEAVE_FORM]
        if state is None or state.ask is None:
            return [LEAVE_FORM]
        journey, said = JOURNEYS[state.name], said_now(tracker)
        if said.intent == "answer" and said.entity("ask") != state.ask_id:
            dispatcher.utter_message(response="utter_choice_over")
            return [DEALT_WITH]
        if said.intent.startswith(AROUND) and not answers_by_call(state, said):
            return []
        if said.intent == LINE_TESTED and not waits_for(state, said):
            return []
        if read(state.ask, said) == "human":
            # The second of "try again, a person" is a person, too.
            return [*await ActionHandover().run(dispatcher, tracker, domain), DEALT_WITH, LEAVE_FORM]
        if not take(journey, state, said):
            if is_request(said):
                return []
            state.failures += 1
            if state.failures >= FAILURES:
                return [*hand_over(dispatcher, tracker, "failed", "utter_handover_failed"), DEALT_WITH, LEAVE_FORM]
            again = "utter_journey_again" if state.failures == 1 else "utter_journey_again_or_human"
            dispatcher.utter_message(response=again)
            return [SlotSet("journey", state.written()), DEALT_WITH]
        return await self._go_on(journey, dispatcher, tracker, state)

    async def _go_on(
        self, journey: Journey, dispatcher: CollectingDispatcher, tracker: Tracker, state: State
    ) -> list[EventType]:
        identity = identity_of(tracker)
        if identity is None and journey.needs(state.values):
            # Fifteen minutes have gone by: who it is must be said again, then the journey goes on where it stood.
            waiting = {"action": state.name, "params": {"journey": state.written()}}
            return [
                SlotSet("journey", None),
                SlotSet("pending_request", [waiting, *waiting_requests(tracker)]),
                DEALT_WITH,
                LEAVE_FORM,
            ]
        events = await advance(journey, dispatcher, tracker, identity, state)
        return [*events, DEALT_WITH] if state.ask is not None else [*events, DEALT_WITH, LEAVE_FORM]


def waits_for(state: State, said: Said) -> bool:
    """Whether the journey waits for the line test that has ended."""
    return state.ask is not None and state.ask.slot == "waiting" and said.entity("test") == state.values.get("test")


def answers_by_call(state: State, said: Said) -> bool:
    """Whether 打电话给我 is one of the answers, as it is to the question when the engineer should come."""
    ask = state.ask
    if ask is None or said.intent != "human_agent_callback" or FREE.intersection(ask.accepts):
        return False
    return read(ask, said) is not None


def take(journey: Journey, state: State, said: Said) -> bool:
    """Writes what a message says into the journey's values; whether it said anything to it."""
    ask = state.ask
    assert ask is not None
    if said.intent == LINE_TESTED:
        # The operator's event, which also comes when no result will: the journey looks at it itself.
        state.values["tested"] = "yes"
        return True
    if said.intent == "correction" or said.text.startswith(("不对", "不是", "错了", "改成")):
        corrected = [(slot, kept(name, value)) for name, slot in journey.corrects.items() if (value := said.last(name))]
        for slot, value in corrected:
            forget(journey, state, slot)
            state.values[slot] = value
        if corrected:
            return True
        if said.intent == "correction" and len(state.asked) > 1:
            # 选错了: one question back.
            state.asked.pop()
            forget(journey, state, state.asked.pop())
            return True
    # At a question for free words a clear request of another kind, or a clear no, is served first.
    if FREE.intersection(ask.accepts) and _is_clear(said) and read(replace(ask, accepts=()), said) is None:
        return False
    value = read(ask, said)
    if value is None:
        return False
    if ask.slot != RETRY:
        state.values[ask.slot] = value
    return True


def is_request(said: Said) -> bool:
    """Whether a message asks for something of its own (a question in between, another journey), or refuses."""
    return bool(said.intent) and not said.intent.startswith(NO_REQUEST)


def _is_clear(said: Said) -> bool:
    if said.confidence < CLEAR or len(said.text) > SHORT:
        return False
    question = said.intent.startswith(("query_", "ask_", "recommend_", "recharge"))
    story = STORY.search(said.text) and not ASKING.search(said.text)
    return said.intent == "deny" or (question and not story)


class ActionAskJourney(Action):
    """Puts the open question; where it was not understood twice, with a person among the choices."""

    def name(self) -> str:
        """The name that Rasa looks for."""
        return "action_ask_journey_form_journey_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        state = State.of(tracker)
        if state is None or state.ask is None:
            return []
        offered = list(state.ask.options)
        if state.failures > 1:
            offered += [option("human"), option("stop")]
        buttons: list[dict[str, Any]] = [
            {"title": one.title, "payload": _payload(one.value, state.ask_id)} for one in offered
        ]
        dispatcher.utter_message(response=state.ask.response, buttons=buttons, **state.ask.values)
        return []


# What pressing means everywhere: these are no answers to the question.
_PAYLOADS = {"human": "/human_agent", "stop": "/deny_stop"}


def _payload(value: str, ask: str) -> str:
    return _PAYLOADS.get(value) or f"/answer{json.dumps({'ask': ask, 'value': value}, ensure_ascii=False)}"


class ActionJourneyEnd(Action):
    """After a journey: what was asked for in the same sentence, or the identity that it needs to go on, or an offer."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_journey_end"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if not waiting_requests(tracker):
            return offer(dispatcher, tracker, identity_of(tracker))
        return [FollowupAction("action_resume" if identity_of(tracker) else "identity_form")]


class ActionStaleChoice(Action):
    """A button of a journey that is over."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_stale_choice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        dispatcher.utter_message(response="utter_choice_over")
        return []
