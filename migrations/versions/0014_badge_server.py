"""What a badge server has issued in our place: where it is, and what the server said."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ADDRESSES = ("server_url", "server_image_url", "server_issuer")


def upgrade() -> None:
    """Add the columns; badges that are there were issued here."""
    for name in ADDRESSES:
        op.add_column("badge_award", sa.Column(name, sa.String(length=2048), server_default="", nullable=False))
    op.add_column("badge_award", sa.Column("server_reply", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for name in ("server_reply", *ADDRESSES):
        op.drop_column("badge_award", name)
