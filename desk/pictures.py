"""Pictures from customers: kind and size checked by their bytes, kept outside the database. All functions block."""

import uuid
from collections.abc import Callable
from typing import Any

import filetype
import sqlalchemy as sa

from common.database import transaction
from common.settings import settings
from desk import store
from desk.errors import Refused, sentence
from desk.models import Picture
from desk.store import Said, Shown

KINDS = {"image/jpeg", "image/png", "image/webp", "image/gif"}


def keep(conversation: str, client_id: str, data: bytes) -> list[Shown]:
    """Stores a picture once for a `client_id`, as a message of the customer's, and returns the replies.

    Raises Refused when it is too large or no picture.
    """
    picture, card = _write(conversation, data)
    accepted = store.accept(conversation, client_id, "", None, card=card)
    if accepted.known:
        _forget(picture)
        return store.replies(accepted.turn)
    if accepted.mode != "bot":
        return []  # a person sees it
    store.say(conversation, [Said("system", sentence("picture_kept"))], accepted.turn)
    return store.replies(accepted.turn)


def from_agent(conversation: str, data: bytes, say: Callable[[dict[str, Any]], Shown]) -> Shown:
    """Stores a picture of an agent's; `say` makes the line with its card. Raises Refused."""
    picture, card = _write(conversation, data)
    line = say(card)
    if line["card"] != card:
        _forget(picture)  # sent before
    return line


def _write(conversation: str, data: bytes) -> tuple[str, dict[str, Any]]:
    """A picture's id and its card. Raises Refused when it is too large or no picture."""
    limit = settings().picture_bytes
    if len(data) > limit:
        raise Refused(413, "picture_too_large", megabytes=limit // 1024 // 1024)
    kind = filetype.guess_mime(data)
    if kind not in KINDS:
        raise Refused(415, "picture_unknown")
    picture = uuid.uuid4().hex
    card: dict[str, Any] = {
        "kind": "picture",
        "title": "",
        "amount": None,
        "rows": [],
        "note": None,
        "url": f"/api/v1/conversations/{conversation}/pictures/{picture}",
    }
    # The file first: a row without its file would be a broken picture, a file without a row is only waste.
    settings().pictures_dir.mkdir(parents=True, exist_ok=True)
    path = settings().pictures_dir / picture
    path.write_bytes(data)
    with transaction() as session:
        session.add(Picture(id=picture, conversation_id=conversation, media_type=kind, size=len(data)))
    return picture, card


def _forget(picture: str) -> None:
    (settings().pictures_dir / picture).unlink(missing_ok=True)
    with transaction() as session:
        session.execute(sa.delete(Picture).where(Picture.id == picture))


def read(conversation: str, picture: str) -> tuple[bytes, str]:
    """A picture of this conversation and its media type. Raises Refused."""
    with transaction() as session:
        kind = session.scalar(
            sa.select(Picture.media_type).where(Picture.id == picture, Picture.conversation_id == conversation)
        )
    path = settings().pictures_dir / picture
    if kind is None or not path.is_file():
        raise Refused(404, "not_found")
    return path.read_bytes(), kind
