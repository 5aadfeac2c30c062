"""What has long left the outbox is found by its age, without a look at all the rest."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_outbox_created_at", table_name="outbox")
