"""The table of who was told what of a change request, and whether an account wants mails of it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    """Make the table; every account that is there gets mails until it says otherwise."""
    op.add_column("account", sa.Column("mail_notices", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=150), nullable=False),
        sa.Column("text", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_waits", sa.Boolean(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_request.id"], name=op.f("fk_notice_change_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_account_id_change_id"), "notice", ["account_id", "change_id"], unique=False)
    op.create_index(op.f("ix_notice_account_id_id"), "notice", ["account_id", "id"], unique=False)
    op.create_index(
        "ix_notice_unread", "notice", ["account_id"], unique=False, postgresql_where=UNREAD, sqlite_where=UNREAD
    )


def downgrade() -> None:
    """Drop it, and forget who wants no mails."""
    op.drop_table("notice")
    op.drop_column("account", "mail_notices")
