"""WeChat: who writes there and how far they were answered, messages that come again, nonces, access tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "wechat_inbound",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_wechat_inbound")),
    )
    op.create_index(op.f("ix_wechat_inbound_at"), "wechat_inbound", ["at"], unique=False)
    op.create_table(
        "wechat_nonces",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("stamp", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "stamp", name=op.f("pk_wechat_nonces")),
    )
    op.create_index(op.f("ix_wechat_nonces_at"), "wechat_nonces", ["at"], unique=False)
    op.create_table(
        "wechat_tokens",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_wechat_tokens")),
    )
    op.create_table(
        "wechat_users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("subscribed", sa.Boolean(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("sent_seq", sa.Integer(), nullable=False),
        sa.Column("sent_part", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.Column("event_left", sa.Integer(), nullable=False),
        sa.Column("event_until", sa.DateTime(), nullable=True),
        sa.Column("hold_until", sa.DateTime(), nullable=True),
        sa.Column("blocked", sa.String(length=8), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("sending_seq", sa.Integer(), nullable=True),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_wechat_users_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_users")),
        sa.UniqueConstraint("account", "openid", name=op.f("uq_wechat_users_account_openid")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_wechat_users_conversation_id")),
    )
    op.create_index(op.f("ix_wechat_users_due_at"), "wechat_users", ["due_at"], unique=False)


def downgrade() -> None:
    for table in ("wechat_users", "wechat_tokens", "wechat_nonces", "wechat_inbound"):
        op.drop_table(table)
