"""Fill a database of ours with the same rows that the peer gets: fill.py N, or fill.py reset.

CERTDESK_DATABASE_URL names the database. `reset` puts the certificates that wait for an answer back.
"""

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Connection, insert, text
from sqlalchemy.orm import Session

from tests.benchmarks import dataset
from webapp import clock, create_app
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.certificates.statuses import PASSED
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import folded
from webapp.domain.learners.name_words import words_of
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.models.base import db
from webapp.models.certificates import CourseMilestone, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.models.learners import Learner, LearnerNameWord
from webapp.services.configs import machine
from webapp.services.governance import decisions
from webapp.services.governance.terms import Terms, Wish

BATCH = 20_000
PASSWORD = "bench-only"
SERIAL_TABLES = (
    "learner",
    "course_run",
    "generated_certificate",
    "example_certificate",
    "example_certificate_set",
    "account",
)


def fill(connection: Connection, number: int) -> int:
    """Write learners, courses, certificates, examples and one account; give how many certificates there are."""
    insert_all(connection, Learner, _learners())
    insert_all(connection, LearnerNameWord, _name_words())
    insert_all(connection, CourseRun, _courses())
    rows = list(dataset.certificates(number))
    insert_all(connection, GeneratedCertificate, map(_certificate, rows))
    insert_all(connection, CourseMilestone, filter(None, map(_milestone, rows)))
    insert_all(
        connection,
        ExampleCertificateSet,
        ({"id": i, "course_id": course, **_made()} for i, course, *_ in dataset.examples()),
    )
    insert_all(connection, ExampleCertificate, (_example(*row) for row in dataset.examples()))
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    account = {"id": 1, "username": "staff", "username_folded": "staff", "email": "", "password_hash": hashed}
    insert_all(connection, Account, [{**account, "created_at": dataset.EPOCH}])
    with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
        machine.write_roles(session, Actor(MACHINE_NAME), "staff", (Role.SUPPORT, Role.ADMIN), now=dataset.EPOCH)
    with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
        _know_crawlers(session)
    if connection.dialect.name == "postgresql":
        for table in SERIAL_TABLES:
            newest = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608 - our own tables
            connection.execute(text(newest))
    return len(rows)


def reset(connection: Connection) -> None:
    """Let the last certificates wait for their answers again, and forget what came in."""
    top, number = connection.execute(text("SELECT max(id), count(*) FROM generated_certificate")).one()
    connection.execute(
        text(
            "UPDATE generated_certificate SET status = 'generating', verify_uuid = '', download_uuid = '',"
            " download_url = '', issued_at = NULL WHERE id > :first"
        ),
        {"first": top - dataset.pool_size(number)},
    )
    for table in ("certificate_transition", "callback_inbox", "callback_count"):
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables
    connection.execute(text("UPDATE example_certificate SET status = 'started', download_url = NULL"))


def main() -> None:
    """Do what the command line says."""
    app = create_app()
    with app.app_context():
        with db.engine.begin() as connection:
            if sys.argv[1] == "reset":
                reset(connection)
            else:
                print(fill(connection, int(sys.argv[1])), "certificates")
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            tables = "generated_certificate, callback_inbox, certificate_transition, audit_event"
            connection.execute(
                text(f"VACUUM ANALYZE {tables}" if connection.dialect.name == "postgresql" else "ANALYZE")
            )


def _know_crawlers(session: Session) -> None:
    """The peer's list of crawlers is switched on, and so is ours."""
    wish = Wish(
        kind=Kind.CRAWLERS.value,
        key="-",
        payload={"enabled": True, "known_user_agents": ["edX-downloader"]},
        reason="The peer of the benchmark has it on.",
    )
    terms = Terms(Actor("staff", 1), clock.now(), "http://desk.test", render_certificate, {})
    decisions.propose_in_emergency(session, terms, wish, typed_key="-")


def _learners() -> Iterator[dict[str, Any]]:
    for i in range(1, dataset.LEARNERS + 1):
        name, address = dataset.username(i), dataset.email(i)
        yield {
            "id": i,
            "username": name,
            "email": address,
            "name": f"Learner {i}",
            "username_folded": name,
            "email_folded": address,
            "allow_certificate": True,
        }


def _name_words() -> Iterator[dict[str, Any]]:
    return ({"learner_id": one["id"], "word": word} for one in _learners() for word in words_of(one["name"]))


def _courses() -> Iterator[dict[str, Any]]:
    for i in range(dataset.COURSES):
        course_id = dataset.course(i)
        yield {
            "course_id": course_id,
            "course_id_folded": folded(course_id),
            "display_name": f"Course {i}",
            "display_name_folded": f"course {i}",
            "html_certificates": False,
            "self_paced": True,
        }


def _certificate(row: Sequence[Any]) -> dict[str, Any]:
    values = dict(zip(dataset.CERT_COLUMNS, row, strict=True))
    created, modified = values.pop("created_date"), values.pop("modified_date")
    values["learner_id"] = values.pop("user_id")
    issued = modified if values["status"] == "downloadable" else None
    return {**values, "created_at": created, "modified_at": modified, "submitted_at": created, "issued_at": issued}


def _milestone(row: Sequence[Any]) -> dict[str, Any] | None:
    """Whose certificate is on its way, or issued, has passed: an answer finds that written down already."""
    held = _certificate(row)
    if held["status"] not in PASSED:
        return None
    kept = {name: held[name] for name in ("learner_id", "course_id")}
    return {**kept, "fulfilled_at": held["created_at"], "reason": "submitted"}


def _example(number: int, _course: str, uuid: str, access_key: str) -> dict[str, Any]:
    return {
        "id": number,
        "set_id": number,
        "description": "honor",
        "uuid": uuid,
        "access_key": access_key,
        "full_name": "John Doë",
        "template": "certificate-template.pdf",
        "status": "started",
        **_made(),
    }


def _made() -> dict[str, Any]:
    return {"created_at": dataset.EPOCH, "modified_at": dataset.EPOCH}


def insert_all(connection: Connection, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    """Write the rows, some thousand at a time."""
    left = iter(rows)
    while batch := list(itertools.islice(left, BATCH)):
        connection.execute(insert(model), batch)


if __name__ == "__main__":
    main()
