"""The inbox: what the bot did not do well by, and what becomes of it."""

from typing import Literal

from fastapi import APIRouter, Query
from pydantic import Field, conint, constr

from desk.editor import inbox_shown
from desk.editor.people import Reader, Shown, Writer
from desk.workbench.routes import Body

State = Literal["open", "assigned", "dismissed", ""]
Reason = Literal["rejected", "unsure", "handover", "correction", "thumbs_down", ""]
Sentence = conint(ge=1, le=2**31 - 1)


class SentencesIn(Body):
    """Some sentences."""

    sentences: list[Sentence] = Field(min_items=1, max_items=1_000)  # type: ignore[valid-type]


class AssignIn(SentencesIn):
    """The intent that they are examples of, in a draft."""

    draft: int = Field(ge=1, le=2**31 - 1)
    intent: constr(min_length=1, max_length=64)  # type: ignore[valid-type]


def add(router: APIRouter) -> None:
    """See the module."""

    @router.get("/inbox")
    def inbox(
        _: Reader,
        state: State = "open",
        reason: Reason = "",
        q: str = Query("", max_length=64),
        offset: int = Query(0, ge=0, le=1_000_000),
        limit: int = Query(20, ge=1, le=100),
    ) -> Shown:
        """Clusters of sentences, the largest first."""
        return inbox_shown.found(inbox_shown.Query(state or "open", reason or None, q.strip(), offset, limit))

    @router.post("/inbox/assign")
    def assign(me: Writer, body: AssignIn) -> Shown:
        """Has sentences become examples of an intent."""
        return {"changed": inbox_shown.assign(me.id, body.sentences, body.draft, body.intent)}

    @router.post("/inbox/dismiss")
    def dismiss(me: Writer, body: SentencesIn) -> Shown:
        """Nobody needs them."""
        return {"changed": inbox_shown.dismiss(me.id, body.sentences)}

    @router.post("/inbox/reopen")
    def reopen(me: Writer, body: SentencesIn) -> Shown:
        """They wait again."""
        return {"changed": inbox_shown.reopen(me.id, body.sentences)}
