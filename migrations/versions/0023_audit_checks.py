"""What the nightly check of the audit found."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", _BIG_ID, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("first_bad", _BIG_ID, nullable=True),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("audit_check")
