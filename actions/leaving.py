"""销户, 拆机, 携号转网: what stands in the way, one offer at most, then the way. Nobody is held up."""

import logging
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import leaving_facts as known
from actions.account import Params, identity_of, waiting_requests
from actions.conversation import LEFT
from actions.journey import JOURNEYS, Journey, option
from actions.leaving_facts import CLOSE, DISMANTLE, NO_REASON, PORT_OUT, Standing
from actions.lines import choose, left_for, own_lines
from actions.ordering import place
from actions.reading import Ask, Option
from actions.talk import State, Talk
from actions.turn import message_id
from bss import customers, interactions, inventory, loyalty
from bss.customers import Customer
from bss.errors import BssError, ContractBroken, Unavailable
from bss.inventory import Line
from bss.orders import NewOrder
from common.masking import mask_number
from common.money import yuan
from common.times import shanghai_today, utc_now
from knowledge_base.content import content

logger = logging.getLogger(__name__)


class ActionLeaving(Journey):
    """A customer who wants to leave, with a number or with a line."""

    about = "cancel_service"
    entities = ("product_line",)
    corrects: Mapping[str, str] = {"product_line": "product_line"}
    depends: Mapping[str, tuple[str, ...]] = {
        "product_line": ("line", "told", "early_fee", "reason", "offer", "offered", "how", "confirm"),
    }

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_leaving"

    def params(self, tracker: Tracker) -> Params:
        """See `Journey`; `how` when it was asked how it is done, or whether: no reason is asked then."""
        found = super().params(tracker)
        said = found.get("said", "")
        asked = any(known.asks(said, what) for what in ("code", "how", "check"))
        return found | {"how": "yes"} if asked else found

    def same(self, values: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
        """Another way to leave is another request."""
        return values.get("intent") == params.get("intent")

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """See `Journey`; who asks only how is told at once, without a question, and so is who asks for the code."""
        params = self.params(tracker)
        way, said = known.way_of(params, known.kind_of(params)), params.get("said", "")
        code, how = known.asks(said, "code"), known.asks(said, "how") and not known.asks(said, "check")
        under_way = State.of(tracker)
        own = under_way is not None and under_way.name == self.name()
        if way == DISMANTLE or not (code or (how and (own or identity_of(tracker) is None))):
            return await super().run(dispatcher, tracker, domain)
        _tell_way(
            Talk(dispatcher, tracker, identity_of(tracker), State(self.name(), dict(params), message_id(tracker))), way
        )
        waits = any(entry["action"] == self.name() for entry in waiting_requests(tracker))
        return LEFT if own or waits else []

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        latest = talk.tracker.get_intent_of_latest_message() or ""
        if latest.startswith(self.about) and latest != talk.values.get("intent"):
            # Another way to leave, said where words of any kind are an answer.
            talk.values.clear()
            talk.values.update(self.params(talk.tracker))
        try:
            return await self._next(talk)
        except (Unavailable, ContractBroken):
            way = known.way_of(talk.values, known.kind_of(talk.values))
            if way == DISMANTLE or "told" in talk.values:
                raise
            logger.warning("what stands in the way of leaving could not be looked up", exc_info=True)
            # The way is no secret, whatever the operator's systems do.
            talk.say("utter_leaving_facts_unknown")
            _tell_way(talk, way)
            return None

    async def _next(self, talk: Talk) -> Ask | None:
        values = talk.values
        lines = await own_lines(talk)
        if not lines:
            talk.say("utter_bss_not_found")
            return None
        line = await choose(talk, known.kind_of(values) or lines[0].kind)
        if not isinstance(line, Line):
            return line
        way = known.way_of(values, line.kind)
        customer = await talk.call(customers.customer, line.customer)
        if customer.kind == "enterprise" and way != PORT_OUT:
            talk.hand_over("utter_leaving_enterprise")
            return None
        if "told" not in values:
            standing = await _standing(talk, way, line, customer, lines)
            self._tell(talk, way, standing)
            if way == DISMANTLE and (standing.balance < 0 or line.state == "arrears_suspended"):
                talk.say("utter_leaving_pay_first")
                return None
        asked = await self._keep(talk, way, line, customer, lines)
        if asked is not None:
            return asked
        if values.get("offer") == "yes":
            await _record(talk, self.title(values), customer)
            offer = values["offered"]
            talk.go_on(offer["journey"], {**offer["begins"], "product_line": line.kind})
            return None
        if way == DISMANTLE:
            return await self._dismantle(talk, line, customer)
        await _record(talk, self.title(values), customer)
        _tell_way(talk, way)
        return None

    def _tell(self, talk: Talk, way: str, standing: Standing) -> None:
        """What stands in the way, and what goes with the line."""
        kinds = {kind: option(kind).title for kind in ("mobile", *known.FIXED)}
        found = known.facts(way, standing, shanghai_today())
        talk.say("utter_leaving_facts", number=mask_number(standing.line.number), facts=found)
        if lost := known.losses(way, standing, kinds):
            talk.say("utter_leaving_losses", losses=lost)
        talk.values["told"] = "yes"
        if way == DISMANTLE:
            # For the person who may take over.
            talk.values["early_fee"] = yuan(standing.line.early_fee or 0)

    async def _keep(self, talk: Talk, way: str, line: Line, customer: Customer, lines: list[Line]) -> Ask | None:
        """Asks for the reason, once, and makes the one offer that fits it, once."""
        values = talk.values
        # Nothing is offered any more to who asks for the code, and nothing a second time in a conversation.
        if _asked_code(talk.tracker) or ("offered" not in values and _had_offer(talk.tracker)):
            values["how"] = "yes"
        if values.get("how") or "offer" in values:
            return None
        if "reason" not in values:
            said = known.reason_in(str(values.get("said", "")))
            if said is None or said == NO_REASON:
                return Ask("reason", "utter_leaving_why", known.reason_options(), accepts=("words",))
            values["reason"] = said
        mobile = line if line.kind == "mobile" else next((one for one in lines if one.kind == "mobile"), None)
        held = await talk.call(inventory.subscriptions, mobile) if mobile else []
        fee = max((one.fee for one in held if one.kind == "plan"), default=0)
        reason = known.reason_in(values["reason"]) or ""
        offer = known.offer_for(reason, way, line, customer, fee, JOURNEYS)
        if offer is None:
            values["offer"] = "none"
            return None
        values["offered"] = offer
        choices = [Option(offer["title"], "yes"), Option(content("leaving")["decline"], "no")]
        return Ask("offer", "utter_leaving_offer", choices, values={"offer": offer["sentence"]})

    async def _dismantle(self, talk: Talk, line: Line, customer: Customer) -> Ask | None:
        """Asks once more, then orders the end of the line."""
        blanks = {"kind": option(line.kind).title, "number": mask_number(line.number)}
        if "confirm" not in talk.values:
            return Ask("confirm", "utter_dismantle_confirm", [option("dismantle"), option("no")], values=blanks)
        await _record(talk, self.title(talk.values), customer)
        if talk.values["confirm"] == "no":
            self.leave(talk)
            return None
        receipt = await place(talk, NewOrder("delete", line.customer, line.id, product=line.id))
        if receipt is not None:
            response = "utter_dismantle_ordered" if receipt.state == "done" else "utter_dismantle_later"
            equipment = str(content("leaving")["equipment"].get(line.kind, ""))
            talk.say(response, order=receipt.operator_number or receipt.number, equipment=equipment, **blanks)
        return None


def _asked_code(tracker: Tracker) -> bool:
    """Whether the customer asks for the code, or has asked for it before in this conversation."""
    words = [event.get("text") for event in tracker.events if event.get("event") == "user"]
    return any(known.asks(str(text or ""), "code") for text in (*words, tracker.latest_message.get("text")))


def _had_offer(tracker: Tracker) -> bool:
    """Whether this conversation has seen an offer."""
    said = ((event.get("metadata") or {}).get("utter_action") for event in tracker.events)
    return "utter_leaving_offer" in said


async def _standing(talk: Talk, way: str, line: Line, customer: Customer, lines: list[Line]) -> Standing:
    """What is to be told about a line. Raises BssError."""
    left = await left_for(talk, line)
    others = [one for one in lines if one != line]
    if way != DISMANTLE:
        lots = await talk.call(loyalty.lots, line.customer)
        return Standing(line, customer, left, sum(lot.points for lot in lots), others, included=False)
    held = await talk.call(inventory.subscriptions, line)
    return Standing(line, customer, left, 0, others, included=bool(held) and not any(one.fee for one in held))


def _tell_way(talk: Talk, way: str) -> None:
    """How it is done. Who is known was told what stands in the way; others hear the conditions."""
    if way == CLOSE:
        talk.say("utter_close_way")
        return
    talk.say("utter_port_out_way")
    if "told" not in talk.values:
        talk.say("utter_port_out_conditions", days=str(content("leaving")["days_on_network"]))


async def _record(talk: Talk, title: str, customer: Customer) -> None:
    """Keeps why somebody leaves and what came of the offer; leaving does not depend on it."""
    values = talk.values
    if "offer" not in values:
        return
    words = content("leaving")["record"]
    reason = str(values["reason"])
    reason = content("leaving")["reasons"].get(reason, {}).get("title", reason)
    offered = values.get("offered")
    summary = words["summary"].format(
        title=title, reason=reason, offer=offered["title"] if offered else "", result=words["results"][values["offer"]]
    )
    try:
        await talk.call(
            interactions.record,
            customer.id,
            at=utc_now(),
            channel="web",
            reason=words["reason"],
            summary=summary,
            idempotency_key=talk.key("record"),
        )
    except BssError:
        logger.warning("a reason for leaving could not be recorded", exc_info=True)
