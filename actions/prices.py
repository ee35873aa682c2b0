"""Whether somebody only asks what it costs: that is told to anybody, before any identity."""

import re

from rasa_sdk import Tracker

_PRICE = re.compile(r"多少钱|多少费|几块|几元|收费|价格|价钱|资费|费用|要钱|花钱|贵不贵|便宜|收多少|怎么收|怎么算钱")


def asks_price(tracker: Tracker) -> bool:
    """Whether the customer's last message, typed and not pressed, asks for a price."""
    words = str(tracker.latest_message.get("text") or "")
    return not words.startswith("/") and _PRICE.search(words) is not None
