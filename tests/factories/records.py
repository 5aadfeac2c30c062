"""Lines of records, and somebody who imports them."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.cli.records import group
from webapp.models.audit import AuditEvent
from webapp.models.base import Model, db
from webapp.services import audit

COURSE = "course-v1:edX+DemoX+2026"
OTHER_COURSE = "course-v1:edX+OtherX+2026"

Line = dict[str, Any] | bytes
M = TypeVar("M", bound=Model)


class Desk:
    """Somebody at the machine who imports lines and looks at what came of it."""

    def __init__(self, app: Flask) -> None:
        """Sit down."""
        self.app = app

    def runs(self, *arguments: str, given: bytes | io.RawIOBase = b"") -> Result:
        """Run the command."""
        stream: Any = given  # click takes anything that can be read
        return CliRunner().invoke(
            group, ["import", *arguments], obj=lambda: self.app, input=stream, catch_exceptions=False
        )

    def imports(self, *lines: Line, options: tuple[str, ...] = ()) -> Result:
        """Import the lines from standard input."""
        return self.runs("-", *options, given=as_text(*lines))

    def results(self, *lines: Line) -> list[str]:
        """Import the lines and give one word for each, or the reason why it failed."""
        said = [json.loads(line) for line in self.imports(*lines, options=("--json",)).stdout.splitlines()]
        return [one["reason"] or one["result"] for one in said[:-1]]

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Look at the database, or write to it before an import."""
        with self.app.app_context(), Session(db.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def every(self, model: type[M]) -> list[M]:
        """Give every row."""
        with self.session() as session:
            return list(session.scalars(select(model).order_by(*model.__table__.primary_key)))

    def one(self, model: type[M]) -> M:
        """Give the only row."""
        (row,) = self.every(model)
        return row

    def events(self, action: str) -> list[dict[str, Any]]:
        """Give the key and the details of the audit events of an action."""
        return [
            {"key": event.key, **audit.details_of(event)} for event in self.every(AuditEvent) if event.action == action
        ]


def as_text(*lines: Line) -> bytes:
    """Give the lines as a file holds them."""
    return b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)


def learner(username: str = "ada", **more: object) -> Line:
    """Give a line about a learner."""
    return {"type": "learner", "username": username, **more}


def in_course(kind: str, username: str = "ada", *, course_id: str = COURSE, **more: Any) -> Line:
    """Give a line about a learner in a course run."""
    return {"type": kind, "username": username, "course_id": course_id, **more}


def certificate(username: str = "ada", **more: Any) -> Line:
    """Give a line about a certificate."""
    return in_course("certificate", username, **more)


def example(uuid: str = "e1", description: str = "honor", **more: object) -> Line:
    """Give a line about an example."""
    told = {"course_id": COURSE, "description": description, "uuid": uuid, "access_key": f"key of {uuid}"}
    return {"type": "example_certificate", **told, **more}


EXAMPLES: dict[str, dict[str, object]] = {
    "learner": {
        "username": "ada",
        "email": "ada@example.org",
        "name": "Ada Lovelace",
        "allow_certificate": True,
        "external_id": 7,
    },
    "course": {
        "course_id": COURSE,
        "display_name": "Demonstration",
        "html_certificates": True,
        "use_updated": True,
        "issue_badges": False,
        "self_paced": False,
        "start": None,
        "end": None,
        "certificate_available_date": None,
        "certificate": {"title": None, "signatories": []},
    },
    "course_mode": {"course_id": COURSE, "mode": "verified", "requires_id_verification": True, "active": True},
    "enrollment": {"username": "ada", "course_id": COURSE, "mode": "verified", "active": True},
    "grade": {"username": "ada", "course_id": COURSE, "percent": 0.87, "letter": "B", "passed": True},
    "id_verification": {"username": "ada", "status": "approved", "expires": "2028-01-01T00:00:00Z"},
    "course_role": {"username": "ada", "course_id": COURSE, "role": "beta_tester", "active": True},
    "allowlist": {"username": "ada", "course_id": COURSE, "allowlisted": True, "notes": "..."},
    "invalidation": {"username": "ada", "course_id": COURSE, "active": True, "notes": "..."},
    "certificate": {
        "username": "ada",
        "course_id": COURSE,
        "status": "generating",
        "mode": "honor",
        "name": "Ada Lovelace",
        "grade": "0.87",
        "key": "529a",
        "verify_uuid": "",
        "download_uuid": "",
        "download_url": "",
        "error_reason": "",
        "created": "2026-01-31T12:00:00Z",
    },
    "date_override": {
        "username": "ada",
        "course_id": COURSE,
        "date": "2026-01-31",
        "active": True,
        "notes": "...",
    },
    "example_certificate": {
        "course_id": COURSE,
        "description": "honor",
        "uuid": "e1",
        "access_key": "k1",
        "status": "started",
    },
}
"""One line of each type, as interface §3 shows it, and of another day as the README does."""
