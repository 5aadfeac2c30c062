"""A learner is found by every word of their name, and not by its beginning alone."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from webapp.domain.identifiers import folded
from webapp.domain.learners.name_words import words_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LEARNERS_AT_ONCE = 5_000
FOLDED = sa.String(length=510).with_variant(sa.String(length=510, collation="C"), "postgresql")
LEARNER = sa.table("learner", sa.column("id"), sa.column("name"), sa.column("name_folded"))
WORD = sa.table("learner_name_word", sa.column("learner_id"), sa.column("word"))


def upgrade() -> None:
    """Make the table of words and fill it; the folded name has served its time."""
    _let_nobody_write()
    op.create_table(
        "learner_name_word",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("word", FOLDED, nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_learner_name_word_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", "word", name=op.f("pk_learner_name_word")),
        sqlite_with_rowid=False,
    )
    _for_all_learners(sa.insert(WORD), _words)
    op.create_index("ix_learner_name_word_word_learner_id", "learner_name_word", ["word", "learner_id"], unique=False)
    op.drop_index("ix_learner_name_folded", table_name="learner")
    op.drop_column("learner", "name_folded")


def downgrade() -> None:
    """Fold the names again, and drop the words."""
    _let_nobody_write()
    op.add_column("learner", sa.Column("name_folded", FOLDED, nullable=True))
    _for_all_learners(
        sa.update(LEARNER).where(LEARNER.c.id == sa.bindparam("learner_id")).values(name_folded=sa.bindparam("folded")),
        _folded,
    )
    with op.batch_alter_table("learner") as table:
        table.alter_column("name_folded", existing_type=FOLDED, nullable=False)
    op.create_index("ix_learner_name_folded", "learner", ["name_folded"], unique=False)
    op.drop_table("learner_name_word")


def _let_nobody_write() -> None:
    """A name that somebody wrote meanwhile would be missed; SQLite has one writer as it is."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("LOCK TABLE learner IN SHARE ROW EXCLUSIVE MODE")


def _for_all_learners(statement: sa.Executable, values: Callable[[int, str], Iterator[dict[str, Any]]]) -> None:
    """Run the statement with each learner's values, some thousand learners at a time."""
    connection, last = op.get_bind(), -1
    while learners := connection.execute(
        sa.select(LEARNER.c.id, LEARNER.c.name)
        .where(LEARNER.c.id > last)
        .order_by(LEARNER.c.id)
        .limit(LEARNERS_AT_ONCE)
    ).all():
        rows = [row for learner_id, name in learners for row in values(learner_id, name)]
        if rows:
            connection.execute(statement, rows)
        last = learners[-1].id


def _words(learner_id: int, name: str) -> Iterator[dict[str, Any]]:
    return ({"learner_id": learner_id, "word": word} for word in words_of(name))


def _folded(learner_id: int, name: str) -> Iterator[dict[str, Any]]:
    yield {"learner_id": learner_id, "folded": folded(name)}
