"""Whose a badge is, as its documents have said it since it was awarded."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

AT_ONCE = 5_000
LEARNERS = sa.table("learner", sa.column("id", sa.Integer()), sa.column("email", sa.String()))
AWARDS = sa.table(
    "badge_award",
    *(sa.column(name, sa.Integer()) for name in ("id", "learner_id")),
    *(sa.column(name, sa.String()) for name in ("salt", "state", "server_url", "identity")),
)


def upgrade() -> None:
    """Add the column; of badges that we have issued the learners' present addresses are the oldest that anybody knows."""
    op.add_column("badge_award", sa.Column("identity", sa.String(length=71), nullable=False, server_default=""))
    connection, last = op.get_bind(), 0
    ours = sa.select(AWARDS.c.id, AWARDS.c.salt, LEARNERS.c.email)
    ours = ours.join_from(AWARDS, LEARNERS, LEARNERS.c.id == AWARDS.c.learner_id)
    ours = ours.where(AWARDS.c.state == "awarded", AWARDS.c.server_url == "").order_by(AWARDS.c.id).limit(AT_ONCE)
    filled = sa.update(AWARDS).where(AWARDS.c.id == sa.bindparam("award"))
    filled = filled.values(identity=sa.bindparam("said"))
    while rows := connection.execute(ours.where(AWARDS.c.id > last)).all():
        connection.execute(filled, [{"award": one, "said": _hashed(email, salt)} for one, salt, email in rows])
        last = rows[-1].id


def downgrade() -> None:
    """Drop it: whose a badge is follows the learner's address again."""
    op.drop_column("badge_award", "identity")


def _hashed(email: str, salt: str) -> str:
    return "sha256$" + hashlib.sha256((email + salt).encode()).hexdigest()
