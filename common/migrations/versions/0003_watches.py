"""What conversations wait for at the operator's: watches of bss."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("identity", sa.String(length=100), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("next_look_at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint(
            "conversation_id", "topic", "identity", name=op.f("uq_watches_conversation_id_topic_identity")
        ),
    )
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watches_next_look_at"), ["next_look_at"], unique=False)
        batch_op.create_index("ix_watches_object", ["topic", "identity"], unique=False)


def downgrade() -> None:
    op.drop_table("watches")
