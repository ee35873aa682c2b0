"""The HTTP side of the thirteen APIs: one route for each collection and each item, made from the contracts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import query, resources
from sandbox.contract import Contract, Kind, contracts
from sandbox.documents import Document, decode, encode
from sandbox.errors import ApiError
from sandbox.events import SUBSCRIPTION, may_call
from sandbox.store import Store, Transaction

MEDIA_TYPE = "application/json;charset=utf-8"
_ALWAYS_SHOWN = frozenset({"id", "href", "@type"})

# (request, body) -> response; runs in a worker thread, because the database blocks.
_Handler = Callable[[Request, bytes], Response]


def routes(store: Store, callback_hosts: frozenset[str]) -> list[Route]:
    """All routes of all APIs; events go to subscribers on ``callback_hosts`` only."""
    return [
        route
        for contract in contracts().values()
        for base in contract.base_paths
        for route in _routes_of(store, contract, base, callback_hosts)
    ]


def _routes_of(store: Store, contract: Contract, base: str, callback_hosts: frozenset[str]) -> Iterator[Route]:
    for kind in contract.kinds.values():
        collection = _Collection(store, contract, kind)
        item = _Item(store, contract, kind)
        path = f"{base}/{kind.name}"
        yield _route(path, kind.collection_methods, {"GET": collection.get, "POST": collection.post})
        handlers = {"GET": item.get, "PATCH": item.patch, "PUT": item.patch, "DELETE": item.delete}
        # ":path" because some clients choose ids, and an id may hold a slash.
        yield _route(f"{path}/{{id:path}}", kind.item_methods, handlers)
    hub = _Hub(store, contract, callback_hosts)
    yield _route(f"{base}/hub", frozenset({"POST"}), {"POST": hub.post})
    yield _route(f"{base}/hub/{{id:path}}", frozenset({"DELETE"}), {"DELETE": hub.delete})
    for event in sorted(contract.events):
        yield _route(f"{base}/listener/{event}", frozenset({"POST"}), {"POST": _listen})


def _route(path: str, methods: frozenset[str], handlers: Mapping[str, _Handler]) -> Route:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        handler = handlers["GET" if request.method == "HEAD" else request.method]
        return await run_in_threadpool(handler, request, body)

    return Route(path, endpoint, methods=sorted(methods))


def respond(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(encode(value), status, headers, media_type=MEDIA_TYPE)


def _listen(request: Request, body: bytes) -> Response:
    """Takes an event and forgets it: listening is the client's part, but the specifications list it with the rest."""
    event = read_body(body)
    if not isinstance(event, dict):
        raise ApiError(400, "body must be an object", code="invalidBody")
    return respond(201, {"id": str(event.get("eventId") or uuid.uuid4()), "callback": str(request.url)})


def _gone() -> Response:
    # Without content, but the specifications name its type for every answer.
    return Response(status_code=204, media_type=MEDIA_TYPE)


def read_body(body: bytes) -> object:
    """The JSON value of a request body.

    Raises:
        ApiError: 400.
    """
    try:
        return decode(body)
    except ValueError as error:
        raise ApiError(400, f"the body is not JSON: {error}", code="invalidBody") from error


def _show(request: Request, document: Document, fields: frozenset[str] | None, kind: Kind) -> Document:
    """The public form: an absolute ``href``, and only ``fields`` besides what is mandatory."""
    shown = document
    if fields is not None:
        keep = fields | _ALWAYS_SHOWN | kind.required
        shown = {name: value for name, value in document.items() if name in keep}
    href = document.get("href")
    if isinstance(href, str) and href.startswith("/"):
        shown = {**shown, "href": str(request.base_url).rstrip("/") + href}
    return shown


class _Collection:
    def __init__(self, store: Store, contract: Contract, kind: Kind) -> None:
        self._store, self._contract, self._kind = store, contract, kind

    def get(self, request: Request, _body: bytes) -> Response:
        wanted = query.parse(request.query_params.multi_items())
        # Every resource has the three, also where its specification forgets them.
        known = (
            self._kind.attributes | _ALWAYS_SHOWN | resources.rules_of(self._contract.api, self._kind.name).extensions
        )
        for item in wanted.filters:
            if item.path.split(".")[0] not in known:
                raise ApiError(400, f"{self._kind.name} has no attribute {item.path}", code="invalidQuery")
        with self._store.reading() as transaction:
            found, total = wanted.run(transaction, self._contract.api, self._kind.name)
        headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(found))}
        return respond(200, [_show(request, item, wanted.fields, self._kind) for item in found], headers)

    def post(self, request: Request, body: bytes) -> Response:
        assert self._kind.create is not None
        content = self._contract.check(self._kind.create, read_body(body))
        key = request.headers.get("Idempotency-Key")
        with self._store.writing() as transaction:
            document = resources.create_once(transaction, self._contract.api, self._kind.name, content, key)
        shown = _show(request, document, None, self._kind)
        return respond(201, shown, {"Location": resources.path_of(self._contract.api, self._kind.name, shown["id"])})


class _Item:
    def __init__(self, store: Store, contract: Contract, kind: Kind) -> None:
        self._store, self._contract, self._kind = store, contract, kind

    def get(self, request: Request, _body: bytes) -> Response:
        strange = set(request.query_params) - {"fields"}
        if strange:
            raise ApiError(400, f"unknown parameter {min(strange)}", code="invalidQuery")
        fields = query.parse_fields(request.query_params.getlist("fields"))
        with self._store.reading() as transaction:
            document = resources.fetch(transaction, self._contract.api, self._kind.name, request.path_params["id"])
        return respond(200, _show(request, document, fields, self._kind))

    def patch(self, request: Request, body: bytes) -> Response:
        assert self._kind.update is not None
        merging = request.headers.get("content-type", "").startswith("application/merge-patch+json")
        content = self._contract.check(self._kind.update, read_body(body), null_removes=merging)
        identity = request.path_params["id"]
        with self._store.writing() as transaction:
            document = resources.change(transaction, self._contract.api, self._kind.name, identity, content)
        return respond(200, _show(request, document, None, self._kind))

    def delete(self, request: Request, _body: bytes) -> Response:
        with self._store.writing() as transaction:
            resources.remove(transaction, self._contract.api, self._kind.name, request.path_params["id"])
        return _gone()


class _Hub:
    """Subscriptions to an API's events."""

    def __init__(self, store: Store, contract: Contract, hosts: frozenset[str]) -> None:
        self._store, self._api, self._hosts = store, contract.api, hosts

    def post(self, request: Request, body: bytes) -> Response:
        content = _check_subscription(read_body(body))
        key = request.headers.get("Idempotency-Key")
        with self._store.writing() as transaction:
            scope = f"{self._api}/{SUBSCRIPTION}"
            subscription = resources.once(
                transaction, scope, key, content, lambda: self._subscribe(transaction, content)
            )
        return respond(201, subscription, {"Location": resources.path_of(self._api, SUBSCRIPTION, subscription["id"])})

    def _subscribe(self, transaction: Transaction, content: Document) -> Document:
        number = transaction.next_number(SUBSCRIPTION)
        subscription = {"id": f"HUB{self._api}-{number}", **content}
        reachable = may_call(content["callback"], self._hosts)
        transaction.insert(self._api, SUBSCRIPTION, subscription | {"reachable": reachable})
        return subscription

    def delete(self, request: Request, _body: bytes) -> Response:
        identity = request.path_params["id"]
        with self._store.writing() as transaction:
            resources.fetch(transaction, self._api, SUBSCRIPTION, identity)
            transaction.delete(self._api, SUBSCRIPTION, identity)
            transaction.drop_deliveries(identity)
        return _gone()


def _check_subscription(content: object) -> Document:
    if not isinstance(content, dict) or not isinstance(content.get("callback"), str):
        raise ApiError(400, "callback is mandatory and must be text", code="missingAttribute")
    if not isinstance(content.get("query", ""), str):
        raise ApiError(400, "query must be text", code="invalidAttribute")
    return {name: content[name] for name in ("callback", "query") if name in content}
