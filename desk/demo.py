"""What the demonstration's pages show beside: the sandbox's customers, the SMS "sent" to them, who may sign in."""

from typing import Any

import httpx
from fastapi import APIRouter, Query

from common.settings import settings
from desk.errors import Refused
from desk.staff import demo as staff_demo


def routes() -> APIRouter:
    """`/api/v1/demo`, and in demo mode only the customers, their SMS and the accounts of staff."""
    router = APIRouter(prefix="/api/v1/demo", tags=["demo"])

    @router.get("")
    async def mode() -> dict[str, bool]:
        """Whether this is a demonstration."""
        return {"demo": settings().demo}

    if settings().demo:

        @router.get("/customers")
        async def customers() -> list[dict[str, Any]]:
            """The sandbox's customers with their stories."""
            return await _sandbox("/sandbox/customers", {})

        @router.get("/sms")
        async def sms(number: str = Query(pattern=r"^\d{3,20}$")) -> list[dict[str, Any]]:
            """What was "sent" to a number, oldest first."""
            return await _sandbox("/sandbox/sms", {"number": number})

        @router.get("/staff")
        def staff() -> list[dict[str, Any]]:
            """The accounts of the agents' side, with their password."""
            return staff_demo.shown()

    return router


async def _sandbox(path: str, params: dict[str, str]) -> list[dict[str, Any]]:
    try:
        async with httpx.AsyncClient(base_url=settings().sandbox_url, trust_env=False, timeout=3) as client:
            answer = await client.get(path, params=params)
            answer.raise_for_status()
            found: list[dict[str, Any]] = answer.json()
            return found
    except (httpx.HTTPError, ValueError) as error:
        raise Refused(503, "failed") from error
