"""政企业务: what a company wants is for its account manager (商机), who rings when the customer agrees."""

from actions.journey import Journey, option
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import inventory
from bss.tickets import NewTicket
from common.masking import mask_number


class ActionEnterprise(Journey):
    """A lead: asked once, kept as a ticket for a call back."""

    about = "enterprise_service"

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_enterprise"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        line = await talk.call(inventory.line, talk.number)
        contact = line.contact or talk.number
        if "confirm" not in values:
            choices = [Option(option("call_me").title, "yes"), option("other_contact"), option("no")]
            return Ask("confirm", "utter_lead_confirm", choices, values={"contact": mask_number(contact)})
        if values["confirm"] == "no":
            talk.say("utter_lead_not")
            return None
        if values["confirm"] == "other_contact":
            if "contact" not in values:
                return Ask("contact", "utter_ask_contact", accepts=("phone",))
            contact = talk.unsealed("contact")
        title = self.title(values)
        request = NewTicket(
            kind="callback",
            title=title,
            description=str(values.get("said", title)),
            severity="minor",
            customer=line.customer,
            line=line.id,
            facts={"reason": "lead", "contact": contact},
        )
        receipt = await talk.submit(request, "ticket")
        if receipt.refused:
            talk.say("utter_bss_rejected")
            return None
        number = receipt.operator_number or receipt.number
        response = "utter_lead_done" if receipt.state == "done" else "utter_lead_later"
        talk.say(response, receipt=number, contact=mask_number(contact))
        return None
