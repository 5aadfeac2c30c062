"""How is what somebody types found by an index: a learner, a certificate, a course?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from webapp.domain.identifiers import folded, storable
from webapp.domain.searching.typed import Typed, course_keys_meant, is_whole_course_key, read_typed
from webapp.models.badges import BadgeAward
from webapp.models.certificates import FormerPublicId, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.exceptions import AllowlistEntry
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox
from webapp.services.learner_names import begins, find_ids_by_name

MOST_LEARNERS = 1_000
MOST_HELD = 5_000
MOST_COURSES = 200
MOST_DELIVERIES = 1_000
SHORT_LIST = 10
ONE_MORE = SHORT_LIST + 1
"""Whoever asks for so many knows whether there are more than a short list has."""

Held = GeneratedCertificate | AllowlistEntry | BadgeAward


@dataclass(frozen=True, slots=True)
class Found:
    """What one text leads to, best first."""

    certificates: list[GeneratedCertificate]
    learners: list[Learner]
    courses: list[CourseRun]

    @property
    def nothing(self) -> bool:
        """True when the text leads nowhere."""
        return not (self.certificates or self.learners or self.courses)


def find_anything(session: Session, text: str, most: int = SHORT_LIST) -> Found:
    """Give the learners that a text names with their certificates, and course runs; so many of each at most, ONE_MORE (11) or less.

    The address of a page is taken for what it shows: that is what learners send (domain/searching/typed.py).
    """
    if not storable(text):
        return Found([], [], [])
    typed = read_typed(text)
    if not typed.text:
        return Found([], [], [])
    learners = _learner_ids(session, typed.text, most)[:most]
    return gather(session, _named(session, typed), learners, _course_ids(session, typed.text, most), most)


def gather(
    session: Session, certificate_ids: Sequence[int], learner_ids: Sequence[int], course_ids: Sequence[str], most: int
) -> Found:
    """Give the learners, in that order, those certificates and the ones the learners hold, and the course runs.

    So many of each at most, the newest certificates first.
    """
    numbers = [*certificate_ids, *_ids_held(session, GeneratedCertificate, learner_ids, ONE_MORE)]
    certificates = (
        select(GeneratedCertificate)
        .where(GeneratedCertificate.id.in_(numbers))
        .options(selectinload(GeneratedCertificate.learner))
        .order_by(GeneratedCertificate.id.desc())
        .limit(most)
    )
    courses = select(CourseRun).where(CourseRun.course_id.in_(course_ids)).order_by(CourseRun.course_id).limit(most)
    return Found(
        list(session.scalars(certificates)) if numbers else [],
        _learners(session, learner_ids) if learner_ids else [],
        list(session.scalars(courses)) if course_ids else [],
    )


def certificates_of(session: Session, text: str) -> ColumnElement[bool]:
    """Give the condition for certificates of what a text names: each part of it is served by an index.

    Ids and keys are read first, since a database that has them at hand goes straight to their rows.
    """
    typed = read_typed(text)
    if typed.public_id is not None:
        return _among(GeneratedCertificate.id, _named(session, typed))
    if _looks_like_course(typed.text):
        return _among(GeneratedCertificate.course_id, _course_ids(session, typed.text, MOST_COURSES))
    held = _ids_held(session, GeneratedCertificate, learner_ids(session, typed.text), MOST_HELD)
    return _among(GeneratedCertificate.id, [*_named(session, typed), *held])


def deliveries_of(session: Session, text: str) -> ColumnElement[bool]:
    """Give the condition for deliveries about what a text names, the newest thousand of each certificate and learner."""
    certificates = select(GeneratedCertificate.id).where(certificates_of(session, text)).limit(MOST_LEARNERS)
    about = select(CallbackInbox.id).where(_among(CallbackInbox.certificate_id, session.scalars(certificates).all()))
    sent_for = select(CallbackInbox.id).where(CallbackInbox.username == text.strip())
    # Ordered by a sum: by the number itself SQLite would walk the whole table rather than sort a few rows.
    newest = [query.order_by((CallbackInbox.id + 0).desc()).limit(MOST_DELIVERIES) for query in (about, sent_for)]
    return _among(CallbackInbox.id, [number for query in newest for number in session.scalars(query)])


def learners_of(session: Session, text: str) -> ColumnElement[bool]:
    """Give the condition for the learners that `learner_ids` gives."""
    return _among(Learner.id, learner_ids(session, text))


def held_by(session: Session, model: type[Held], learners: Sequence[int]) -> ColumnElement[bool]:
    """Give the condition for certificates, badges or entries of the allowlist of those learners, five thousand at most.

    By the learners alone PostgreSQL would rather walk through the whole list, in its order, than look up so many.
    """
    return _among(model.id, _ids_held(session, model, learners, MOST_HELD))


def courses_of(text: str) -> ColumnElement[bool]:
    """Give the condition for course runs whose key begins with a text, or whose name has its words."""
    return CourseRun.course_id.in_(_course_keys(read_typed(text).text))


def learner_ids(session: Session, text: str) -> list[int]:
    """Give the ids of learners whose user name or e-mail address begins with a text, or whose name has its words.

    Of each kind the first thousand; whose user name it is comes before whose name it is.
    """
    return _learner_ids(session, read_typed(text).text, MOST_LEARNERS)


def learner_ids_by_email(session: Session, text: str) -> Sequence[int]:
    """Give the ids of learners whose e-mail address begins with a text, a thousand at most."""
    return session.scalars(by_beginning(Learner.email_folded, read_typed(text).text, MOST_LEARNERS)).all()


def _named(session: Session, typed: Typed) -> list[int]:
    """The numbers of the certificates that a public id, once or now, or a number names."""
    if typed.public_id is not None:
        now = select(GeneratedCertificate.id).where(
            GeneratedCertificate.verify_uuid == typed.public_id, GeneratedCertificate.verify_uuid != ""
        )
        once = select(FormerPublicId.certificate_id).where(FormerPublicId.verify_uuid == typed.public_id)
        return list(session.scalars(now.union_all(once)))
    return [] if typed.number is None else [typed.number]


def _learners(session: Session, ids: Sequence[int]) -> list[Learner]:
    """The learners, in that order."""
    found = {learner.id: learner for learner in session.scalars(select(Learner).where(Learner.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def _ids_held(session: Session, model: type[Held], learners: Sequence[int], most: int) -> Sequence[int]:
    if not learners:
        return []
    held = select(model.id).where(model.learner_id.in_(learners)).order_by(model.learner_id)
    return session.scalars(held.limit(most)).all()


def _learner_ids(session: Session, text: str, most: int) -> list[int]:
    if not folded(text):
        return []  # quotes or marks alone: nothing is left of them, and everybody's name begins with nothing
    if "@" in folded(text):
        return list(session.scalars(by_beginning(Learner.email_folded, text, most)))
    by_username = session.scalars(by_beginning(Learner.username_folded, text, most))
    return list(dict.fromkeys([*by_username, *find_ids_by_name(session, text, most)]))


def by_beginning(column: InstrumentedAttribute[str], text: str, most: int) -> Select[int]:
    """Ask for the ids of learners whose folded user name or address begins with a text."""
    return select(Learner.id).where(begins(column, folded(text))).order_by(column).limit(most)


def _course_ids(session: Session, text: str, most: int) -> Sequence[str]:
    return session.scalars(_course_keys(text).limit(most)).all()


def _course_keys(text: str) -> Select[str]:
    """Ask for the keys of course runs that a text names: one in whole, in either spelling, or by beginnings.

    Of a name the words count, in any order. No index serves those after the first: course runs are read, which are few.
    """
    keys = course_keys_meant(text)
    key = CourseRun.course_id_folded
    words = folded(text).split()
    if not words:
        return select(CourseRun.course_id).where(false())
    if is_whole_course_key(text):
        return select(CourseRun.course_id).where(key.in_(keys))
    named = select(CourseRun.course_id).where(*(_has_word(CourseRun.display_name_folded, word) for word in words))
    keyed = [select(CourseRun.course_id).where(begins(key, one)) for one in keys]
    found = union(*(part.limit(MOST_COURSES).subquery().select() for part in (named, *keyed)))
    return select(found.subquery().c.course_id)


def _has_word(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    return begins(column, word) | column.contains(f" {word}", autoescape=True)


def _looks_like_course(text: str) -> bool:
    return folded(text).startswith(("course-v1:", "ccx-v1:")) or "/" in text


def _among(column: InstrumentedAttribute[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Nothing is among no values; a database that is asked so would read every row to find that out."""
    return column.in_(values) if values else false()
