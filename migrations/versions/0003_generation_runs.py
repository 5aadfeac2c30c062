"""The tables of runs over whole course runs and of what came of each learner; enrollments are walked in their order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GOING = sa.text("state IN ('waiting', 'running')")
OPEN = sa.text("state IN ('waiting', 'running', 'paused') AND NOT dry_run")


def upgrade() -> None:
    """Make both tables with their indexes, and an index to walk the enrollments of a course run by."""
    op.create_table(
        "generation_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("statuses", sa.JSON(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=150), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=512), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation_run")),
    )
    op.create_index("ix_generation_run_course_id_id", "generation_run", ["course_id", "id"], unique=False)
    op.create_index(
        "ix_generation_run_going", "generation_run", ["id"], unique=False, postgresql_where=GOING, sqlite_where=GOING
    )
    op.create_index(
        "uq_generation_run_open",
        "generation_run",
        ["course_id"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )

    op.create_table(
        "generation_run_row",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("status_before", sa.String(length=32), nullable=True),
        sa.Column("status_after", sa.String(length=32), nullable=True),
        sa.Column("refused_by", sa.String(length=32), nullable=False),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["learner.id"],
            name=op.f("fk_generation_run_row_learner_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["generation_run.id"],
            name=op.f("fk_generation_run_row_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "learner_id", name=op.f("pk_generation_run_row")),
    )
    op.create_index("ix_generation_run_row_learner_id", "generation_run_row", ["learner_id"], unique=False)

    op.create_index("ix_enrollment_course_id_id", "enrollment", ["course_id", "id"], unique=False)
    op.drop_index("ix_enrollment_course_id", table_name="enrollment")


def downgrade() -> None:
    """Drop both tables, and let enrollments be found as before."""
    op.create_index("ix_enrollment_course_id", "enrollment", ["course_id"], unique=False)
    op.drop_index("ix_enrollment_course_id_id", table_name="enrollment")

    op.drop_table("generation_run_row")
    op.drop_table("generation_run")
