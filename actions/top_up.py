"""充值缴费: for any number, paid behind a link."""

from collections.abc import Mapping

from actions.journey import Journey, options
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import balance, inventory, outbox
from bss.balance import NewTopup
from bss.errors import NotFound
from common.masking import mask_number
from common.money import yuan
from knowledge_base.content import content

# In fen; the operator takes from 1 to 5,000 yuan at once (docs/sandbox.md).
AMOUNTS = (5000, 10000, 20000)
LEAST, MOST = 100, 500000


class ActionTopUp(Journey):
    """A top-up. Anybody may pay for anybody: nothing of the number's account is shown unless it is verified."""

    about = "recharge"
    entities = ("phone_number", "money")
    needs_identity = False
    corrects: Mapping[str, str] = {"money": "money", "phone_number": "phone_number"}
    depends: Mapping[str, tuple[str, ...]] = {"money": ("confirm",), "phone_number": ("confirm",)}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_top_up"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        if "phone_number" not in values and not talk.verified:
            return Ask("phone_number", "utter_top_up_number", accepts=("phone",))
        number = talk.unsealed("phone_number") if "phone_number" in values else talk.number
        if not await self._exists(talk, number):
            values.pop("phone_number", None)
            blanks = {"number": mask_number(number)}
            return Ask("phone_number", "utter_top_up_number_unknown", accepts=("phone",), values=blanks)
        amount = await self._amount(talk, number)
        if isinstance(amount, Ask):
            return amount
        blanks = {"number": mask_number(number), "amount": yuan(amount)}
        if "confirm" not in values:
            return Ask("confirm", "utter_top_up_confirm", options("yes", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        request = NewTopup(number, amount, str(content("desk")["page"]["title"]))
        receipt = await talk.submit(request, f"topup:{blanks['number']}:{amount}")
        if receipt.state == "done" and receipt.operator_number:
            talk.say("utter_top_up_link", link=balance.payment_link(receipt.operator_number), **blanks)
        elif receipt.refused:
            # Nobody has paid anything: there is nothing for a person to look after.
            await talk.call(outbox.withdraw, receipt.number)
            talk.say("utter_top_up_refused", **blanks)
        else:
            talk.say("utter_top_up_later", receipt=receipt.number, **blanks)
        return None

    async def _exists(self, talk: Talk, number: str) -> bool:
        """Whether it is a number of this operator's."""
        try:
            return (await talk.call(inventory.line, number)).state != "terminated"
        except NotFound:
            return False

    async def _amount(self, talk: Talk, number: str) -> int | Ask:
        """Fen to be paid, or the question; what the customer owes on a number of their own is the first choice."""
        values = talk.values
        if "money" in values:
            amount = int(values["money"])
            if LEAST <= amount <= MOST:
                return amount
            del values["money"]
            return Ask("money", "utter_top_up_amount_wrong", _choices(AMOUNTS), accepts=("money",))
        own = talk.verified and number == talk.number
        owed = -await talk.call(balance.balance, number) if own else 0
        if owed < LEAST:
            return Ask("money", "utter_top_up_amount", _choices(AMOUNTS), accepts=("money",))
        blanks = {"number": mask_number(number), "owed": yuan(owed)}
        fitting = (owed, *(amount for amount in AMOUNTS if amount > owed))
        return Ask("money", "utter_top_up_amount_owed", _choices(fitting), accepts=("money",), values=blanks)


def _choices(amounts: tuple[int, ...]) -> list[Option]:
    """Amounts in fen as they stand on buttons: 50元."""
    return [Option(yuan(amount).replace(".00", ""), str(amount)) for amount in amounts]
