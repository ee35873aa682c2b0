"""充值未到账, 交费后仍停机: looked for on the account first, then looked into."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from actions.journey import Journey, option, options
from actions.reading import Ask
from actions.talk import Talk
from bss import balance, inventory, tickets, watch
from bss.balance import Topup
from bss.inventory import Line
from bss.orders import NewOrder
from bss.tickets import NewTicket
from common.masking import mask_number
from common.money import yuan
from common.times import SHANGHAI, moment_label, utc_now
from knowledge_base.content import content, intent_title

LOOKED = 10
# A payment that arrived longer ago is not the one that a customer misses, unless they name its day.
RECENT = timedelta(days=3)
CHANNELS = ("wechat", "alipay", "bank", "hall", "voucher")
DATES = ("date", "date_range")


class ActionNotCredited(Journey):
    """A payment that the customer misses."""

    about = "payment_not_credited"
    # `value` is another when the payment that was found is not the one.
    entities = ("money", "date", "date_range", "value")
    corrects: Mapping[str, str] = {"money": "money", "date": "date"}
    depends: Mapping[str, tuple[str, ...]] = {"money": ("checked", "confirm"), "date": ("checked", "confirm")}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_not_credited"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        line = await talk.call(inventory.line, talk.number)
        left = await talk.call(balance.balance, talk.number)
        if line.state == "arrears_suspended" and left >= 0:
            await self._lift(talk, line, left)
            return None
        found = await talk.call(balance.topups, talk.number, LOOKED)
        other = values.get("value") == "another" or "checked" in values
        topup = None if other else meant(found, values, utc_now())
        if topup is None:
            return await self._missing(talk, line)
        if topup.credited:
            self._credited(talk, line, left, topup)
            return None
        return await self._in_transit(talk, line, left, topup)

    async def _lift(self, talk: Talk, line: Line, left: int) -> None:
        """Nothing is owed any more and the line is still stopped: it is put into service."""
        receipt = await talk.submit(NewOrder("modify", line.customer, line.id, state="normal"), "lift")
        if receipt.refused:
            talk.say("utter_bss_rejected")
            return
        talk.say(
            "utter_not_credited_lifting" if receipt.state == "done" else "utter_not_credited_lift_later",
            number=mask_number(talk.number),
            balance=yuan(left),
            order=receipt.operator_number or receipt.number,
        )

    def _credited(self, talk: Talk, line: Line, left: int, topup: Topup) -> None:
        blanks = {**_blanks(topup), "number": mask_number(talk.number)}
        if left >= 0:
            talk.say("utter_not_credited_credited", balance=yuan(left), **blanks)
        elif line.state == "arrears_suspended":
            talk.say("utter_not_credited_owed_suspended", owed=yuan(-left), **blanks)
        else:
            talk.say("utter_not_credited_owed", owed=yuan(-left), **blanks)

    async def _in_transit(self, talk: Talk, line: Line, left: int, topup: Topup) -> Ask | None:
        """It is on its way; when that takes longer than promised, somebody looks into it."""
        # Once the customer has said yes, a ticket system that is down only delays it: the outbox keeps it.
        if "confirm" not in talk.values:
            return None if await self._known(talk, line, topup.id) else await self._wait_or_ask(talk, line, left, topup)
        if talk.values["confirm"] == "no":
            self.leave(talk)
            return None
        await self._watch(talk, topup)
        await self._register(talk, line, _blanks(topup) | {"topup": topup.id})
        return None

    async def _wait_or_ask(self, talk: Talk, line: Line, left: int, topup: Topup) -> Ask | None:
        """Within the promised time it is waited for; later the customer is asked whether to look into it."""
        minutes = int(content("promises")["topup"]["minutes"])
        blanks = {**_blanks(topup), "minutes": str(minutes)}
        if line.state == "arrears_suspended" and left + topup.amount < 0:
            # What is paid does not lift the suspension: better said now than found out later.
            talk.say(
                "utter_not_credited_too_little",
                number=mask_number(talk.number),
                owed=yuan(-left),
                amount=blanks["amount"],
                left=yuan(-left - topup.amount),
            )
        if utc_now() - topup.at >= timedelta(minutes=minutes):
            return Ask("confirm", "utter_not_credited_late", options("register", "no"), values=blanks)
        await self._watch(talk, topup)
        talk.say("utter_not_credited_in_transit", **blanks)
        return None

    async def _watch(self, talk: Talk, topup: Topup) -> None:
        await talk.call(watch.watch, talk.tracker.sender_id, "topup", topup.id, seen=topup.state)

    async def _missing(self, talk: Talk, line: Line) -> Ask | None:
        """Nothing on the account: the facts are asked for, as far as they were not said, and looked into."""
        values = talk.values
        if "checked" not in values:
            if values.get("value") != "another" and await self._known(talk, line, None):
                return None
            blanks = {"number": mask_number(talk.number)}
            return Ask("checked", "utter_not_credited_none", options("register", "other_number", "no"), values=blanks)
        if values["checked"] == "no":
            self.leave(talk)
            return None
        if values["checked"] == "other_number":
            talk.other_number = True
            return None
        if "money" not in values:
            return Ask("money", "utter_not_credited_amount", accepts=("money",))
        day = next((values[name] for name in DATES if name in values), None)
        if day is None:
            return Ask("date", "utter_not_credited_when", options("today", "yesterday"), accepts=("when", "words"))
        channel = values.get("channel") or channel_in(str(values.get("said", "")))
        if channel is None:
            return Ask("channel", "utter_not_credited_channel", options(*CHANNELS), accepts=("words",))
        facts = {"amount": yuan(int(values["money"])), "at": _title(str(day)), "channel": _title(channel)}
        await self._register(talk, line, facts)
        return None

    async def _known(self, talk: Talk, line: Line, topup: str | None) -> bool:
        """Whether somebody looks into it already, which is said then; None is a payment that is not on the account."""
        title = intent_title(self.about)
        for ticket in await talk.call(tickets.tickets, line=line.id):
            about = next((note.text for note in ticket.notes if note.id == "topup"), None)
            if ticket.open and ticket.title == title and about == topup:
                state = str(content("promises")["states"].get(ticket.state, ""))
                talk.say("utter_not_credited_known", ticket=ticket.id, state=state)
                return True
        return False

    async def _register(self, talk: Talk, line: Line, facts: Mapping[str, str]) -> None:
        title = str(intent_title(self.about))
        request = NewTicket(
            kind="complaint",
            title=title,
            description=str(talk.values.get("said", title)),
            severity="minor",
            customer=line.customer,
            line=line.id,
            facts={**facts, "contact": talk.number},
        )
        receipt = await talk.submit(request, "ticket")
        if receipt.refused:
            talk.say("utter_bss_rejected")
            return
        talk.say(
            "utter_reported" if receipt.state == "done" else "utter_reported_later",
            receipt=receipt.operator_number or receipt.number,
            promise=str(content("promises")["topup"]["sentence"]),
        )


def meant(found: Sequence[Topup], said: Mapping[str, Any], now: datetime) -> Topup | None:
    """The payment that a customer misses, of the latest ones, newest first: by amount (fen) and day, if they were said.

    One that has not arrived comes first, whatever day was named: people are wrong about days.
    """
    amount = int(said["money"]) if "money" in said else None
    fitting = [topup for topup in found if amount in (None, topup.amount)]
    waiting = next((topup for topup in fitting if not topup.credited), None)
    if waiting is not None:
        return waiting
    day = next((str(said[name]) for name in DATES if name in said), None)
    return next((topup for topup in fitting if (_on(topup, day) if day else now - topup.at < RECENT)), None)


def channel_in(words: str) -> str | None:
    """Where it was paid, as a sentence says it: a value of the options, or None."""
    return next((value for value in CHANNELS if option(value).title in words), None)


def _on(topup: Topup, day: str) -> bool:
    """Whether it was paid on a day, or within `2026-11-01/2026-11-07`."""
    first, _, last = day.split()[0].partition("/")
    try:
        return date.fromisoformat(first) <= topup.at.astimezone(SHANGHAI).date() <= date.fromisoformat(last or first)
    except ValueError:
        return False


def _blanks(topup: Topup) -> dict[str, str]:
    return {"at": moment_label(topup.at), "channel": topup.channel, "amount": yuan(topup.amount)}


def _title(value: str) -> str:
    """What an option is called; other words as they are."""
    return str(content("options")["titles"].get(value, value))
