"""What the author serves to the desk, on the loopback address: its health, and to who shows the bearer the rest."""

import contextlib
import hmac
import logging
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

from common.database import reading
from common.identity import channel_token
from common.settings import ROOT
from knowledge_base.authoring import spoken, training, trying
from knowledge_base.authoring.changes import KINDS
from knowledge_base.authoring.checking import Checking
from knowledge_base.authoring.drafted import Files
from knowledge_base.authoring.predictor import Failed, Predictors
from knowledge_base.authoring.recovery import recover
from knowledge_base.authoring.runner import Runner, Work

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 30.0
# How soon what an interrupted publishing has left is ended.
RECOVER_SECONDS = 1.0
# How soon a new sentence of the inbox is grouped.
GROUP_SECONDS = 5.0
# What the desk waits for, a little less: until all sentences are read, which is done once.
CHECK_SECONDS, DRAFT_SECONDS = 6.0, 50.0


class Check(BaseModel):
    """An object as it is being written."""

    draft: int | None = None
    kind: str
    key: str
    value: dict[str, Any] | None


class CheckDraft(BaseModel):
    """A draft, all of whose objects are checked."""

    draft: int


class Try(BaseModel):
    """A text that is tried on a draft, or on what is live."""

    draft: int | None = None
    text: str = Field(min_length=1, max_length=1_000)


def create_app(lanes: Mapping[str, Mapping[str, Work]] | None = None, root: Path = ROOT) -> FastAPI:
    """The author as an application; `lanes` are the jobs that it does."""
    files, predictors = Files(root), Predictors()
    checking = Checking(files)
    rounds = [
        ("sweeper", SWEEP_SECONDS, predictors.sweep),
        ("recoverer", RECOVER_SECONDS, lambda: bool(recover())),
        ("grouper", GROUP_SECONDS, _group),
    ]
    runner = Runner(lanes or {}, rounds)

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

    @routes.post("/check")
    def check(asked: Check) -> dict[str, Any]:
        if asked.kind not in KINDS:
            raise HTTPException(422)
        if asked.value is None:
            return {"findings": [], "loading": False}
        return checking.check(asked.draft, asked.kind, asked.key, asked.value, CHECK_SECONDS)

    @routes.post("/check-draft")
    def check_draft(asked: CheckDraft) -> dict[str, Any]:
        return checking.check_draft(asked.draft, DRAFT_SECONDS)

    app.include_router(routes)
    return app


def _group() -> bool:
    """Groups what there is to group; always False: what comes meanwhile has time."""
    with reading() as session:
        if not spoken.is_ungrouped(session):
            return False
    # Numpy and the encoder are loaded when they are needed.
    from knowledge_base.authoring import grouping

    grouping.group()
    return False


def desk_only(request: Request) -> None:
    """Refuses whoever does not show the bearer that the desk has."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), channel_token().encode()):
        raise HTTPException(401)
