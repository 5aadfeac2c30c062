"""An example certificate can name the template of a course run with the longest key (domain note §1.5)."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NARROW, WIDE = 255, 287


def upgrade() -> None:
    """Widen the column."""
    _change(NARROW, WIDE)


def downgrade() -> None:
    """Make it as narrow as it was; a name that is too long for it is cut."""
    op.execute(f"UPDATE example_certificate SET template = substr(template, 1, {NARROW})")  # noqa: S608 - a number of ours
    _change(WIDE, NARROW)


def _change(before: int, after: int) -> None:
    with op.batch_alter_table("example_certificate") as table:
        table.alter_column(
            "template",
            existing_type=sa.String(length=before),
            type_=sa.String(length=after),
            existing_nullable=False,
        )
