"""充值记录: the latest payments and whether each has arrived."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.cards import row, say_with_card
from actions.turn import in_turn
from bss import balance
from common.identity import Identity
from common.masking import mask_number
from common.money import yuan
from common.times import moment_label

SHOWN = 6


class ActionQueryRechargeRecord(AccountAction):
    """Tells the latest payments of the number."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_recharge_record"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""
        found = await in_turn(tracker, balance.topups, identity.number, SHOWN)
        number = mask_number(identity.number)
        if not found:
            dispatcher.utter_message(response="utter_recharges_none", number=number)
            return
        latest = found[0]
        say_with_card(
            dispatcher,
            "utter_recharges" if latest.credited else "utter_recharges_waiting",
            kind="recharges",
            title="最近充值",
            rows=[
                row(
                    f"{moment_label(topup.at)} {topup.channel}",
                    yuan(topup.amount),
                    note="已到账" if topup.credited else "处理中，还未到账",
                )
                for topup in found
            ],
            number=number,
            at=moment_label(latest.at),
            channel=latest.channel,
            amount_text=yuan(latest.amount),
        )
