"""Puts the desk together: routes, sockets, pages, errors, and what runs beside the requests."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import socketio
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from common.settings import ROOT, settings
from desk import demo, docs, health, store
from desk.channels.web import ChatNamespace, WebChannel, WebSocketSender
from desk.channels.wechat.api import Api
from desk.channels.wechat.bindings import Bindings
from desk.channels.wechat.channel import WechatChannel
from desk.channels.wechat.sender import WechatSender
from desk.dispatch import Dispatcher
from desk.editor import feedback
from desk.editor import routes as editor
from desk.editor.author import Author
from desk.errors import Refused, sentence
from desk.knowledge import Knowledge
from desk.limits import BodyLimit
from desk.outbox import Outbox
from desk.rasa import RasaClient
from desk.staff import demo as staff_demo
from desk.staff import routes as staff
from desk.supervisor import routes as supervisor
from desk.turns import Turns, in_thread
from desk.workbench import customer_routes
from desk.workbench.routes import Workbench
from desk.workbench.socket import AgentNamespace, AgentSender
from knowledge_base.authoring.exchange import MOST_MEGABYTES
from knowledge_base.content import content

logger = logging.getLogger(__name__)

PAGES = ROOT / "web" / "dist"
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
}
# What staff see belongs in no cache: many use one computer.
STAFF_APIS = ("/api/staff/", "/api/agent/", "/api/supervisor/", "/api/kb/")
# One page with several entrances: the workbench, the knowledge editor, the quality board.
STAFF_PAGES = ("/agent", "/kb", "/board")
CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "not_allowed", 413: "too_large"}


def create_app() -> socketio.ASGIApp:
    """The desk as one ASGI application."""
    server = socketio.AsyncServer(
        async_mode="asgi",
        client_manager=socketio.AsyncRedisManager(settings().redis_url) if settings().redis_url else None,
        max_http_buffer_size=256 * 1024,
    )
    rasa = RasaClient()
    agents = AgentSender(server)
    wechat_apis = {name: Api(name, account) for name, account in settings().wechat_accounts.items()}
    wechat = WechatSender(wechat_apis)
    outbox = Outbox(WebSocketSender(server), agents, wechat)
    dispatcher = Dispatcher(outbox, agents)
    knowledge = Knowledge(rasa)
    turns = Turns(rasa, outbox, dispatcher.wake, Bindings() if wechat_apis else None, knowledge)
    channel = WebChannel(turns)
    sockets = AgentNamespace(outbox)
    server.register_namespace(ChatNamespace(channel))
    server.register_namespace(sockets)
    workbench = Workbench(dispatcher, outbox, agents)
    author = Author()

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await in_thread(staff_demo.prepare)
        if not settings().redis_url:
            await in_thread(store.release_leases)  # without Redis no other desk runs: they are a dead one's
        loops = (outbox.run(), turns.finish_later(), dispatcher.run(), sockets.keep_seen(), wechat.run(), rasa.follow())
        running = [asyncio.create_task(loop) for loop in (*loops, knowledge.follow())]
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await knowledge.close()
        await author.close()
        await rasa.close()

    app = FastAPI(title="万号 Wanhao desk", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.openapi_version = "3.0.3"  # the page at /docs cannot show 3.1
    for router in (
        channel.routes(),
        WechatChannel(turns, outbox, wechat, wechat_apis).routes(),
        demo.routes(),
        staff.routes(sockets.close_ended),
        workbench.routes(),
        customer_routes.routes(outbox, knowledge),
        supervisor.routes(workbench, agents),
        editor.routes(author),
        feedback.routes(),
        health.routes(rasa),
        docs.routes(),
    ):
        # As they are: to include them is to read every signature a second time, which is half of a start.
        app.router.routes.extend(router.routes)
    app.mount("/docs/static", docs.static_files())
    _add_page_texts(app)
    _add_errors(app)
    _add_staff_pages(app)
    if PAGES.is_dir():
        app.mount("/", StaticFiles(directory=PAGES, html=True))
    return socketio.ASGIApp(server, app)


def _add_page_texts(app: FastAPI) -> None:
    @app.get("/api/v1/page", tags=["customer chat"])
    async def page() -> dict[str, Any]:
        """Title, greeting and quick replies of the customer page."""
        texts: dict[str, Any] = content("desk")["page"]
        return texts


def _add_staff_pages(app: FastAPI) -> None:
    async def staff_page() -> FileResponse:
        page = PAGES / "agent.html"
        if not page.is_file():
            raise Refused(404, "not_found", "pages_missing")
        return FileResponse(page)

    for path in STAFF_PAGES:
        app.add_api_route(path, staff_page, include_in_schema=False)


def _error(status: int, code: str, message: str, **facts: Any) -> JSONResponse:
    headers = {"Retry-After": "5"} if status == 429 else {}
    return JSONResponse({"error": {"code": code, "message": message}, **facts}, status, headers)


def _add_errors(app: FastAPI) -> None:
    """Every refusal is JSON with a sentence for the customer; nothing of the inside leaks."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        return _error(error.status, error.code, error.message, **error.facts)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return _error(422, "bad_request", sentence("bad_request"))

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        code = CODES.get(error.status_code, "bad_request")
        return _error(error.status_code, code, sentence(code))

    # A picture or a file of objects, and the form around it. Inside the next one, whose task group would wrap what it
    # raises.
    largest = max(settings().picture_bytes, MOST_MEGABYTES * 2**20)
    app.add_middleware(BodyLimit, limit=largest + 64 * 1024)

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if "\0" in request.url.path:
            return _error(404, "not_found", sentence("not_found"))
        try:
            response = await call_next(request)
        except Exception:
            logger.exception("%s %s failed", request.method, request.url.path)
            response = _error(500, "failed", sentence("failed"))
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if request.scope["path"].startswith(STAFF_APIS):
            response.headers["Cache-Control"] = "no-store"
        return response
