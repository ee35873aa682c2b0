"""开发票: the electronic invoice of a month's bill, sent as a link."""

from collections.abc import Mapping
from typing import Any

from actions.journey import Journey, option, options
from actions.reading import TAX, Ask, Option
from actions.talk import Talk
from bss import billing, customers, inventory, invoices
from bss.billing import Bill
from bss.invoices import Invoice
from common.identity import open_sealed
from common.masking import mask_number
from common.money import yuan
from common.settings import settings
from common.times import month_label
from knowledge_base.content import content

SHOWN = 3


class ActionInvoice(Journey):
    """An invoice: the month, whom it names, then it is issued; one that exists is sent again."""

    about = "invoice"
    entities = ("month", "date", "date_range")
    corrects: Mapping[str, str] = {"month": "month", "date": "month", "date_range": "month"}
    depends: Mapping[str, tuple[str, ...]] = {
        "month": ("confirm", "again"),
        "kind": ("title", "tax_number", "confirm"),
        "title": ("confirm",),
        "tax_number": ("confirm",),
    }

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_invoice"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        line = await talk.call(inventory.line, talk.number)
        if not line.speaks_for_all:
            talk.say("utter_main_card_only", number=mask_number(talk.number))
            return None
        bill = await self._bill(talk, await talk.call(billing.bills, line.account))
        if not isinstance(bill, Bill):
            return bill
        existing = await talk.call(invoices.issued, bill.id)
        if existing is not None:
            return await self._send_again(talk, bill.month, existing, line.customer)
        return await self._issue(talk, bill, line.customer)

    async def _send_again(self, talk: Talk, month: str, existing: Invoice, customer: str) -> Ask | None:
        who = await talk.call(customers.customer, customer)
        # A person's name is on the invoice, and not on the screen.
        personal = who.kind != "enterprise" and existing.title == who.name
        title = option("personal").title if personal else existing.title
        blanks = {"month": month_label(month), "title": title, "sent_to": mask_number(existing.sent_to)}
        if "again" not in talk.values:
            return Ask("again", "utter_invoice_existing", options("send_again", "no"), values=blanks)
        if talk.values["again"] == "no":
            self.leave(talk)
            return None
        await talk.call(invoices.send_again, existing.id, idempotency_key=talk.key("again"))
        talk.say("utter_invoice_sent_again", **blanks)
        return None

    async def _bill(self, talk: Talk, known: list[Bill]) -> Bill | Ask | None:
        """The bill that is meant; or the question which; or None after having said why there is nothing to invoice."""
        values = talk.values
        if not known:
            talk.say("utter_bill_none", number=mask_number(talk.number))
            return None
        said = next((values[name] for name in ("month", "date", "date_range") if name in values), None)
        month = str(said)[:7] if said else None
        bill = next((bill for bill in known if bill.month == month), None)
        settled = [Option(month_label(bill.month), bill.month) for bill in known if bill.unpaid == 0][:SHOWN]
        if bill is not None and bill.unpaid == 0:
            values["month"] = bill.month
            return bill
        unpaid = bill or (None if settled else known[0])
        if unpaid is not None:
            talk.say("utter_invoice_unpaid", month=month_label(unpaid.month), unpaid=yuan(unpaid.unpaid))
            return None
        for name in ("month", "date", "date_range"):
            values.pop(name, None)
        if month is None:
            return Ask("month", "utter_invoice_month", settled, accepts=("month",))
        blanks = {"month": month_label(month)}
        return Ask("month", "utter_invoice_no_bill", settled, accepts=("month",), values=blanks)

    async def _issue(self, talk: Talk, bill: Bill, customer: str) -> Ask | None:
        """Asks whom it names, if that is not clear, and for a word of consent; then issues it."""
        values = talk.values
        who = await talk.call(customers.customer, customer)
        if "kind" not in values:
            if who.kind == "enterprise":
                values |= {"kind": "company", "title": who.name}
            elif any(word in str(values.get("said", "")) for word in content("invoice")["company_words"]):
                return Ask("kind", "utter_invoice_kind", options("personal", "company"))
            else:
                values["kind"] = "personal"
        if values["kind"] == "company":
            if "title" not in values:
                return Ask("title", "utter_invoice_title", accepts=("words",))
            if "tax_number" not in values:
                return Ask("tax_number", "utter_invoice_tax_number", accepts=("tax_number",))
        title = str(values.get("title", who.name))
        if values.get("confirm") == "other_title":
            values |= {"kind": "company"}
            del values["confirm"]
            return Ask("title", "utter_invoice_title", accepts=("words",))
        if "confirm" not in values:
            shown = title if values["kind"] == "company" else option("personal").title
            blanks = {"month": month_label(bill.month), "amount": yuan(bill.total), "title": shown}
            choices = options("yes", *(("other_title",) if values["kind"] == "personal" else ()), "no")
            return Ask("confirm", "utter_invoice_confirm", choices, values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        made = await talk.call(
            invoices.issue,
            bill.id,
            title=title,
            tax_number=tax_number_of(values),
            idempotency_key=talk.key(f"invoice:{bill.id}"),
        )
        talk.say(
            "utter_invoice_issued",
            month=month_label(bill.month),
            amount=yuan(made.amount),
            sent_to=mask_number(made.sent_to),
        )
        return None


def tax_number_of(values: Mapping[str, Any]) -> str | None:
    """The tax number that was given, which is kept sealed: that of a small business may be a person's."""
    if "tax_number" not in values:
        return None
    return open_sealed(TAX, str(values["tax_number"]), settings().conversation_seconds)["number"]
