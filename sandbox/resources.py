"""Creating, changing and removing TM Forum resources inside a transaction, with their rules and events."""

from __future__ import annotations

from collections.abc import Callable

from sandbox import events, times
from sandbox.contract import contracts
from sandbox.documents import Document, encode, merged
from sandbox.errors import ApiError
from sandbox.rules import RULES, Rules
from sandbox.store import Transaction

_NO_RULES = Rules()
_KEY_LENGTH = 255


def rules_of(api: str, kind: str) -> Rules:
    """The rules of a kind, or the empty ones."""
    return RULES.get((api, kind), _NO_RULES)


def path_of(api: str, kind: str, identity: str) -> str:
    """The path of one resource, as stored in ``href``."""
    return f"{contracts()[api].base_path}/{kind}/{identity}"


def place(transaction: Transaction, api: str, kind: str, identity: str, **attributes: object) -> Document:
    """Stores a document as it is, with its ``href`` and ``@type``: no rules, no events."""
    document: Document = {"id": identity, "href": path_of(api, kind, identity), **attributes, "@type": _type_name(kind)}
    transaction.insert(api, kind, document)
    return document


def create(transaction: Transaction, api: str, kind: str, body: Document) -> Document:
    """Stores a new resource after its rules had their say, and announces it.

    Raises:
        ApiError: when a rule refuses, or the id that came with the body is taken (409).
    """
    rules = rules_of(api, kind)
    identity = _own_id(api, kind, body) or _new_id(transaction, kind, rules)
    if transaction.get(api, kind, identity) is not None:
        raise ApiError(409, f"{kind} {identity} exists already", code="exists")
    document = {"id": identity, "href": path_of(api, kind, identity), "@type": _type_name(kind), **body}
    document |= {"id": identity, "href": path_of(api, kind, identity)}
    if rules.create:
        document = rules.create(transaction, document)
    transaction.insert(api, kind, document)
    events.announce(transaction, api, kind, "Create", document)
    return document


def create_once(transaction: Transaction, api: str, kind: str, body: Document, key: str | None) -> Document:
    """Like :func:`create`, but a key that was seen before gets the document it made then.

    Raises:
        ApiError: 409 when the key came with another body before.
    """
    return once(transaction, f"{api}/{kind}", key, body, lambda: create(transaction, api, kind, body))


def once(
    transaction: Transaction, scope: str, key: str | None, body: Document, make: Callable[[], Document]
) -> Document:
    """What ``make`` returns; for a key that was seen in the scope before, what it returned then.

    Raises:
        ApiError: 409 when the key came with another body before; 400 when it is too long.
    """
    if key is None:
        return make()
    if not 0 < len(key) <= _KEY_LENGTH:
        raise ApiError(400, f"Idempotency-Key must have 1 to {_KEY_LENGTH} characters", code="invalidKey")
    request = encode(body)
    known = transaction.answer(scope, key)
    if known is not None:
        if known[0] != request:
            raise ApiError(409, "this Idempotency-Key was used for another request", code="keyReused")
        return known[1]
    document = make()
    transaction.keep_answer(scope, key, request, document)
    return document


def fetch(transaction: Transaction, api: str, kind: str, identity: str) -> Document:
    """The resource with that id.

    Raises:
        ApiError: 404.
    """
    document = transaction.get(api, kind, identity)
    if document is None:
        raise ApiError(404, f"there is no {kind} {identity}", code="notFound")
    return document


def change(transaction: Transaction, api: str, kind: str, identity: str, patch: Document) -> Document:
    """Merges a patch into a resource (RFC 7386) and announces what changed.

    Raises:
        ApiError: 404; 400 for a new ``id`` or ``href``; or what a rule raises.
    """
    before = fetch(transaction, api, kind, identity)
    if patch.get("id", identity) != identity:
        raise ApiError(400, "id cannot be changed", code="notPatchable")
    patch = {name: value for name, value in patch.items() if name not in {"id", "href"}}
    after = merged(before, patch)
    rules = rules_of(api, kind)
    if rules.change:
        after = rules.change(transaction, before, after)
    store_change(transaction, api, kind, before, after)
    return after


def store_change(transaction: Transaction, api: str, kind: str, before: Document, after: Document) -> None:
    """Stores a new version and announces it, unless nothing changed."""
    if after == before:
        return
    transaction.replace(api, kind, after)
    state = rules_of(api, kind).state
    events.announce_change(transaction, api, kind, before.get(state) != after.get(state), after)


def remove(transaction: Transaction, api: str, kind: str, identity: str) -> None:
    """Deletes a resource.

    Raises:
        ApiError: 404, or what a rule raises.
    """
    document = fetch(transaction, api, kind, identity)
    rules = rules_of(api, kind)
    if rules.remove:
        rules.remove(transaction, document)
    transaction.delete(api, kind, identity)
    events.announce(transaction, api, kind, "Delete", document)


def _own_id(api: str, kind: str, body: Document) -> str | None:
    """The id from the body of the few kinds whose clients name their objects.

    TMF658 makes some mandatory without saying their type; what is no text names nothing.
    """
    contract = contracts()[api]
    create_type = contract.kinds[kind].create
    if create_type is None:
        return None
    definition = contract.types[create_type]
    if "id" not in definition["attributes"] and "id" not in definition["required"]:
        return None
    identity = body.get("id")
    return identity if isinstance(identity, str) else None


def _new_id(transaction: Transaction, kind: str, rules: Rules) -> str:
    number = transaction.next_number(kind)
    day = transaction.now().astimezone(times.SHANGHAI).strftime("%Y%m%d")
    return f"{rules.prefix or kind[0].upper() + kind[1:3]}{day}{number:06d}"


def _type_name(kind: str) -> str:
    return kind[0].upper() + kind[1:]
