"""Which of the customer's lines is meant."""

from collections.abc import Callable, Sequence

from actions.journey import option
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import balance, inventory
from bss.inventory import Line
from common.masking import mask_number


async def own_lines(talk: Talk) -> list[Line]:
    """The lines that the verified number may speak for, its own first; none that has ended. Raises BssError."""
    own = await talk.call(inventory.line, talk.number)
    every = await talk.call(inventory.lines, own.customer) if own.speaks_for_all else []
    others = [line for line in every if line.id != own.id]
    return [line for line in (own, *others) if line.state != "terminated"]


async def choose(talk: Talk, kind: str, fits: Callable[[Line], bool] = lambda line: True) -> Line | Ask | None:
    """The line of a kind that is meant, kept in `values["line"]`; or the question which; None when there is none.

    The customer has been told then. Only if a line `fits` it is worth asking for; where none does, all are.
    """
    lines = [line for line in await own_lines(talk) if line.kind == kind]
    chosen = meant_before(talk, lines)
    if chosen is not None:
        return chosen
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


def meant_before(talk: Talk, lines: Sequence[Line]) -> Line | None:
    """The line that `values["line"]` keeps; where it is not among these any more, it is forgotten, and the consent."""
    chosen = next((line for line in lines if line.id == talk.values.get("line")), None)
    if chosen is None and talk.values.pop("line", None) is not None:
        talk.values.pop("confirm", None)
    return chosen


async def left_for(talk: Talk, line: Line) -> int:
    """What is left on the account that pays for a line, in fen; negative is owed. Raises BssError.

    A balance is kept by phone number: what pays for a fixed line is that of the verified number.
    """
    return await talk.call(balance.balance, line.number if line.kind == "mobile" else talk.number)
