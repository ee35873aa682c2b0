"""推荐套餐: what the plans would have cost for what was used in the last three months, and the change if wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.cards import Row, row
from actions.change_package import changed
from actions.journey import Journey, option
from actions.offers import MORE, Own, is_sub_card, obstacle, own, owned, plain_name
from actions.reading import Ask, Option
from actions.talk import Talk
from actions.tariff_fit import Fit, better, fit, together
from actions.usage import amount_label
from bss import billing, catalogue, inventory, usage
from bss.catalogue import Offering
from bss.usage import MonthUsage
from common.money import yuan
from knowledge_base.content import content

MONTHS = 3
# How many are recommended at most.
BEST = 2


@dataclass(frozen=True)
class _Advice:
    """What was used, what the present plan costs for that, what was paid (fen a month, None if unknown), and better."""

    months: Sequence[MonthUsage]
    present: Fit
    paid: int | None
    better: Sequence[Fit]


class ActionRecommendPackage(Journey):
    """The plan that would have been the cheapest, told with the saving; nothing is recommended that saves nothing."""

    about = "recommend_package"
    corrects: Mapping[str, str] = {"package": "package"}
    depends: Mapping[str, tuple[str, ...]] = {"package": ("confirm",)}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_recommend_package"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        line = await own(talk)
        if line is None or line.plan is None:
            talk.say("utter_no_mobile")
            return None
        if values.get("choice") == "stay":
            self.leave(talk)
            return None
        if "choice" in values:
            if values["choice"] != MORE:
                values["package"] = values["choice"]
            values |= {"choice": MORE, "choosing": "yes"}
            return await changed(self, talk, line)
        if is_sub_card(line):
            talk.say("utter_change_sub_card")
            return None
        return await self._advise(talk, line)

    async def _advise(self, talk: Talk, line: Own) -> Ask | None:
        offers = await talk.call(catalogue.offerings)
        found = await self._advice(talk, line, offers)
        if found is None:
            talk.say("utter_recommend_unknown")
            return None
        used = {
            "data": amount_label("data", sum(month.data_mb for month in found.months) / len(found.months)),
            "voice": amount_label("voice", sum(month.voice_minutes for month in found.months) / len(found.months)),
            "plan": plain_name(found.present.plan),
            "cost": yuan(found.present.cost),
        }
        rows = [_row(fitting) for fitting in (found.present, *found.better)]
        if found.paid is not None:
            rows.append(row("近三个月平均账单", f"{yuan(found.paid)}/月", note="全账户实际出账"))
        title = "按您的用量算"
        if not found.better:
            bound = bool(line.line.early_fee)
            response = "utter_recommend_none_bound" if bound else "utter_recommend_none"
            talk.show(response, kind="package", title=title, rows=rows, **used)
            return None
        best = found.better[0]
        saved = yuan(found.present.cost - best.cost)
        talk.show("utter_recommend", kind="package", title=title, rows=rows, **used)
        choices = [Option(plain_name(fitting.plan), fitting.plan.id) for fitting in found.better]
        if len(choices) == 1:
            choices = [Option(option("swap").title, best.plan.id)]
        blanks = {"best": plain_name(best.plan), "best_cost": yuan(best.cost), "saved": saved}
        return Ask("choice", "utter_recommend_choose", [*choices, option(MORE), option("stay")], values=blanks)

    async def _advice(self, talk: Talk, line: Own, offers: Sequence[Offering]) -> _Advice | None:
        by_id = {offer.id: offer for offer in offers}
        present = by_id.get(str(line.plan.offering)) if line.plan else None
        months = await self._used(talk, line)
        roaming = content("tariffs")["roaming"]
        packs = [
            by_id[str(one.offering)]
            for one in line.held
            if one.kind == "addon" and one.offering in by_id and one.offering not in roaming
        ]
        now = fit(present, packs, months) if present else None
        if present is None or now is None:
            return None
        open_to = [offer for offer in offers if offer.kind == "plan" and obstacle(offer, line, present) is None]
        bound = line.line.early_fee or 0
        # Within a contract a lower fee costs more at once than it soon brings.
        open_to = [offer for offer in open_to if not bound or offer.fee >= present.fee]
        bills = [bill.total for bill in await talk.call(billing.bills, line.line.account)][:MONTHS]
        paid = round(sum(bills) / len(bills)) if bills else None
        return _Advice(months, now, paid, better(now, open_to, packs, months)[:BEST])

    async def _used(self, talk: Talk, line: Own) -> list[MonthUsage]:
        """What the line used, with the further cards that share its plan."""
        histories = [await talk.call(usage.history, line.line.number, MONTHS)]
        if line.line.main_card:
            for other in await talk.call(inventory.lines, line.line.customer):
                if other.kind == "mobile" and other.id != line.line.id and other.state != "terminated":
                    sub = await owned(talk, other)
                    if is_sub_card(sub):
                        histories.append(await talk.call(usage.history, other.number, MONTHS))
        return together(histories)


def _row(fitting: Fit) -> Row:
    return row(plain_name(fitting.plan), f"{yuan(fitting.cost)}/月", note=fitting.plan.description or None)
