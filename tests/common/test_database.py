import threading
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, StatementError

import bss.models
import desk.board_models
import desk.bot_server
import desk.channels.wechat.models
import desk.handover_models
import desk.models
import knowledge_base.authoring.models
import knowledge_base.models
from common.database import Base, UtcDateTime, alembic_config, engine, make_engine, migrate, reading, transaction
from common.settings import settings
from common.times import SHANGHAI

COUNTS = sa.Table("counts", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
MOMENTS = sa.Table("moments", sa.MetaData(), sa.Column("at", UtcDateTime))


def tables(of: Engine) -> set[str]:
    return set(sa.inspect(of).get_table_names())


def numbers() -> list[int]:
    with transaction() as session:
        return list(session.scalars(sa.select(COUNTS.c.n).order_by(COUNTS.c.id)))


@pytest.fixture
def counts() -> None:
    COUNTS.metadata.create_all(engine())


@pytest.mark.usefixtures("counts")
def test_a_transaction_commits_when_its_block_ends_well() -> None:
    with transaction() as session:
        session.execute(sa.insert(COUNTS).values(n=1))

    assert numbers() == [1]


@pytest.mark.usefixtures("counts")
def test_a_transaction_takes_everything_back_when_its_block_raises() -> None:
    with transaction() as session:
        session.execute(sa.insert(COUNTS).values(n=1))

    with pytest.raises(LookupError), transaction() as session:  # noqa: PT012
        session.execute(sa.update(COUNTS).values(n=2))
        session.execute(sa.insert(COUNTS).values(n=3))
        raise LookupError

    assert numbers() == [1]


@pytest.mark.usefixtures("counts")
def test_read_and_add_from_many_threads_loses_no_update() -> None:
    with transaction() as session:
        session.execute(sa.insert(COUNTS).values(n=0))

    def add() -> None:
        for _ in range(5):
            with transaction() as session:
                seen = session.scalar(sa.select(COUNTS.c.n))
                session.execute(sa.update(COUNTS).values(n=seen + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers() == [40]


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys() -> None:
    with engine().connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_row_that_points_nowhere_is_refused() -> None:
    migrate()

    with pytest.raises(IntegrityError), transaction() as session:
        session.add(desk.handover_models.Handover(conversation_id="nobody", context={}, group="mobile"))


def test_a_time_of_another_zone_comes_back_as_the_same_moment_in_utc() -> None:
    MOMENTS.metadata.create_all(engine())
    written = datetime(2026, 11, 1, 0, 30, tzinfo=SHANGHAI)

    with transaction() as session:
        session.execute(sa.insert(MOMENTS).values(at=written))
        read = session.scalar(sa.select(MOMENTS.c.at))

    assert read == written
    assert read.utcoffset() == timedelta(0)
    assert (read.month, read.day, read.hour) == (10, 31, 16)


def test_a_naive_time_cannot_be_stored() -> None:
    MOMENTS.metadata.create_all(engine())

    with pytest.raises(StatementError, match="naive"), transaction() as session:
        session.execute(sa.insert(MOMENTS).values(at=datetime(2026, 11, 1)))


def test_a_missing_time_stays_missing() -> None:
    kind = UtcDateTime()

    assert kind.process_bind_param(None, None) is None
    assert kind.process_result_value(None, None) is None
    assert kind.process_result_value(datetime(2026, 1, 1), None) == datetime(2026, 1, 1, tzinfo=timezone.utc)


def test_the_migrations_make_exactly_the_schema_of_the_models() -> None:
    assert bss.models.OperatorRequest.metadata is Base.metadata
    assert knowledge_base.models.OfferOutcome.metadata is Base.metadata
    assert knowledge_base.authoring.models.Draft.metadata is Base.metadata
    migrate()

    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_comparison_notices_a_column_that_a_migration_forgot() -> None:
    migrate()
    with engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE handovers DROP COLUMN context")

    with engine().connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert [change[0] for change in difference] == ["add_column"]


def test_the_schema_can_be_taken_down_and_built_again() -> None:
    url = settings().database_url
    migrate()
    built = tables(engine())
    command.downgrade(alembic_config(url), "base")
    assert tables(engine()) == {"alembic_version"}

    migrate()

    assert tables(engine()) == built > {"conversations", "turns", "messages", "outbox"}


def test_migrating_twice_changes_nothing() -> None:
    migrate()
    with transaction() as session:
        session.add(desk.models.Conversation(id="kept", channel="web"))

    migrate()

    with transaction() as session:
        assert session.scalar(sa.select(desk.models.Conversation.mode)) == "bot"


def test_a_percent_sign_in_the_address_survives_alembic(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("100%")
    url = f"sqlite:///{folder}/a%20b.db"

    migrate(url)

    other = make_engine(url)
    assert "conversations" in tables(other)
    other.dispose()


def test_the_folder_of_a_new_database_is_made(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("fresh") / "deep" / "er" / "wanhao.db"

    other = make_engine(f"sqlite:///{path}")
    with other.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    other.dispose()

    assert path.is_file()


@pytest.mark.usefixtures("counts")
def test_who_reads_waits_for_no_writer_and_sees_one_state() -> None:
    with transaction() as session:
        session.execute(sa.insert(COUNTS).values(n=1))
    found: list[list[int]] = []

    def look() -> None:
        with reading() as session:
            found.append(list(session.scalars(sa.select(COUNTS.c.n))))

    with transaction() as session:
        session.execute(sa.insert(COUNTS).values(n=2))
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()

    assert found == [[1]]


def test_who_reads_must_not_change_anything() -> None:
    Base.metadata.create_all(engine())
    with pytest.raises(RuntimeError, match="changes"), reading() as session:
        session.add(desk.models.Conversation(id="x", channel="web"))
