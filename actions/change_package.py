"""换套餐: which, what changes, then the order."""

from collections.abc import Mapping, Sequence

from actions.cards import Row, row
from actions.journey import Journey, options
from actions.offers import MORE, SHOWN, Own, fees_in, is_sub_card, named, obstacle, own, page, plain_name
from actions.ordering import place, said_why_not
from actions.reading import Ask, Option
from actions.talk import Talk
from actions.usage import amount_label
from bss import catalogue
from bss.catalogue import Offering
from bss.orders import NewOrder
from common.money import yuan
from knowledge_base.content import content

# Why a plan that was named cannot be had.
_REFUSED = {
    "same": "utter_change_same",
    "retired": "utter_change_retired",
    "kind": "utter_change_kind",
    "enterprise": "utter_change_enterprise",
    "individual": "utter_change_individual",
    "age": "utter_change_age",
    "fusion_new": "utter_change_fusion_new",
    "fusion_leave": "utter_change_fusion_leave",
}


class ActionChangePackage(Journey):
    """Another plan for the customer's mobile line."""

    about = "change_package"
    entities = ("package",)
    corrects: Mapping[str, str] = {"package": "package"}
    depends: Mapping[str, tuple[str, ...]] = {"package": ("confirm",)}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_change_package"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        line = await own(talk)
        if line is None or line.plan is None:
            talk.say("utter_no_mobile")
            return None
        return await changed(self, talk, line)


async def changed(journey: Journey, talk: Talk, line: Own) -> Ask | None:
    """Takes a change of plan to its end, from what is in `package`; other journeys that end in one use it too."""
    if is_sub_card(line):
        talk.say("utter_change_sub_card")
        return None
    if await said_why_not(talk, line.line, debt=True):
        return None
    offers = await talk.call(catalogue.offerings)
    assert line.plan is not None
    present = next((one for one in offers if one.id == line.plan.offering), None)
    if present is None:
        talk.say("utter_change_none", plan=line.plan.name)
        return None
    target = _target(talk, line, present, offers)
    if not isinstance(target, Offering):
        return target
    return await _order(journey, talk, line, present, target)


def _target(talk: Talk, line: Own, present: Offering, offers: Sequence[Offering]) -> Offering | Ask | None:
    """The plan that is meant and may be had, or the question which; None after having said that there is none."""
    values = talk.values
    wanted = values.get("package")
    plans = [one for one in offers if one.kind == "plan"]
    if wanted == MORE:
        values["skipped"] = values.get("skipped", 0) + SHOWN
    elif wanted is not None:
        meant = named(plans, wanted)
    elif "choosing" in values:
        meant = []
    else:
        fees = [fee for fee in fees_in(str(values.get("said", ""))) if fee != present.fee]
        meant = [one for one in plans if one.fee in fees and one.line_type == line.line.kind]
    if wanted != MORE:
        open_to = [one for one in meant if obstacle(one, line, present) is None]
        if len(open_to) == 1:
            values["package"] = open_to[0].id
            return open_to[0]
        if open_to:
            return Ask("package", "utter_change_which", [Option(plain_name(one), one.id) for one in open_to])
        if wanted is not None:
            _say_why_not(talk, line, present, meant)
    values.pop("package", None)
    return _choose(talk, line, present, plans)


def _say_why_not(talk: Talk, line: Own, present: Offering, meant: Sequence[Offering]) -> None:
    found = [(obstacle(one, line, present), one) for one in meant]
    # 99元套餐 is one's own and a company's: the own one is what the customer hears of.
    found.sort(key=lambda one: one[0] != "same")
    if not found:
        talk.say("utter_change_unknown")
        return
    why, plan = found[0]
    talk.say(_REFUSED[str(why)], plan=plain_name(plan), age=str(_least_age(plan)))


def _least_age(plan: Offering) -> int:
    return int(content("tariffs")["conditions"].get(plan.id, {}).get("least_age", 0))


def _choose(talk: Talk, line: Own, present: Offering, plans: Sequence[Offering]) -> Ask | None:
    """The question which plan, the nearest fees first; or None after having said that there is no other."""
    intent = str(talk.values.get("intent"))
    open_to = [one for one in plans if obstacle(one, line, present) is None]
    if intent == "change_package_up":
        choices = sorted((one for one in open_to if one.fee > present.fee), key=lambda one: one.fee)
    elif intent == "change_package_down":
        choices = sorted((one for one in open_to if one.fee < present.fee), key=lambda one: -one.fee)
    else:
        choices = sorted(open_to, key=lambda one: abs(one.fee - present.fee))
    if not choices:
        talk.say("utter_change_none_other" if open_to else "utter_change_none", plan=plain_name(present))
        return None
    talk.values["choosing"] = "yes"
    shown, buttons = page(choices, talk.values.get("skipped", 0))
    talk.show("utter_change_can_be", kind="package", title="可换的套餐", rows=[plan_row(one) for one in shown])
    return Ask("package", "utter_change_choose", buttons, accepts=("offering", "money"))


def plan_row(plan: Offering) -> Row:
    """A plan on a card."""
    return row(plain_name(plan), f"{yuan(plan.fee)}/月", note=plan.description or None)


async def _order(journey: Journey, talk: Talk, line: Own, present: Offering, target: Offering) -> Ask | None:
    values = talk.values
    fee = (line.line.early_fee or 0) if target.fee < present.fee else 0
    if "confirm" not in values:
        return _confirm(line, present, target, fee)
    if values["confirm"] == "no":
        journey.leave(talk)
        return None
    if values["confirm"] == MORE:
        values.pop("confirm")
        values.pop("package")
        plans = await talk.call(catalogue.offerings)
        return _choose(talk, line, present, [one for one in plans if one.kind == "plan"])
    assert line.plan is not None
    new = NewOrder("modify", line.line.customer, line.line.id, offering=target.id, product=line.plan.id)
    receipt = await place(talk, new)
    if receipt is not None and receipt.operator_number:
        talk.say("utter_change_ordered", order=receipt.operator_number, plan=plain_name(target))
    elif receipt is not None:
        talk.say("utter_order_later", receipt=receipt.number)
    return None


def _confirm(line: Own, present: Offering, target: Offering, fee: int) -> Ask:
    words = content("tariffs")["change"]
    end = line.line.contract_end
    early = speed = ""
    if fee and end:
        early = str(words["early_fee"]).format(fee=yuan(fee), end=f"{end.year}年{end.month}月{end.day}日")
    if target.speed_mbps:
        speed = str(words["speed"]).format(old=f"{present.speed_mbps}M", new=f"{target.speed_mbps}M")
    blanks = {
        "old": plain_name(present),
        "new": plain_name(target),
        "old_fee": yuan(present.fee),
        "new_fee": yuan(target.fee),
        "old_data": amount_label("data", present.data_mb),
        "new_data": amount_label("data", target.data_mb),
        "old_voice": amount_label("voice", present.voice_minutes),
        "new_voice": amount_label("voice", target.voice_minutes),
        "speed": speed,
        "early": early,
        "undo": str(words["undo"] if present.sold else words["no_undo"]),
    }
    return Ask("confirm", "utter_change_confirm", options("yes", MORE, "no"), values=blanks)
