"""How is what somebody types found by an index: a learner, a certificate, a course?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from webapp.domain.identifiers import BadCourseId, folded, is_hex_32, parse_course_id, row_number, storable
from webapp.models.certificates import FormerPublicId, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox

MOST_LEARNERS = 1_000
MOST_COURSES = 200
MOST_DELIVERIES = 1_000
SHORT_LIST = 10
_PUBLIC_ADDRESS = re.compile(r"https?://\S+/certificates/([0-9a-f]{32})/?")


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


def find_anything(session: Session, text: str) -> Found:
    """Give the learners that a text names with their certificates, and course runs; ten of each at most.

    The address of a certificate's page is taken for the id in it: that is what learners send.
    """
    text = text.strip()
    if not text or not storable(text):
        return Found([], [], [])
    if address := _PUBLIC_ADDRESS.fullmatch(text):
        text = address[1]
    courses = select(CourseRun).where(CourseRun.course_id.in_(_course_ids(text))).limit(SHORT_LIST)
    learners = select(Learner).where(Learner.id.in_(_learner_ids(text, SHORT_LIST))).order_by(Learner.username)
    found = list(session.scalars(learners.limit(SHORT_LIST)))
    held = _held_by(session, [learner.id for learner in found], SHORT_LIST)
    certificates = (
        select(GeneratedCertificate)
        .where(_among(GeneratedCertificate.id, [*_named(session, text), *held]))
        .options(selectinload(GeneratedCertificate.learner))
        .order_by(GeneratedCertificate.id.desc())
        .limit(SHORT_LIST)
    )
    return Found(list(session.scalars(certificates)), found, list(session.scalars(courses)))


def certificates_of(session: Session, text: str) -> ColumnElement[bool]:
    """Give the condition for certificates of what a text names: each part of it is served by an index.

    Ids and keys are read first, since a database that has them at hand goes straight to their rows.
    """
    text = text.strip()
    if is_hex_32(text.lower()):
        return _among(GeneratedCertificate.id, _named(session, text))
    if _looks_like_course(text):
        return _among(GeneratedCertificate.course_id, session.scalars(_course_ids(text)).all())
    if row_number(text) is None:
        return GeneratedCertificate.learner_id.in_(_learner_ids(text, MOST_LEARNERS))
    learners = session.scalars(_learner_ids(text, MOST_LEARNERS)).all()
    return _among(GeneratedCertificate.id, [*_named(session, text), *_held_by(session, learners, MOST_LEARNERS)])


def deliveries_of(session: Session, text: str) -> ColumnElement[bool]:
    """Give the condition for deliveries about what a text names, the newest thousand of each certificate and learner."""
    certificates = select(GeneratedCertificate.id).where(certificates_of(session, text)).limit(MOST_LEARNERS)
    about = select(CallbackInbox.id).where(_among(CallbackInbox.certificate_id, session.scalars(certificates).all()))
    sent_for = select(CallbackInbox.id).where(CallbackInbox.username == text.strip())
    # Ordered by a sum: by the number itself SQLite would walk the whole table rather than sort a few rows.
    newest = [query.order_by((CallbackInbox.id + 0).desc()).limit(MOST_DELIVERIES) for query in (about, sent_for)]
    return _among(CallbackInbox.id, [number for query in newest for number in session.scalars(query)])


def learners_of(text: str) -> ColumnElement[bool]:
    """Give the condition for learners whose user name, e-mail address or name begins with a text."""
    return Learner.id.in_(_learner_ids(text.strip(), MOST_LEARNERS))


def courses_of(text: str) -> ColumnElement[bool]:
    """Give the condition for course runs whose key or name begins with a text."""
    return CourseRun.course_id.in_(_course_ids(text.strip()))


def learner_ids(text: str) -> Select[int]:
    """Give the ids of learners whose user name, e-mail address or name begins with a text, a thousand at most."""
    return _learner_ids(text.strip(), MOST_LEARNERS)


def learner_ids_by_email(text: str) -> Select[int]:
    """Give the ids of learners whose e-mail address begins with a text, a thousand at most."""
    return select(Learner.id).where(_begins(Learner.email_folded, folded(text.strip()))).limit(MOST_LEARNERS)


def _named(session: Session, text: str) -> list[int]:
    """The numbers of the certificates that a public id, once or now, or a number names."""
    if is_hex_32(text.lower()):
        now = select(GeneratedCertificate.id).where(
            GeneratedCertificate.verify_uuid == text.lower(), GeneratedCertificate.verify_uuid != ""
        )
        once = select(FormerPublicId.certificate_id).where(FormerPublicId.verify_uuid == text.lower())
        return list(session.scalars(now.union_all(once)))
    number = row_number(text)
    return [] if number is None else [number]


def _held_by(session: Session, learners: Sequence[int], most: int) -> Sequence[int]:
    if not learners:
        return []
    held = select(GeneratedCertificate.id).where(GeneratedCertificate.learner_id.in_(learners))
    return session.scalars(held.limit(most)).all()


def _learner_ids(text: str, most: int) -> Select[int]:
    needle = folded(text)
    columns = (Learner.email_folded,) if "@" in needle else (Learner.username_folded, Learner.name_folded)
    found = union_all(
        *(select(Learner.id).where(_begins(column, needle)).limit(most).subquery().select() for column in columns)
    )
    return select(found.subquery().c.id)


def _course_ids(text: str) -> Select[str]:
    try:
        return select(CourseRun.course_id).where(CourseRun.course_id == parse_course_id(text))
    except BadCourseId:
        named = select(CourseRun.course_id).where(_begins(CourseRun.display_name_folded, folded(text)))
        keyed = select(CourseRun.course_id).where(_begins(CourseRun.course_id_folded, folded(text)))
        found = union_all(*(half.limit(MOST_COURSES).subquery().select() for half in (named, keyed)))
        return select(found.subquery().c.course_id)


def _looks_like_course(text: str) -> bool:
    return text.lower().startswith(("course-v1:", "ccx-v1:")) or "/" in text


def _among(column: InstrumentedAttribute[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Nothing is among no values; a database that is asked so would read every row to find that out."""
    return column.in_(values) if values else false()


def _begins(column: InstrumentedAttribute[str], needle: str) -> ColumnElement[bool]:
    """A range that an index serves, where LIKE would read every row."""
    return (column >= needle) & (column < needle + "\U0010ffff")
