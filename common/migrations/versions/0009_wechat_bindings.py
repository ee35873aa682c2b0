"""Numbers that people of WeChat's have bound after a proof."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "wechat_bindings",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("bound_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "openid", "number_hash", name=op.f("pk_wechat_bindings")),
    )
    op.create_index(op.f("ix_wechat_bindings_number_hash"), "wechat_bindings", ["number_hash"], unique=False)


def downgrade() -> None:
    op.drop_table("wechat_bindings")
