"""`/api/supervisor/v1`: the supervisor's side. What it does is in the modules beside this one."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ConstrainedStr, Field, StrictInt, constr, root_validator

from desk.channels.web import Words
from desk.dispatch import Changes
from desk.staff import access
from desk.staff.access import Me
from desk.staff.routes import READABLE
from desk.supervisor import closures, days, quality, quality_routes, reports, sheet, shifts, stepping_in
from desk.supervisor.board import board
from desk.text import readable
from desk.turns import in_thread
from desk.workbench.routes import NOTE, Body, Number, PresenceIn, Workbench
from desk.workbench.socket import AgentSender

Supervisor = Annotated[Me, Depends(access.needs("supervisor", "admin"))]
Shown = dict[str, Any]


class Clock(ConstrainedStr):
    """A time of day, HH:MM; 24:00 is its end."""

    regex = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z"


class Note(ConstrainedStr):
    """A remark for staff, maybe empty."""

    strip_whitespace = True
    max_length = NOTE
    regex = r"^[^\x00\ud800-\udfff]*\Z"


class WhisperIn(Body):
    """What only the agent reads."""

    text: Words


class TakeOverIn(Body):
    """Why a supervisor takes a chat."""

    note: Note = Note()


class AssignIn(Body):
    """Whom a customer is given to."""

    staff: int = Field(ge=1, le=2**31 - 1)


class PriorityIn(Body):
    """Whether a customer is served sooner."""

    urgent: bool


class ShiftIn(Body):
    """When somebody should be there."""

    staff: int = Field(ge=1, le=2**31 - 1)
    date: date
    start: Clock
    end: Clock


class ClosureIn(Body):
    """A day that is closed, or open from and to."""

    date: date
    name: constr(strip_whitespace=True, min_length=1, max_length=32, regex=READABLE)  # type: ignore[valid-type]
    open: bool
    from_: Clock | None = Field(default=None, alias="from")
    to: Clock | None = None

    @root_validator(skip_on_failure=True)
    def _open_has_hours(cls, values: Shown) -> Shown:  # noqa: N805
        if values["open"] != (values["from_"] is not None) or values["open"] != (values["to"] is not None):
            raise ValueError("an open day has hours, and a closed one none")
        return values

    @property
    def span(self) -> tuple[str, str] | None:
        """From and to; None for a closed day."""
        return (self.from_, self.to) if self.from_ is not None and self.to is not None else None


class ScoreIn(Body):
    """Points by item of the form."""

    answers: dict[constr(max_length=32), StrictInt]  # type: ignore[valid-type]
    note: Note = Note()


def _range(first: date = Query(alias="from"), last: date = Query(alias="to")) -> tuple[date, date]:
    """`from` and `to`, both included."""
    return first, last


Range = Annotated[tuple[date, date], Depends(_range)]


def routes(workbench: Workbench, agents: AgentSender) -> APIRouter:
    """See the module; what changes agents' chats is told to their pages by `workbench` and `agents`."""
    router = APIRouter(prefix="/api/supervisor/v1", tags=["supervisor"])

    @router.get("/board")
    def show_board(_: Supervisor) -> Shown:
        """The queue, today's service, agents, chats, call-backs, satisfaction."""
        return board()

    @router.post("/chats/{handover}/whisper")
    async def whisper(me: Supervisor, handover: Number, body: WhisperIn) -> Shown:  # type: ignore[valid-type]
        """耳语: says something to the agent that the customer never sees."""
        made: Shown = await in_thread(stepping_in.whisper, handover, me.id, readable(body.text, NOTE))
        await workbench.changed()
        return made

    @router.post("/chats/{handover}/take-over")
    async def take_over(me: Supervisor, handover: Number, body: TakeOverIn) -> Shown:  # type: ignore[valid-type]
        """接管: takes a chat from the queue or from its agent."""
        chat, before = await in_thread(stepping_in.take_over, handover, me.id, body.note)
        await workbench.changed(me.id, before)
        whole: Shown = chat
        return whole

    @router.post("/chats/{handover}/assign", status_code=204, response_class=Response)
    async def assign(me: Supervisor, handover: Number, body: AssignIn) -> None:  # type: ignore[valid-type]
        """指派: offers who waits to an agent."""
        await in_thread(stepping_in.assign, handover, me.id, body.staff)
        await agents.told(Changes(chats={body.staff}, offers=[(body.staff, handover)]))
        await workbench.changed()

    @router.post("/queue/{handover}/priority", status_code=204, response_class=Response)
    async def prioritise(me: Supervisor, handover: Number, body: PriorityIn) -> None:  # type: ignore[valid-type]
        """加急: has who waits served sooner."""
        await in_thread(lambda: stepping_in.prioritise(handover, me.id, urgent=body.urgent))
        await workbench.changed()

    @router.post("/agents/{staff}/presence")
    async def set_presence(me: Supervisor, staff: Number, body: PresenceIn) -> Shown:  # type: ignore[valid-type]
        """Puts an agent into a state."""
        shown: Shown = await in_thread(stepping_in.set_presence, staff, me.id, body.state)
        await agents.told(Changes(presence={staff}))
        await workbench.changed(staff)
        return shown

    _add_planning(router)
    _add_quality(router)
    _add_reports(router)
    router.include_router(quality_routes.routes())
    return router


def _add_planning(router: APIRouter) -> None:
    @router.get("/shifts")
    def list_shifts(_: Supervisor, between: Range) -> list[Shown]:
        """排班 of some days."""
        return shifts.listed(*between)

    @router.post("/shifts", status_code=201)
    def add_shift(me: Supervisor, body: ShiftIn) -> Shown:
        """Plans a shift. 409 `shift_overlaps`, `day_past`."""
        return shifts.add(me.id, body.staff, body.date, body.start, body.end)

    @router.put("/shifts/{shift}")
    def change_shift(me: Supervisor, shift: Number, body: ShiftIn) -> Shown:  # type: ignore[valid-type]
        """Changes a shift, with the same refusals."""
        return shifts.change(shift, me.id, body.staff, body.date, body.start, body.end)

    @router.delete("/shifts/{shift}", status_code=204, response_class=Response)
    def remove_shift(me: Supervisor, shift: Number) -> None:  # type: ignore[valid-type]
        """Takes a shift away that is not past."""
        shifts.remove(shift, me.id)

    @router.get("/closures")
    def list_closures(_: Supervisor) -> list[Shown]:
        """节假日与特殊日."""
        return closures.listed()

    @router.post("/closures", status_code=201)
    def enter_closure(me: Supervisor, body: ClosureIn) -> Shown:
        """Enters a day that is not as its weekday is; what it had is replaced."""
        return closures.enter(me.id, body.date, body.name, body.span)

    @router.delete("/closures/{day}", status_code=204, response_class=Response)
    def remove_closure(me: Supervisor, day: date) -> None:
        """The day is as its weekday is."""
        closures.remove(day, me.id)


def _add_quality(router: APIRouter) -> None:
    @router.get("/quality/form")
    def show_form(_: Supervisor) -> sheet.Form:
        """评分表."""
        return sheet.form()

    @router.get("/quality/sample")
    def show_sample(_: Supervisor, day: date | None = None) -> list[Shown]:
        """抽检样本 of a day, today's without one."""
        return quality.sampled(day or days.today())

    @router.get("/quality/figures")
    def show_figures(_: Supervisor, between: Range) -> list[Shown]:
        """质检成绩 by agent, for the chats that ended on these days."""
        return quality.figures(*between)

    @router.get("/quality/{handover}")
    def review(me: Supervisor, handover: Number) -> Shown:  # type: ignore[valid-type]
        """A chat and its score."""
        return quality.reviewed(handover, me.id)

    @router.post("/quality/{handover}")
    def score(me: Supervisor, handover: Number, body: ScoreIn) -> Shown:  # type: ignore[valid-type]
        """Scores a finished chat of somebody else's; a second score replaces the first."""
        return quality.score(handover, me.id, body.answers, body.note)


def _add_reports(router: APIRouter) -> None:
    @router.get("/reports/{name}.csv", response_class=Response)
    def show_table(_: Supervisor, name: Literal["offers", "service"], between: Range) -> Response:
        """The same as a table for spreadsheets."""
        made = reports.offers_table(*between) if name == "offers" else reports.service_table(*between)
        file = f"{name}-{between[0]}-{between[1]}.csv"
        return Response(
            made,
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{file}"'},
        )

    @router.get("/reports/{name}")
    def show_report(_: Supervisor, name: Literal["offers", "service"], between: Range) -> Shown:
        """What came of offers, or how customers were served, with the columns' names."""
        rows = reports.offers(*between) if name == "offers" else reports.service(*between)
        return {"columns": reports.titles(name), "rows": rows}
