"""退订业务: what is active with its fees, which of it ends, from when it is not charged."""

from collections import Counter
from collections.abc import Mapping, Sequence

from actions.cards import row
from actions.journey import Journey, options
from actions.offers import Own, own
from actions.ordering import place
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import catalogue
from bss.inventory import Subscription
from bss.orders import NewOrder
from common.masking import mask_number
from common.money import yuan
from knowledge_base.content import content


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
        line = await own(talk)
        if line is None:
            talk.say("utter_no_mobile")
            return None
        held = [one for one in line.held if one.kind in {"addon", "vas"}]
        number = mask_number(line.line.number)
        if not held:
            talk.say("utter_unsubscribe_none", number=number, unknown=_unknown())
            return None
        chosen = await self._chosen(talk, line, held)
        if not isinstance(chosen, Subscription):
            return chosen
        if "confirm" not in values:
            blanks = {"name": chosen.name, "fee": yuan(chosen.fee), "number": number}
            return Ask("confirm", "utter_unsubscribe_confirm", options("yes", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        receipt = await place(talk, NewOrder("delete", line.line.customer, line.line.id, product=chosen.id))
        if receipt is not None and receipt.operator_number:
            talk.say("utter_unsubscribed", order=receipt.operator_number, name=chosen.name)
        elif receipt is not None:
            talk.say("utter_order_later", receipt=receipt.number)
        return None

    async def _chosen(self, talk: Talk, line: Own, held: Sequence[Subscription]) -> Subscription | Ask | None:
        """What is to end, or the question what; the answer is the id of what is active, or of an offering."""
        values = talk.values
        answer = values.get("product")
        if (found := next((one for one in held if one.id == answer), None)) is not None:
            return found
        wanted = str(answer or values.get("vas") or values.get("addon") or "")
        meant = [one for one in held if one.offering in wanted.split(",")]
        if not wanted:
            meant = _spoken_of(str(values.get("said", "")), values.get("money"), held)
        if len(meant) == 1:
            values["product"] = meant[0].id
            return meant[0]
        values.pop("product", None)
        if wanted and not meant:
            for slot in ("vas", "addon"):
                values.pop(slot, None)
            names = [one.name for one in await talk.call(catalogue.offerings) if one.id in wanted.split(",")]
            blanks = {"number": mask_number(line.line.number), "name": "、".join(names), "unknown": _unknown()}
            return Ask("product", "utter_unsubscribe_not_held", _buttons(held), accepts=("offering",), values=blanks)
        listed = meant or held
        rows = [row(one.name, f"{yuan(one.fee)}/月", note=one.description or None) for one in listed]
        talk.show("utter_unsubscribe_held", kind="package", title="已订的业务", rows=rows)
        return Ask("product", "utter_unsubscribe_which", _buttons(listed), accepts=("offering",))


def _spoken_of(said: str, money: object, held: Sequence[Subscription]) -> list[Subscription]:
    """What a sentence without a name fits: 十块钱的流量包, 流量包."""
    words = content("tariffs")["words"]
    kinds = [kind for kind in ("addon", "vas") if any(word in said for word in words[kind])]
    fitting = [one for one in held if one.kind in kinds[:1]] or list(held)
    priced = [one for one in fitting if money is not None and one.fee == int(str(money))]
    if priced or kinds[:1] == ["addon"]:
        return priced or [one for one in fitting if one.kind == "addon"]
    return []


def _buttons(held: Sequence[Subscription]) -> list[Option]:
    """One button each; what has the same name is told apart by the day on which it began."""
    names = Counter(one.name for one in held)
    return [
        Option(
            one.name if names[one.name] == 1 or one.started is None else f"{one.name} {one.started:%Y-%m-%d}", one.id
        )
        for one in held
    ]


def _unknown() -> str:
    return str(content("services")["unknown_vas"]["sentence"])
