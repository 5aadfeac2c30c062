"""How is what somebody types found by an index: a learner, a certificate, a course?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from webapp.domain.identifiers import BadCourseId, folded, is_hex_32, parse_course_id, row_number, storable
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
_PUBLIC_ADDRESS = re.compile(r"https?://\S+/certificates/([0-9a-f]{32})/?")

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
    found = _learners(session, _learner_ids(session, text, SHORT_LIST)[:SHORT_LIST])
    held = _ids_held(session, GeneratedCertificate, [learner.id for learner in found], SHORT_LIST)
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
    held = _ids_held(session, GeneratedCertificate, learner_ids(session, text), MOST_HELD)
    return _among(GeneratedCertificate.id, [*_named(session, text), *held])


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
    """Give the condition for course runs whose key or name begins with a text."""
    return CourseRun.course_id.in_(_course_ids(text.strip()))


def learner_ids(session: Session, text: str) -> list[int]:
    """Give the ids of learners whose user name or e-mail address begins with a text, or whose name has its words.

    Of each kind the first thousand; whose user name it is comes before whose name it is.
    """
    return _learner_ids(session, text.strip(), MOST_LEARNERS)


def learner_ids_by_email(session: Session, text: str) -> Sequence[int]:
    """Give the ids of learners whose e-mail address begins with a text, a thousand at most."""
    return session.scalars(_by_beginning(Learner.email_folded, text.strip(), MOST_LEARNERS)).all()


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


def _learners(session: Session, ids: Sequence[int]) -> list[Learner]:
    """The learners, in that order."""
    found = {learner.id: learner for learner in session.scalars(select(Learner).where(_among(Learner.id, ids)))}
    return [found[number] for number in ids if number in found]


def _ids_held(session: Session, model: type[Held], learners: Sequence[int], most: int) -> Sequence[int]:
    if not learners:
        return []
    held = select(model.id).where(model.learner_id.in_(learners)).order_by(model.learner_id)
    return session.scalars(held.limit(most)).all()


def _learner_ids(session: Session, text: str, most: int) -> list[int]:
    if "@" in folded(text):
        return list(session.scalars(_by_beginning(Learner.email_folded, text, most)))
    by_username = session.scalars(_by_beginning(Learner.username_folded, text, most))
    return list(dict.fromkeys([*by_username, *find_ids_by_name(session, text, most)]))


def _by_beginning(column: InstrumentedAttribute[str], text: str, most: int) -> Select[int]:
    return select(Learner.id).where(begins(column, folded(text))).order_by(column).limit(most)


def _course_ids(text: str) -> Select[str]:
    try:
        return select(CourseRun.course_id).where(CourseRun.course_id == parse_course_id(text))
    except BadCourseId:
        named = select(CourseRun.course_id).where(begins(CourseRun.display_name_folded, folded(text)))
        keyed = select(CourseRun.course_id).where(begins(CourseRun.course_id_folded, folded(text)))
        found = union_all(*(half.limit(MOST_COURSES).subquery().select() for half in (named, keyed)))
        return select(found.subquery().c.course_id)


def _looks_like_course(text: str) -> bool:
    return text.lower().startswith(("course-v1:", "ccx-v1:")) or "/" in text


def _among(column: InstrumentedAttribute[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Nothing is among no values; a database that is asked so would read every row to find that out."""
    return column.in_(values) if values else false()
