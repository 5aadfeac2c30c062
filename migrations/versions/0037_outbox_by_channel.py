"""What is due of one channel, and what holds back a recipient, is found without a look at all that waits."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

UNSENT = "sent_at IS NULL AND failed_at IS NULL"
INDEXES = {
    "ix_outbox_due": (["channel", "next_try_at", "id"], UNSENT),
    "ix_outbox_held": (["channel", "recipient", "next_try_at"], f"{UNSENT} AND recipient <> ''"),
}


def upgrade() -> None:
    """Make the indexes, of what waits alone."""
    for name, (columns, condition) in INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "outbox", columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Drop them."""
    for name in INDEXES:
        op.drop_index(name, table_name="outbox")
