"""工单进度: the customer's latest tickets and how each stands."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.cards import row, say_with_card
from actions.turn import in_turn
from bss import inventory, tickets
from bss.tickets import Ticket
from common.identity import Identity
from common.masking import mask_number
from common.times import moment_label
from knowledge_base.content import content

SHOWN = 5


class ActionQueryTicket(AccountAction):
    """Tells how the customer's tickets stand, the newest first."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_ticket"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> list[Ticket]:
            return tickets.tickets(customer=inventory.line(identity.number).customer, limit=SHOWN)

        found = await in_turn(tracker, read)
        number = mask_number(identity.number)
        if not found:
            dispatcher.utter_message(response="utter_tickets_none", number=number)
            return
        states = content("promises")["states"]
        latest = found[0]
        say_with_card(
            dispatcher,
            "utter_tickets",
            kind="notice",
            title="我的工单",
            rows=[
                row(
                    ticket.title,
                    states.get(ticket.state, "处理中"),
                    note=f"{ticket.id}，{moment_label(ticket.created)}登记",
                )
                for ticket in found
            ],
            number=number,
            title_text=latest.title,
            state=states.get(latest.state, "处理中"),
            at=moment_label(latest.created),
        )
