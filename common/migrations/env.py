"""Alembic's environment: runs migrations on the URL that `common.database.alembic_config` set."""

from alembic import context

from common.database import Base, make_engine

engine = make_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
