"""剩余流量、语音、短信: this month's allowances."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.cards import row, say_with_card
from actions.turn import in_turn
from bss import usage
from bss.usage import Allowance
from common.identity import Identity
from common.masking import mask_number

KINDS = {"data": "流量", "voice": "语音", "sms": "短信"}


def amount_label(kind: str, amount: float) -> str:
    """An amount as Chinese people read it: 12.35GB, 300MB, 120分钟, 50条.

    >>> amount_label("data", 12646.4), amount_label("data", 300), amount_label("voice", 120)
    ('12.35GB', '300MB', '120分钟')
    """
    if kind == "data":
        return f"{amount / 1024:.2f}".rstrip("0").rstrip(".") + "GB" if amount >= 1024 else f"{amount:.0f}MB"
    return f"{amount:.0f}" + {"voice": "分钟", "sms": "条"}.get(kind, "")


def summary(allowances: list[Allowance]) -> str:
    """What remains by kind, in one phrase: 流量剩12.35GB，语音剩120分钟."""
    parts = []
    for kind, label in KINDS.items():
        found = [allowance for allowance in allowances if allowance.kind == kind]
        if found:
            parts.append(f"{label}剩{amount_label(kind, sum(allowance.remaining for allowance in found))}")
    return "，".join(parts)


class ActionQueryUsage(AccountAction):
    """Tells what remains; only of the kinds that the customer named, if any."""

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_query_usage"

    def params(self, tracker: Tracker) -> Params:
        """Each kind that was named, once."""
        kinds = dict.fromkeys(str(kind) for kind in tracker.get_latest_entity_values("usage_type"))
        return {"usage_type": " ".join(kinds)} if kinds else {}

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""
        found = await in_turn(tracker, usage.allowances, identity.number)
        wanted = [allowance for allowance in found if allowance.kind in params.get("usage_type", "").split()] or found
        number = mask_number(identity.number)
        if not wanted:
            dispatcher.utter_message(response="utter_usage_none", number=number)
            return
        say_with_card(
            dispatcher,
            "utter_usage",
            kind="usage",
            title="本月用量",
            rows=[
                row(
                    allowance.name,
                    f"剩{amount_label(allowance.kind, allowance.remaining)}",
                    note=f"共{amount_label(allowance.kind, allowance.total)}，"
                    f"已用{amount_label(allowance.kind, allowance.used)}",
                    ratio=min(1.0, allowance.used / allowance.total) if allowance.total else None,
                )
                for allowance in wanted
            ],
            number=number,
            summary=summary(wanted),
        )
