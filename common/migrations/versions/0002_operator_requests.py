"""Requests to the operator: the durable outbox of bss."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "operator_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("operator_number", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_operator_requests_key")),
        sa.UniqueConstraint("receipt", name=op.f("uq_operator_requests_receipt")),
    )
    with op.batch_alter_table("operator_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operator_requests_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("ix_operator_requests_due", ["state", "next_try_at"], unique=False)


def downgrade() -> None:
    op.drop_table("operator_requests")
