"""What became of offers to customers who may leave."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "offer_outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("offer", sa.String(length=64), nullable=False),
        sa.Column("segment", sa.String(length=64), nullable=False),
        sa.Column("moment", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("order_receipt", sa.String(length=20), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_outcomes")),
        sa.UniqueConstraint("key", name=op.f("uq_offer_outcomes_key")),
    )
    with op.batch_alter_table("offer_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_outcomes_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_offer_outcomes_counted", ["current", "offer", "segment", "outcome", "at"], unique=False
        )
        batch_op.create_index(
            "uq_offer_outcomes_current",
            ["conversation_id", "offer"],
            unique=True,
            sqlite_where=sa.text("current"),
            postgresql_where=sa.text("current"),
        )


def downgrade() -> None:
    op.drop_table("offer_outcomes")
