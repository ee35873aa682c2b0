"""TM Forum's event hubs: asking the operator's systems to say what changes, and reading what they say.

An operator may lose a subscription, and there is no way to ask for those that exist. So each is made anew every hour,
and the one before it ended; a process that is killed leaves one behind, whose events then come twice.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bss.errors import BssError
from bss.http import call, turn
from bss.outbox_states import pause
from bss.shape import optional, text

logger = logging.getLogger(__name__)

HUBS = {
    "621": "TroubleTicketStatusChangeEvent",
    "622": "ProductOrderStateChangeEvent",
    "646": "AppointmentStateChangeEvent,AppointmentAttributeValueChangeEvent",
    "653": "ServiceTestStateChangeEvent",
}
# What an event holds -> what is watched. TMF654 has no event for a payment that arrives.
TOPICS = {
    "troubleTicket": "ticket",
    "productOrder": "order",
    "appointment": "appointment",
    "serviceTest": "line_test",
}
RENEWED_AFTER_SECONDS = 3600.0
CALL_SECONDS = 3.0


def changed(event: Any) -> tuple[str, str] | None:
    """Topic and identity of the object that an event tells of, or None when it is nothing that is watched."""
    for kind, topic in TOPICS.items():
        identity = optional(event, "event", kind, "id")
        if isinstance(identity, str):
            return topic, identity
    return None


@dataclass
class _Subscription:
    identity: str | None = None
    failures: int = 0
    due: float = 0.0


class Subscriptions:
    """Subscriptions of one listener, whose address is `callback`."""

    def __init__(self, callback: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._callback = callback
        self._clock = clock
        self._made = {api: _Subscription() for api in HUBS}

    def renew(self) -> bool:
        """Makes each subscription that is due; one that fails is due again after a growing pause. Always False."""
        for api, made in self._made.items():
            if self._clock() >= made.due:
                self._renew(api, made)
        return False

    def end(self) -> None:
        """Ends all, as far as the operator's systems answer."""
        for api, made in self._made.items():
            self._end(api, made.identity)
            made.identity = None

    def _renew(self, api: str, made: _Subscription) -> None:
        body = {"callback": self._callback, "query": f"eventType={HUBS[api]}"}
        before = made.identity
        try:
            with turn(CALL_SECONDS, "hub"):
                made.identity = text(call(api, "POST", "/hub", body=body).body, "id")
        except BssError as error:
            made.failures += 1
            made.due = self._clock() + pause(made.failures, 0.0)
            logger.warning("no events of %s: %s", api, error)
            return
        made.failures, made.due = 0, self._clock() + RENEWED_AFTER_SECONDS
        self._end(api, before)

    def _end(self, api: str, identity: str | None) -> None:
        if identity is not None:
            with suppress(BssError), turn(CALL_SECONDS, "hub"):
                call(api, "DELETE", f"/hub/{identity}")
