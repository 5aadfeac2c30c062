"""A learner is found by the plain letters of their name, too: odegard finds Ødegård."""

import sqlalchemy as sa
from alembic import op

from webapp.domain.learners.name_words import words_of

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

LEARNERS_AT_ONCE = 5_000
LEARNER = sa.table("learner", sa.column("id"), sa.column("name"))
# The version before is at work meanwhile: nothing is written of a name that was changed or of a learner who is gone.
ADDED = sa.text(
    "INSERT INTO learner_name_word (learner_id, word)"
    " SELECT id, CAST(:word AS varchar(510)) FROM learner WHERE id = :learner AND name = :name"
    " ON CONFLICT DO NOTHING"
)


def upgrade() -> None:
    """Add the words in plain letters; those by which the version before finds a name stay as they are."""
    connection, last = op.get_bind(), -1
    named = sa.select(LEARNER.c.id, LEARNER.c.name).order_by(LEARNER.c.id).limit(LEARNERS_AT_ONCE)
    while learners := connection.execute(named.where(LEARNER.c.id > last)).all():
        words = [
            {"learner": number, "name": name, "word": word}
            for number, name in learners
            if not name.isascii()
            for word in words_of(name)
        ]
        if words:
            connection.execute(ADDED, words)
        last = learners[-1].id


def downgrade() -> None:
    """Leave them: the version before finds nobody wrongly by them."""
