"""Which texts in the database are one slip of the hand away from a typed one? Asked of an index alone (record 29)."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Text, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.selectable import FromClause

from webapp.domain.searching import spelling

LAST = "\U0010ffff"
MOST_LETTERS = 4_000
"""So many letters in all are looked at: a beginning is followed by some dozens of them."""


def similar_texts(session: Session, column: InstrumentedAttribute[str], needle: str, most: int) -> list[str]:
    """Give folded texts one slip away from a folded one with which some of the column begin, the likeliest first.

    Those that stand there whole come before mere beginnings. Two questions, however many rows there are: one for the
    letters that follow each beginning of the needle, one for which of the spellings there are.
    """
    if not spelling.is_guessed(needle):
        return []
    following = _following(session, column, needle)
    found = _first_of_each(session, column, spelling.spellings(needle, following))
    whole = [one for one, first in found if one == first]
    others = [one for one, first in found if one != first] if len(needle) > spelling.WHOLE_UNTIL else []
    return [*whole, *others][:most]


def borne(session: Session, column: InstrumentedAttribute[str], needles: Sequence[str]) -> set[str]:
    """Give those of the folded texts with which some of the column begin."""
    return {needle for needle, _ in _first_of_each(session, column, needles)}


def _following(session: Session, column: InstrumentedAttribute[str], needle: str) -> dict[str, str]:
    """The letters that stand in the column after each beginning of the needle: from one the index leads to the next."""
    alphabet = spelling.alphabet_of(needle)
    if alphabet is None:
        return {}
    first, last = alphabet
    beginnings = _rows(session, spelling.beginnings(needle))
    start = beginnings.c.value
    steps = select(start.label("before"), _first(column, start + first, start + (last + LAST)).label("found"))
    walk = steps.cte("walk", recursive=True)
    letter = func.substr(walk.c.found, 1, func.length(walk.c.before) + 1)
    beyond = _first(column, letter + LAST, walk.c.before + (last + LAST))
    walk = walk.union_all(select(walk.c.before, beyond).where(walk.c.found.is_not(None)))
    found = (
        select(walk.c.before, func.substr(walk.c.found, func.length(walk.c.before) + 1, 1))
        .where(walk.c.found.is_not(None))
        .limit(MOST_LETTERS)
    )
    letters: dict[str, str] = {}
    for before, one in session.execute(found):
        letters[before] = letters.get(before, "") + one
    return letters


def _first_of_each(
    session: Session, column: InstrumentedAttribute[str], needles: Sequence[str]
) -> list[tuple[str, str]]:
    """Each needle with which something begins, in their order, and the first such text."""
    if not needles:
        return []
    needle = _rows(session, needles).c.value
    found = select(needle, _first(column, needle, needle + LAST))
    first = {one: text for one, text in session.execute(found) if text is not None}
    return [(one, first[one]) for one in needles if one in first]


def _first(
    column: InstrumentedAttribute[str], least: ColumnElement[str], below: ColumnElement[str]
) -> ColumnElement[str]:
    """The first text of the column in a stretch. LIMIT, and not min(), which PostgreSQL may answer by reading all of it."""
    return select(column).where(column >= least, column < below).order_by(column).limit(1).scalar_subquery()


def _rows(session: Session, values: Sequence[str]) -> FromClause:
    """The values as rows of one parameter: hundreds of parameters would cost more than what they ask."""
    packed: Any = literal(json.dumps(list(values), ensure_ascii=False), Text)
    if session.get_bind().dialect.name == "sqlite":
        return func.json_each(packed).table_valued("value")
    return func.json_array_elements_text(cast(packed, JSON)).table_valued("value")
