"""How does a learner come to a certificate that nobody earned, for a trial or a demonstration?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.certificates.transitions import Cause
from webapp.domain.identifiers import CourseId, storable
from webapp.errors import DemoRefused, UnknownLearner
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services import audit
from webapp.services.course_runs import get_course
from webapp.services.demo.answers import pdf_address
from webapp.services.demo.facts import COURSES, LEARNERS
from webapp.services.following.effects import follow
from webapp.services.following.moves import EVERYTHING_USUAL, Switches, moved_of
from webapp.services.messages import outbox
from webapp.services.records.acts import Changes, details_of, details_of_new

NewId = Callable[[], str]

_USERNAMES = {learner.username for learner in LEARNERS}
_COURSE_IDS = {course.course_id for course in COURSES}


@dataclass(frozen=True, slots=True)
class Fake:
    """Who is to hold what, where."""

    username: str
    course_id: CourseId
    mode: Mode = Mode.HONOR
    status: Status = Status.DOWNLOADABLE
    grade: str = ""


def fake_certificate(
    session: Session,
    actor: Actor,
    fake: Fake,
    *,
    switches: Switches = EVERYTHING_USUAL,
    now: datetime,
    new_id: NewId,
    forced: bool = False,
) -> GeneratedCertificate:
    """Give a learner a certificate without judging them, in the place of what they hold (domain note §10, create_fake_cert).

    Raises UnknownLearner, UnknownCourse, and DemoRefused for anybody outside of the demonstration unless `forced`.
    A public id is given once and kept; a job is given a key of its own, so that it can be answered.
    """
    learner = _lock_learner(session, fake.username)
    html = get_course(session, fake.course_id).html_certificates
    if not forced and not _tells_a_story(session, fake):
        raise DemoRefused(
            f"{fake.username} in {fake.course_id} is no demonstration data, and a fake certificate looks like a real one."
            " Say --force to make it all the same."
        )
    certificate = _find(session, learner, fake.course_id)
    wanted = _wanted(fake, certificate, learner.name, html=html, now=now, new_id=new_id)
    if certificate is None:
        certificate = _add(session, learner, fake.course_id, wanted, now)
        before, details = None, details_of_new(wanted)
    else:
        before, changes = certificate.status, _change(certificate, wanted, now)
        if not changes:
            return certificate
        details = details_of(changes)
    if before is not certificate.status:
        _record_move(session, actor, certificate, before, now)
    session.flush()
    moved = moved_of(certificate, before, cause=Cause.FAKED, at=now, external_id=learner.external_id)
    outbox.add(session, follow(session, switches, [moved]), now=now)
    details = {**details, "forced": forced}
    audit.append(session, actor, "certificate.faked", "certificate", str(certificate.id), now=now, details=details)
    return certificate


def _lock_learner(session: Session, username: str) -> Learner:
    """Let nobody judge the learner meanwhile."""
    query = select(Learner).where(Learner.username == username).with_for_update(key_share=True)
    learner = session.scalar(query) if storable(username) else None
    if learner is None:
        raise UnknownLearner(f"There is no learner “{username}”.")
    return learner


def _tells_a_story(session: Session, fake: Fake) -> bool:
    """Somebody real may bear a name of the demonstration's, but not where it was loaded: it goes into an empty database."""
    if fake.username not in _USERNAMES or fake.course_id not in _COURSE_IDS:
        return False
    return session.scalar(select(AuditEvent.seq).where(AuditEvent.action == "demo.loaded").limit(1)) is not None


def _find(session: Session, learner: Learner, course_id: CourseId) -> GeneratedCertificate | None:
    query = select(GeneratedCertificate).where(
        GeneratedCertificate.learner_id == learner.id, GeneratedCertificate.course_id == course_id
    )
    return session.scalar(query.with_for_update())


def _wanted(
    fake: Fake, held: GeneratedCertificate | None, name: str, *, html: bool, now: datetime, new_id: NewId
) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "status": fake.status,
        "mode": fake.mode.value,
        "grade": fake.grade,
        "name": name,
        "error_reason": "",
    }
    if fake.status in IN_FLIGHT:
        wanted |= {"key": new_id(), "submitted_at": now}
    if fake.status is Status.DOWNLOADABLE:
        wanted["verify_uuid"] = (held and held.verify_uuid) or new_id()
        wanted["issued_at"] = (held and held.issued_at) or now
        if not html:  # an address of a file is what makes a certificate a PDF
            wanted["download_uuid"] = (held and held.download_uuid) or new_id()
            wanted["download_url"] = (held and held.download_url) or pdf_address(wanted["download_uuid"])
    return wanted


def _add(
    session: Session, learner: Learner, course_id: CourseId, wanted: dict[str, Any], now: datetime
) -> GeneratedCertificate:
    certificate = GeneratedCertificate(
        learner_id=learner.id, course_id=course_id, created_at=now, modified_at=now, **wanted
    )
    session.add(certificate)
    session.flush()
    return certificate


def _change(certificate: GeneratedCertificate, wanted: dict[str, Any], now: datetime) -> Changes:
    changes = {
        name: (getattr(certificate, name), value)
        for name, value in wanted.items()
        if getattr(certificate, name) != value
    }
    for name, (_, value) in changes.items():
        setattr(certificate, name, value)
    if changes:
        certificate.modified_at = now
    return changes


def _record_move(
    session: Session, actor: Actor, certificate: GeneratedCertificate, before: Status | None, now: datetime
) -> None:
    session.add(
        CertificateTransition(
            certificate_id=certificate.id,
            at=now,
            from_status=before,
            to_status=certificate.status,
            cause=Cause.FAKED,
            actor_name=actor.name,
            request_id=actor.request_id,
        )
    )
