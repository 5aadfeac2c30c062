"""The table of how often each User-Agent visited the public pages on each day."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "user_agent_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "agent",
            sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_agent_count")),
        sa.UniqueConstraint("day", "agent", name=op.f("uq_user_agent_count_day_agent")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("user_agent_count")
