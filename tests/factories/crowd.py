"""As many learners, certificates and deliveries as it takes for a plan to matter."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tests.fakes import NOON
from webapp.domain.certificates.statuses import Status
from webapp.domain.learners.name_words import words_of
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner, LearnerNameWord
from webapp.models.messages import CallbackInbox

CERTIFICATES, LEARNERS = 20_000, 4_000
CROWD_COURSES = 400


def name_in_crowd(n: int) -> str:
    """Give a name of which one word is everybody's, one everybody else's, and one of nobody else."""
    return f"{'Silva' if n % 2 else 'Maria'} {n:05} Name"


def make_crowd(session: Session) -> None:
    """Fill the tables with as many rows as it takes for a plan to matter."""
    session.execute(
        insert(Learner),
        [
            {"id": n, "username": f"user{n:05}", "email": f"user{n:05}@example.org", "name": name_in_crowd(n),
             "username_folded": f"user{n:05}", "email_folded": f"user{n:05}@example.org"}
            for n in range(1, LEARNERS + 1)
        ],
    )  # fmt: skip
    session.execute(
        insert(LearnerNameWord),
        [{"learner_id": n, "word": word} for n in range(1, LEARNERS + 1) for word in words_of(name_in_crowd(n))],
    )
    session.execute(
        insert(CourseRun),
        [
            {"course_id": f"course-v1:Crowd+C{n}+1", "course_id_folded": f"course-v1:crowd+c{n}+1",
             "display_name": f"Course {n}", "display_name_folded": f"course {n}"}
            for n in range(CROWD_COURSES)
        ],
    )  # fmt: skip
    session.execute(insert(GeneratedCertificate), [_one_of_the_crowd(n) for n in range(CERTIFICATES)])
    session.execute(insert(CallbackInbox), [_delivery_of_the_crowd(n) for n in range(CERTIFICATES)])
    session.commit()
    _look_over(session)


def _look_over(session: Session) -> None:
    """Let the database see what there is, as it does by itself in time; what earlier tests left is no part of it."""
    engine = session.get_bind().engine
    if engine.dialect.name == "sqlite":
        session.execute(text("ANALYZE"))
        session.commit()
        return
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # FULL: an index that is mostly what earlier tests deleted looks dear to PostgreSQL, which then reads the table.
        connection.execute(text(f"VACUUM (FULL, ANALYZE) {', '.join(db.metadata.tables)}"))


def _one_of_the_crowd(n: int) -> dict[str, Any]:
    status = {0: Status.ERROR, 1: Status.GENERATING, 2: Status.NOT_PASSING}.get(n % 200, Status.DOWNLOADABLE)
    at: datetime = NOON - timedelta(minutes=CERTIFICATES - n)
    return {
        "id": n + 1,
        "learner_id": n % LEARNERS + 1,
        "course_id": f"course-v1:Crowd+C{n // LEARNERS * 80 + n % 80}+1",
        "status": status,
        "mode": {0: "verified", 1: "audit"}.get(n % 50, "honor"),
        "key": f"{n:032x}",
        "verify_uuid": f"{n + 1:032x}" if status is Status.DOWNLOADABLE else "",
        "created_at": at,
        "modified_at": at,
        "submitted_at": at,
    }


def _delivery_of_the_crowd(n: int) -> dict[str, Any]:
    return {
        "id": n + 1,
        "received_at": NOON - timedelta(minutes=CERTIFICATES - n),
        "address": "192.0.2.7",
        "endpoint": Endpoint.CERTIFICATE,
        "header": "{}",
        "body": "{}",
        "whole": True,
        "digest": "0" * 64,
        "matched": True,
        "outcome": Outcome.UNKNOWN_KEY if n % 100 == 0 else Outcome.APPLIED,
        "username": f"user{n % LEARNERS + 1:05}",
    }
