# SQLAlchemy 1.4 carries no type information.
# mypy: disable-error-code="attr-defined, no-untyped-call"
"""The tables; only ``store`` uses them."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
resource = sa.Table(
    "resource",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("api", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("doc", sa.Text, nullable=False),
    sa.UniqueConstraint("api", "kind", "id"),
)
attribute = sa.Table(
    "attribute",
    metadata,
    sa.Column("seq", sa.Integer, sa.ForeignKey("resource.seq", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("path", sa.String(40), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("attribute_by_value", "path", "value"),
)
register = sa.Table(
    "register",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
answer = sa.Table(
    "answer",
    metadata,
    sa.Column("scope", sa.String(80), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
)
timer = sa.Table(
    "timer",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("due", sa.Float, nullable=False, index=True),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("argument", sa.Text, nullable=False),
)
delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("api", sa.String(16), nullable=False),
    sa.Column("subscription", sa.Text, nullable=False),
    sa.Column("callback", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("due", sa.Float, nullable=False, index=True),
)
