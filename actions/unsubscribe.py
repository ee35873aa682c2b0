"""退订业务: what is active with its fees, which of it ends, from when it is not charged."""

from collections import Counter
from collections.abc import Mapping, Sequence

from actions.cards import row
from actions.journey import Journey, options
from actions.lines import own_lines
from actions.ordering import place
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import catalogue, inventory
from bss.inventory import Line, Subscription
from bss.orders import NewOrder
from common.masking import mask_number
from common.money import yuan
from knowledge_base.content import content

# A company may have hundreds of lines; a turn has time to look at so many.
LINES = 10

# What is active, on the line that it is active on.
Held = tuple[Line, Subscription]


class ActionUnsubscribe(Journey):
    """Ends a pack or a value-added service. Why is not asked, and nothing is offered instead."""

    about = "unsubscribe_vas"
    entities = ("vas", "addon", "money")
    corrects: Mapping[str, str] = {"vas": "product", "addon": "product"}
    depends: Mapping[str, tuple[str, ...]] = {"product": ("confirm", "vas", "addon")}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_unsubscribe"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        held = await _held(talk)
        if not held:
            talk.say("utter_unsubscribe_none", number=mask_number(talk.number), unknown=_unknown())
            return None
        found = await self._chosen(talk, held)
        if isinstance(found, Ask):
            return found
        line, chosen = found
        if "confirm" not in values:
            blanks = {"name": chosen.name, "fee": yuan(chosen.fee), "number": mask_number(line.number)}
            return Ask("confirm", "utter_unsubscribe_confirm", options("yes", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        receipt = await place(talk, NewOrder("delete", line.customer, line.id, product=chosen.id))
        if receipt is not None and receipt.operator_number:
            talk.say("utter_unsubscribed", order=receipt.operator_number, name=chosen.name)
        elif receipt is not None:
            talk.say("utter_order_later", receipt=receipt.number)
        return None

    async def _chosen(self, talk: Talk, held: Sequence[Held]) -> Held | Ask:
        """What is to end, or the question what; the answer is the id of what is active, or of an offering."""
        values = talk.values
        answer = values.get("product")
        if (found := next((entry for entry in held if entry[1].id == answer), None)) is not None:
            return found
        wanted = str(answer or values.get("vas") or values.get("addon") or "")
        meant = [entry for entry in held if entry[1].offering in wanted.split(",")]
        if not wanted:
            meant = _spoken_of(str(values.get("said", "")), values.get("money"), held)
        if len({one.offering for _, one in meant}) == 1:
            # What several lines have is meant of the one that was verified.
            meant = [entry for entry in meant if entry[0].number == talk.number] or meant
        if len(meant) == 1:
            values["product"] = meant[0][1].id
            return meant[0]
        values.pop("product", None)
        if wanted and not meant:
            for slot in ("vas", "addon"):
                values.pop(slot, None)
            names = [one.name for one in await talk.call(catalogue.offerings) if one.id in wanted.split(",")]
            blanks = {"number": mask_number(talk.number), "name": "、".join(names), "unknown": _unknown()}
            return Ask("product", "utter_unsubscribe_not_held", _buttons(held), accepts=("offering",), values=blanks)
        listed = meant or held
        rows = [row(one.name, f"{yuan(one.fee)}/月", note=one.description or None) for _, one in listed]
        talk.show("utter_unsubscribe_held", kind="package", title="已订的业务", rows=rows)
        return Ask("product", "utter_unsubscribe_which", _buttons(listed), accepts=("offering",))


async def _held(talk: Talk) -> list[Held]:
    """Packs and services of all the customer's lines, the verified one's first. Raises BssError."""
    lines = (await own_lines(talk))[:LINES]
    active = [(line, await talk.call(inventory.subscriptions, line)) for line in lines]
    return [(line, one) for line, found in active for one in found if one.kind in {"addon", "vas"}]


def _spoken_of(said: str, money: object, held: Sequence[Held]) -> list[Held]:
    """What a sentence without a name fits: 十块钱的流量包, 流量包."""
    words = content("tariffs")["words"]
    kinds = [kind for kind in ("addon", "vas") if any(word in said for word in words[kind])]
    fitting = [entry for entry in held if entry[1].kind in kinds[:1]] or list(held)
    priced = [entry for entry in fitting if money is not None and entry[1].fee == int(str(money))]
    if priced or kinds[:1] == ["addon"]:
        return priced or [entry for entry in fitting if entry[1].kind == "addon"]
    return []


def _buttons(held: Sequence[Held]) -> list[Option]:
    """One button each; what has the same name is told apart by its line, and on one line by the day it began."""
    names = Counter(one.name for _, one in held)
    on_line = Counter((line.id, one.name) for line, one in held)
    buttons = []
    for line, one in held:
        parts = [one.name]
        if names[one.name] > on_line[line.id, one.name]:
            parts.append(mask_number(line.number))
        if on_line[line.id, one.name] > 1 and one.started is not None:
            parts.append(f"{one.started:%Y-%m-%d}")
        buttons.append(Option(" ".join(parts), one.id))
    return buttons


def _unknown() -> str:
    return str(content("services")["unknown_vas"]["sentence"])
