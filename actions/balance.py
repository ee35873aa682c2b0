"""话费余额: what is left, or owed, on the number's account."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.cards import row, say_with_card
from actions.turn import in_turn
from bss import balance, inventory
from common.identity import Identity
from common.masking import mask_number
from common.money import yuan

STATES = {
    "normal": "正常",
    "arrears_suspended": "欠费停机",
    "suspended_by_request": "停机保号",
    "lost": "已挂失",
    "terminated": "已拆机",
}


class ActionQueryBalance(AccountAction):
    """Tells the balance and the state of the line."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_balance"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> tuple[int, str]:
            return balance.balance(identity.number), inventory.line(identity.number).state

        amount, state = await in_turn(tracker, read)
        number = mask_number(identity.number)
        response = "utter_balance" if amount >= 0 else "utter_balance_owed"
        if amount < 0 and state == "arrears_suspended":
            response = "utter_balance_suspended"
        say_with_card(
            dispatcher,
            response,
            kind="balance",
            title="话费余额",
            amount=yuan(amount),
            rows=[row("号码", number), row("号码状态", STATES.get(state, "请咨询人工"))],
            number=number,
            amount_text=yuan(abs(amount)),
        )
