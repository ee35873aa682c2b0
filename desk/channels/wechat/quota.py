"""How many customer-service messages may follow what a customer did. Pure.

Source: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

AFTER_MESSAGE, MESSAGE_WINDOW = 5, timedelta(hours=48)
AFTER_EVENT, EVENT_WINDOW = 3, timedelta(minutes=1)
# The last messages wait a little for what else is said, so that it goes with them; by how many are left.
_PATIENCE = {2: timedelta(seconds=4), 1: timedelta(seconds=15)}


@dataclass(frozen=True)
class Quota:
    """What is left after a message, and after a click, a follow or a scan."""

    left: int = 0
    until: datetime | None = None
    event_left: int = 0
    event_until: datetime | None = None

    def after_message(self, now: datetime) -> "Quota":
        """The customer wrote."""
        return replace(self, left=AFTER_MESSAGE, until=now + MESSAGE_WINDOW)

    def after_event(self, now: datetime) -> "Quota":
        """The customer clicked, followed or scanned."""
        return replace(self, event_left=AFTER_EVENT, event_until=now + EVENT_WINDOW)

    def now_left(self, now: datetime) -> int:
        """How many may be sent now."""
        return self._of_event(now) + self._of_message(now)

    def is_open(self, now: datetime) -> bool:
        """Whether there is a window at all, be it used up."""
        return any(until is not None and until > now for until in (self.until, self.event_until))

    def spend(self, now: datetime) -> "Quota":
        """One was sent; what ends first is used first."""
        if self._of_event(now):
            return replace(self, event_left=self.event_left - 1)
        return replace(self, left=max(0, self.left - 1))

    def patience(self, now: datetime) -> timedelta:
        """How long the next one waits for what else will be said."""
        return timedelta() if self._of_event(now) else _PATIENCE.get(self.left, timedelta())

    def _of_event(self, now: datetime) -> int:
        return self.event_left if self.event_until is not None and self.event_until > now else 0

    def _of_message(self, now: datetime) -> int:
        return self.left if self.until is not None and self.until > now else 0
