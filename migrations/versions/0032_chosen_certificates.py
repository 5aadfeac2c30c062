"""Runs over certificates that somebody chose in a list, and how fast a run goes."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

OLDER_VERSIONS = (
    "The index that lets a course run have one open run is made anew, without the runs that are of no course run; "
    "to the version before, which begins none of those, it is as it was."
)
_OPEN = "state IN ('waiting', 'running', 'paused') AND NOT dry_run"
_FOR_REAL = sa.text("selection_id IS NOT NULL AND NOT dry_run")


def _one_open_run(where: str) -> None:
    name, condition = "uq_generation_run_open", sa.text(where)
    op.drop_index(name, "generation_run")
    op.create_index(
        name, "generation_run", ["course_id"], unique=True, postgresql_where=condition, sqlite_where=condition
    )


def upgrade() -> None:
    """Make the tables, the columns and the indexes."""
    op.create_table(
        "certificate_selection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("courses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_selection")),
        sa.UniqueConstraint("digest", name=op.f("uq_certificate_selection_digest")),
    )
    op.create_table(
        "selected_certificate",
        sa.Column("selection_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["selection_id"],
            ["certificate_selection.id"],
            name=op.f("fk_selected_certificate_selection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["generated_certificate.id"],
            name=op.f("fk_selected_certificate_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("selection_id", "place", name=op.f("pk_selected_certificate")),
    )
    op.create_index(op.f("ix_selected_certificate_certificate_id"), "selected_certificate", ["certificate_id"])
    op.create_table(
        "selected_result",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(255), nullable=False),
        sa.Column("status_before", sa.String(32), nullable=True),
        sa.Column("status_after", sa.String(32), nullable=True),
        sa.Column("refused_by", sa.String(32), nullable=False),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["generation_run.id"], name=op.f("fk_selected_result_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_selected_result_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "place", name=op.f("pk_selected_result")),
    )
    op.create_index(op.f("ix_selected_result_learner_id"), "selected_result", ["learner_id"])
    op.add_column("generation_run", sa.Column("selection_id", sa.Integer(), nullable=True))
    op.add_column("generation_run", sa.Column("chosen", sa.String(1000), nullable=False, server_default=""))
    op.add_column("generation_run", sa.Column("paced_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("generation_run", sa.Column("paced_from", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "uq_generation_run_for_real",
        "generation_run",
        ["selection_id"],
        unique=True,
        postgresql_where=_FOR_REAL,
        sqlite_where=_FOR_REAL,
    )
    _one_open_run(f"{_OPEN} AND course_id <> ''")


def downgrade() -> None:
    """Drop them; runs over chosen certificates go with what they were over."""
    op.execute("DELETE FROM generation_run WHERE selection_id IS NOT NULL")
    _one_open_run(_OPEN)
    op.drop_index("uq_generation_run_for_real", "generation_run")
    for name in ("paced_from", "paced_since", "chosen", "selection_id"):
        op.drop_column("generation_run", name)
    for name in ("selected_result", "selected_certificate", "certificate_selection"):
        op.drop_table(name)
