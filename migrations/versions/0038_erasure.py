"""A learner can be erased: since when that is so, and by which marks they would be known again (record 37)."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the tables; the version before reads neither."""
    op.add_column("learner", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "erasure_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_key")),
    )
    op.create_table(
        "erased_mark",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_erased_mark_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased_mark")),
    )
    op.create_index(op.f("ix_erased_mark_learner_id"), "erased_mark", ["learner_id"])


def downgrade() -> None:
    """Drop them; who was erased stays erased, and could be told anew."""
    op.drop_index(op.f("ix_erased_mark_learner_id"), table_name="erased_mark")
    op.drop_table("erased_mark")
    op.drop_table("erasure_key")
    op.drop_column("learner", "erased_at")
