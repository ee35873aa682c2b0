"""投诉: what happened becomes a ticket with a promise."""

from actions.journey import Journey, Talk, options
from actions.reading import Ask
from bss import inventory
from bss.tickets import NewTicket
from common.masking import mask_number
from knowledge_base.content import content


class ActionComplaint(Journey):
    """A complaint about anything."""

    about = "complain"
    entities = ("product_line", "money", "complaint_subject")

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_complaint"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        line = await talk.call(inventory.line, talk.number)
        if "confirm" not in values:
            blanks = {"number": mask_number(talk.number)}
            return Ask("confirm", "utter_complaint_confirm", options("complain", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        title = self.title(values)
        request = NewTicket(
            kind="complaint",
            title=title,
            description=str(values.get("said", title)),
            severity="minor",
            customer=line.customer,
            line=line.id,
            facts={"contact": talk.number},
        )
        receipt = await talk.submit(request, "ticket")
        if receipt.state == "stuck":
            talk.say("utter_bss_rejected")
            return None
        number = receipt.operator_number or receipt.number
        promise = str(content("promises")["complaint"]["sentence"])
        talk.say(
            "utter_reported" if receipt.state == "done" else "utter_reported_later", receipt=number, promise=promise
        )
        return None
