"""Whom a run that generates is for: everybody, or those on the allowlist."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the runs that are there were for everybody."""
    op.add_column("generation_run", sa.Column("among", sa.String(length=32), server_default="all", nullable=False))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("generation_run", "among")
