"""Rasa's two places, and which of them answers with which knowledge: a row that every desk follows.

A replacement changes it, or a publishing; both change with one update, so that no turn has the model of one release and
the content of another.
"""

from typing import Literal, NamedTuple

import sqlalchemy as sa

from common.database import Base, UtcDateTime, reading, transaction
from common.settings import settings
from common.times import utc_now
from knowledge_base import content
from knowledge_base.authoring.release import went_live

# As the supervisor names the processes.
Place = Literal["rasa", "rasa_next"]
# A desk knows a change after this many seconds at the latest.
LOOK_SECONDS = 0.5


class BotServer(Base):
    """One row, while `deploy run` runs: the place where new messages go, and since when.

    `release` is the knowledge that holds with its model (`Release.id`); none: that of the project's files.
    """

    __tablename__ = "bot_server"

    id = sa.Column(sa.Integer, primary_key=True, autoincrement=False, default=1)
    place = sa.Column(sa.String(16), nullable=False)
    release = sa.Column(sa.Integer)
    since = sa.Column(UtcDateTime, nullable=False, default=utc_now)


class Live(NamedTuple):
    """What new messages are answered by."""

    place: Place
    release: int | None = None


def live() -> Live | None:
    """What answers; none where nobody has said so, which means the first place, and the project's files."""
    with reading() as session:
        row = session.execute(sa.select(BotServer.place, BotServer.release)).first()
        return None if row is None else Live(row.place, row.release)


def go_live(chosen: Live | None) -> None:
    """Has new messages answered by that from now on; with none it forgets what answers.

    A release that is new to the row is live from the same moment on. Raises Withdrawn if it is not to be published any
    more.
    """
    with transaction() as session:
        row = session.get(BotServer, 1)
        if chosen is None:
            session.execute(sa.delete(BotServer))
            return
        if chosen.release is not None and (row is None or row.release != chosen.release):
            went_live(session, chosen.release)
        session.merge(BotServer(id=1, place=chosen.place, release=chosen.release, since=utc_now()))


def follow() -> bool:
    """Has this process read the release that is live. Always False: there is nothing more to do until the next look."""
    found = live()
    content.use(None if found is None else found.release)
    return False


def address(place: Place) -> str:
    """The URL of a place, by the settings."""
    return settings().rasa_url if place == "rasa" else settings().rasa_next_url
