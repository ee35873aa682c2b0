"""`/api/kb/v1`: the editors' side. What it does is in the modules beside this one."""

from fastapi import APIRouter

from desk.editor import draft_routes, exchange_routes, inbox_routes, object_routes, release_routes
from desk.editor.author import Author


def routes(author: Author) -> APIRouter:
    """See the module; `author` knows the models."""
    router = APIRouter(prefix="/api/kb/v1", tags=["knowledge editor"])
    draft_routes.add(router)
    object_routes.add(router, author)
    inbox_routes.add(router)
    release_routes.add(router)
    exchange_routes.add(router)
    return router
