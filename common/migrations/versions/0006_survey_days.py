"""Scores by the day on which they were given: the supervisor's board asks every few seconds."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index(op.f("ix_surveys_answered_at"), "surveys", ["answered_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_surveys_answered_at"), table_name="surveys")
