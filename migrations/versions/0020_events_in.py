"""What the bus tells: when each fact was told, tries to show who one is, dead letters, and how far we are."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_MOMENTS = {
    "learner": ("event_at",),
    "enrollment": ("event_at",),
    "course_grade": ("graded_at", "passing_at"),
    "course_run": ("catalog_at", "named_at"),
}
_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Add the columns and tables; a grade may be known by nothing but that it passes."""
    for table, columns in _MOMENTS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("course_grade") as batch:
        batch.alter_column("percent", existing_type=sa.Numeric(precision=6, scale=4), nullable=True)
    op.create_index("ix_learner_external_id", "learner", ["external_id"], unique=False)
    _make_attempts()
    _make_letters()
    op.create_table(
        "event_count",
        sa.Column("event_type", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("number", _BIG_ID, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_type", "outcome", name=op.f("pk_event_count")),
    )
    op.create_table(
        "event_partition",
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("behind", _BIG_ID, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", name=op.f("pk_event_partition")),
    )


def _make_attempts() -> None:
    op.create_table(
        "id_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_id_attempt_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_id_attempt")),
        sa.UniqueConstraint("learner_id", "attempt_id", name=op.f("uq_id_attempt_learner_id_attempt_id")),
    )


def _make_letters() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", _BIG_ID, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("event_type", sa.String(length=255), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=512), nullable=False),
        sa.Column("waits_for", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=150), nullable=False),
        sa.Column("closing", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=512), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
        sa.UniqueConstraint(
            "topic", "partition", "offset", "sent_at", name=op.f("uq_dead_letter_topic_partition_offset_sent_at")
        ),
    )
    op.create_index("ix_dead_letter_closed_at", "dead_letter", ["closed_at"], unique=False)
    for name, column in (("ix_dead_letter_open", "id"), ("ix_dead_letter_waits_for", "waits_for")):
        op.create_index(name, "dead_letter", [column], unique=False, postgresql_where=_OPEN, sqlite_where=_OPEN)


def downgrade() -> None:
    """Drop them; a grade that was never told counts as 0."""
    for table in ("event_partition", "event_count", "dead_letter", "id_attempt"):
        op.drop_table(table)
    op.drop_index("ix_learner_external_id", table_name="learner")
    op.execute("UPDATE course_grade SET percent = 0 WHERE percent IS NULL")
    with op.batch_alter_table("course_grade") as batch:
        batch.alter_column("percent", existing_type=sa.Numeric(precision=6, scale=4), nullable=False)
    for table, columns in _MOMENTS.items():
        for column in columns:
            op.drop_column(table, column)
