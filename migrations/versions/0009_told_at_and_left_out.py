"""Learners, course runs and course roles say when the platform last told something new; a run says how many it left out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DATED = ("learner", "course_run", "course_role")


def upgrade() -> None:
    """Add the columns; what was told before nobody dated has no date."""
    for table in DATED:
        op.add_column(table, sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("generation_run", sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("generation_run", "left_out")
    for table in reversed(DATED):
        op.drop_column(table, "modified_at")
