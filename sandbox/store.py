# SQLAlchemy 1.4 carries no type information.
# mypy: disable-error-code="attr-defined, no-untyped-call"
"""The database: documents by API and kind, an index of the attributes that are asked for most, and a few registers.

Every change happens in a :class:`Transaction`. There is one writer at a time (SQLite's rule; on PostgreSQL an advisory
lock keeps it), so code inside a transaction may read, decide and write without further locks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from sandbox import tables
from sandbox.documents import Document, decode, encode, values_at

# Documents can be found by these without reading all of a kind; other attributes are compared one by one.
INDEXED = (
    "relatedParty.id",
    "billingAccount.id",
    "bill.id",
    "logicalResource.id",
    "productSerialNumber",
    "productRelationship.product.id",
    "loyaltyProgramMember.id",
    "relatedEntity.id",
    "externalId",
    "calendarEvent.id",
    "partyAccount.id",
    "number",
)
# What all tables hold, by the tables' names.
Rows = dict[str, list[dict[str, Any]]]
# An index entry longer than this would not fit into PostgreSQL's b-tree.
_INDEX_LENGTH = 200


class Transaction:
    """One unit of work. Times come from the sandbox's clock, frozen for the whole of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now: datetime | None = None
        self._unwritten: list[tuple[str, str, Document]] = []

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the transaction that is undone when it is left by an exception; the rest stays."""
        self.flush()
        try:
            with self._connection.begin_nested():
                yield
                self.flush()
        except BaseException:
            self._unwritten = []
            raise

    # -- everything at once --------------------------------------------------------------------------------------

    def rows(self) -> Rows:
        """Everything that is stored."""
        self.flush()
        return {
            table.name: [dict(row._mapping) for row in self._connection.execute(table.select())]
            for table in tables.metadata.sorted_tables
        }

    def put_back(self, rows: Rows) -> None:
        """Stores in empty tables what :meth:`rows` returned."""
        for table in tables.metadata.sorted_tables:
            if rows[table.name]:
                self._connection.execute(table.insert(), rows[table.name])
        self._now = None

    def clear(self) -> None:
        """Empties every table."""
        self.flush()
        every = list(reversed(tables.metadata.sorted_tables))
        if self._connection.dialect.name == "postgresql":
            # Where autovacuum saw only deleted rows, PostgreSQL plans for empty tables: seeding takes minutes.
            self._connection.execute(sa.text(f"TRUNCATE {', '.join(table.name for table in every)}"))
        else:
            for table in every:
                self._connection.execute(table.delete())
        self._now = None

    # -- the clock -----------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The operator's time: the machine's, moved by what ``/sandbox/clock`` was told."""
        if self._now is None:
            offset = float(self.register("clock") or 0)
            self._now = datetime.now(timezone.utc) + timedelta(seconds=offset)
        return self._now

    def move_clock(self, step: timedelta) -> None:
        """Sets the operator's time forward, or back when ``step`` is negative.

        Raises:
            ValueError: when that would leave the years 2000 to 2099.
        """
        moved = self.now() + step
        if not 2000 <= moved.year < 2100:
            raise ValueError("the clock can show the years 2000 to 2099")
        self.set_register("clock", str((moved - datetime.now(timezone.utc)).total_seconds()))
        self._now = moved

    # -- registers -----------------------------------------------------------------------------------------------

    def register(self, name: str) -> str | None:
        """A named value, or None."""
        found: str | None = self._connection.scalar(
            sa.select(tables.register.c.value).where(tables.register.c.name == name)
        )
        return found

    def set_register(self, name: str, value: str) -> None:
        """Writes a named value."""
        changed = self._connection.execute(
            tables.register.update().where(tables.register.c.name == name).values(value=value)
        )
        if not changed.rowcount:
            self._connection.execute(tables.register.insert().values(name=name, value=value))

    def next_number(self, series: str) -> int:
        """1, 2, 3, ... for each series; numbers are never given twice, even when their object is deleted."""
        number = int(self.register(f"series:{series}") or 0) + 1
        self.set_register(f"series:{series}", str(number))
        return number

    # -- documents -----------------------------------------------------------------------------------------------

    def insert(self, api: str, kind: str, document: Document) -> None:
        """Stores a new document, whose ``id`` must be free. It is written with the next read, or at the end."""
        self._unwritten.append((api, kind, document))

    def flush(self) -> None:
        """Writes what was inserted: many rows at once cost little more than one."""
        if not self._unwritten:
            return
        first = int(self._connection.scalar(sa.select(sa.func.max(tables.resource.c.seq))) or 0) + 1
        numbered = list(enumerate(self._unwritten, start=first))
        self._unwritten = []
        rows = [
            {"seq": seq, "api": api, "kind": kind, "id": document["id"], "doc": encode(document)}
            for seq, (api, kind, document) in numbered
        ]
        self._connection.execute(tables.resource.insert(), rows)
        self._write_index([entry for seq, (_, _, document) in numbered for entry in _index_entries(seq, document)])

    def replace(self, api: str, kind: str, document: Document) -> None:
        """Stores a new version of an existing document."""
        self.flush()
        seq = self._connection.scalar(sa.select(tables.resource.c.seq).where(*_is(api, kind, document["id"])))
        self._connection.execute(
            tables.resource.update().where(tables.resource.c.seq == seq).values(doc=encode(document))
        )
        self._connection.execute(tables.attribute.delete().where(tables.attribute.c.seq == seq))
        self._write_index(_index_entries(seq, document))

    def _write_index(self, entries: list[dict[str, Any]]) -> None:
        if entries:
            self._connection.execute(tables.attribute.insert(), entries)

    def delete(self, api: str, kind: str, identity: str) -> None:
        """Removes a document, if it is there."""
        self.flush()
        seqs = sa.select(tables.resource.c.seq).where(*_is(api, kind, identity)).scalar_subquery()
        self._connection.execute(tables.attribute.delete().where(tables.attribute.c.seq.in_(seqs)))
        self._connection.execute(tables.resource.delete().where(*_is(api, kind, identity)))

    def get(self, api: str, kind: str, identity: str) -> Document | None:
        """The document with that id, or None."""
        self.flush()
        text = self._connection.scalar(sa.select(tables.resource.c.doc).where(*_is(api, kind, identity)))
        return None if text is None else decode(text)

    def find(self, api: str, kind: str, **where: str) -> list[Document]:
        """Documents in order of creation whose indexed attribute (``_`` for ``.``) has a value."""
        return self.search(api, kind, {path.replace("_", "."): [value] for path, value in where.items()})

    def search(self, api: str, kind: str, where: Mapping[str, Iterable[str]]) -> list[Document]:
        """Documents in order of creation; ``where`` gives, for paths in ``INDEXED``, the values that will do."""
        self.flush()
        query = sa.select(tables.resource.c.doc).where(tables.resource.c.api == api, tables.resource.c.kind == kind)
        for path, values in where.items():
            wanted = [value[:_INDEX_LENGTH] for value in values]
            matching = sa.select(tables.attribute.c.seq).where(
                tables.attribute.c.path == path, tables.attribute.c.value.in_(wanted)
            )
            query = query.where(tables.resource.c.seq.in_(matching.scalar_subquery()))
        return [decode(row.doc) for row in self._connection.execute(query.order_by(tables.resource.c.seq))]

    def page(self, api: str, kind: str, offset: int, limit: int) -> tuple[list[Document], int]:
        """One page of all documents of a kind in order of creation, and how many there are."""
        self.flush()
        chosen = sa.and_(tables.resource.c.api == api, tables.resource.c.kind == kind)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(tables.resource).where(chosen))
        query = (
            sa.select(tables.resource.c.doc).where(chosen).order_by(tables.resource.c.seq).offset(offset).limit(limit)
        )
        return [decode(row.doc) for row in self._connection.execute(query)], int(total)

    def of_kind(self, kind: str) -> list[tuple[str, Document]]:
        """API and document of all of a kind, in order of creation."""
        self.flush()
        query = sa.select(tables.resource).where(tables.resource.c.kind == kind).order_by(tables.resource.c.seq)
        return [(row.api, decode(row.doc)) for row in self._connection.execute(query)]

    # -- answers given before ------------------------------------------------------------------------------------

    def answer(self, scope: str, key: str) -> tuple[str, Document] | None:
        """What was stored for an idempotency key: the text of the request, and the document that answered it."""
        query = sa.select(tables.answer).where(tables.answer.c.scope == scope, tables.answer.c.key == key)
        row = self._connection.execute(query).first()
        return None if row is None else (row.request, decode(row.document))

    def keep_answer(self, scope: str, key: str, request: str, document: Document) -> None:
        """Stores what answers a key; the primary key refuses a second one."""
        row = {"scope": scope, "key": key, "request": request, "document": encode(document)}
        self._connection.execute(tables.answer.insert().values(row))

    # -- timers --------------------------------------------------------------------------------------------------

    def set_timer(self, due: datetime, action: str, argument: str) -> None:
        """Has ``action`` done with ``argument`` when the operator's clock reaches ``due``."""
        self._connection.execute(
            tables.timer.insert().values(due=due.timestamp(), action=action, argument=argument),
        )

    def next_timer(self) -> datetime | None:
        """When the earliest timer is due, or None."""
        due = self._connection.scalar(sa.select(sa.func.min(tables.timer.c.due)))
        return None if due is None else datetime.fromtimestamp(due, timezone.utc)

    def take_due_timer(self) -> tuple[datetime, str, str] | None:
        """Removes and returns the earliest timer that is due: when it was, its action and argument."""
        query = (
            sa.select(tables.timer)
            .where(tables.timer.c.due <= self.now().timestamp())
            .order_by(tables.timer.c.due, tables.timer.c.seq)
        )
        row = self._connection.execute(query.limit(1)).first()
        if row is None:
            return None
        self._connection.execute(tables.timer.delete().where(tables.timer.c.seq == row.seq))
        return datetime.fromtimestamp(row.due, timezone.utc), row.action, row.argument

    # -- events on their way -------------------------------------------------------------------------------------

    def post_event(self, api: str, subscription: str, callback: str, body: Document) -> None:
        """Queues an event for one subscriber."""
        row = {"api": api, "subscription": subscription, "callback": callback, "body": encode(body), "attempts": 0}
        self._connection.execute(tables.delivery.insert().values(row | {"due": datetime.now(timezone.utc).timestamp()}))

    def due_deliveries(self, limit: int) -> list[Any]:
        """Rows (seq, api, subscription, callback, body, attempts): the oldest event of each subscriber, if due."""
        oldest = (
            sa.select(sa.func.min(tables.delivery.c.seq)).group_by(tables.delivery.c.subscription).scalar_subquery()
        )
        now = datetime.now(timezone.utc).timestamp()
        query = sa.select(tables.delivery).where(tables.delivery.c.seq.in_(oldest), tables.delivery.c.due <= now)
        return list(self._connection.execute(query.order_by(tables.delivery.c.seq).limit(limit)))

    def drop_delivery(self, seq: int) -> None:
        """Forgets an event that arrived, or that was given up."""
        self._connection.execute(tables.delivery.delete().where(tables.delivery.c.seq == seq))

    def drop_deliveries(self, subscription: str) -> None:
        """Forgets what a former subscriber has not got yet."""
        self._connection.execute(tables.delivery.delete().where(tables.delivery.c.subscription == subscription))

    def postpone_delivery(self, seq: int, delay: timedelta) -> None:
        """Counts a failed attempt and sets the next one."""
        due = (datetime.now(timezone.utc) + delay).timestamp()
        values = {"attempts": tables.delivery.c.attempts + 1, "due": due}
        self._connection.execute(tables.delivery.update().where(tables.delivery.c.seq == seq).values(values))


def _index_entries(seq: int, document: Document) -> list[dict[str, Any]]:
    return [
        {"seq": seq, "path": path, "value": value[:_INDEX_LENGTH]}
        for path in INDEXED
        for value in {item for item in values_at(document, path) if isinstance(item, str)}
    ]


def _is(api: str, kind: str, identity: str) -> tuple[Any, ...]:
    return tables.resource.c.api == api, tables.resource.c.kind == kind, tables.resource.c.id == identity


class Store:
    """The database behind the sandbox."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._sqlite = parsed.get_backend_name() == "sqlite"
        options: dict[str, Any] = {}
        if self._sqlite:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            options = {
                "connect_args": {"check_same_thread": False, "timeout": 30},
                "poolclass": sa.pool.QueuePool,
            }
        self._engine = sa.create_engine(url, future=True, pool_size=10, max_overflow=40, **options)
        if self._sqlite:
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)
        self._writer = threading.Lock()
        tables.metadata.create_all(self._engine)

    def close(self) -> None:
        """Gives all connections back."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A consistent view of the data, for reading only."""
        with self._engine.connect() as connection, connection.begin():
            yield Transaction(connection)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that commits at the end, or leaves nothing behind when it is left by an exception."""
        with self._writer, self._engine.connect() as bare:
            connection = bare.execution_options(writing=True)
            with connection.begin():
                if not self._sqlite:
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(10000)"))
                transaction = Transaction(connection)
                yield transaction
                transaction.flush()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling begins too late and never immediately; _begin_sqlite does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
