"""The tables of what staff note about learners, and of whom they name in it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

UNREAD = sa.text("read_at IS NULL")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "learner_note",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(255), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(150), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.String(150), nullable=False),
        sa.Column("struck_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_learner_note_learner_id_learner"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_learner_note_author_id_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner_note")),
    )
    op.create_index(op.f("ix_learner_note_learner_id_course_id_id"), "learner_note", ["learner_id", "course_id", "id"])
    op.create_table(
        "mention",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("note_id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["note_id"], ["learner_note.id"], name=op.f("fk_mention_note_id_learner_note"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mention_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("note_id", "account_id", name=op.f("uq_mention_note_id_account_id")),
    )
    op.create_index(op.f("ix_mention_account_id_id"), "mention", ["account_id", "id"])
    op.create_index("ix_mention_unread", "mention", ["account_id"], postgresql_where=UNREAD, sqlite_where=UNREAD)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("mention")
    op.drop_table("learner_note")
