"""The table of the keys that badges are signed with; of each award the number of its status, and when it was revoked."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PLACES = 131_072
AWARDS_A_LIST = PLACES // 2
SIGNS = sa.text("retired_at IS NULL")
AWARDS = sa.table("badge_award", sa.column("id", sa.Integer()), sa.column("status_number", sa.BigInteger()))


def upgrade() -> None:
    """Make the table, and give each award that is there a place in a status list, drawn at random."""
    op.create_table(
        "badge_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_key")),
        sa.UniqueConstraint("kid", name=op.f("uq_badge_key_kid")),
    )
    op.create_index(
        "uq_badge_key_signs", "badge_key", ["algorithm"], unique=True, postgresql_where=SIGNS, sqlite_where=SIGNS
    )
    op.add_column("badge_award", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("badge_award", sa.Column("status_number", sa.BigInteger(), nullable=True))
    _draw_numbers()
    with op.batch_alter_table("badge_award") as table:
        table.alter_column("status_number", existing_type=sa.BigInteger(), nullable=False)
        table.create_unique_constraint(op.f("uq_badge_award_status_number"), ["status_number"])


def downgrade() -> None:
    """Drop both: what was signed can no longer be verified."""
    with op.batch_alter_table("badge_award") as table:
        table.drop_constraint(op.f("uq_badge_award_status_number"), type_="unique")
        table.drop_column("status_number")
        table.drop_column("revoked_at")
    op.drop_table("badge_key")


def _draw_numbers() -> None:
    """A list takes the awards of one stretch of numbers, so that it is at most half full, as later ones are."""
    connection, last = op.get_bind(), 0
    for number_of_list in range(1, 2 + (connection.scalar(sa.select(sa.func.max(AWARDS.c.id))) or 0) // AWARDS_A_LIST):
        here = sa.select(AWARDS.c.id).where(AWARDS.c.id >= last, AWARDS.c.id < last + AWARDS_A_LIST)
        ids = connection.scalars(here).all()
        drawn = secrets.SystemRandom().sample(range(PLACES), len(ids))
        rows = [
            {"award": one, "number": number_of_list * PLACES + place} for one, place in zip(ids, drawn, strict=True)
        ]
        if rows:
            numbered = sa.update(AWARDS).where(AWARDS.c.id == sa.bindparam("award"))
            connection.execute(numbered.values(status_number=sa.bindparam("number")), rows)
        last += AWARDS_A_LIST
