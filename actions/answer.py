"""An intent whose answer editors wrote with conditions: by the customer's level, and by what they have."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.account import identity_of, renewed
from actions.clarify import ActionClarify
from actions.turn import in_turn_with_question
from bss import customers, inventory
from bss.errors import BssError
from common.identity import Identity
from knowledge_base.content import content

Variant = dict[str, Any]
# A company may have hundreds of lines: a customer is told by the first ones.
MOST_LINES = 6


class ActionAnswer(Action):
    """Says the first variant of `content/answers.yml` that fits the customer, else the one without a condition.

    Nobody is asked who they are for it: whoever is not verified, or of whom the operator tells nothing now, reads the
    latter.
    """

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """See the class."""
        variants: list[Variant] = content("answers")["answers"].get(tracker.get_intent_of_latest_message()) or []
        if not variants:
            return await ActionClarify().run(dispatcher, tracker, domain)
        identity = identity_of(tracker)
        asked = {name for variant in variants for name in variant.get("when") or {}}
        known: dict[str, set[str]] = {}
        if identity is not None and asked:
            try:
                # Whatever happens, there is time left to say the other one.
                known = await in_turn_with_question(tracker, _known, identity, "products" in asked)
            except BssError:
                identity = None
        chosen = fitting(variants, known)
        dispatcher.utter_message(
            response="utter_written", words=chosen["text"], buttons=list(chosen.get("buttons") or [])
        )
        return [] if identity is None else renewed(tracker, identity)


def fitting(variants: list[Variant], known: dict[str, set[str]]) -> Variant:
    """The first variant all of whose conditions are met by what is known (`levels`, `products`), else the one without.

    Of one list one value is enough; an empty list is no condition.
    """
    for variant in variants:
        when = {name: values for name, values in (variant.get("when") or {}).items() if values}
        if when and all(known.get(name, set()) & set(values) for name, values in when.items()):
            return variant
    return next((variant for variant in variants if not any((variant.get("when") or {}).values())), variants[-1])


def _known(identity: Identity, products: bool) -> dict[str, set[str]]:
    """The customer's level, and the names and ids in the catalogue of what is active on their lines."""
    own = inventory.line(identity.number)
    level = customers.customer(own.customer).level
    known = {"levels": {level} if level else set()}
    if products:
        others = inventory.lines(own.customer) if own.speaks_for_all else []
        lines = [own, *(line for line in others if line.id != own.id and line.state != "terminated")][:MOST_LINES]
        held = [one for line in lines for one in inventory.subscriptions(line)]
        known["products"] = {name for one in held for name in (one.offering, one.name) if name}
    return known
