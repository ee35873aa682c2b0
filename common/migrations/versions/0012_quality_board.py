"""What the quality board counts: contacts by day, and the tickets that were filed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "filed_tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("customer", sa.String(length=64), nullable=True),
        sa.Column("line", sa.String(length=64), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=True),
        sa.Column("expected_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("next_look_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed_tickets")),
        sa.UniqueConstraint("receipt", name=op.f("uq_filed_tickets_receipt")),
    )
    for column in ("conversation_id", "created_at", "expected_at", "next_look_at"):
        op.create_index(op.f(f"ix_filed_tickets_{column}"), "filed_tickets", [column], unique=False)
    op.create_index("ix_filed_tickets_line", "filed_tickets", ["line", "kind", "created_at"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("began", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("day", "conversation_id", name=op.f("uq_contacts_day_conversation_id")),
    )
    op.create_index(op.f("ix_contacts_conversation_id"), "contacts", ["conversation_id"], unique=False)
    op.create_index("ix_contacts_counted", "contacts", ["day", "channel", "handed", "lost"], unique=False)
    op.create_index("ix_contacts_who", "contacts", ["who", "topic", "began", "ended"], unique=False)
    op.create_table(
        "contact_intents",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_intents_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "intent", name=op.f("pk_contact_intents")),
    )
    op.create_index("ix_contact_intents_counted", "contact_intents", ["day", "channel", "intent"], unique=False)
    op.create_table(
        "counted_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_counted_days")),
    )
    op.create_table(
        "day_counts",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("figure", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "figure", "channel", "key", name=op.f("pk_day_counts")),
    )
    op.create_index(op.f("ix_turns_created_at"), "turns", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_turns_created_at"), "turns")
    op.drop_table("day_counts")
    op.drop_table("counted_days")
    op.drop_index("ix_contact_intents_counted", "contact_intents")
    op.drop_table("contact_intents")
    op.drop_index("ix_contacts_who", "contacts")
    op.drop_index("ix_contacts_counted", "contacts")
    op.drop_index(op.f("ix_contacts_conversation_id"), "contacts")
    op.drop_table("contacts")
    op.drop_index("ix_filed_tickets_line", "filed_tickets")
    for column in ("next_look_at", "expected_at", "created_at", "conversation_id"):
        op.drop_index(op.f(f"ix_filed_tickets_{column}"), "filed_tickets")
    op.drop_table("filed_tickets")
