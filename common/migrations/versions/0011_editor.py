"""What knowledge editors work on; what the bot took a turn for; which release of the knowledge answers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "kb_clusters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_clusters")),
    )
    op.create_table(
        "kb_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_drafts")),
        sa.UniqueConstraint("key", name=op.f("uq_kb_drafts_key")),
    )
    op.create_index(op.f("ix_kb_drafts_state"), "kb_drafts", ["state"], unique=False)
    op.create_table(
        "kb_inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("intent", sa.String(length=64), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_inbox")),
        sa.UniqueConstraint("form", name=op.f("uq_kb_inbox_form")),
    )
    op.create_index(op.f("ix_kb_inbox_cluster_id"), "kb_inbox", ["cluster_id"], unique=False)
    op.create_index(op.f("ix_kb_inbox_state"), "kb_inbox", ["state"], unique=False)
    op.create_table(
        "kb_intent_names",
        sa.Column("old", sa.String(length=64), nullable=False),
        sa.Column("new", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("old", name=op.f("pk_kb_intent_names")),
    )
    op.create_table(
        "kb_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_kb_jobs_key")),
    )
    op.create_index(op.f("ix_kb_jobs_draft_id"), "kb_jobs", ["draft_id"], unique=False)
    op.create_index(op.f("ix_kb_jobs_state"), "kb_jobs", ["state"], unique=False)
    op.create_table(
        "kb_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("reverts", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("diff", sa.JSON(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("live_at", sa.DateTime(), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_releases")),
    )
    op.create_index(op.f("ix_kb_releases_state"), "kb_releases", ["state"], unique=False)
    op.create_table(
        "kb_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("base", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["kb_drafts.id"], name=op.f("fk_kb_changes_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_changes")),
        sa.UniqueConstraint("draft_id", "kind", "key", name="uq_kb_changes_object"),
    )
    op.create_table(
        "kb_edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["kb_drafts.id"], name=op.f("fk_kb_edits_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_edits")),
    )
    op.create_index(op.f("ix_kb_edits_draft_id"), "kb_edits", ["draft_id"], unique=False)
    op.create_table(
        "kb_inbox_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sentence_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("guess", sa.String(length=64), nullable=True),
        sa.Column("intent", sa.String(length=64), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sentence_id"], ["kb_inbox.id"], name=op.f("fk_kb_inbox_sources_sentence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_inbox_sources")),
        sa.UniqueConstraint("turn_id", "reason", name="uq_kb_inbox_sources_turn"),
    )
    op.create_index(op.f("ix_kb_inbox_sources_at"), "kb_inbox_sources", ["at"], unique=False)
    op.create_index(op.f("ix_kb_inbox_sources_sentence_id"), "kb_inbox_sources", ["sentence_id"], unique=False)
    op.add_column("bot_server", sa.Column("release", sa.Integer(), nullable=True))
    op.add_column("turns", sa.Column("intent", sa.String(length=64), nullable=True))
    op.add_column("turns", sa.Column("confidence", sa.Float(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_column("confidence")
        batch_op.drop_column("intent")

    with op.batch_alter_table("bot_server", schema=None) as batch_op:
        batch_op.drop_column("release")
    op.drop_index(op.f("ix_kb_inbox_sources_sentence_id"), "kb_inbox_sources")
    op.drop_index(op.f("ix_kb_inbox_sources_at"), "kb_inbox_sources")
    op.drop_table("kb_inbox_sources")
    op.drop_index(op.f("ix_kb_edits_draft_id"), "kb_edits")
    op.drop_table("kb_edits")
    op.drop_table("kb_changes")
    op.drop_index(op.f("ix_kb_releases_state"), "kb_releases")
    op.drop_table("kb_releases")
    op.drop_index(op.f("ix_kb_jobs_state"), "kb_jobs")
    op.drop_index(op.f("ix_kb_jobs_draft_id"), "kb_jobs")
    op.drop_table("kb_jobs")
    op.drop_table("kb_intent_names")
    op.drop_index(op.f("ix_kb_inbox_state"), "kb_inbox")
    op.drop_index(op.f("ix_kb_inbox_cluster_id"), "kb_inbox")
    op.drop_table("kb_inbox")
    op.drop_index(op.f("ix_kb_drafts_state"), "kb_drafts")
    op.drop_table("kb_drafts")
    op.drop_table("kb_clusters")
