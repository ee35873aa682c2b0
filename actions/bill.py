"""账单: the bill of a month, line by line."""

from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.cards import row, say_with_card
from actions.turn import in_turn
from bss import billing, inventory
from bss.billing import Bill, Rate
from common.identity import Identity
from common.masking import mask_number
from common.money import yuan
from common.times import day_label, month_label, month_of, shanghai_today


class ActionQueryBill(AccountAction):
    """Tells the bill of the month that was asked for; without a month the newest one."""

    # A day or a stretch of days means the bill of its (first) month.
    entities = ("month", "date", "date_range")

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_bill"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> tuple[list[Bill], Bill | None, list[Rate]]:
            known = billing.bills(inventory.line(identity.number).account)
            bill, _ = meant(known, params)
            return known, bill, billing.rates(bill.id) if bill else []

        known, bill, rates = await in_turn(tracker, read)
        number = mask_number(identity.number)
        if bill is None:
            say_missing(dispatcher, number, meant(known, params)[1], known)
            return
        say_with_card(
            dispatcher,
            "utter_bill" if bill.unpaid == 0 else "utter_bill_unpaid",
            kind="bill",
            title=f"{month_label(bill.month)}账单",
            amount=yuan(bill.total),
            rows=[row(rate.name, yuan(rate.amount), note=rate.description or None) for rate in rates],
            note=None if bill.unpaid == 0 or bill.due is None else f"请在{day_label(bill.due)}前缴清",
            number=number,
            month=month_label(bill.month),
            total=yuan(bill.total),
            unpaid=yuan(bill.unpaid),
        )


def meant(known: Sequence[Bill], params: Params) -> tuple[Bill | None, str | None]:
    """The bill of the month that was asked for, the newest when none was, and that month."""
    day = params.get("month") or params.get("date") or params.get("date_range")
    wanted = day[:7] if day else None
    return next((bill for bill in known if wanted in (None, bill.month)), None), wanted


def say_missing(dispatcher: CollectingDispatcher, number: str, wanted: str | None, known: Sequence[Bill]) -> None:
    """Says why there is no bill of the month that was asked for."""
    if wanted is not None and wanted >= month_of(shanghai_today()):
        dispatcher.utter_message(response="utter_bill_not_yet", month=month_label(wanted))
    elif known:
        dispatcher.utter_message(
            response="utter_bill_too_old",
            month=month_label(wanted or known[-1].month),
            first=month_label(known[-1].month),
            last=month_label(known[0].month),
        )
    else:
        dispatcher.utter_message(response="utter_bill_none", number=number)
