"""停机保号, 挂失, 复机: the present state of the line decides what makes sense."""

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.account import Params
from actions.journey import Journey, option, options
from actions.lines import choose, left_for
from actions.ordering import place
from actions.prices import asks_price
from actions.reading import Ask, Option
from actions.talk import Talk
from bss.inventory import Line
from bss.orders import NewOrder
from common.masking import mask_number
from common.money import yuan
from knowledge_base.content import content

# What is wished for, and the state of the line (`Line.state`) that it leads to.
STATES = {"keep": "suspended_by_request", "lost": "lost", "resume": "normal"}
_RESUME = re.compile(r"复机|复开|开机|报开|恢复|解除|解挂|解冻|解锁|取消(?:停机|挂失|保号)|找到了|找回来")
_BY_INTENT = {"suspend_resume_keep": "keep", "suspend_resume_lost": "lost"}
_DONE = {"keep": "utter_suspend_done", "lost": "utter_lost_done", "resume": "utter_resume_done"}


class ActionLineState(Journey):
    """Another state for one of the customer's lines."""

    about = "suspend_resume"
    entities = ("product_line", "wish")
    depends: Mapping[str, tuple[str, ...]] = {"wish": ("confirm",)}

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_line_state"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Tells what 停机保号 costs to who asks only that."""
        if asks_price(tracker) and self.params(tracker).get("wish") != "lost":
            dispatcher.utter_message(response="utter_suspend_price", fee=_fee())
            return []
        return await super().run(dispatcher, tracker, domain)

    def same(self, values: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
        """A phone that is lost is another matter than a number that is kept."""
        return "wish" not in values or params.get("wish") in (None, values["wish"])

    def params(self, tracker: Tracker) -> Params:
        """Also `wish`: keep, lost or resume, if the message says it."""
        found = super().params(tracker)
        wish = "resume" if _RESUME.search(found.get("said", "")) else _BY_INTENT.get(found["intent"])
        return found if wish is None else found | {"wish": wish}

    def stopped(self, values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """Whoever has lost a phone must know that it is not locked."""
        if values.get("wish") == "lost":
            return "utter_lost_not", {}
        return super().stopped(values)

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        wish = values.get("wish")
        line = await choose(talk, _kind(values), lambda line: wish is None or (line.state == "normal") == _stops(wish))
        if not isinstance(line, Line):
            return line
        if line.state == "arrears_suspended" and await self._owes(talk, line, wish):
            return None
        settled = self._wish(talk, line, wish)
        if not isinstance(settled, str):
            return settled
        values["wish"] = settled
        if settled == "no":
            self.leave(talk)
            return None
        if "confirm" not in values:
            return self._confirm(values, line)
        await self._order(talk, line)
        return None

    async def _owes(self, talk: Talk, line: Line, wish: str | None) -> bool:
        owed = -await left_for(talk, line)
        if owed <= 0:
            return False
        response = "utter_line_owes_lost" if wish == "lost" else "utter_line_owes_state"
        talk.say(response, number=mask_number(line.number), owed=yuan(owed))
        return True

    def _wish(self, talk: Talk, line: Line, wish: str | None) -> str | Ask | None:
        """What is to be done, or the question; None after having said that nothing is to be done."""
        number = mask_number(line.number)
        if line.state == "normal":
            if wish is None and line.kind == "mobile":
                return Ask("wish", "utter_line_wish", options("keep", "lost"), values={"number": number})
            if wish != "resume":
                return wish or "keep"
            talk.say("utter_line_normal", number=number)
            return None
        if line.state == "suspended_by_request" and wish == "keep":
            return Ask("wish", "utter_line_kept", options("resume", "no"), values={"number": number})
        if line.state == "arrears_suspended":
            # Nothing is owed any more.
            return "no" if wish == "no" else "resume"
        if line.state == "lost" and wish in {"keep", "lost"}:
            talk.say("utter_line_lost_already", number=number, bring=_new_card())
            return None
        return wish or "resume"

    def _confirm(self, values: Mapping[str, Any], line: Line) -> Ask:
        blanks = {"number": mask_number(line.number), "fee": _fee()}
        if values["wish"] == "keep":
            return Ask("confirm", "utter_suspend_confirm", options("yes", "no"), values=blanks)
        if values["wish"] == "lost":
            now = Option(option("lose").title, "yes")
            return Ask("confirm", "utter_lost_confirm", [now, option("no")], values=blanks)
        if line.state == "lost":
            return Ask("confirm", "utter_resume_confirm_lost", options("yes", "no"), values=blanks)
        return Ask("confirm", "utter_resume_confirm", options("yes", "no"), values=blanks)

    async def _order(self, talk: Talk, line: Line) -> None:
        values = talk.values
        if values["confirm"] == "no":
            self.leave(talk)
            return
        wish = str(values["wish"])
        receipt = await place(talk, NewOrder("modify", line.customer, line.id, state=STATES[wish]))
        if receipt is None:
            return
        number = mask_number(line.number)
        if receipt.state != "done":
            response = "utter_lost_later" if wish == "lost" else "utter_order_later"
            talk.say(response, number=number, receipt=receipt.number)
            return
        talk.say(_DONE[wish], number=number, order=str(receipt.operator_number), bring=_new_card())


def _stops(wish: str) -> bool:
    return wish in {"keep", "lost"}


def _kind(values: Mapping[str, Any]) -> str:
    """The kind of line: only a mobile one can be lost."""
    return "mobile" if values.get("wish") == "lost" else str(values.get("product_line", "mobile"))


def _fee() -> str:
    return yuan(content("lines")["suspend_fee"]).replace(".00", "")


def _new_card() -> str:
    return str(content("counter")["replace_card"]["bring"])
