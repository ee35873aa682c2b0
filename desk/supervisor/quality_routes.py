"""`/api/supervisor/v1/quality-board`: 质量看板, for supervisors and for editors, who read only what is masked."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from desk.staff import access
from desk.staff.access import Me
from desk.supervisor import quality_board, quality_talks
from desk.supervisor.days import bounds
from desk.supervisor.quality_figures import Days

Reader = Annotated[Me, Depends(access.needs("supervisor", "admin", "editor"))]
Channel = Literal["web", "wechat"] | None
Shown = dict[str, Any]


def _days(first: date = Query(alias="from"), last: date = Query(alias="to")) -> Days:
    """`from` and `to`, both included. Raises Refused."""
    bounds(first, last)
    return Days(first, last)


Between = Annotated[Days, Depends(_days)]


def routes() -> APIRouter:
    """See the module."""
    router = APIRouter()

    @router.get("/quality-board")
    def show_quality_board(_: Reader, days: Between, channel: Channel = None) -> Shown:
        """Figures of some days of a channel, or of all, beside those of as many days before."""
        return quality_board.board(days, channel)

    @router.get("/quality-board.csv", response_class=Response)
    def show_quality_table(_: Reader, days: Between, channel: Channel = None) -> Response:
        """The figures by day and channel as a table for spreadsheets."""
        return Response(
            quality_board.csv(days, channel),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="quality-{days.first}-{days.last}.csv"'},
        )

    @router.get("/quality-board/conversations")
    def list_conversations(
        _: Reader,
        days: Between,
        figure: Annotated[str, Query(max_length=32)],
        key: Annotated[str | None, Query(max_length=100)] = None,
        channel: Channel = None,
        offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
        limit: Annotated[int, Query(ge=1, le=50)] = 20,
    ) -> Shown:
        """What a figure counted, the newest first."""
        return quality_talks.listed(figure, key, days, channel, offset, limit)

    @router.get("/quality-board/conversations/{conversation}")
    def show_conversation(_: Reader, conversation: str) -> Shown:
        """A conversation to read, masked."""
        return quality_talks.shown(conversation)

    return router
