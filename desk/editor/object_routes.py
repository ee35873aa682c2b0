"""Objects: lists, one by one, saved, refactored; checked, tried, and what is found in a text."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field, constr

from common.times import SHANGHAI
from desk.editor import drafts, knowledge, objects, refactoring
from desk.editor.author import Author
from desk.editor.people import Id, Reader, Shown, Writer
from desk.text import readable
from desk.turns import in_thread
from desk.workbench.routes import Body
from knowledge_base.authoring.drafts import UNSET
from language.extractor import extract

Name = constr(min_length=1, max_length=100)
DraftId = Query(None, ge=1, le=2**31 - 1)
LONGEST = 1_000


class ObjectIn(Body):
    """An object as it shall become; see `desk.editor.drafts.save`."""

    value: dict[str, Any] | None = Field(...)
    version: int = Field(ge=0, le=2**31 - 1)
    base: dict[str, Any] | None = None


class CheckIn(Body):
    """An object as somebody is writing it."""

    draft: int | None = Field(default=None, ge=1, le=2**31 - 1)
    kind: Name  # type: ignore[valid-type]
    key: Name  # type: ignore[valid-type]
    value: dict[str, Any] | None


class TextIn(Body):
    """Something that a customer might say."""

    text: constr(min_length=1, max_length=LONGEST)  # type: ignore[valid-type]


class RefactorIn(Body):
    """What happens to an intent: `to` is its new name, the other intent, or the new one; `dry` only looks."""

    action: Literal["rename", "merge", "split", "delete"]
    intent: Name  # type: ignore[valid-type]
    to: constr(max_length=100) | None = None  # type: ignore[valid-type]
    sentences: list[constr(max_length=LONGEST)] = Field(default=[], max_items=5_000)  # type: ignore[valid-type]
    dry: bool = False


def add(router: APIRouter, author: Author) -> None:
    """See the module; `author` knows the models."""

    @router.get("/words")
    def words(_: Reader) -> Shown:
        """What may be chosen in forms."""
        return dict(objects.words())

    @router.get("/objects")
    def list_objects(
        _: Reader,
        kind: str,
        q: str = Query("", max_length=64),
        draft: int | None = DraftId,
        offset: int = Query(0, ge=0, le=1_000_000),
        limit: int = Query(100, ge=1, le=500),
    ) -> Shown:
        """Objects of a kind, of a draft as it has them."""
        return objects.listed(kind, q.strip(), draft, offset, limit)

    @router.get("/objects/{kind}/{key:path}")
    def show_object(_: Reader, kind: str, key: str, draft: int | None = DraftId) -> Shown:
        """An object in a draft and live."""
        return objects.one(kind, key, draft)

    @router.put("/drafts/{draft}/objects/{kind}/{key:path}")
    def save(me: Writer, draft: Id, kind: str, key: str, body: ObjectIn) -> Shown:
        """Saves an object in a draft. 409 `stale` with `theirs` when somebody else has."""
        base = body.base if "base" in body.__fields_set__ else UNSET
        return drafts.save(me.id, draft, knowledge.known(kind), key, body.value, body.version, base)

    @router.post("/drafts/{draft}/refactor")
    def refactor(me: Writer, draft: Id, body: RefactorIn) -> Shown:
        """Renames, merges, splits or deletes an intent, with all that names it; undone as one."""
        return refactoring.refactor(me.id, draft, body.action, body.intent, body.to or None, body.sentences, body.dry)

    @router.post("/entities")
    def entities(_: Reader, body: TextIn) -> Shown:
        """What is named in a text, with offsets in it."""
        found = extract(body.text, datetime.now(SHANGHAI).date())
        return {
            "entities": [
                {"entity": one.entity, "value": one.value, "start": one.start, "end": one.end} for one in found
            ]
        }

    _add_asked(router, author)


def _add_asked(router: APIRouter, author: Author) -> None:
    @router.post("/check")
    async def check(_: Reader, body: CheckIn) -> Shown:
        """What is to be said of an object while it is written. 503 `author_away`."""
        kind = knowledge.known(body.kind)
        return await author.check(body.draft, kind, body.key, body.value)

    @router.post("/drafts/{draft}/check")
    async def check_draft(_: Reader, draft: Id) -> Shown:
        """What is to be said of all objects of a draft."""
        await in_thread(drafts.upon, draft)
        return await author.check_draft(draft)

    @router.post("/drafts/{draft}/try")
    async def try_draft(_: Reader, draft: Id, body: TextIn) -> Shown:
        """What the draft's model would make of a text."""
        await in_thread(drafts.upon, draft)
        return await author.try_out(draft, readable(body.text, LONGEST))

    @router.post("/try")
    async def try_live(_: Reader, body: TextIn) -> Shown:
        """What the live model makes of a text."""
        return await author.try_out(None, readable(body.text, LONGEST))
