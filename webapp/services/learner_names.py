"""Which learners have a name with the words that somebody typed? Found by index, however many bear one of the words."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, literal, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from webapp.domain.learners.name_words import words_asked
from webapp.models.learners import LearnerNameWord

SAMPLE = 1_000
"""So many bearers of a word are counted; of words that have more, the longest counts as the rarest."""


def find_ids_by_name(session: Session, text: str, most: int) -> Sequence[int]:
    """Give the ids of learners whose names have words that begin with those of a text, so many at most.

    They come in the order of the rarest word, those that bear it as it was typed first.
    """
    words = words_asked(text)
    if not words:
        return []
    rarest, *others = _rarest_first(session, words)
    named = LearnerNameWord
    query = (
        select(named.learner_id)
        .where(begins(named.word, rarest), *(_borne_too(named, one) for one in others), _first_of_its_learner(rarest))
        .order_by(named.word, named.learner_id)
        .limit(most)
    )
    return session.scalars(query).all()


def find_some_by_words(session: Session, words: list[str], most: int) -> Sequence[int]:
    """Give the ids of learners whose names have words with those beginnings, among the first thousand of the rarest.

    For guesses, of which many are made: one that misses somebody costs less than one that looks at all Marias.
    """
    rarest, *others = _rarest_first(session, words)
    word = LearnerNameWord.word
    some = (
        select(LearnerNameWord)
        .where(begins(word, rarest))
        .order_by(word, LearnerNameWord.learner_id)
        .limit(SAMPLE)
        .subquery()
    )
    named = aliased(LearnerNameWord, some)
    fitting = select(named.learner_id).where(*(_borne_too(named, one) for one in others))
    return list(dict.fromkeys(session.scalars(fitting.order_by(named.word, named.learner_id))))[:most]


def begins(column: InstrumentedAttribute[str], needle: str) -> ColumnElement[bool]:
    """Give the condition for texts with that beginning: a range that an index serves, where LIKE would read every row."""
    return (column >= needle) & (column < needle + "\U0010ffff")


def _rarest_first(session: Session, words: list[str]) -> list[str]:
    """The words, the one that the fewest names have first: its bearers are looked at one by one."""
    if len(words) == 1:
        return words
    word = LearnerNameWord.word
    # Ordered, or PostgreSQL would rather read half of the table than so many entries of an index.
    samples = [select(word).where(begins(word, one)).order_by(word).limit(SAMPLE).subquery() for one in words]
    counts = union_all(*(select(func.count(), literal(n)).select_from(some) for n, some in enumerate(samples)))
    return [words[n] for _, n in sorted(tuple(row) for row in session.execute(counts))]


def _borne_too(named: type[LearnerNameWord], word: str) -> ColumnElement[bool]:
    """The learner bears that word as well.

    Asked so, and not by EXISTS: that PostgreSQL may turn into a join, which reads and sorts all bearers of a word.
    """
    other = aliased(LearnerNameWord)
    found = select(other.word).where(other.learner_id == named.learner_id, begins(other.word, word)).limit(1)
    return found.scalar_subquery().is_not(None)


def _first_of_its_learner(word: str) -> ColumnElement[bool]:
    """Of several words of one name that begin alike, it is the first: nobody is found twice.

    IS NOT TRUE, since PostgreSQL would make a join of a mere NOT as well.
    """
    earlier = aliased(LearnerNameWord)
    same = earlier.learner_id == LearnerNameWord.learner_id
    return exists().where(same, earlier.word >= word, earlier.word < LearnerNameWord.word).is_not(true())
