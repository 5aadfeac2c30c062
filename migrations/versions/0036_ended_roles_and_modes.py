"""A role in a course run can end, and a mode be offered no more."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ENDING = ("course_role", "course_mode")


def upgrade() -> None:
    """Add the columns; whatever was told until now goes on."""
    for table in ENDING:
        op.add_column(table, sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Drop what has ended, which the version before would take as going on, and then the columns."""
    for table in reversed(ENDING):
        op.execute(sa.delete(sa.table(table, sa.column("active", sa.Boolean()))).where(sa.column("active").is_(False)))
        op.drop_column(table, "active")
