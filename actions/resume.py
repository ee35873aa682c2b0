"""Going on with the request that waited: after the identity form, or when the customer says to try again."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import AccountAction, identity_of, renewed, waiting_requests
from actions.addon import ActionBuyAddon, ActionSubscribeVas
from actions.arrears import ActionQueryArrears
from actions.balance import ActionQueryBalance
from actions.bill import ActionQueryBill
from actions.bill_explain import ActionBillExplain
from actions.binding import ActionBind, offer
from actions.bound import meant_by, reader
from actions.broadband_move import ActionBroadbandMove
from actions.broadband_new import ActionBroadbandNew
from actions.broadband_renew import ActionBroadbandRenew
from actions.broadband_speed import ActionBroadbandSpeed
from actions.callback import ActionCallback
from actions.change_package import ActionChangePackage
from actions.compensation import ActionTicketCompensation
from actions.complaint import ActionComplaint
from actions.enterprise import ActionEnterprise
from actions.fault import ActionFault
from actions.invoice import ActionInvoice
from actions.leaving import ActionLeaving
from actions.level import ActionQueryLevel
from actions.line_state import ActionLineState
from actions.not_credited import ActionNotCredited
from actions.own_number import ActionOwnNumber
from actions.package import ActionQueryPackage
from actions.package_info import ActionPackageInfo
from actions.points import ActionQueryPoints
from actions.puk import ActionPuk
from actions.recharge_record import ActionQueryRechargeRecord
from actions.recommend_package import ActionRecommendPackage
from actions.redeem_points import ActionRedeemPoints
from actions.service_password import ActionServicePassword
from actions.suggest import ActionSuggest
from actions.ticket import ActionQueryTicket
from actions.ticket_after import ActionTicketReopen, ActionTicketSettled
from actions.ticket_care import ActionTicketCancel, ActionTicketUrge
from actions.ticket_visit import ActionTicketReschedule
from actions.top_up import ActionTopUp
from actions.unsubscribe import ActionUnsubscribe
from actions.usage import ActionQueryUsage

ACTIONS: dict[str, AccountAction] = {
    action.name(): action
    for action in (
        ActionQueryArrears(),
        ActionQueryBalance(),
        ActionQueryBill(),
        ActionBillExplain(),
        ActionQueryPackage(),
        ActionQueryPoints(),
        ActionQueryRechargeRecord(),
        ActionQueryTicket(),
        ActionQueryUsage(),
        ActionBuyAddon(),
        ActionSubscribeVas(),
        ActionChangePackage(),
        ActionQueryLevel(),
        ActionPackageInfo(),
        ActionRecommendPackage(),
        ActionRedeemPoints(),
        ActionUnsubscribe(),
        ActionBind(),
        ActionBroadbandMove(),
        ActionBroadbandNew(),
        ActionBroadbandRenew(),
        ActionBroadbandSpeed(),
        ActionComplaint(),
        ActionEnterprise(),
        ActionCallback(),
        ActionFault(),
        ActionLineState(),
        ActionOwnNumber(),
        ActionPuk(),
        ActionServicePassword(),
        ActionLeaving(),
        ActionSuggest(),
        ActionInvoice(),
        ActionNotCredited(),
        ActionTicketCancel(),
        ActionTicketCompensation(),
        ActionTicketReopen(),
        ActionTicketReschedule(),
        ActionTicketSettled(),
        ActionTicketUrge(),
        ActionTopUp(),
    )
}


class ActionResume(Action):
    """Serves what waits in `pending_request`. Calling the actions here, not as follow-ups, needs no rule for each."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_resume"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        waiting = [entry for entry in waiting_requests(tracker) if entry.get("action") in ACTIONS]
        bound = meant_by(tracker, None)
        identity = identity_of(tracker) or (None if bound is None else reader(tracker, bound))
        if identity is None:
            return self._without_identity(dispatcher, tracker, waiting)
        served = [entry["action"] for entry in waiting]
        left: list[dict[str, Any]] = []
        events: list[EventType] = []
        for position, entry in enumerate(waiting):
            action = ACTIONS[entry["action"]]
            own, done = await action.attempt(dispatcher, tracker, identity, entry.get("params") or {})
            events += own
            if not done:
                left.append(entry)
            if any(event["event"] == "followup" for event in own):
                # A journey asks something: what comes behind it waits until it has ended.
                left += waiting[position + 1 :]
                break
        if not waiting:
            dispatcher.utter_message(response="utter_menu")
        after = [*renewed(tracker, identity), SlotSet("pending_request", left), *events]
        if left or any(event["event"] == "followup" for event in events) or ActionBind().name() in served:
            return after
        return [*after, *offer(dispatcher, tracker, identity_of(tracker))]

    def _without_identity(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, waiting: list[dict[str, Any]]
    ) -> list[EventType]:
        """After a form that ended without an identity everything is said; a retry needs the form first."""
        if tracker.get_intent_of_latest_message() != "retry":
            return []
        if waiting:
            return [FollowupAction("identity_form")]
        dispatcher.utter_message(response="utter_menu")
        return []
