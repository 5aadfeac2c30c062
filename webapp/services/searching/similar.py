"""Whom and what may somebody have meant who mistyped it? Asked only when nothing is called as they typed (record 29)."""

from collections.abc import Iterator, Sequence
from itertools import islice, product

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.domain.identifiers import folded, storable
from webapp.domain.learners.name_words import words_asked
from webapp.domain.searching.typed import read_typed
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner, LearnerNameWord
from webapp.services.certificates.search import Found, by_beginning, gather
from webapp.services.learner_names import begins, find_some_by_words
from webapp.services.searching.spellings import borne, similar_texts

MOST_MISTYPED = 2
"""Of a name with more words that nobody bears nothing is guessed: it is somebody who is not here."""
MOST_TRIED = 3
"""So many words that are borne, but not together, are taken for the mistyped one in turn."""
MOST_SPELLINGS = 4
MOST_GUESSES = 12


def find_similar(session: Session, text: str, most: int) -> Found:
    """Give learners with their certificates, and course runs, that are called nearly as a text; so many of each at most.

    Numbers and ids are not guessed. Each word of a name may have one slip.
    """
    typed = read_typed(text) if storable(text) else None
    if typed is None or typed.number is not None or typed.public_id is not None:
        return Found([], [], [])
    return gather(session, [], _learners(session, typed.text, most), _courses(session, folded(typed.text), most), most)


def _learners(session: Session, text: str, most: int) -> list[int]:
    needle = folded(text)
    column = Learner.email_folded if "@" in needle else Learner.username_folded
    named: list[int] = []
    for one in similar_texts(session, column, needle, most) if not needle.split()[1:] else ():
        named += session.scalars(by_beginning(column, one, most))
    if "@" not in needle:
        named += _by_name(session, words_asked(text), most)
    return list(dict.fromkeys(named))[:most]


def _by_name(session: Session, words: list[str], most: int) -> Sequence[int]:
    """The learners whose names have the words but for a slip in each that nobody bears, or in one of those that are."""
    known = borne(session, LearnerNameWord.word, words)
    unknown = [word for word in words if word not in known]
    if not words or len(unknown) > MOST_MISTYPED:
        return []
    found: dict[int, None] = {}
    for mistyped in [unknown] if unknown else [[word] for word in words[:MOST_TRIED]]:
        for guess in islice(_guesses(session, words, mistyped), MOST_GUESSES):
            found.update(dict.fromkeys(find_some_by_words(session, guess, most)))
            if len(found) >= most:
                return list(found)
    return list(found)


def _guesses(session: Session, words: list[str], mistyped: list[str]) -> Iterator[list[str]]:
    """The words with each of the mistyped ones as it may have been meant, the likeliest first."""
    meant = [similar_texts(session, LearnerNameWord.word, word, MOST_SPELLINGS) for word in mistyped]
    kept = [word for word in words if word not in mistyped]
    return ([*kept, *combination] for combination in product(*meant))


def _courses(session: Session, needle: str, most: int) -> Sequence[str]:
    """The keys of course runs with nearly that beginning of their name or key."""
    conditions = [
        begins(column, one)
        for column in (CourseRun.display_name_folded, CourseRun.course_id_folded)
        for one in similar_texts(session, column, needle, MOST_SPELLINGS)
    ]
    if not conditions:
        return []
    return session.scalars(select(CourseRun.course_id).where(or_(*conditions)).limit(most)).all()
