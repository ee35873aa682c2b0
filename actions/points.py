"""积分: how many, and when they run out."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.cards import row, say_with_card
from actions.turn import in_turn
from bss import inventory, loyalty
from bss.loyalty import Lot
from common.identity import Identity
from common.masking import mask_number
from common.times import day_label


class ActionQueryPoints(AccountAction):
    """Tells the points of the number's owner."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_points"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> list[Lot]:
            return loyalty.lots(inventory.line(identity.number).customer)

        lots = [lot for lot in await in_turn(tracker, read) if lot.points > 0]
        number = mask_number(identity.number)
        if not lots:
            dispatcher.utter_message(response="utter_points_none", number=number)
            return
        total = f"{sum(lot.points for lot in lots):,}"
        say_with_card(
            dispatcher,
            "utter_points",
            kind="points",
            title="我的积分",
            amount=f"{total}分",
            rows=[
                row(f"{day_label(lot.expires)}到期" if lot.expires else "长期有效", f"{lot.points:,}分") for lot in lots
            ],
            number=number,
            total=total,
        )
