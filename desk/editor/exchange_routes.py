"""Objects out of the house and back, as YAML or Excel."""

import uuid
from typing import Any, Literal

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from common.database import transaction
from desk.editor import drafts, knowledge
from desk.editor.object_routes import DraftId
from desk.editor.people import Id, Reader, Shown, Writer
from desk.errors import Refused
from desk.staff import audit
from desk.turns import in_thread
from knowledge_base.authoring import exchange
from knowledge_base.authoring.changes import Change, Problem

Format = Literal["yaml", "xlsx"]
MEDIA = {"yaml": "application/yaml", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def add(router: APIRouter) -> None:
    """See the module."""

    @router.get("/export", response_class=Response)
    def export(
        me: Reader, kind: str, form: Format = Query("xlsx", alias="format"), draft: int | None = DraftId
    ) -> Response:
        """All objects of a kind, of a draft as it has them."""
        knowledge.known(kind)
        on = knowledge.upon([]) if draft is None else drafts.upon(draft)
        try:
            made = exchange.exported(on.objects(kind), kind, form)
        except exchange.TooLong as error:
            raise Refused(422, "too_long", "kb_cell", key=str(error)) from error
        with transaction() as session:
            audit.note(session, me.id, "kb_export", kind, form)
        return Response(
            made, media_type=MEDIA[form], headers={"Content-Disposition": f'attachment; filename="{kind}.{form}"'}
        )

    @router.post("/drafts/{draft}/import")
    async def import_file(
        me: Writer,
        draft: Id,
        file: UploadFile = File(...),
        kind: str = Form(...),
        form: Format | None = Form(None, alias="format"),
    ) -> Shown:
        """Saves the objects of a file in a draft, undone as one; what cannot be read is told and left out."""
        knowledge.known(kind)
        data = await file.read(exchange.MOST_MEGABYTES * 2**20 + 1)
        chosen = form or ("xlsx" if (file.filename or "").lower().endswith(".xlsx") else "yaml")
        taken: Shown = await in_thread(_taken, me.id, draft, kind, data, chosen)
        return taken


def _taken(me: int, draft: int, kind: str, data: bytes, form: str) -> Shown:
    found, problems = exchange.imported(data, kind, form)
    changes = [Change(kind, key, None, value) for key, value in found]
    with drafts.changing() as session:
        row = drafts.found(session, draft)
        saved = drafts.save_all(session, me, draft, changes, uuid.uuid4().hex)
        drafts.note(session, me, "kb_import", row, f"{kind}: {saved}")
    return {"saved": saved, "problems": [_shown(one) for one in problems]}


def _shown(problem: Problem) -> dict[str, Any]:
    return {"key": problem.key, "code": problem.code, "message": problem.message, "field": problem.field}
