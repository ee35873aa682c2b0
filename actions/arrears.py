"""欠费: what is owed, and since which bill."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.cards import row, say_with_card
from actions.turn import in_turn
from bss import balance, billing, inventory
from bss.billing import Bill
from common.identity import Identity
from common.masking import mask_number
from common.money import yuan
from common.times import month_label


class ActionQueryArrears(AccountAction):
    """Tells whether the number owes anything, and which bills are not paid."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_arrears"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> tuple[int, str, list[Bill]]:
            line = inventory.line(identity.number)
            return balance.balance(identity.number), line.state, billing.bills(line.account)

        left, state, known = await in_turn(tracker, read)
        number = mask_number(identity.number)
        if left >= 0:
            dispatcher.utter_message(response="utter_arrears_none", number=number, amount=yuan(left))
            return
        unpaid = [bill for bill in known if bill.unpaid > 0]
        if not unpaid:
            # Nothing is billed yet of what the month has cost.
            dispatcher.utter_message(response="utter_balance_owed", number=number, amount_text=yuan(-left))
            return
        say_with_card(
            dispatcher,
            "utter_arrears_suspended" if state == "arrears_suspended" else "utter_arrears",
            kind="balance",
            title="欠费",
            amount=yuan(-left),
            rows=[row(f"{month_label(bill.month)}账单", f"{yuan(bill.unpaid)}未缴") for bill in unpaid],
            number=number,
            owed=yuan(-left),
            month=month_label(unpaid[-1].month),
        )
