"""What is there, and what was told, after a button of ada's page was pressed?"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, PDF
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Learner
from webapp.models.messages import Outbox


def held(session: Session) -> GeneratedCertificate | None:
    session.rollback()
    session.expire_all()
    ada = select(Learner.id).where(Learner.username == "ada").scalar_subquery()
    return session.scalar(
        select(GeneratedCertificate).where(
            GeneratedCertificate.learner_id == ada, GeneratedCertificate.course_id.in_((HTML, PDF))
        )
    )


def status_of(session: Session) -> Status | None:
    certificate = held(session)
    return None if certificate is None else certificate.status


def told(session: Session) -> list[tuple[str, str, str]]:
    """Give what the audit was told since the sign-in: the act, by whom, and why."""
    session.rollback()
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
    return [(row.action, row.actor_name, row.reason) for row in rows if not row.action.startswith("account.")]


def moves(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(CertificateTransition.id))) or 0


def everything(session: Session) -> list[list[tuple[Any, ...]]]:
    """Give all that an act could change."""
    session.rollback()
    tables = (GeneratedCertificate, CertificateTransition, AllowlistEntry, Invalidation, Outbox, AuditEvent)
    return [
        [tuple(row) for row in session.execute(select(table.__table__).order_by(*table.__table__.primary_key))]
        for table in tables
    ]
