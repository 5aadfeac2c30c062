"""Is the audit as it was written? Looked at every night, up to a head that the last good look kept (ecosystem note §6)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.audit_chain import Verdict
from webapp.models.audit import AuditCheck
from webapp.services import audit


def check(session: Session) -> Verdict:
    """Check every event, and that the chain still reaches where the last good check saw its end; reads only, however long."""
    # A bad check keeps the head of what is left: measured by that one, a cut tail would be forgotten after a night.
    good = select(AuditCheck.head).where(AuditCheck.first_bad.is_(None))
    return audit.verify(session, head=session.scalar(good.order_by(AuditCheck.id.desc()).limit(1)))


def keep(session: Session, verdict: Verdict, *, now: datetime) -> None:
    """Write down what a check found."""
    session.add(
        AuditCheck(
            at=now,
            events=verdict.checked,
            head=verdict.head,
            first_bad=verdict.first_bad,
            reason=verdict.reason or "",
        )
    )


def last_check(session: Session) -> AuditCheck | None:
    """Give what the last check found; None before the first."""
    return session.scalar(select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1))
