"""How what the quality board counts is called: intents by their names of today, clusters, complaints, offers."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.supervisor.contacts import is_topic
from knowledge_base.authoring.models import Cluster, IntentName
from knowledge_base.content import content, intent_title
from knowledge_base.retention.offers import offers as known_offers


def of_intents(session: Session) -> Callable[[str], str]:
    """From what an intent was called to what it is called now, through any number of renamings and mergings."""
    renamed = dict(session.execute(sa.select(IntentName.old, IntentName.new)).all())

    def now(name: str) -> str:
        seen = {name}
        while (later := renamed.get(name)) is not None and later not in seen:
            name = later
            seen.add(name)
        return name

    return now


def all_names(session: Session, intent: str) -> list[str]:
    """What an intent is called and was called before."""
    now = of_intents(session)
    return [
        intent,
        *(old for old in session.scalars(sa.select(IntentName.old)) if now(old) == intent and old != intent),
    ]


def names_of(session: Session, figure: str, keys: Iterable[str]) -> dict[str, str]:
    """The names of the keys of a figure; an intent that is small talk has none and is left out."""
    keys = list(keys)
    if figure == "intents":
        return {key: str(intent_title(key)) for key in keys if is_topic(key)}
    unknown = content("board")["unknown"]
    if figure == "rejected":
        found = session.execute(
            sa.select(Cluster.id, Cluster.title).where(Cluster.id.in_([int(key) for key in keys if key]))
        )
        titles = {str(row.id): str(row.title) for row in found}
        return {key: titles.get(key, content("board")["unsorted"]) for key in keys}
    if figure == "handovers":
        titles = content("chats")["why"]
    elif figure == "complaints":
        titles = {key: title for key in keys if (title := complaint_title(key))}
    elif figure in {"offers", "declined"}:
        titles = {offer.id: offer.title for offer in known_offers()}
    else:
        titles = {}
    return {key: str(titles.get(key) or key or unknown) for key in keys}


def complaint_title(subject: str) -> str | None:
    """How a type of complaint is called."""
    entry = content("complaints")["types"].get(subject)
    if entry is None:
        return intent_title(subject)
    return str(entry.get("title") or intent_title(entry["intent"]))
