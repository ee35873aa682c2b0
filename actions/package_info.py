"""了解资费: what a plan, a pack or a service offers and costs. Anybody may ask; only taking it needs a number."""

from collections.abc import Mapping, Sequence
from typing import Any

from actions.addon import added
from actions.change_package import changed, plan_row
from actions.journey import Journey, options
from actions.offers import MORE, SHOWN, named, own, page, plain_name
from actions.reading import Ask, Option
from actions.talk import Talk
from bss import catalogue
from bss.catalogue import Offering
from common.money import yuan
from knowledge_base.content import content
from knowledge_base.tariffs import for_everybody

_KINDS = ("plan", "addon", "vas", "broadband_plan")


class ActionPackageInfo(Journey):
    """Facts of what is sold, as the catalogue has them."""

    about = "ask_package_info"
    entities = ("package", "addon", "vas")
    needs_identity = False
    corrects: Mapping[str, str] = {"package": "package", "addon": "package", "vas": "package"}
    depends: Mapping[str, tuple[str, ...]] = {
        "package": ("next", "confirm", "addon", "vas", "taken", "line", "kind"),
        "next": ("confirm", "taken", "line"),
    }

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_package_info"

    def needs(self, values: Mapping[str, Any]) -> bool:
        """Only to take what was asked about."""
        return values.get("next") == "take"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        offers = await talk.call(catalogue.offerings)
        if values.get("next") == "take":
            return await self._take(talk, offers)
        if values.get("next") == "no":
            talk.say("utter_info_end")
            return None
        if values.pop("next", None) == MORE:
            for slot in ("package", "addon", "vas"):
                values.pop(slot, None)
        wanted = next((values[slot] for slot in ("package", "addon", "vas") if slot in values), None)
        meant = named([one for one in offers if one.kind in {"plan", "addon", "vas"}], wanted) if wanted != MORE else []
        if len(meant) == 1:
            return _facts(talk, meant[0])
        if meant:
            values.pop("package", None)
            return Ask("package", "utter_info_which", [Option(plain_name(one), one.id) for one in meant])
        return _choose(talk, offers)

    async def _take(self, talk: Talk, offers: Sequence[Offering]) -> Ask | None:
        if "taken" not in talk.values:
            (offering,) = named(offers, str(talk.values["package"]))
            talk.values["taken"] = offering.kind
        if talk.values["taken"] != "plan":
            (offering,) = named(offers, str(talk.values["package"]))
            return await added(self, talk, offering)
        line = await own(talk)
        if line is None or line.plan is None:
            talk.say("utter_no_mobile")
            return None
        return await changed(self, talk, line)


def _facts(talk: Talk, offering: Offering) -> Ask | None:
    """What it is and costs; then whether it is wanted, where it can be had in this way."""
    talk.values["package"] = offering.id
    blanks = {"name": plain_name(offering), "fee": yuan(offering.fee), "description": offering.description}
    sold = offering.sold and offering.orderable
    if sold and (offering.kind != "plan" or offering.line_type == "mobile") and for_everybody(offering):
        talk.show("utter_info", kind="package", title=blanks["name"], rows=[plan_row(offering)], **blanks)
        return Ask("next", "utter_info_wanted", options("take", MORE, "no"))
    response = "utter_info_other" if sold else "utter_info_not_sold"
    talk.show(response, kind="package", title=blanks["name"], rows=[plan_row(offering)], **blanks)
    return None


def _choose(talk: Talk, offers: Sequence[Offering]) -> Ask:
    """The question about what: the kind first, unless the sentence tells it."""
    values = talk.values
    kind = values.get("kind") or _kind(values)
    if kind is None:
        return Ask("kind", "utter_info_kind", options(*_KINDS))
    values["kind"] = kind
    if values.pop("package", None) == MORE:
        values["skipped"] = values.get("skipped", 0) + SHOWN
    line_types = {"plan": ("mobile",), "broadband_plan": ("broadband",)}.get(kind, ("mobile", "broadband"))
    choices = [
        one
        for one in offers
        if one.kind == kind.removeprefix("broadband_") and one.line_type in line_types and for_everybody(one)
    ]
    shown, buttons = page(choices, values.get("skipped", 0))
    talk.show("utter_info_list", kind="package", title="在售资费", rows=[plan_row(one) for one in shown])
    return Ask("package", "utter_info_choose", buttons, accepts=("offering", "money"))


def _kind(values: Mapping[str, Any]) -> str | None:
    if values.get("intent") == "ask_package_info_broadband":
        return "broadband_plan"
    said = str(values.get("said", ""))
    words = content("tariffs")["words"]
    return next((kind for kind in words if any(word in said for word in words[kind])), None)
