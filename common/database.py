"""The product's own database: one engine, one declarative base, one Alembic history."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import tenacity
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, declarative_base, sessionmaker

from common.settings import settings

# Says of a connection that its transaction only reads: PostgreSQL's name for it, which SQLite's dialect leaves alone.
_READS = "postgresql_readonly"
# How long a transaction waits for another one to end.
LOCK_SECONDS = 10.0

Base = declarative_base(
    metadata=sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
)


class UtcDateTime(sa.types.TypeDecorator):
    """An aware time, stored as UTC: SQLite would forget the zone and hand back a naive one."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=timezone.utc)


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, foreign keys on, waits 5 s for a lock) or PostgreSQL."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, future=True, pool_pre_ping=True)
    database = sa.engine.make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    # A file's last connection that closes writes the whole log back: five times the cost of a short transaction.
    pool: dict[str, Any] = {"poolclass": sa.pool.QueuePool, "pool_size": 10, "max_overflow": 30} if database else {}
    engine = sa.create_engine(url, future=True, connect_args={"timeout": 5, "check_same_thread": False}, **pool)

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # pysqlite opens transactions late and would upgrade a read lock mid-way, which SQLite refuses at once
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reads = connection.get_execution_options().get(_READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine of this process."""
    return make_engine(settings().database_url)


class Busy(Exception):
    """This process's other threads keep the database for too long."""


@contextmanager
def _turn() -> Iterator[None]:
    """This thread's turn to use SQLite, which lets one writer in at a time.

    Waiting here is fair and wakes at once; SQLite's own waiting polls with growing pauses, and under load some threads
    would never get in.
    """
    if engine().dialect.name != "sqlite":
        yield
        return
    if not _writer.acquire(timeout=LOCK_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _writer.release()


_writer = threading.Lock()


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits when the block ends well and rolls back when it raises. Not to be nested."""
    with _turn(), sessionmaker(engine(), future=True, expire_on_commit=False)() as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session that sees one state of the database and must change nothing; no writer waits for it, nor it for one."""
    with sessionmaker(engine(), future=True, autoflush=False)() as session:
        options: dict[str, Any] = {_READS: True}
        if engine().dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        session.connection(execution_options=options)
        yield session
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("a reading session has changes")


# Calls a function anew whose transaction lost the race for a row that there is once: then that is there to be found.
# It may lose as often as there are people who do one thing at once.
retried = tenacity.retry(
    retry=tenacity.retry_if_exception_type(IntegrityError), stop=tenacity.stop_after_attempt(6), reraise=True
)


def alembic_config(url: str) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str | None = None) -> None:
    """Brings the database to the newest schema."""
    command.upgrade(alembic_config(url or settings().database_url), "head")
