"""Proposals by state: every look at the queue asks for those that nobody answered."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index(op.f("ix_proposals_state"), "proposals", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_proposals_state"), table_name="proposals")
