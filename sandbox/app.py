"""The application: routes, error bodies, background work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import format_datetime

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import apis, background, tmf
from sandbox.contract import contracts
from sandbox.errors import ApiError, rest_body, tmf_body
from sandbox.faults import FaultMiddleware, FaultSwitch
from sandbox.rest import codes, control, invoices, outages, passwords, payments, sim_cards, sms
from sandbox.seed import Seed
from sandbox.settings import Settings
from sandbox.store import Store


def create_app(settings: Settings, *, reset: bool = False) -> ASGIApp:
    """The sandbox as an ASGI application over the database in ``settings``.

    An empty database is seeded; ``reset`` empties it first.
    """
    apis.register()
    outages.register()
    store = Store(settings.database_url)
    planted = Seed(settings.seed)
    if reset:
        with store.writing() as transaction:
            transaction.clear()
    planted.plant(store)
    faults = FaultSwitch()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(background.run_timers(store)),
            asyncio.create_task(background.deliver_events(store, faults)),
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        store.close()

    app = FastAPI(title="Wanhao sandbox operator", version="4", lifespan=lifespan)
    app.state.store = store
    app.router.routes.extend(tmf.routes(store, settings.callback_hosts))
    for module in (codes, sms, outages, passwords, payments, sim_cards, invoices):
        app.include_router(module.router(store), prefix="/operator/v1", tags=["operator"])
    app.include_router(control.router(store, faults, planted), prefix="/sandbox", tags=["sandbox"])

    @app.get("/healthz", tags=["sandbox"])
    def healthz() -> dict[str, str]:
        with store.reading() as transaction:
            transaction.register("seed")
        return {"status": "ok"}

    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    return FaultMiddleware(_dated(app, store), faults)


def _dated(app: ASGIApp, store: Store) -> ASGIApp:
    """Answers carry the operator's time as their ``Date``, so that clients can tell what is late."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = await run_in_threadpool(_now, store)
                message["headers"] = [*message["headers"], (b"date", format_datetime(now, usegmt=True).encode())]
            await send(message)

        await app(scope, receive, dated)

    return serve


def _now(store: Store) -> datetime:
    with store.reading() as transaction:
        return transaction.now()


def _answer(request: Request, error: ApiError) -> Response:
    path = request.url.path
    for contract in contracts().values():
        if contract.serves(path):
            return tmf.respond(error.status, tmf_body(contract.api, error))
    return tmf.respond(error.status, rest_body(error))


def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    response = _answer(request, error)
    if "retryAfterSeconds" in error.details:
        response.headers["Retry-After"] = str(error.details["retryAfterSeconds"])
    return response


def _http_error(request: Request, error: Exception) -> Response:
    """What the router itself refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)
    response = _answer(request, ApiError(error.status_code, str(error.detail)))
    response.headers.update(error.headers or {})
    return response


def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return _answer(request, ApiError(400, f"{where}: {first['msg']}", code="invalidBody"))
