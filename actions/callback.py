"""回电: somebody rings, instead of a wait in the queue or outside the hours. Nobody has to prove who they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from actions.callback_times import SOON, Call, call_at, offered
from actions.handover_context import HANDOVER, topic_of
from actions.journey import Journey, option, options
from actions.reading import NOT_A_NUMBER, Ask, Option
from actions.skills import routing
from actions.talk import Talk
from bss import inventory
from bss.inventory import Line
from bss.tickets import NewTicket
from common.identity import InvalidIdentity, open_sealed
from common.masking import mask_number
from common.settings import settings
from common.times import parse_iso, utc_now
from knowledge_base.content import intent_title
from knowledge_base.hours import hours_of

_KNOWN = "known"
_NUMBER = ("phone", "not_a_number")
# Entities that say when.
_TIMES = ("date", "date_range", "time_slot")


class ActionCallback(Journey):
    """A wish for a call back becomes a ticket.

    A customer asks for it, or the desk begins it, having said why, by `/request_callback{"group", "why", "sealed",
    "topic", "opens"}`: the skill group; queue, closed or timeout; the verified number sealed for `HANDOVER`; an intent;
    when people answer next (ISO 8601), for days that are not as the week is. Each may lack or be empty.
    """

    about = "human_agent_callback"
    entities = ("group", "why", "sealed", "topic", "opens", "phone_number", "landline_number", *_TIMES)
    needs_identity = False
    corrects: Mapping[str, str] = {
        "phone_number": "contact",
        "landline_number": "contact",
        **{name: name for name in _TIMES},
    }

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_callback"

    def same(self, values: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
        """There is one call back, whoever has asked for it again."""
        return True

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        _begin(talk)
        number = _verified(talk)
        line = await talk.attempt(None, inventory.line, number) if number else None
        known = (line.contact if line else None) or number
        group = str(values.get("group") or routing(values["topic"] or None)["group"])
        call = _when(values, group)
        ask = _contact(values, known) or (call if isinstance(call, Ask) else None) or _about(values)
        if ask is not None or not isinstance(call, Call):
            return ask
        contact = known if values["contact"] == _KNOWN and known else talk.unsealed("contact")
        await _ticket(talk, line, contact, group, call)
        return None


def _begin(talk: Talk) -> None:
    """Notes, once, what the conversation was about and the number that came with the first sentence."""
    values = talk.values
    if "begun" in values:
        return
    values["begun"] = "yes"
    values["topic"] = values.get("topic") or topic_of(talk.tracker) or ""
    for name in ("phone_number", "landline_number"):
        if name in values:
            values.setdefault("contact", values.pop(name))


def _verified(talk: Talk) -> str | None:
    """The number that was proven, here or before the desk began this."""
    if talk.verified:
        return talk.number
    try:
        return open_sealed(HANDOVER, str(talk.values.get("sealed")), settings().conversation_seconds).get("number")
    except InvalidIdentity:
        return None


def _contact(values: dict[str, Any], known: str | None) -> Ask | None:
    """The number to ring: the one that is known, or another."""
    said = values.pop("contact", None)
    if said == NOT_A_NUMBER:
        return Ask("contact", "utter_callback_number_wrong", accepts=_NUMBER)
    if said is None and known is not None:
        choices = [Option(option("call_number", number=mask_number(known)).title, _KNOWN), option("other_contact")]
        return Ask("contact", "utter_callback_number", choices, accepts=_NUMBER)
    if said in (None, "other_contact") or (said == _KNOWN and known is None):
        return Ask("contact", "utter_ask_contact", accepts=_NUMBER)
    values["contact"] = said
    return None


def _when(values: dict[str, Any], group: str) -> Ask | Call:
    """When to ring, or the question."""
    hours, now = hours_of(group), utc_now()
    opens = _moment(values.get("opens")) or now
    if heard := [str(values.pop(name)) for name in _TIMES if name in values]:
        values["when"] = " ".join(heard)
    wanted = values.get("when")
    call = call_at(hours, str(wanted), now, opens) if wanted else None
    if call is not None:
        return call
    values.pop("when", None)
    response = "utter_callback_when_not" if wanted else "utter_callback_when"
    return Ask("when", response, [*options(SOON), *offered(hours, now, opens)], accepts=("when",))


def _moment(written: str | None) -> datetime | None:
    try:
        return parse_iso(written) if written else None
    except ValueError:
        return None


def _about(values: Mapping[str, Any]) -> Ask | None:
    if values["topic"] or "about" in values:
        return None
    return Ask("about", "utter_callback_about", accepts=("words",))


async def _ticket(talk: Talk, line: Line | None, contact: str, group: str, call: Call) -> None:
    values = talk.values
    topic = str(values.get("about") or intent_title(values["topic"]) or values["topic"])
    request = NewTicket(
        kind="callback",
        title=str(intent_title(ActionCallback.about)),
        description=topic,
        severity="minor",
        customer=line.customer if line else None,
        line=line.id if line else None,
        promised=call.until,
        facts={"reason": "callback", "contact": contact, "group": group, "when": call.promise, "topic": topic}
        | ({"why": values["why"]} if values.get("why") else {}),
    )
    receipt = await talk.submit(request, "ticket")
    if receipt.refused:
        talk.say("utter_bss_rejected")
        return
    response = "utter_callback_later"
    if receipt.state == "done":
        response = "utter_callback_done" if talk.verified else "utter_callback_done_unverified"
    number = receipt.operator_number or receipt.number
    talk.say(response, receipt=number, when=call.promise, contact=mask_number(contact))
