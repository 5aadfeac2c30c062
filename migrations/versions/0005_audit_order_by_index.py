"""The guard of the audit's order finds the last event by the index, however short the table was when it was planned."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the guard pass over plans that read the whole table.

    A session keeps the guard's plan. One that was made while the statistics said "a few rows" reads and
    sorts the table, for every event anew, until the next ANALYZE: 20,000 events read 200 million rows.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER FUNCTION audit_event_check_order() SET enable_seqscan = off")


def downgrade() -> None:
    """Let it choose its plan as before."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER FUNCTION audit_event_check_order() RESET enable_seqscan")
