"""Every question that a journey can ask is walked to; at each, a person and the way back are one word away."""

import ast
import copy
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import resume  # all journeys are known then
from actions.conversation import ActionBackToMenu, ActionStop
from actions.handover import ActionHandover
from actions.journey import JOURNEYS, Journey
from actions.journey_form import ValidateJourneyForm
from common.times import month_of, shanghai_today
from tests.actions.journeys import Talker
from tests.actions.talk import run, tracker
from tests.actions.ticket_making import late_ticket
from tests.bot.training import rules
from tests.bss import raw

ROOT = Path(__file__).parents[2]
# Who walks: every kind of customer that the sandbox has.
TAGS = (
    "basic", "arrears", "suspended", "contract_ending", "outage_area", "repeat_fault", "vas_dispute",
    "topup_not_credited", "elderly", "enterprise", "porting_eligible", "porting_blocked",
)  # fmt: skip
# What is said at questions that take more than options, by reader.
SENTENCES: dict[str, tuple[str, dict[str, str]]] = {
    "words": ("上个月开始就这样了，一直没人管", {}),
    "phone": ("打13800001111", {"phone_number": "13800001111"}),
    "not_a_number": ("打1380000111", {}),
    "money": ("50块", {"money": "5000"}),
    "points": ("换100分", {}),
    "data": ("要10个G的", {"data_amount": "10240"}),
    "address": ("浦东新区万号路3弄5号", {"address": "浦东新区万号路3弄5号"}),
    "offering": ("要5G畅享的", {"package": "PLAN-129,PLAN-199"}),
    "when": ("后天上午", {"date": "2026-11-28", "time_slot": "08:00-12:00"}),
    "month": ("上个月", {"month": "2026-10"}),
    "speed": ("两百兆的", {"speed": "200"}),
    "duration": ("续两年", {"duration": "P2Y"}),
    "tax_number": ("91310115MA1K35XX0A", {}),
}
# First sentences that lead to questions which others do not, by journey.
FIRST: dict[str, list[tuple[str, dict[str, str]]]] = {
    "action_top_up": [("充一万", {"money": "1000000"}), ("给别人充", {"phone_number": "13800000000"})],
    "action_broadband_new": [("我在浦东装宽带", {"area": "上海市浦东新区"})],
    "action_buy_addon": [("宽带提速到1000M", {"addon": "SPEED-UP"})],
    "action_callback": [("凌晨三点给我打", {"time_slot": "03:00"})],
    "action_invoice": [
        ("公司要发票", {"month": month_of(shanghai_today(), -2)}),
        ("开2019年1月的发票", {"month": "2019-01"}),
        ("开上个月的发票", {"month": month_of(shanghai_today(), -1)}),
    ],
}
DEEPEST = 9
WIDEST = 4


class Walk:
    """All ways through one journey for one customer."""

    def __init__(self, journey: Journey, number: str, seen: set[tuple[str, ...]]) -> None:
        self.journey, self.number, self.seen = journey, number, seen

    async def places(self, intent: str) -> AsyncIterator[Talker]:
        """The customer at each question that can be reached from an intent, each kind of question once."""
        for number in (self.number, *(() if self.journey.needs_identity else (None,))):
            for text, entities in [("", {}), *FIRST.get(self.journey.name(), [])]:
                start = Talker(self.journey, number)
                await start.begin(text, intent, **entities)
                async for talker in self._from(start):
                    yield talker

    async def _from(self, start: Talker) -> AsyncIterator[Talker]:
        waiting = [(start, 0)]
        while waiting:
            talker, depth = waiting.pop()
            state = talker.state
            if state is None or state.ask is None or depth > DEEPEST:
                continue
            mark = (self.journey.name(), state.ask.response, *sorted(set(state.values) - {"said", "intent"}))
            if mark in self.seen:
                continue
            self.seen.add(mark)
            yield talker
            buttons = [title for title, payload in talker.buttons.items() if payload.startswith("/answer")]
            for title in [*buttons[: WIDEST - 1], *buttons[-1:]]:
                waiting.append((await self._after(talker, title=title), depth + 1))
            for reader in state.ask.accepts:
                waiting.append((await self._after(talker, reader=reader), depth + 1))

    async def _after(self, talker: Talker, *, title: str = "", reader: str = "") -> Talker:
        copied = copy.copy(talker)
        copied.slots = copy.deepcopy(talker.slots)
        if title:
            await copied.press(title)
        else:
            text, entities = SENTENCES[reader]
            await copied.say(text, **entities)
        return copied


def asked_in_code() -> dict[str, set[str]]:
    """Responses that journeys' modules put as questions: the second argument of each `Ask`, by module."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "actions").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Ask" and len(node.args) > 1:
                texts = [part.value for part in ast.walk(node.args[1]) if isinstance(part, ast.Constant)]
                found[path.stem] |= {text for text in texts if str(text).startswith("utter_")}
    return found


def intents_of(journey: Journey) -> list[str]:
    """The intents whose rule begins a journey."""
    return [
        rule["steps"][0]["intent"]
        for rule in rules()
        if "intent" in rule["steps"][0] and rule["steps"][1].get("action") == journey.name()
    ]


@pytest.mark.usefixtures("database")
@pytest.mark.timeout(900)
async def test_a_person_and_the_way_back_are_there_at_every_question(sandbox: httpx.Client) -> None:
    raw.reset(sandbox)
    # The first of each kind, all who have several lines or one that is stopped, one with several optional services and
    # a late repair, and one whose broadband is in no fusion plan.
    first = [raw.numbers(sandbox, tag)[0] for tag in TAGS]
    several = [number for tag in ("multi_line", "suspended") for number in raw.numbers(sandbox, tag)]
    customers = dict.fromkeys([*first, *several, "18100001004", "18900001015"])
    late_ticket(sandbox, days=1, number="18100001004")
    reached: set[str] = set()
    seen: set[tuple[str, ...]] = set()
    for journey in JOURNEYS.values():
        for number in customers:
            for intent in intents_of(journey):
                async for talker in Walk(journey, number, seen).places(intent):
                    reached.add(str(talker.open))
                    await _can_be_left(talker)

    raw.reset(sandbox)
    unreached = set().union(*asked_in_code().values()) - reached - {"utter_journey_unavailable"}
    assert unreached == set()


async def _can_be_left(talker: Talker) -> None:
    where = f"{talker.journey.name()}: {talker.open}"
    for text, intent in (("人工", "human_agent"), ("返回", "back_to_menu"), ("算了", "deny_stop")):
        on = tracker(text, intent, slots=dict(talker.slots), loop="journey_form")
        # The question lets it pass to its rule …
        assert (await ValidateJourneyForm().run(CollectingDispatcher(), on, {})) == [], where
        # … which leaves the journey.
        of: Any = {"human_agent": ActionHandover, "back_to_menu": ActionBackToMenu, "deny_stop": ActionStop}[intent]()
        left = await run(of, tracker(text, intent, slots=dict(talker.slots), loop="journey_form"))
        assert left.slots["journey"] is None, where
        assert {"event": "active_loop", "name": None, "timestamp": None} in left.events, where


def test_every_journey_can_be_resumed_and_begun() -> None:
    assert set(JOURNEYS) <= set(resume.ACTIONS)
    assert {name: intents_of(journey) for name, journey in JOURNEYS.items() if not intents_of(journey)} == {}
