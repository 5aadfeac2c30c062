"""A table of certificates as big as one likes, and how it is fetched from a running server."""

import http.client
import itertools
from dataclasses import dataclass

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.fakes import NOON
from tests.servers import HOST, Server
from webapp.domain.certificates.statuses import Status
from webapp.domain.records.fields import LINE_BYTES
from webapp.models.exceptions import AllowlistEntry

LOOKED_AT_EVERY = 4
"""Pieces between two looks at the server's memory."""


def fill(session: Session, number: int) -> None:
    """Write so many certificates, as copies of one."""
    held = make_certificate(session, "ada", key="", status=Status.ERROR, verify_uuid="")
    session.flush()
    columns = [
        name
        for name in session.connection().exec_driver_sql("SELECT * FROM generated_certificate LIMIT 1").keys()  # noqa: SIM118 - a result
        if name not in ("id", "course_id")
    ]
    shared = ", ".join(columns)
    session.execute(
        text(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number - 1}) "  # noqa: S608 - a number of ours
            f"INSERT INTO generated_certificate (course_id, {shared}) "
            f"SELECT 'course-v1:Many+N' || n.i || '+1', {shared} FROM generated_certificate, n "
            f"WHERE generated_certificate.id = {held.id}"
        )
    )
    session.commit()


@dataclass(frozen=True, slots=True)
class Taken:
    """How many lines there were, and the most memory that the server had meanwhile, in MB."""

    lines: int
    most_mb: float


def fill_long(session: Session, number: int) -> None:
    """Write so many entries of the allowlist, each with a note as long as a record may bring."""
    ada = make_certificate(session, "ada", key="", status=Status.ERROR, verify_uuid="").learner_id
    rows = (
        {
            "learner_id": ada,
            "course_id": f"course-v1:Long+N{one}+1",
            "allowlisted": True,
            "notes": f"{one} " + LINE_BYTES * "n",
            "created_by": "sam",
            "created_at": NOON,
            "modified_at": NOON,
        }
        for one in range(number)
    )
    for row in rows:
        session.execute(insert(AllowlistEntry).values(row))
    session.commit()


def take(server: Server, token: str, form: str, name: str = "certificates") -> Taken:
    """Fetch everything, a little at a time, and look at the server's memory all along."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
    connection.request("GET", f"/api/v1/{name}.{form}", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    assert answer.status == 200
    lines, most_mb = 0, server.memory_mb()
    for number in itertools.count():
        piece = answer.read(65_536)
        if not piece:
            break
        lines += piece.count(b"\n")
        if number % LOOKED_AT_EVERY == 0:
            most_mb = max(most_mb, server.memory_mb())
    connection.close()
    return Taken(lines, max(most_mb, server.memory_mb()))
