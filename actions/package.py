"""当前套餐与已订业务: what is subscribed on the line, and what it costs a month."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.cards import row, say_with_card
from actions.turn import in_turn
from bss import inventory
from bss.inventory import Line, Subscription
from common.identity import Identity
from common.masking import mask_number
from common.money import yuan

KINDS = {"plan": "套餐", "addon": "加装包", "vas": "增值业务"}


class ActionQueryPackage(AccountAction):
    """Tells plan, add-ons and VAS, the fee a month and the contract's end."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_package"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> tuple[Line, list[Subscription]]:
            line = inventory.line(identity.number)
            return line, inventory.subscriptions(line)

        line, found = await in_turn(tracker, read)
        number = mask_number(identity.number)
        plan = next((subscription for subscription in found if subscription.kind == "plan"), None)
        if plan is None:
            dispatcher.utter_message(response="utter_package_none", number=number)
            return
        others = len(found) - 1
        end = line.contract_end
        say_with_card(
            dispatcher,
            "utter_package" if others else "utter_package_only",
            kind="package",
            title="我的套餐与业务",
            amount=f"{yuan(sum(subscription.fee for subscription in found))}/月",
            rows=[
                row(
                    subscription.name,
                    f"{yuan(subscription.fee)}/月",
                    note=" · ".join(part for part in (KINDS.get(subscription.kind), subscription.description) if part),
                )
                for subscription in found
            ],
            note=None if end is None else f"合约到期日：{end.year}年{end.month}月{end.day}日",
            number=number,
            plan=plan.name,
            fee=yuan(plan.fee),
            others=str(others),
        )
