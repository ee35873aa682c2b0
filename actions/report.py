"""报障和投诉: what the customer said becomes a ticket, after the commonest causes have been looked at."""

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import AccountAction, Params, identity_of
from actions.turn import in_turn, message_id
from bss import balance, inventory, outages, outbox
from bss.errors import BssError
from bss.inventory import Line
from bss.outages import Outage
from bss.tickets import NewTicket
from common.identity import Identity, issue_identity
from common.masking import mask_number, mask_text
from common.money import yuan
from common.times import moment_label
from knowledge_base.content import content, intent_title

FAULT, COMPLAINT = "fault", "complaint"


@dataclass(frozen=True)
class Seen:
    """What the operator's systems say before a fault is reported: the line, what is owed, a known outage."""

    line: Line
    owed: int
    outage: Outage | None


def look(number: str, kind: str | None) -> Seen:
    """Looks at the line that is meant: the customer's line of `kind`, or the number's own. Raises BssError."""
    own = inventory.line(number)
    line = next((line for line in inventory.lines(own.customer) if line.kind == kind), own) if kind else own
    owed = -balance.balance(number) if line.state == "arrears_suspended" else 0
    known = outages.outages(line.area) if line.area else []
    return Seen(line, owed, next((outage for outage in known if line.kind in outage.lines), None))


class ActionReport(AccountAction):
    """Tells of arrears and of known outages; otherwise asks whether to open a ticket."""

    entities = ("product_line",)

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_report"

    def params(self, tracker: Tracker) -> Params:
        """The customer's words too: nobody has to say again what is wrong."""
        said = str(tracker.latest_message.get("text") or "")
        words = {} if said.startswith("/") else {"said": mask_text(said)}
        return super().params(tracker) | words | {"intent": tracker.get_intent_of_latest_message() or "report_fault"}

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> list[EventType] | None:
        """See `AccountAction`."""
        seen = await in_turn(tracker, look, identity.number, params.get("product_line"))
        fault = params["intent"].startswith("report_fault")
        if fault and seen.owed > 0:
            number = mask_number(seen.line.number)
            dispatcher.utter_message(response="utter_fault_arrears", number=number, owed=yuan(seen.owed))
            return None
        if fault and seen.outage is not None:
            expected = seen.outage.expected
            dispatcher.utter_message(
                response="utter_fault_outage" if expected else "utter_fault_outage_open",
                description=seen.outage.description,
                expected=moment_label(expected) if expected else "",
            )
            return None
        title = intent_title(params["intent"]) or "报故障"
        dispatcher.utter_message(
            response="utter_report_fault" if fault else "utter_report_complaint",
            number=mask_number(seen.line.number),
            title=title,
        )
        draft = {"kind": FAULT if fault else COMPLAINT, "title": title, "said": params.get("said", title)}
        return [SlotSet("draft_ticket", {**draft, "line": seen.line.id, "customer": seen.line.customer})]


class ActionConfirmReport(Action):
    """The customer has said yes: writes the ticket down for the operator, once, and gives a number at once."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_confirm_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        draft: Any = tracker.get_slot("draft_ticket")
        if not isinstance(draft, dict):
            dispatcher.utter_message(response="utter_affirm")
            return []
        identity = identity_of(tracker)
        if identity is None:
            # Fifteen minutes have gone by: who it is must be said again, then the question comes again.
            params = {"intent": "report_fault" if draft["kind"] == FAULT else "complain", "said": draft["said"]}
            waiting = SlotSet("pending_request", [{"action": "action_report", "params": params}])
            return [waiting, SlotSet("identity_token", None), FollowupAction("identity_form")]
        key = f"{message_id(tracker)}:report"
        request = NewTicket(
            kind=draft["kind"],
            title=draft["title"],
            description=draft["said"],
            severity="minor",
            customer=draft["customer"],
            line=draft["line"],
            facts={"contact": identity.number},
        )
        try:
            receipt = await in_turn(tracker, outbox.submit, request, key, conversation=tracker.sender_id)
        except BssError as error:
            dispatcher.utter_message(response=error.response)
            return []
        if receipt.state == "stuck":
            # Refused for good: agents see it, and the customer must not be promised anything.
            dispatcher.utter_message(response="utter_bss_rejected")
            return [SlotSet("draft_ticket", None)]
        promise = content("promises")[draft["kind"]]["sentence"]
        done = receipt.state == "done"
        dispatcher.utter_message(
            response="utter_reported" if done else "utter_reported_later",
            receipt=receipt.operator_number if done else receipt.number,
            promise=promise,
        )
        return [SlotSet("draft_ticket", None), SlotSet("identity_token", issue_identity(identity))]


class ActionDeny(Action):
    """不用了: drops a ticket that waits for a yes; otherwise a closing word."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_deny"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if tracker.get_slot("draft_ticket") is None:
            dispatcher.utter_message(response="utter_deny")
            return []
        dispatcher.utter_message(response="utter_stopped")
        return [SlotSet("draft_ticket", None)]
