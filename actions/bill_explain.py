"""为什么这么多: a bill against that of the month before, what changed most first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import AccountAction, Params
from actions.bill import meant, say_missing
from actions.cards import Row, row, say_with_card
from actions.turn import in_turn
from bss import billing, catalogue, inventory
from bss.billing import Bill, Rate
from bss.catalogue import Offering
from bss.errors import NotFound
from common.identity import Identity
from common.masking import mask_number
from common.money import yuan
from common.times import month_label
from knowledge_base.content import content

# Changes that the sentence tells; the card has them all.
TOLD = 3
PLAN, VAS, VOICE, DATA = "月基本费", "增值业务费", "语音通话费", "流量费"
OVERAGE = (VOICE, DATA)


@dataclass(frozen=True)
class Difference:
    """A line of one or both bills, in fen. `former` is the plan whose place this one has taken."""

    name: str
    what: str
    before: int
    after: int
    former: str | None = None

    @property
    def change(self) -> int:
        """How much more it is; negative for less."""
        return self.after - self.before


def differences(after: Sequence[Rate], before: Sequence[Rate]) -> list[Difference]:
    """The lines of a bill against those of an earlier one: what changed, the largest first, then what did not.

    Lines with the same name and description are one. A plan that took another's place is one line, not two.
    """
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for column, rates in enumerate((before, after)):
        for rate in rates:
            sums[rate.name, rate.description][column] += rate.amount
    found = [Difference(name, what, former, now) for (name, what), (former, now) in sums.items()]
    gone = [one for one in found if one.name == PLAN and one.after == 0]
    come = [one for one in found if one.name == PLAN and one.before == 0]
    for old, new in zip(gone, come, strict=False):
        found.remove(old)
        found[found.index(new)] = Difference(PLAN, new.what, old.before, new.after, former=old.what)
    return sorted(found, key=lambda one: -abs(one.change))


class ActionBillExplain(AccountAction):
    """Tells why the bill of a month, the newest unless one is named, is what it is."""

    # A day or a stretch of days means the bill of its (first) month.
    entities = ("month", "date", "date_range")

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_bill_explain"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, identity: Identity, params: Params
    ) -> None:
        """See `AccountAction`."""

        def read() -> tuple[list[Bill], Bill | None, Bill | None, list[Difference], "Context"]:
            line = inventory.line(identity.number)
            known = billing.bills(line.account)
            bill, _ = meant(known, params)
            if bill is None:
                return known, None, None, [], Context({}, None)
            older = [other for other in known if other.month < bill.month]
            before = older[0] if older else None
            rates = billing.rates(bill.id)
            found = differences(rates, billing.rates(before.id) if before else rates)
            return known, bill, before, found, _context(line, found)

        known, bill, before, found, context = await in_turn(tracker, read)
        number = mask_number(identity.number)
        if bill is None:
            say_missing(dispatcher, number, meant(known, params)[1], known)
            return
        change = bill.total - before.total if before else 0
        changed = [one for one in found if one.change]
        response = "utter_bill_more" if change > 0 else "utter_bill_less" if change < 0 else "utter_bill_same_total"
        if before is None:
            response = "utter_bill_first"
        elif not changed:
            response = "utter_bill_same"
        say_with_card(
            dispatcher,
            response,
            kind="bill",
            title=f"{month_label(bill.month)}账单",
            amount=yuan(bill.total),
            rows=[_row(one, context) for one in found],
            buttons=content("bill")["next"][next_step(changed)],
            number=number,
            month=month_label(bill.month),
            total=yuan(bill.total),
            before=month_label(before.month) if before else "",
            change=yuan(abs(change)),
            changes=content("bill")["joint"].join(words(one, context) for one in changed[:TOLD]),
        )


@dataclass(frozen=True)
class Context:
    """What makes a difference plain: since when services are there, and what the plan charges beyond its allowances."""

    since: Mapping[str, date]
    plan: Offering | None


def _context(line: inventory.Line, found: Sequence[Difference]) -> Context:
    held = inventory.subscriptions(line)
    plan = next((one.offering for one in held if one.kind == "plan" and one.offering), None)
    try:
        priced = plan if any(one.name in OVERAGE for one in found) else None
        offering = catalogue.offering(priced) if priced else None
    except NotFound:
        offering = None
    return Context({one.name: one.started for one in held if one.started}, offering)


def next_step(changed: Sequence[Difference]) -> str:
    """What helps: a key of `next` in `content/bill.yml`. A service that is new comes first: it may be unknown."""
    more = [one for one in changed if one.change > 0]
    if any(one.name == VAS and one.before == 0 for one in more):
        return "vas"
    largest = more[0].name if more else ""
    return {VOICE: "voice", DATA: "data"}.get(largest, "other")


def words(one: Difference, context: Context) -> str:
    """A difference in plain words."""
    phrases: Mapping[str, str] = content("bill")["phrases"]
    blanks = {"what": _called(one), "amount": yuan(abs(one.change)), "former": one.former or ""}
    more = "more" if one.change > 0 else "less"
    if one.former:
        return phrases[f"plan_{more}"].format(**blanks)
    if min(one.before, one.after) < 0:
        return phrases[f"discount_{more}"].format(**blanks)
    if one.name in OVERAGE:
        return phrases[more].format(**blanks) + (_beyond(one, context) if one.change > 0 else "")
    if one.before == 0:
        since = context.since.get(one.what)
        return phrases["new_since" if since else "new"].format(**blanks, since=since)
    return phrases["gone" if one.after == 0 else more].format(**blanks)


def _beyond(one: Difference, context: Context) -> str:
    """How far the customer went beyond the allowance, where the operator says what that costs."""
    plan = context.plan
    fee = None if plan is None else plan.voice_minute_fee if one.name == VOICE else plan.data_gb_fee
    if not fee or one.after <= 0:
        return ""
    amount = f"{one.after / fee:.2f}".rstrip("0").rstrip(".")
    phrase = content("bill")["phrases"]["voice_beyond" if one.name == VOICE else "data_beyond"]
    return str(phrase.format(beyond=amount, fee=yuan(fee)))


def _called(one: Difference) -> str:
    names: Mapping[str, str] = content("bill")["names"]
    return names.get(one.name) or one.what or one.name


def _row(one: Difference, context: Context) -> Row:
    """A line of the card: what it costs, and how that differs."""
    note: Any = words(one, context) if one.change else _beyond(one, context) if one.name in OVERAGE else ""
    label = one.name if one.name in OVERAGE or not one.what else one.what
    return row(label, yuan(one.after), note=note.strip("（）") or None)
