"""Figures of the home page, and by when certificates became downloadable, effects were given up and runs halted."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ISSUED = sa.text("to_status = 'downloadable'")
_GIVEN_UP = sa.text("failed_at IS NOT NULL")
_HALTED = sa.text("state IN ('paused', 'failed')")


def upgrade() -> None:
    """Make the tables and the indexes; the job fills them."""
    op.create_table(
        "status_figure",
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("number", _BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("status", name=op.f("pk_status_figure")),
    )
    op.create_table(
        "hour_figure",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("number", _BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("day", "hour", "measure", "part", name=op.f("pk_hour_figure")),
    )
    op.create_index(
        "ix_certificate_transition_issued",
        "certificate_transition",
        ["at"],
        postgresql_where=_ISSUED,
        sqlite_where=_ISSUED,
    )
    op.create_index("ix_outbox_given_up", "outbox", ["failed_at"], postgresql_where=_GIVEN_UP, sqlite_where=_GIVEN_UP)
    op.create_index(
        "ix_generation_run_halted", "generation_run", ["id"], postgresql_where=_HALTED, sqlite_where=_HALTED
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_generation_run_halted", "generation_run")
    op.drop_index("ix_outbox_given_up", "outbox")
    op.drop_index("ix_certificate_transition_issued", "certificate_transition")
    op.drop_table("hour_figure")
    op.drop_table("status_figure")
