"""Tables of what editors work on. What is published lies in files; people are `staff` ids of the desk's."""

import sqlalchemy as sa

from common.database import Base, UtcDateTime
from common.times import utc_now


class Draft(Base):
    """A set of changes that goes live together.

    state: open → submitted → approved → published; or discarded. `content_hash` is of the files it would make when it
    was trained last, `report` what the training found (see `report`), `reasons` why fixed cases may break, by case.
    """

    __tablename__ = "kb_drafts"

    id = sa.Column(sa.Integer, primary_key=True)
    key = sa.Column(sa.String(64), nullable=False, unique=True)
    title = sa.Column(sa.String(60), nullable=False)
    state = sa.Column(sa.String(12), nullable=False, default="open", index=True)
    created_by = sa.Column(sa.Integer, nullable=False)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    submitted_by = sa.Column(sa.Integer)
    submitted_at = sa.Column(UtcDateTime)
    note = sa.Column(sa.Text, nullable=False, default="")
    reviewed_by = sa.Column(sa.Integer)
    reviewed_at = sa.Column(UtcDateTime)
    review_note = sa.Column(sa.Text, nullable=False, default="")
    content_hash = sa.Column(sa.String(64))
    report = sa.Column(sa.JSON)
    reasons = sa.Column(sa.JSON, nullable=False, default=dict)


class Change(Base):
    """One object of a draft as it shall become: `value` null deletes it, `base` null makes it new.

    `version` is the id of the edit that made it so: whoever saves names the one they have seen.
    """

    __tablename__ = "kb_changes"

    id = sa.Column(sa.Integer, primary_key=True)
    draft_id = sa.Column(sa.ForeignKey("kb_drafts.id"), nullable=False)
    kind = sa.Column(sa.String(12), nullable=False)
    key = sa.Column(sa.String(100), nullable=False)
    base = sa.Column(sa.JSON(none_as_null=True))
    value = sa.Column(sa.JSON(none_as_null=True))
    version = sa.Column(sa.Integer, nullable=False, default=1)
    staff_id = sa.Column(sa.Integer, nullable=False)
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now)

    __table_args__ = (sa.UniqueConstraint("draft_id", "kind", "key", name="uq_kb_changes_object"),)


class Edit(Base):
    """One saving, so that it can be undone: what the draft held of the object before and after (null: no change).

    `group` is shared by what was saved at once: a renaming touches many objects and is undone as one.
    """

    __tablename__ = "kb_edits"

    id = sa.Column(sa.Integer, primary_key=True)
    draft_id = sa.Column(sa.ForeignKey("kb_drafts.id"), nullable=False, index=True)
    group = sa.Column(sa.String(32), nullable=False)
    kind = sa.Column(sa.String(12), nullable=False)
    key = sa.Column(sa.String(100), nullable=False)
    before = sa.Column(sa.JSON(none_as_null=True))
    after = sa.Column(sa.JSON(none_as_null=True))
    staff_id = sa.Column(sa.Integer, nullable=False)
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    undone = sa.Column(sa.Boolean, nullable=False, default=False)


class Job(Base):
    """Long work for the author process: train, publish, rollback.

    state: waiting, running, done, failed, cancelled. `key` is unique: a repeated request changes nothing. `progress`
    is 0 to 100, `step` a sentence for the editor, `log` the last lines. `lease_until` lets another one take over what
    a dead process left. `arguments` and `result` belong to the kind.
    """

    __tablename__ = "kb_jobs"

    id = sa.Column(sa.Integer, primary_key=True)
    key = sa.Column(sa.String(64), nullable=False, unique=True)
    kind = sa.Column(sa.String(12), nullable=False)
    draft_id = sa.Column(sa.Integer, index=True)
    staff_id = sa.Column(sa.Integer)
    arguments = sa.Column(sa.JSON, nullable=False, default=dict)
    state = sa.Column(sa.String(12), nullable=False, default="waiting", index=True)
    progress = sa.Column(sa.Integer, nullable=False, default=0)
    step = sa.Column(sa.String(200), nullable=False, default="")
    log = sa.Column(sa.Text, nullable=False, default="")
    result = sa.Column(sa.JSON)
    cancel = sa.Column(sa.Boolean, nullable=False, default=False)
    lease_until = sa.Column(UtcDateTime)
    created_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    started_at = sa.Column(UtcDateTime)
    ended_at = sa.Column(UtcDateTime)


class Release(Base):
    """One publishing. Its files lie in `releases_dir/<id>/`.

    state: preparing → live → written; or failed. Live: customers get it; written: the project's files are it, too.
    `reverts` is the release that this one takes back. `files` are the paths that it changes, `figures` the report's,
    `diff` what changed, as people read it; `reasons` why fixed cases broke.
    """

    __tablename__ = "kb_releases"

    id = sa.Column(sa.Integer, primary_key=True)
    draft_id = sa.Column(sa.Integer)
    reverts = sa.Column(sa.Integer)
    title = sa.Column(sa.String(60), nullable=False)
    note = sa.Column(sa.Text, nullable=False, default="")
    state = sa.Column(sa.String(12), nullable=False, default="preparing", index=True)
    authors = sa.Column(sa.JSON, nullable=False, default=list)
    approved_by = sa.Column(sa.Integer)
    published_by = sa.Column(sa.Integer)
    reasons = sa.Column(sa.JSON, nullable=False, default=dict)
    files = sa.Column(sa.JSON, nullable=False, default=list)
    figures = sa.Column(sa.JSON)
    diff = sa.Column(sa.JSON)
    failure = sa.Column(sa.Text)
    started_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)
    live_at = sa.Column(UtcDateTime)
    written_at = sa.Column(UtcDateTime)


class IntentName(Base):
    """An intent that was renamed or merged, so that past figures count for what it is called now."""

    __tablename__ = "kb_intent_names"

    old = sa.Column(sa.String(64), primary_key=True)
    new = sa.Column(sa.String(64), nullable=False)
    release_id = sa.Column(sa.Integer)


class Cluster(Base):
    """Sentences of the inbox that mean the same; `title` is the one in their middle."""

    __tablename__ = "kb_clusters"

    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column(sa.Text, nullable=False)
    updated_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)


class InboxSentence(Base):
    """What customers said that the bot did not do well by; masked. `form` is the hash of its normalised text.

    state: open, assigned (to `intent` in `draft_id`), dismissed. A cluster without id is still to be found.
    """

    __tablename__ = "kb_inbox"

    id = sa.Column(sa.Integer, primary_key=True)
    form = sa.Column(sa.String(64), nullable=False, unique=True)
    text = sa.Column(sa.Text, nullable=False)
    state = sa.Column(sa.String(12), nullable=False, default="open", index=True)
    cluster_id = sa.Column(sa.Integer, index=True)
    intent = sa.Column(sa.String(64))
    draft_id = sa.Column(sa.Integer)
    staff_id = sa.Column(sa.Integer)
    changed_at = sa.Column(UtcDateTime, nullable=False, default=utc_now)


class InboxSource(Base):
    """Where and why a sentence came into the inbox.

    reason: rejected (the bot did not understand, or had no answer), unsure, handover (a person was asked for right
    after), correction (an agent said what was meant: `intent`), thumbs_down. `guess` is what the bot took it for.
    """

    __tablename__ = "kb_inbox_sources"

    id = sa.Column(sa.Integer, primary_key=True)
    sentence_id = sa.Column(sa.ForeignKey("kb_inbox.id"), nullable=False, index=True)
    turn_id = sa.Column(sa.String(32), nullable=False)
    conversation_id = sa.Column(sa.String(32), nullable=False)
    channel = sa.Column(sa.String(16), nullable=False)
    reason = sa.Column(sa.String(12), nullable=False)
    guess = sa.Column(sa.String(64))
    intent = sa.Column(sa.String(64))
    staff_id = sa.Column(sa.Integer)
    at = sa.Column(UtcDateTime, nullable=False, default=utc_now, index=True)

    __table_args__ = (sa.UniqueConstraint("turn_id", "reason", name="uq_kb_inbox_sources_turn"),)
