"""What was XQueue seen to send, and what is kept of a certificate that was answered so?"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from webapp.domain.queue.deliveries import Outcome
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.messages import CallbackInbox
from webapp.services.certificates.timeline import timeline_of

ANSWERED = ["Answer applied", "Applied", "Course run passed", "Generating → Issued"]
"""The timeline of a certificate that was answered once, with success."""


@dataclass(frozen=True)
class Capture:
    """One request as it was recorded."""

    path: str
    headers: list[tuple[str, str]]
    body: str

    @property
    def header(self) -> dict[str, Any]:
        """What XQueue says."""
        said: dict[str, Any] = json.loads(parse_qs(self.body)["xqueue_header"][0])
        return said

    @property
    def key(self) -> str:
        """The job's key."""
        key: str = self.header["lms_key"]
        return key

    @property
    def message(self) -> dict[str, Any]:
        """What the worker says."""
        said: dict[str, Any] = json.loads(parse_qs(self.body)["xqueue_body"][0])
        return said

    def replay(self, client: FlaskClient) -> TestResponse:
        """Send it again."""
        return client.post(self.path, headers=self.headers, data=self.body.encode("ascii"))


Captures = dict[str, list[Capture]]


@dataclass(frozen=True)
class Record:
    """Everything that is kept of one certificate."""

    row: GeneratedCertificate
    moves: list[tuple[str | None, str]]
    outcomes: list[Outcome]
    acts: list[str]
    timeline: list[str]


def read_captures(path: Path) -> Captures:
    """Give the recorded requests of each scenario, in their order, under the scenario's number."""
    found: Captures = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        headers = [(name, value) for name, value in said["headers"]]
        number = said["scenario"].split("-")[0]
        found.setdefault(number, []).append(Capture(said["path"], headers, said["body"]))
    return found


def record_of(session: Session, certificate_id: int) -> Record:
    """Read it anew."""
    session.rollback()
    session.expire_all()
    row = session.get_one(GeneratedCertificate, certificate_id)
    moves = session.scalars(
        select(CertificateTransition)
        .where(CertificateTransition.certificate_id == certificate_id)
        .order_by(CertificateTransition.id)
    )
    inbox = session.scalars(
        select(CallbackInbox.outcome).where(CallbackInbox.certificate_id == certificate_id).order_by(CallbackInbox.id)
    )
    acts = session.scalars(
        select(AuditEvent.action)
        .where(AuditEvent.kind == "certificate", AuditEvent.key == str(certificate_id))
        .order_by(AuditEvent.seq)
    )
    return Record(
        row,
        [(move.from_status, move.to_status) for move in moves],
        list(inbox),
        list(acts),
        sorted(entry.title for entry in timeline_of(session, certificate_id)),
    )
