"""宽带续费: until when the line is bound, and for how long it goes on."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from actions.broadband import order, price, terms
from actions.journey import Journey, options
from actions.lines import choose, own_lines
from actions.ordering import said_why_not
from actions.reading import Ask
from actions.talk import Talk
from bss import inventory
from bss.inventory import Line, Subscription
from bss.orders import NewOrder
from common.masking import mask_number
from common.times import month_of, shanghai_today
from knowledge_base.content import content

_DURATION = re.compile(r"P(\d+)([YM])")


class ActionBroadbandRenew(Journey):
    """Some months more of what the customer has."""

    about = "broadband_service_renew"
    entities = ("duration",)
    corrects: Mapping[str, str] = {"duration": "duration"}
    depends: Mapping[str, tuple[str, ...]] = {"duration": ("confirm",)}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_broadband_renew"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        line = await choose(talk, "broadband")
        if not isinstance(line, Line):
            return line
        if await said_why_not(talk, line, debt=True):
            return None
        bound, plan = await self._bound(talk, line)
        if plan is None:
            talk.say("utter_package_none", number=mask_number(bound.number))
            return None
        months = months_of(str(talk.values.get("duration", "")))
        if months is None:
            return self._months(bound, plan)
        return await self._order(talk, bound, plan, months)

    async def _bound(self, talk: Talk, line: Line) -> tuple[Line, Subscription | None]:
        """The line whose plan pays for it, and that plan: in a fusion plan (融合) it is the mobile line's."""
        plan = await self._plan(talk, line)
        if plan is None or plan.fee:
            return line, plan
        main = next((one for one in await own_lines(talk) if one.main_card), None)
        return (line, plan) if main is None else (main, await self._plan(talk, main))

    async def _plan(self, talk: Talk, line: Line) -> Subscription | None:
        return next((one for one in await talk.call(inventory.subscriptions, line) if one.kind == "plan"), None)

    def _months(self, bound: Line, plan: Subscription) -> Ask:
        choices = options(*(str(months) for months in content("broadband")["months"]))
        blanks = {"number": mask_number(bound.number), "plan": plan.name, "fee": price(plan.fee)}
        if bound.contract_end is None:
            return Ask("duration", "utter_renew_unbound", choices, accepts=("duration",), values=blanks)
        blanks["end"] = label(bound.contract_end)
        return Ask("duration", "utter_renew_months", choices, accepts=("duration",), values=blanks)

    async def _order(self, talk: Talk, bound: Line, plan: Subscription, months: int) -> Ask | None:
        values = talk.values
        number = mask_number(bound.number)
        start = max(bound.contract_end or shanghai_today(), shanghai_today())
        blanks = {"number": number, "plan": plan.name, "months": str(months), "end": label(later(start, months))}
        if "confirm" not in values:
            blanks |= {"fee": price(plan.fee), "start": label(start), "terms": terms("early")}
            return Ask("confirm", "utter_renew_confirm", options("yes", "no"), values=blanks)
        if values["confirm"] == "no":
            self.leave(talk)
            return None
        new = NewOrder("modify", bound.customer, bound.id, contract_months=months)
        placed = await order(talk, new, "utter_order_later")
        if placed is not None:
            talk.say("utter_renew_done", order=placed, **blanks)
        return None


def months_of(said: str) -> int | None:
    """Months that are offered, from an option's value or from a length of time (ISO 8601); None for any other.

    >>> months_of("24"), months_of("P1Y"), months_of("P12M"), months_of("P6M")
    (24, 12, 12, None)
    """
    found = _DURATION.fullmatch(said)
    months = int(found[1]) * (12 if found[2] == "Y" else 1) if found else int(said) if said.isdecimal() else None
    return months if months in content("broadband")["months"] else None


def later(start: date, months: int) -> date:
    """The day that many months later, at most the month's last.

    >>> later(date(2026, 1, 31), 13)
    datetime.date(2027, 2, 28)
    """
    year, month = map(int, month_of(start, months).split("-"))
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def label(day: date) -> str:
    """A day as Chinese people write it: 2026年11月3日."""
    return f"{day.year}年{day.month}月{day.day}日"
