"""报障: what is wrong, the commonest causes first, a test of the line, self-help, then a ticket and a visit."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from actions.journey import Journey, option, options
from actions.lines import left_for, meant_before
from actions.notices import notices
from actions.reading import Ask, Option
from actions.self_help import steps_for
from actions.talk import Talk
from actions.visits import slot_for, slot_options
from bss import appointments, inventory, line_test, outages, outbox, tickets, watch
from bss.appointments import NewAppointment
from bss.inventory import Line
from bss.tickets import NewTicket, Ticket
from common.masking import mask_number
from common.money import yuan
from common.times import moment_label, utc_now, visit_label
from knowledge_base.content import content

KINDS = ("broadband", "mobile", "iptv", "landline")
# A fault on the same line within this time is a repeated one (重复障碍) and goes up a level.
REPEATED = timedelta(days=30)
# What only one kind of line can have.
_TELLS = {
    "wifi_failure": "broadband", "dial_failure": "broadband", "picture_broken": "iptv", "cannot_watch": "iptv",
    "no_sound": "iptv", "black_screen": "iptv", "no_signal": "mobile", "weak_signal": "mobile",
    "sms_failure": "mobile", "sim_failure": "mobile", "no_dial_tone": "landline",
}  # fmt: skip
# What the engineer should know, as the customer or the test has said it.
TOLD = ("phenomenon", "light", "error_code", "duration", "finding", "tried")
_STOPPED = {"suspended_by_request": "utter_fault_suspended_by_request", "lost": "utter_fault_lost"}
# A line test that says this needs an engineer; nothing that a customer can do helps.
_HOPELESS = frozenset({"weakSignal", "outage"})


class ActionFault(Journey):
    """A fault on one of the customer's lines."""

    about = "report_fault"
    entities = ("product_line", "phenomenon", "light", "error_code", "duration", "date")
    corrects: Mapping[str, str] = {"product_line": "product_line", "date": "slot"}
    depends: Mapping[str, tuple[str, ...]] = {
        "product_line": (
            "line",
            "looked",
            "existing",
            "previous",
            "current",
            "test",
            "tested",
            "waiting",
            "diagnosis",
            "finding",
            "help",
            "tried",
            "confirm",
        ),
    }

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_fault"

    def same(self, values: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
        """Another kind of line is another fault."""
        return kind_of(params) in (None, kind_of(values))

    def stopped(self, values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """A ticket that exists stays."""
        if "ticket" in values:
            return "utter_fault_left_without_visit", {"ticket": str(values["ticket"])}
        return super().stopped(values)

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        if "ticket" in talk.values:
            return await self._visit(talk)
        line = await self._line(talk)
        if not isinstance(line, Line):
            return line
        if "looked" not in talk.values:
            for notice in notices(line.area, [line.kind], utc_now()):
                talk.say("utter_notice", **notice)
            if await self._explained(talk, line):
                return None
            talk.values["looked"] = "yes"
        known = await self._known(talk, line)
        if known is not None:
            return known
        if talk.values.get("existing") == "urge":
            await self._urge(talk)
            return None
        if talk.values.get("help") == "done":
            talk.say("utter_fault_solved")
            return None
        return await self._test(talk, line) or await self._help(talk, line) or await self._ticket(talk, line)

    async def _line(self, talk: Talk) -> Ask | Line | None:
        """The line that is meant; or the question which; or None after having said that there is none."""
        own = await talk.call(inventory.line, talk.number)
        lines = [line for line in await talk.call(inventory.lines, own.customer) if line.state != "terminated"]
        chosen = meant_before(talk, lines)
        if chosen is not None:
            return chosen
        if not lines:
            talk.say("utter_bss_not_found")
            return None
        kind = kind_of(talk.values)
        if kind is None:
            kinds = [kind for kind in KINDS if any(line.kind == kind for line in lines)]
            if len(kinds) > 1:
                return Ask("product_line", "utter_fault_which_kind", options(*kinds))
            kind = kinds[0]
        meant = [line for line in lines if line.kind == kind]
        if not meant:
            talk.say("utter_fault_no_line", kind=option(kind).title, number=mask_number(talk.number))
            return None
        if len(meant) > 1 and own not in meant:
            choices = [Option(mask_number(line.number), line.id) for line in meant]
            return Ask("line", "utter_fault_which_line", choices, values={"kind": option(kind).title})
        line = own if own in meant else meant[0]
        talk.values |= {"line": line.id, "product_line": kind}
        return line

    async def _explained(self, talk: Talk, line: Line) -> bool:
        """Whether the state of the account or a known outage explains it; the customer has been told then."""
        number = mask_number(line.number)
        if line.state == "arrears_suspended":
            owed = -await left_for(talk, line)
            talk.say("utter_fault_arrears", number=number, owed=yuan(max(0, owed)))
            return True
        if line.state in _STOPPED:
            talk.say(_STOPPED[line.state], number=number)
            return True
        known = await talk.attempt([], outages.outages, line.area) if line.area else []
        outage = next((outage for outage in known if line.kind in outage.lines), None)
        if outage is None:
            return False
        await talk.attempt(None, outages.join, outage.id, line.id, idempotency_key=talk.key("outage"))
        await talk.call(watch.watch, talk.tracker.sender_id, "outage", f"{line.area}/{outage.id}")
        talk.say(
            "utter_fault_outage" if outage.expected else "utter_fault_outage_open",
            description=outage.description,
            expected=moment_label(outage.expected) if outage.expected else "",
        )
        return True

    async def _known(self, talk: Talk, line: Line) -> Ask | None:
        """A ticket for this line that somebody works on already: no second one without a word."""
        if "existing" in talk.values:
            return None
        latest = [one for one in await talk.attempt([], tickets.tickets, line=line.id) if one.kind == "fault"]
        since = utc_now() - REPEATED
        if repeated := next((one for one in latest if not one.open and one.created > since), None):
            talk.values["previous"] = repeated.id
        current: Ticket | None = next((one for one in latest if one.open), None)
        if current is None:
            talk.values["existing"] = "none"
            return None
        talk.values["current"] = current.id
        state = str(content("promises")["states"].get(current.state, ""))
        blanks = {"ticket": current.id, "state": state, "at": moment_label(current.created)}
        return Ask("existing", "utter_fault_existing", options("urge", "another"), values=blanks)

    async def _urge(self, talk: Talk) -> None:
        words = str(talk.values.get("said", self.title(talk.values)))
        await talk.call(tickets.add_note, talk.values["current"], words, idempotency_key=talk.key("urge"))
        talk.say("utter_ticket_urged", ticket=str(talk.values["current"]))

    async def _test(self, talk: Talk, line: Line) -> Ask | None:
        """A test of the line; it takes seconds, and the journey goes on when the operator tells its result."""
        values = talk.values
        if line.kind == "mobile" or "diagnosis" in values:
            return None
        if values.get("waiting") == "skip":
            values["diagnosis"] = "skipped"
            return None
        if "test" in values:
            found = await talk.attempt(None, line_test.result, values["test"])
        else:
            found = await talk.attempt(None, line_test.start, line.id, idempotency_key=talk.key(f"test:{line.id}"))
            values["test"] = found.id if found else None
            if found:
                await talk.call(watch.watch, talk.tracker.sender_id, "line_test", found.id)
        if found is None or (not found.done and "tested" in values):
            # A fault is not held up by what only helps to find its cause.
            values["diagnosis"] = "none"
            return None
        if not found.done:
            return Ask("waiting", "utter_fault_testing", options("skip"), values={"number": mask_number(line.number)})
        values |= {"diagnosis": found.diagnosis, "finding": found.words}
        talk.say("utter_fault_test_passed" if found.passed else "utter_fault_test_failed", finding=found.words)
        return None

    async def _help(self, talk: Talk, line: Line) -> Ask | None:
        """One thing to try after the other, until nothing is left to try; `done` ends the journey before."""
        values = talk.values
        if values.get("diagnosis") in {*_HOPELESS, "skipped"} or values.get("help") == "unknown":
            return None
        if values.pop("help", None) == "undone":
            values["tried"] = values.get("tried", 0) + 1
        tried = values.get("tried", 0)
        steps = steps_for(line.kind, [str(values.get(name)) for name in ("light", "error_code", "phenomenon")])
        if tried >= len(steps):
            return None
        return Ask("help", "utter_fault_try", options("done", "undone", "unknown"), values={"step": steps[tried]})

    async def _ticket(self, talk: Talk, line: Line) -> Ask | None:
        """Asks once, then opens the ticket."""
        values = talk.values
        if "confirm" not in values:
            blanks = {"number": mask_number(line.number), "contact": mask_number(_contact(talk, line))}
            response = "utter_fault_confirm_again" if "previous" in values else "utter_fault_confirm"
            return Ask("confirm", response, options("report", "other_contact", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        if values["confirm"] == "other_contact" and "contact" not in values:
            return Ask("contact", "utter_ask_contact", accepts=("phone",))
        return await self._open(talk, line)

    async def _open(self, talk: Talk, line: Line) -> Ask | None:
        values = talk.values
        title = self.title(values)
        facts = {name: str(values[name]) for name in TOLD if name in values} | {"contact": _contact(talk, line)}
        request = NewTicket(
            kind="fault",
            title=title,
            description=str(values.get("said", title)),
            severity="major" if "previous" in values else "minor",
            customer=line.customer,
            line=line.id,
            previous=values.get("previous"),
            facts=facts,
        )
        receipt = await talk.submit(request, "ticket")
        if receipt.refused:
            talk.say("utter_bss_rejected")
            return None
        promise = str(content("promises")["fault"]["sentence"])
        values["ticket"] = receipt.operator_number or receipt.number
        if receipt.state != "done":
            talk.say("utter_reported_later", receipt=receipt.number, promise=promise)
            return None
        if line.kind == "mobile":
            talk.say("utter_reported", receipt=values["ticket"], promise=promise)
            return None
        talk.say("utter_fault_reported", receipt=values["ticket"], promise=promise)
        return await self._visit(talk)

    async def _visit(self, talk: Talk) -> Ask | None:
        """A time for the engineer. The ticket exists: whatever happens here, the customer is not left without one."""
        values = talk.values
        line = str(values["line"])
        free = await talk.attempt([], appointments.slots, line)
        choices = [*slot_options(free), option("by_phone")]
        wanted = values.pop("slot", None)
        if not free or wanted == "by_phone":
            talk.say("utter_visit_by_phone")
            return None
        slot = slot_for(free, str(wanted)) if wanted else None
        if slot is None:
            response = "utter_visit_taken" if wanted else "utter_visit_when"
            return Ask("slot", response, choices, accepts=("when",))
        own = await talk.call(inventory.line, talk.number)
        lines = await talk.call(inventory.lines, own.customer)
        contact = _contact(talk, next((one for one in lines if one.id == line), own))
        request = NewAppointment(
            "repair", own.customer, line, slot.start, slot.end, contact, self.title(values), values["ticket"]
        )
        receipt = await talk.submit(request, f"visit:{slot.start:%m%d%H}:{values.get('tries', 0)}")
        if receipt.refused and receipt.code == "slotTaken":
            await talk.call(outbox.withdraw, receipt.number)
            # The same time may be free again later, and is another booking then.
            values["tries"] = values.get("tries", 0) + 1
            left = [one for one in choices if one.value != slot.start.isoformat()]
            return Ask("slot", "utter_visit_taken", left, accepts=("when",))
        if receipt.refused:
            talk.say("utter_visit_by_phone")
            return None
        when = visit_label(slot.start, slot.end)
        talk.say("utter_visit_booked" if receipt.state == "done" else "utter_visit_later", when=when)
        return None


def _contact(talk: Talk, line: Line) -> str:
    """The number to ring about it: the one that the customer gave, else the line's, else the verified one."""
    return talk.unsealed("contact") if "contact" in talk.values else line.contact or talk.number


def kind_of(values: Mapping[str, Any]) -> str | None:
    """The kind of line that was named, or that what is wrong tells; None when neither does."""
    intent = str(values.get("intent")).removeprefix("report_fault_")
    told = _TELLS.get(str(values.get("phenomenon")))
    modem = "broadband" if "light" in values or "error_code" in values else None
    return next((kind for kind in (values.get("product_line"), intent, told, modem) if kind in KINDS), None)
