"""本机号码: the customer's lines, and how the phone itself tells its number."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import AccountAction, Params, identity_of
from actions.cards import row, say_with_card
from actions.journey import option
from actions.turn import in_turn
from bss import inventory
from bss.inventory import Line
from common.identity import Identity
from common.masking import mask_number


class ActionOwnNumber(AccountAction):
    """Who has forgotten the number cannot prove it: without an identity it is told how to find it."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_own_number"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        if identity_of(tracker) is None:
            dispatcher.utter_message(response="utter_own_number_how")
            return []
        return await super().run(dispatcher, tracker, domain)

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> list[Line]:
            own = inventory.line(identity.number)
            return inventory.lines(own.customer) if own.speaks_for_all else [own]

        lines = [line for line in await in_turn(tracker, read) if line.state != "terminated"]
        say_with_card(
            dispatcher,
            "utter_own_numbers",
            kind="numbers",
            title="名下的号码",
            rows=[row(option(line.kind).title, mask_number(line.number)) for line in lines],
            number=mask_number(identity.number),
            count=str(len(lines)),
        )
