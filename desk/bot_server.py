"""Rasa's two places, and which of them answers: a row that a replacement changes and every desk follows."""

from typing import Literal

import sqlalchemy as sa

from common.database import Base, UtcDateTime, reading, transaction
from common.settings import settings
from common.times import utc_now

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


def live() -> Place | None:
    """The place that answers; none where nobody has named one, which means the first."""
    with reading() as session:
        place: Place | None = session.scalar(sa.select(BotServer.place))
        return place


def go_live(place: Place | None) -> None:
    """Sends new messages there from now on; with none it forgets which place answers."""
    with transaction() as session:
        session.execute(sa.delete(BotServer))
        if place is not None:
            session.add(BotServer(place=place))


def address(place: Place) -> str:
    """The URL of a place, by the settings."""
    return settings().rasa_url if place == "rasa" else settings().rasa_next_url
