"""Do the settings name things that are there and answer?"""

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.ports import Ports
from webapp.services import schema
from webapp.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    subject: str
    ok: bool
    text: str


def check(settings: Settings, session: Session, ports: Ports) -> list[Finding]:
    """Try everything that the settings name."""
    findings = [_secret(settings), _database(session)]
    if settings.redis_url:
        answers = ports.attempts.answers()
        findings.append(Finding("CERTDESK_REDIS_URL", answers, "answers" if answers else "cannot be reached"))
    return findings


def _secret(settings: Settings) -> Finding:
    missing = settings.secret_key is None
    return Finding("CERTDESK_SECRET_KEY", not missing, "not set; needed by serve" if missing else "set")


def _database(session: Session) -> Finding:
    subject = "CERTDESK_DATABASE_URL"
    try:
        at_head = schema.at_head(session)
    except SQLAlchemyError as problem:
        return Finding(subject, False, f"cannot be reached: {str(problem.args[0]).splitlines()[0]}")
    return Finding(
        subject, at_head, "answers, schema is current" if at_head else "answers, but needs: certdesk db upgrade"
    )
