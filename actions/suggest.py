"""提建议: a suggestion is kept in the operator's record of contacts."""

import logging

from actions.journey import Journey
from actions.reading import Ask
from actions.talk import Talk
from bss import interactions, inventory
from bss.errors import BssError
from common.times import utc_now
from knowledge_base.content import content

logger = logging.getLogger(__name__)


class ActionSuggest(Journey):
    """A suggestion. Without a number there is no record to keep it in, and nobody has to prove one for it."""

    about = "suggest"
    needs_identity = False

    def name(self) -> str:
        """The name in `domain.yml`."""
        return "action_suggest"

    async def next(self, talk: Talk) -> Ask | None:
        """See `Journey`."""
        values = talk.values
        if not talk.verified:
            talk.say("utter_suggest")
            return None
        words = str(values.get("words") or values.get("said", ""))
        if "words" not in values and only_announces(words):
            return Ask("words", "utter_suggest_what", accepts=("words",))
        try:
            line = await talk.call(inventory.line, talk.number)
            await talk.call(
                interactions.record,
                line.customer,
                at=utc_now(),
                channel="web",
                reason=str(content("suggest")["record"]),
                summary=words,
                idempotency_key=talk.key("record"),
            )
        except BssError:
            logger.warning("a suggestion could not be recorded", exc_info=True)
            talk.say("utter_suggest_not_noted")
            return None
        talk.say("utter_suggest_noted")
        return None


def only_announces(words: str) -> bool:
    """Whether a sentence says that a suggestion is coming, and not which."""
    return sum(char not in content("suggest")["announcing"] for char in words) < 3
