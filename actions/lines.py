"""Which of the customer's lines is meant, what keeps it from being served, and placing an order for it."""

from collections.abc import Callable

from actions.journey import Talk, option
from actions.reading import Ask, Option
from bss import balance, inventory, outbox
from bss.inventory import Line
from bss.orders import NewOrder
from bss.outbox import Receipt
from common.masking import mask_number
from common.money import yuan


async def own_lines(talk: Talk) -> list[Line]:
    """The lines that the verified number may speak for, its own first; none that has ended. Raises BssError.

    A sub card is often in another person's hands: it speaks for itself only.
    """
    own = await talk.call(inventory.line, talk.number)
    if own.kind == "mobile" and not own.main_card:
        return [own]
    others = [line for line in await talk.call(inventory.lines, own.customer) if line.id != own.id]
    return [line for line in (own, *others) if line.state != "terminated"]


async def choose(talk: Talk, kind: str, fits: Callable[[Line], bool] = lambda line: True) -> Line | Ask | None:
    """The line of a kind that is meant, kept in `values["line"]`; or the question which; None when there is none.

    The customer has been told then. Only if a line `fits` it is worth asking for; where none does, all are.
    """
    lines = [line for line in await own_lines(talk) if line.kind == kind]
    if "line" in talk.values:
        return next(line for line in lines if line.id == talk.values["line"])
    title = option(kind).title
    if not lines:
        talk.say("utter_line_none", kind=title, number=mask_number(talk.number))
        return None
    fitting = list(filter(fits, lines)) or lines
    # An account of broadband or television that was named and proven is the one that is meant.
    if len(fitting) > 1 and (kind == "mobile" or fitting[0].number != talk.number):
        choices = [Option(mask_number(line.number), line.id) for line in fitting]
        return Ask("line", "utter_line_which", choices, values={"kind": title})
    talk.values["line"] = fitting[0].id
    return fitting[0]


async def owes(talk: Talk, line: Line) -> bool:
    """Whether money is owed on the customer's account, which comes first; the customer has been told then."""
    owed = -await talk.call(balance.balance, talk.number)
    if line.state != "arrears_suspended" and owed <= 0:
        return False
    talk.say("utter_line_owes", number=mask_number(talk.number), owed=yuan(max(0, owed)))
    return True


async def place(talk: Talk, order: NewOrder) -> Receipt | None:
    """Submits an order. None when it was refused at once: the customer has been told, and nothing is left behind."""
    receipt = await talk.submit(order, "order")
    if receipt.state != "stuck":
        return receipt
    await talk.call(outbox.withdraw, receipt.number)
    talk.say("utter_line_refused")
    return None
