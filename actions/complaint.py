"""投诉: what happened, what is wanted and whom to ring become a ticket with a date; who is not heard gets a person."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import entity
from actions.cards import row
from actions.complaint_facts import OTHER, answer_by, tells, title_of, type_of, when_in, when_label, wish_in
from actions.handover import ActionHandover
from actions.journey import Journey, options
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import customers, inventory, tickets
from bss.errors import BssError
from bss.inventory import Line, Subscription
from bss.tickets import NewTicket, Ticket
from common.masking import mask_number
from common.money import yuan
from common.times import day_label, moment_label, utc_now
from knowledge_base.content import content

# Of a long story the question shows the beginning; the ticket has it all.
SHOWN = 40
# What may be both subscribed without knowing and cancelled at once.
_OPTIONAL = frozenset({"vas", "addon"})
_UNKNOWN = "unknown"
_DONE = {
    "vas": "utter_complaint_done_vas",
    "network": "utter_complaint_done_fault",
    "repeat_fault": "utter_complaint_done_fault",
}


class ActionComplaint(Journey):
    """A complaint about anything."""

    about = "complain"
    entities = (
        "complaint_subject", "product_line", "money", "month", "date", "date_range", "duration", "vas", "addon",
    )  # fmt: skip
    corrects: Mapping[str, str] = {"money": "amount", "month": "when", "date": "when"}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_complaint"

    def same(self, values: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
        """A complaint of another type is another complaint."""
        kind = type_of(str(params.get("intent")), params.get("complaint_subject"))
        return kind in (OTHER, values.get("type"))

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Who names the ministry, the press or a lawyer gets a person before any question."""
        if entity(tracker, "escalation"):
            return await ActionHandover().run(dispatcher, tracker, domain)
        return await super().run(dispatcher, tracker, domain)

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        if escalation := entity(talk.tracker, "escalation"):
            talk.hand_over("utter_handover_complaint", escalation=escalation)
            return None
        _hear(talk)
        line = await talk.call(inventory.line, talk.number)
        if values.get("looked") != values["type"]:
            before = await self._before(talk, line)
            if before is not None and before.open:
                talk.hand_over(
                    "utter_complaint_again", escalation="again", ticket=before.id, at=moment_label(before.created)
                )
                return None
            values["looked"] = values["type"]
            if before is not None:
                values["previous"] = before.id
        return await self._item(talk, line) or _what(values) or _details(values) or await self._ticket(talk, line)

    async def _before(self, talk: Talk, line: Line) -> Ticket | None:
        """The latest ticket on the same matter: one that is open first, then one that was ended not long ago."""
        kind = talk.values["type"]
        if kind == OTHER:
            return None
        latest = await talk.call(tickets.tickets, customer=line.customer, limit=50)
        same = [one for one in latest if one.kind == "complaint" and one.fact("type") == kind]
        if kind == "repeat_fault":
            same += [one for one in latest if one.kind == "fault" and one.line and not one.open]
        since = timedelta(days=int(content("complaints")["again_days"]))
        ended = (one for one in same if one.state in {"resolved", "closed"} and one.seen - one.created < since)
        return next((one for one in same if one.open), None) or next(ended, None)

    async def _item(self, talk: Talk, line: Line) -> Ask | None:
        """What the customer says was never asked for: since when, what it costs, and that it can be ended at once."""
        values = talk.values
        if values["type"] != "vas" or "item" in values:
            return None
        found = [one for one in await talk.call(inventory.subscriptions, line) if one.kind in _OPTIONAL]
        named = str(values.get("vas") or values.get("addon") or "")
        meant = [one for one in found if one.offering in named.split(",")] if named else found
        if "which" in values:
            meant = [one for one in found if one.id == values["which"]]
        elif len(meant) > 1:
            choices = [Option(one.name, one.id) for one in meant]
            return Ask("which", "utter_complaint_which", [*choices, *options("none")])
        values["item"] = meant[0].name if meant else ""
        if meant:
            self._show(talk, meant[0])
        return None

    def _show(self, talk: Talk, item: Subscription) -> None:
        since = when_label(item.started.isoformat()) if item.started else content("complaints")["unknown"]
        talk.values |= {"amount": item.fee, "when": since}
        talk.show(
            "utter_complaint_item",
            kind="package",
            title=item.name,
            rows=[row("每月费用", yuan(item.fee)), row("开通时间", since)],
            item=item.name,
            fee=yuan(item.fee),
            since=since,
        )

    async def _ticket(self, talk: Talk, line: Line) -> Ask | None:
        """Reads out what was understood, asks once, then opens the ticket."""
        values = talk.values
        contact = line.contact or talk.number
        if "confirm" not in values:
            told, facts = _story(values), _facts(values)
            details = [facts[name] for name in ("item", "when", "amount") if name in facts]
            blanks = {
                "title": title_of(values["type"]),
                "story": (told if len(told) <= SHOWN else f"{told[:SHOWN]}…")
                + (f"（{'，'.join(details)}）" if details else ""),
                "wish": str(values["wish"]),
                "contact": mask_number(contact),
            }
            response = "utter_complaint_confirm_again" if "previous" in values else "utter_complaint_confirm"
            return Ask("confirm", response, options("complain", "other_contact", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        if values["confirm"] == "other_contact":
            if "contact" not in values:
                return Ask("contact", "utter_ask_contact", accepts=("phone",))
            contact = talk.unsealed("contact")
        promised = answer_by(await _level(talk, line), utc_now())
        request = NewTicket(
            kind="complaint",
            title=title_of(values["type"]),
            description=_story(values),
            severity="major" if "previous" in values else "minor",
            customer=line.customer,
            line=line.id,
            previous=values.get("previous"),
            promised=promised,
            facts=_facts(values) | {"contact": contact},
        )
        receipt = await talk.submit(request, "ticket")
        if receipt.refused:
            talk.say("utter_bss_rejected")
            return None
        number = receipt.operator_number or receipt.number
        done = _DONE.get(values["type"], "utter_complaint_done")
        talk.say(done if receipt.state == "done" else "utter_complaint_later", receipt=number, day=day_label(promised))
        return None


async def _level(talk: Talk, line: Line) -> str | None:
    """The customer's level; a complaint does not wait for it."""
    try:
        return (await talk.call(customers.customer, line.customer)).level
    except BssError:
        return None


def _hear(talk: Talk) -> None:
    """Keeps what the latest sentence says by the way: the matter, an amount, a time."""
    values = talk.values
    for name in ActionComplaint.entities:
        found = entity(talk.tracker, name)
        if found is not None:
            values.setdefault(name, found)
    if "wish" in values:
        return
    intent = str(values.get("intent"))
    if type_of(intent, None) == OTHER:
        intent = str(talk.tracker.get_intent_of_latest_message())
    kind = type_of(intent, values.get("complaint_subject"))
    if kind != OTHER or "type" not in values:
        values["type"] = kind


def _what(values: dict[str, Any]) -> Ask | None:
    """What happened, unless the first sentence, or the operator's books, have told it."""
    if "what" in values or values.get("item") or tells(str(values.get("said", ""))):
        return None
    return Ask("what", "utter_complaint_what", accepts=("words",))


def _details(values: dict[str, Any]) -> Ask | None:
    """When, how much and what for, as far as the type needs it and nobody has said it."""
    known = content("complaints")
    wanted = known["types"][values["type"]]
    cannot_tell = Option(str(known["unknown"]), _UNKNOWN)
    if "when" in wanted["asks"] and "when" not in values:
        values |= {"when": when_label(when)} if (when := when_in(values)) is not None else {}
        if "when" not in values:
            times = [Option(str(one), str(one)) for one in known["times"]]
            return Ask("when", "utter_complaint_when", [*times, cannot_tell], accepts=("words",))
    if "amount" in wanted["asks"] and "amount" not in values:
        values |= {"amount": values["money"]} if "money" in values else {}
        if "amount" not in values:
            return Ask("amount", "utter_complaint_amount", [cannot_tell], accepts=("money",))
    if "wish" not in values:
        values |= {"wish": wish} if (wish := wish_in(_story(values))) else {}
        if "wish" not in values:
            titles = [str(known["wishes"][name]["title"]) for name in wanted["wishes"]]
            return Ask("wish", "utter_complaint_wish", [Option(one, one) for one in titles], accepts=("words",))
    return None


def _story(values: Mapping[str, Any]) -> str:
    """The customer's own words."""
    said, what = str(values.get("said", "")), str(values.get("what", ""))
    if what and not tells(said):
        said = ""
    return "，".join(words.rstrip("。.！!") for words in (said, what) if words) or title_of(values["type"])


def _facts(values: Mapping[str, Any]) -> dict[str, str]:
    """What the investigator should know besides, as far as it is known."""
    facts = {name: str(values[name]) for name in ("type", "when", "amount", "wish", "item") if name in values}
    known = {name: fact for name, fact in facts.items() if fact not in {"", _UNKNOWN}}
    return known | ({"amount": yuan(int(known["amount"]))} if "amount" in known else {})
