"""积分兑换: points become bill credit of the verified number's account."""

from collections.abc import Mapping

from actions.journey import Journey, option, options
from actions.reading import Ask, Option, points_in
from actions.talk import Talk
from bss import inventory, loyalty, outbox
from bss.loyalty import BILL_CREDIT, FEN_PER_POINT, NewRedemption
from common.masking import mask_number
from common.money import yuan

# What is offered besides all of them, as far as there are so many.
STEPS = (500, 1000, 2000)


class ActionRedeemPoints(Journey):
    """Exchanges points; a fen a point, which is the operator's rate (`bss.loyalty`)."""

    about = "query_points_redeem"
    entities = ("money",)
    corrects: Mapping[str, str] = {"money": "points"}
    depends: Mapping[str, tuple[str, ...]] = {"points": ("confirm",)}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_redeem_points"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        line = await talk.call(inventory.line, talk.number)
        if not line.speaks_for_all:
            talk.say("utter_main_card_only", number=mask_number(talk.number))
            return None
        total = sum(lot.points for lot in await talk.call(loyalty.lots, line.customer))
        blanks = {"number": mask_number(talk.number), "total": f"{total:,}"}
        if total < 1:
            talk.say("utter_points_none", number=blanks["number"])
            return None
        points = self._points(values)
        if points is None or not 1 <= points <= total:
            values.pop("points", None)
            choices = [
                option("points_some", points=str(step), amount=_short(step)).title for step in STEPS if step < total
            ]
            steps = [Option(title, f"{step}分") for title, step in zip(choices, STEPS, strict=False)]
            response = "utter_redeem_points_how_many" if points is None else "utter_redeem_points_not_so_many"
            every = Option(option("points_all").title, f"{total}分")
            return Ask("points", response, [*steps, every], accepts=("points", "money"), values=blanks)
        blanks |= {"points": f"{points:,}", "amount": yuan(points * FEN_PER_POINT)}
        if "confirm" not in values:
            return Ask("confirm", "utter_redeem_points_confirm", options("yes", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        request = NewRedemption(line.customer, talk.number, points, BILL_CREDIT)
        receipt = await talk.submit(request, f"redemption:{points}")
        if receipt.refused:
            await talk.call(outbox.withdraw, receipt.number)
            talk.say("utter_redeem_points_refused")
        elif receipt.operator_number:
            left = f"{total - points:,}"
            talk.say("utter_redeem_points_done", receipt=receipt.operator_number, left=left, **blanks)
        else:
            talk.say("utter_redeem_points_later", receipt=receipt.number, **blanks)
        return None

    def _points(self, values: Mapping[str, object]) -> int | None:
        """How many: as answered (`500分`, or fen of bill credit), else as the first sentence has it."""
        answer = values.get("points", values.get("money"))
        if answer is None:
            return points_in(str(values.get("said", "")))
        if str(answer).endswith("分"):
            return int(str(answer).removesuffix("分"))
        return int(str(answer)) // FEN_PER_POINT


def _short(points: int) -> str:
    """What points bring, as it stands on a button: 5元."""
    return yuan(points * FEN_PER_POINT).replace(".00", "")
