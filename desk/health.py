"""Is the desk alive, and do all back-ends answer?"""

import asyncio

import httpx
import sqlalchemy as sa
from fastapi import APIRouter, Response

from common.database import transaction
from common.settings import settings
from desk.rasa import RasaClient
from desk.turns import in_thread


def routes(rasa: RasaClient) -> APIRouter:
    """`/healthz` and `/readyz`."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """The desk runs."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready(response: Response) -> dict[str, object]:
        """Each back-end and whether it answers; 503 when one does not."""
        database, bot, actions = await asyncio.gather(_database(), rasa.ready(), _actions())
        checks = {"database": database, "rasa": bot, "actions": actions}
        well = all(checks.values())
        response.status_code = 200 if well else 503
        return {"status": "ok" if well else "unavailable", "checks": checks}

    return router


def _select_one() -> bool:
    with transaction() as session:
        return session.scalar(sa.text("SELECT 1")) == 1


async def _database() -> bool:
    try:
        return bool(await in_thread(_select_one))
    except sa.exc.SQLAlchemyError:
        return False


async def _actions() -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            return (await client.get(f"{settings().actions_url}/health")).status_code == 200
    except httpx.HTTPError:
        return False
