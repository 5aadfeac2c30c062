"""Certificates with their learners and course runs."""

from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import queue_messages
from tests.fakes import NOON
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.identifiers import folded
from webapp.domain.learners.name_words import words_of
from webapp.models.certificates import CertificateTransition, CourseMilestone, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.models.learners import Learner, LearnerNameWord

DEMO_COURSE = queue_messages.COURSE
KEY = queue_messages.KEY
_numbers = count(1)


def make_learner(
    session: Session, username: str = "ada", *, name: str = "Ada Lovelace", email: str | None = None, **more: Any
) -> Learner:
    """Give the learner of that name, made where there is none."""
    found = session.scalar(select(Learner).where(Learner.username == username))
    if found:
        return found
    email = f"{username}@example.org" if email is None else email
    learner = _learner(username, name, email, **more)
    session.add_all([learner, *_name_words(learner)])
    session.flush()
    return learner


def make_course(
    session: Session, course_id: str = DEMO_COURSE, *, display_name: str = "Demonstration", **more: Any
) -> CourseRun:
    """Give the course run of that key, made where there is none."""
    found = session.scalar(select(CourseRun).where(CourseRun.course_id == course_id))
    if found:
        return found
    course = _course(course_id, display_name, **more)
    session.add(course)
    session.flush()
    return course


def make_certificate(
    session: Session,
    username: str = "ada",
    course_id: str = DEMO_COURSE,
    *,
    status: Status = Status.GENERATING,
    key: str = KEY,
    at: datetime = NOON - timedelta(minutes=1),
    **more: Any,
) -> GeneratedCertificate:
    """Make a certificate, by default one whose job is with the queue."""
    learner = make_learner(session, username)
    make_course(session, course_id)
    certificate = _certificate(learner, course_id, status, key, at, **more)
    session.add(certificate)
    session.flush()
    return certificate


def make_milestone(
    session: Session, certificate: GeneratedCertificate, *, at: datetime = NOON, reason: str = "submitted"
) -> CourseMilestone:
    """Let it be known that the certificate's learner has passed its course run."""
    learner_id, course_id = certificate.learner_id, certificate.course_id
    milestone = CourseMilestone(learner_id=learner_id, course_id=course_id, fulfilled_at=at, reason=reason)
    session.add(milestone)
    session.flush()
    return milestone


def make_moves(session: Session, certificate: GeneratedCertificate, *statuses: Status) -> None:
    """Write down by which statuses a certificate came to be as it is, in order."""
    session.add_all(
        CertificateTransition(
            certificate_id=certificate.id, at=NOON, from_status=before, to_status=to, cause="judged", actor_name="sam"
        )
        for before, to in pairwise((None, *statuses))
    )
    session.flush()


def make_noise(session: Session, number: int = 5, *, name: str = "Ada Lovelace") -> None:
    """Add rows that no test is about, so that a missing condition shows; in few statements, for many tests do."""
    numbers = [next(_numbers) for _ in range(number)]
    courses = {n: f"course-v1:Noise+N{n}+1" for n in numbers}
    learners = {n: _learner(f"noise{n}", name, f"noise{n}@example.org") for n in numbers}
    session.add_all(learners.values())
    session.add_all(word for learner in learners.values() for word in _name_words(learner))
    session.add_all(_course(course_id, "Demonstration") for course_id in courses.values())
    session.flush()
    session.add_all(
        _certificate(learners[n], courses[n], Status.GENERATING, f"{n:032x}", NOON - timedelta(minutes=1))
        for n in numbers
    )
    session.flush()


def make_example(
    session: Session,
    uuid: str = queue_messages.EXAMPLE_UUID,
    access_key: str = queue_messages.EXAMPLE_KEY,
    *,
    course_id: str = DEMO_COURSE,
    status: ExampleStatus = ExampleStatus.STARTED,
    template: str = "certificate-template-edX-DemoX.pdf",
) -> ExampleCertificate:
    """Make an example in a set of its own."""
    group = ExampleCertificateSet(course_id=course_id, created_at=NOON, modified_at=NOON)
    example = ExampleCertificate(
        set=group,
        description="honor",
        uuid=uuid,
        access_key=access_key,
        template=template,
        status=status,
        created_at=NOON,
        modified_at=NOON,
    )
    session.add(example)
    session.flush()
    return example


def _learner(username: str, name: str, email: str, **more: Any) -> Learner:
    return Learner(
        username=username,
        email=email,
        name=name,
        username_folded=folded(username),
        email_folded=folded(email),
        **more,
    )


def _name_words(learner: Learner) -> list[LearnerNameWord]:
    return [LearnerNameWord(learner=learner, word=word) for word in words_of(learner.name)]


def _course(course_id: str, display_name: str, **more: Any) -> CourseRun:
    return CourseRun(
        course_id=course_id,
        course_id_folded=folded(course_id),
        display_name=display_name,
        display_name_folded=folded(display_name),
        **more,
    )


def _certificate(
    learner: Learner, course_id: str, status: Status, key: str, at: datetime, **more: Any
) -> GeneratedCertificate:
    return GeneratedCertificate(
        learner_id=learner.id,
        course_id=course_id,
        status=status,
        key=key,
        mode=more.pop("mode", "honor"),
        name=learner.name,
        created_at=at,
        modified_at=at,
        submitted_at=at if key else None,
        **more,
    )
