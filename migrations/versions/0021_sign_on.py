"""Sign-on from elsewhere: how a session was begun, tokens that were used; and second factors of local accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and make the tables; sessions that are there were begun by a password."""
    op.add_column("account_session", sa.Column("issuer", sa.String(length=255), nullable=True))
    op.add_column("account_session", sa.Column("id_token", sa.Text(), nullable=True))
    op.create_table(
        "sign_on_nonce",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("nonce", sa.String(length=255), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_on_nonce")),
        sa.UniqueConstraint("issuer", "nonce", name=op.f("uq_sign_on_nonce_issuer_nonce")),
    )
    op.create_index(op.f("ix_sign_on_nonce_expires_at"), "sign_on_nonce", ["expires_at"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.String(length=255), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "code_digest", name=op.f("uq_recovery_code_account_id_code_digest")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("recovery_code", "second_factor", "sign_on_nonce"):
        op.drop_table(table)
    for name in ("id_token", "issuer"):
        op.drop_column("account_session", name)
