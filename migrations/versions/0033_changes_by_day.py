"""Change requests by the day on which they were proposed."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_change_request_created_at_id"), "change_request", ["created_at", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_change_request_created_at_id"), "change_request")
