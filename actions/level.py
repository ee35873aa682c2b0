"""我是几星: the customer's level, as the operator calls it."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.turn import in_turn
from bss import customers, inventory
from bss.customers import Customer
from common.identity import Identity
from common.masking import mask_number
from knowledge_base.content import content


class ActionQueryLevel(AccountAction):
    """Tells the level of the number's owner, and what it was called before there were stars."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_level"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> Customer:
            return customers.customer(inventory.line(identity.number).customer)

        found = await in_turn(tracker, read)
        number = mask_number(identity.number)
        if found.level is None:
            dispatcher.utter_message(response="utter_level_none", number=number)
            return
        names = content("levels")
        level = str(names["enterprise" if found.kind == "enterprise" else "individual"]).format(level=found.level)
        former = names["former"].get(found.level)
        dispatcher.utter_message(
            response="utter_level", number=number, level=f"{level}（{former}）" if former else level
        )
