"""Going on with the request that waited: after the identity form, or when the customer says to try again."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import AccountAction
from actions.balance import ActionQueryBalance
from actions.bill import ActionQueryBill
from actions.package import ActionQueryPackage
from actions.points import ActionQueryPoints
from actions.recharge_record import ActionQueryRechargeRecord
from actions.usage import ActionQueryUsage

ACTIONS: dict[str, AccountAction] = {
    action.name(): action
    for action in (
        ActionQueryBalance(),
        ActionQueryBill(),
        ActionQueryPackage(),
        ActionQueryPoints(),
        ActionQueryRechargeRecord(),
        ActionQueryUsage(),
    )
}


class ActionResume(Action):
    """Serves what waits in `pending_request`. Calling the action here, not as a follow-up, needs no rule for each."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_resume"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        waiting: Any = tracker.get_slot("pending_request")
        action = ACTIONS.get(waiting.get("action", "")) if isinstance(waiting, dict) else None
        retried = tracker.get_intent_of_latest_message() == "retry"
        if action is not None and (retried or tracker.get_slot("identity_token")):
            return await action.serve(dispatcher, tracker, dict(waiting.get("params") or {}))
        if retried:
            dispatcher.utter_message(response="utter_menu")
        return []
