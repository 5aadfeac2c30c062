"""What leaves the outbox says for which request it was put in."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what an older version puts in has none."""
    op.add_column("outbox", sa.Column("request_id", sa.String(128), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("outbox", "request_id")
