"""Whom a topic's past leaves without a certificate."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "held_back",
        sa.Column("course_id", sa.String(255), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_held_back_learner_id_learner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_id", "learner_id", name=op.f("pk_held_back")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("held_back")
