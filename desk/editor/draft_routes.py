"""Drafts: begun, renamed, discarded, undone; and their way through training and review to being published."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from desk.editor import drafts, shown, work
from desk.editor.people import Id, Key, Reader, Remark, Shown, Title, Writer
from desk.workbench.routes import Body

State = Literal["open", "submitted", "approved", "published", "discarded", ""]


class DraftIn(Body):
    """A new draft; the same key again begins no second one."""

    key: Key
    title: Title


class TitleIn(Body):
    """Another title."""

    title: Title


class KeyIn(Body):
    """Work that is asked for, once for a key."""

    key: Key


class NoteIn(Body):
    """What a reviewer says."""

    note: Remark = Remark()


class SubmitIn(Body):
    """What the reviewer should know; why fixed cases may break, by their sentence."""

    note: Remark = Remark()
    reasons: dict[str, Remark] = Field(default_factory=dict)


class RollbackIn(Body):
    """Why what is live is taken back; `release` is the one that the person has seen as the newest."""

    key: Key
    reason: Title
    release: int | None = Field(default=None, ge=1, le=2**31 - 1)


def add(router: APIRouter) -> None:
    """See the module."""

    @router.get("/drafts")
    def list_drafts(me: Reader, state: State = "") -> list[Shown]:
        """Drafts, newest first."""
        return shown.cards(me, state or None)

    @router.post("/drafts", status_code=201)
    def create(me: Writer, body: DraftIn) -> Shown:
        """Begins a draft."""
        return shown.whole(drafts.create(me.id, body.key, body.title), me)

    @router.get("/drafts/{draft}")
    def show(me: Reader, draft: Id) -> Shown:
        """A draft, whole."""
        return shown.whole(draft, me)

    @router.patch("/drafts/{draft}")
    def rename(me: Writer, draft: Id, body: TitleIn) -> Shown:
        """Another title."""
        drafts.rename(me.id, draft, body.title)
        return shown.whole(draft, me)

    @router.post("/drafts/{draft}/discard")
    def discard(me: Writer, draft: Id) -> Shown:
        """Gives a draft up."""
        drafts.discard(me.id, draft)
        return shown.whole(draft, me)

    @router.post("/drafts/{draft}/undo")
    def undo(me: Writer, draft: Id) -> Shown:
        """Takes back what one saved last oneself."""
        return {"undone": drafts.undo(me.id, draft)}

    @router.post("/drafts/{draft}/submit")
    def submit(me: Writer, draft: Id, body: SubmitIn) -> Shown:
        """Asks for a second person's approval. 409 `report_missing`, `report_stale`, `findings`, `reasons_missing`."""
        drafts.submit(me.id, draft, body.note, dict(body.reasons))
        return shown.whole(draft, me)

    @router.post("/drafts/{draft}/approve")
    def approve(me: Reader, draft: Id, body: NoteIn) -> Shown:
        """A second person agrees. 403 `same_person` for whoever has worked on it."""
        drafts.approve(me.id, draft, body.note)
        return shown.whole(draft, me)

    @router.post("/drafts/{draft}/reject")
    def reject(me: Reader, draft: Id, body: NoteIn) -> Shown:
        """Gives it back to its editors."""
        drafts.reject(me.id, draft, body.note)
        return shown.whole(draft, me)

    _add_work(router)


def _add_work(router: APIRouter) -> None:
    @router.post("/drafts/{draft}/train", status_code=202)
    def train(me: Writer, draft: Id, body: KeyIn) -> Shown:
        """Trains the draft's model in the background, and reports what it changes."""
        return work.train(me.id, draft, body.key)

    @router.post("/drafts/{draft}/publish", status_code=202)
    def publish(me: Writer, draft: Id, body: KeyIn) -> Shown:
        """Has an approved draft go live."""
        return work.publish(me.id, draft, body.key)

    @router.post("/rollback", status_code=202)
    def roll_back(me: Writer, body: RollbackIn) -> Shown:
        """Takes back what went live last."""
        return work.roll_back(me.id, body.key, body.reason, body.release)

    @router.get("/jobs/{job}")
    def show_job(_: Reader, job: Id) -> Shown:
        """Work in the background: how far it is, and its log."""
        return work.shown(job)

    @router.post("/jobs/{job}/cancel")
    def cancel(me: Writer, job: Id) -> Shown:
        """Ends a training, or a publishing that waits."""
        return work.cancel(me.id, job)
