"""What the author serves to the desk, on the loopback address: its health, and to who shows the bearer the rest."""

import hmac

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request

from common.identity import channel_token


def create_app() -> FastAPI:
    """The author as an application."""
    app = FastAPI(title="万号 Wanhao author", version="1", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    app.include_router(APIRouter(dependencies=[Depends(desk_only)]))
    return app


def desk_only(request: Request) -> None:
    """Refuses whoever does not show the bearer that the desk has."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), channel_token().encode()):
        raise HTTPException(401)
