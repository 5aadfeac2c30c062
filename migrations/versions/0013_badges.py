"""The table of badges: who has one, and who waits for its image."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; certificates that were issued before have no badge."""
    op.create_table(
        "badge_award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("class_slug", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("assertion_id", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("image_sha256", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["generated_certificate.id"],
            name=op.f("fk_badge_award_certificate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_badge_award_learner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_award")),
        sa.UniqueConstraint("assertion_id", name=op.f("uq_badge_award_assertion_id")),
        sa.UniqueConstraint("learner_id", "course_id", name=op.f("uq_badge_award_learner_id_course_id")),
    )
    op.create_index(op.f("ix_badge_award_certificate_id"), "badge_award", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_badge_award_class_slug"), "badge_award", ["class_slug"], unique=False)
    op.create_index(op.f("ix_badge_award_state_id"), "badge_award", ["state", "id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("badge_award")
