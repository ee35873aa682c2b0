"""Events of resources: which ones an API has, who asked for them, and queueing them for delivery."""

from __future__ import annotations

import uuid
from urllib.parse import parse_qsl, urlsplit

from sandbox import times
from sandbox.contract import contracts
from sandbox.documents import Document
from sandbox.store import Transaction

SUBSCRIPTION = "hub"


def announce(transaction: Transaction, api: str, kind: str, what: str, document: Document) -> None:
    """Queues ``<kind><what>Event`` for every subscriber who wants it; events that the API lacks go nowhere."""
    name = f"{kind}{what}Event"
    if name not in contracts()[api].events:
        return
    event_type = name[0].upper() + name[1:]
    for subscription in transaction.search(api, SUBSCRIPTION, {}):
        if subscription["reachable"] and _wants(subscription, event_type):
            body = _event(transaction, kind, event_type, document)
            transaction.post_event(api, subscription["id"], subscription["callback"], body)


def announce_change(transaction: Transaction, api: str, kind: str, state_changed: bool, document: Document) -> None:
    """Queues the event of a changed state, or of another changed attribute."""
    if state_changed:
        # The specifications say "Status" in some APIs and "State" in others; only the one that exists is sent.
        announce(transaction, api, kind, "StatusChange", document)
        announce(transaction, api, kind, "StateChange", document)
    else:
        announce(transaction, api, kind, "AttributeValueChange", document)


def may_call(callback: str, hosts: frozenset[str]) -> bool:
    """Whether events may be sent to a callback: the sandbox must not be made to call strangers."""
    try:
        parts = urlsplit(callback)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname in hosts


def _wants(subscription: Document, event_type: str) -> bool:
    """A subscription's query may name event types: ``eventType=A,B``; without one it gets all."""
    asked = [value for name, value in parse_qsl(subscription.get("query") or "") if name == "eventType"]
    return not asked or any(event_type in value.split(",") for value in asked)


def _event(transaction: Transaction, kind: str, event_type: str, document: Document) -> Document:
    return {
        "eventId": str(uuid.uuid4()),
        "eventTime": times.stamp(transaction.now()),
        "eventType": event_type,
        "event": {kind: document},
    }
