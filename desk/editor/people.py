"""Who edits: the roles of the editors' routes, and people by name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Path
from pydantic import ConstrainedStr
from sqlalchemy.orm import Session

from common.times import iso
from desk.staff import access
from desk.staff.access import Me
from desk.staff.routes import READABLE
from desk.staff_models import Staff

Shown = dict[str, Any]

WRITERS = ("editor", "admin")
READERS = ("supervisor", *WRITERS)
Reader = Annotated[Me, Depends(access.needs(*READERS))]
Writer = Annotated[Me, Depends(access.needs(*WRITERS))]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Key(ConstrainedStr):
    """What a page names a request by, so that a repeated one changes nothing."""

    strict = True
    regex = r"^[A-Za-z0-9_.:-]{1,64}\Z"


class Title(ConstrainedStr):
    """What people call something."""

    strip_whitespace = True
    min_length = 1
    max_length = 60
    regex = READABLE


class Remark(ConstrainedStr):
    """A remark to colleagues, maybe empty."""

    strip_whitespace = True
    max_length = 1000
    regex = r"^[^\x00\ud800-\udfff]*\Z"


def names(session: Session, people: Iterable[int | None]) -> dict[int | None, str]:
    """id → name; nobody's is not in it."""
    wanted = {one for one in people if one is not None}
    return dict(session.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_(wanted))).all()) if wanted else {}


def stamp(moment: datetime | None) -> str | None:
    """A moment as our APIs tell it."""
    return None if moment is None else iso(moment)
