"""What does the demonstration tell, and how does a test look at it?"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.adapters.certificate_page import render_certificate
from webapp.domain.actors import Actor
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.base import db
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox
from webapp.services import demo

CALCULUS = "course-v1:Certdesk+Calculus+2026"
HARBOUR = "course-v1:Certdesk+Harbour+2026"
ADAS_KEY = "5eed0000000000000000000000000001"
SASHA = Actor("sasha")
HERE = demo.Installation("http://desk.test", render_certificate)
TOLD_OUTCOMES = {
    Outcome.APPLIED,
    Outcome.DUPLICATE,
    Outcome.CONFLICT,
    Outcome.UNKNOWN_KEY,
    Outcome.INVALID_BODY,
    Outcome.UNREADABLE,
}


def held(session: Session, username: str, course_id: str) -> GeneratedCertificate:
    """Give what a learner holds in a course run."""
    return session.scalars(
        select(GeneratedCertificate)
        .join(GeneratedCertificate.learner)
        .where(Learner.username == username, GeneratedCertificate.course_id == course_id)
    ).one()


def moves(session: Session, certificate: GeneratedCertificate) -> list[Status]:
    """Give the statuses that a certificate went through, in order."""
    query = select(CertificateTransition.to_status).where(CertificateTransition.certificate_id == certificate.id)
    return list(session.scalars(query.order_by(CertificateTransition.id)))


def outcomes(session: Session, certificate: GeneratedCertificate) -> list[Outcome]:
    """Give what became of the answers for a certificate, in order."""
    query = select(CallbackInbox.outcome).where(CallbackInbox.certificate_id == certificate.id)
    return list(session.scalars(query.order_by(CallbackInbox.id)))


def counted(session: Session) -> dict[str, int]:
    """Give how many rows each table has."""
    tables = db.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
