"""What the author serves to the desk, on the loopback address: its health, and to who shows the bearer the rest."""

import contextlib
import hmac
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

from common.identity import channel_token
from knowledge_base.authoring import training, trying
from knowledge_base.authoring.drafted import Files
from knowledge_base.authoring.predictor import Failed, Predictors
from knowledge_base.authoring.runner import Runner, Work

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 30.0


class Try(BaseModel):
    """A text that is tried on a draft, or on what is live."""

    draft: int | None = None
    text: str = Field(min_length=1, max_length=1_000)


def create_app(lanes: Mapping[str, Mapping[str, Work]] | None = None) -> FastAPI:
    """The author as an application; `lanes` are the jobs that it does."""
    files, predictors = Files(), Predictors()
    runner = Runner(lanes or {}, [("sweeper", SWEEP_SECONDS, predictors.sweep)])

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        runner.start()
        yield
        runner.stop()
        predictors.close()

    app = FastAPI(title="万号 Wanhao author", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    routes = APIRouter(dependencies=[Depends(desk_only)])

    @routes.post("/try")
    def try_out(asked: Try) -> dict[str, Any]:
        try:
            return trying.try_out(files, predictors, asked.draft, asked.text)
        except training.Gone:
            raise HTTPException(404) from None
        except (trying.NoModel, Failed) as failure:
            logger.warning("a model cannot be tried: %s", type(failure).__name__)
            raise HTTPException(503) from None

    app.include_router(routes)
    return app


def desk_only(request: Request) -> None:
    """Refuses whoever does not show the bearer that the desk has."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), channel_token().encode()):
        raise HTTPException(401)
