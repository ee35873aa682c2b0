"""PUK码: what opens a card that too many wrong PINs have locked."""

from actions.journey import Journey
from actions.lines import choose
from actions.reading import Ask
from actions.talk import Talk
from bss import inventory, sim
from bss.inventory import Line
from common.masking import mask_number
from knowledge_base.content import content


class ActionPuk(Journey):
    """Tells the PUK of one of the customer's cards. It is kept in no slot and written to no log.

    It opens a card: who has proven only a fixed line is not told it.
    """

    about = "puk_code"

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_puk"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        verified = await talk.call(inventory.line, talk.number)
        if verified.kind != "mobile":
            talk.say("utter_puk_by_card", number=mask_number(talk.number))
            return None
        line = await choose(talk, "mobile")
        if not isinstance(line, Line):
            return line
        puk = await talk.call(sim.puk, line.number)
        talk.say("utter_puk", number=mask_number(line.number), puk=puk, tries=str(content("lines")["puk_tries"]))
        return None
