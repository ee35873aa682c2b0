"""Which of the customer's lines is meant."""

from collections.abc import Callable

from actions.journey import option
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import inventory
from bss.inventory import Line
from common.masking import mask_number


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
