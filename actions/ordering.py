"""What every order has in common: a line that can be served, and what is said when the order is placed."""

import hashlib

from actions.talk import Talk
from bss import balance, outbox
from bss.inventory import Line
from bss.orders import NewOrder
from bss.outbox import Receipt
from common.masking import mask_number
from common.money import yuan

_STOPPED = {"suspended_by_request": "utter_order_suspended", "lost": "utter_order_lost"}


async def said_why_not(talk: Talk, line: Line, *, debt: bool = False) -> bool:
    """Whether the line's state forbids an order; the customer has been told then. `debt`: so does money owed."""
    number = mask_number(line.number)
    stopped = line.state == "arrears_suspended"
    if stopped or debt:
        owed = -await talk.call(balance.balance, line.number)
        if stopped or owed > 0:
            talk.say("utter_order_arrears" if stopped else "utter_order_owed", number=number, owed=yuan(max(0, owed)))
            return True
    if line.state in _STOPPED:
        talk.say(_STOPPED[line.state], number=number)
        return True
    return False


async def place(talk: Talk, new: NewOrder) -> Receipt | None:
    """Submits an order. None when it was refused at once: the customer has been told, and nothing is left behind."""
    # What is ordered is in the key: after a correction it is another order, whatever became of a turn before.
    content = hashlib.sha256(repr(new).encode()).hexdigest()[:16]
    receipt = await talk.submit(new, f"order:{content}")
    if not receipt.refused:
        return receipt
    await talk.call(outbox.withdraw, receipt.number)
    talk.say("utter_order_refused")
    return None
