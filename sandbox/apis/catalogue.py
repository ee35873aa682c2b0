"""TMF620: entries of the catalogue carry the time of their last change; import and export jobs finish at once."""

from __future__ import annotations

from sandbox import times
from sandbox.documents import Document
from sandbox.rules import RULES, Rules
from sandbox.store import Transaction

API = "620"
_ENTRIES = {
    "catalog": "CAT",
    "category": "CTG",
    "productOffering": "OFF",
    "productOfferingPrice": "POP",
    "productSpecification": "SPEC",
}


def _create_entry(transaction: Transaction, entry: Document) -> Document:
    entry.setdefault("lifecycleStatus", "In study")
    return entry | {"lastUpdate": times.stamp(transaction.now())}


def _change_entry(transaction: Transaction, _before: Document, after: Document) -> Document:
    return after | {"lastUpdate": times.stamp(transaction.now())}


def _create_job(transaction: Transaction, job: Document) -> Document:
    now = times.stamp(transaction.now())
    return job | {"status": "Succeeded", "creationDate": now, "completionDate": now}


def register() -> None:
    """Puts the rules of this API in force."""
    for kind, prefix in _ENTRIES.items():
        RULES[API, kind] = Rules(prefix=prefix, create=_create_entry, change=_change_entry, state="lifecycleStatus")
    for kind in ("importJob", "exportJob"):
        RULES[API, kind] = Rules(create=_create_job)
