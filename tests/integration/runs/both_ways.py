"""What came of the learners of a course run, written so that two course runs with the same learners can be compared?"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.population import own_id
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.messages import Outbox
from webapp.services import audit

FIELDS = ("status", "mode", "name", "grade", "download_uuid", "download_url", "error_reason", "distinction",
          "created_at", "modified_at", "issued_at", "submitted_at")  # fmt: skip
_ID = re.compile(r"[0-9a-f]{32}")


def everything(session: Session, course_id: str) -> dict[str, dict[int, Any]]:
    """Give certificates, moves, what leaves and what the audit says, by learner: ids and keys blanked, nothing else."""
    session.rollback()  # what is there now, not when the session last looked
    held = select(GeneratedCertificate).where(GeneratedCertificate.course_id == course_id)
    learners = {row.id: row.learner_id for row in session.scalars(held)}
    return {
        "certificates": _certificates(session, course_id),
        "moves": _moves(session, learners),
        "effects": _effects(session, learners, course_id),
        "acts": _acts(session, learners, course_id),
    }


def _certificates(session: Session, course_id: str) -> dict[int, Any]:
    rows = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.course_id == course_id))
    return {
        row.learner_id: {
            **{name: getattr(row, name) for name in FIELDS},
            "key": _kind(row.key, row.id),
            "verify_uuid": _kind(row.verify_uuid, row.id),
        }
        for row in rows
    }


def _kind(value: str, certificate_id: int) -> str:
    if value == "":
        return "none"
    return "as it was" if value == own_id(certificate_id) else "new"


def _moves(session: Session, learners: Mapping[int, int]) -> dict[int, Any]:
    found = defaultdict(list)
    rows = session.scalars(select(CertificateTransition).order_by(CertificateTransition.id))
    for row in rows:
        if row.certificate_id in learners:
            told = (row.at, row.from_status, row.to_status, row.cause, row.actor_name, row.reason, row.request_id)
            found[learners[row.certificate_id]].append(told)
    return dict(found)


def _effects(session: Session, learners: Mapping[int, int], course_id: str) -> dict[int, Any]:
    found = defaultdict(list)
    for row in session.scalars(select(Outbox).order_by(Outbox.id)):
        if row.certificate_id is not None and row.certificate_id in learners:
            text = _ID.sub("#", json.dumps(row.payload, sort_keys=True).replace(course_id, "course"))
            told = (row.channel, row.recipient, text, row.created_at, row.next_try_at)
            found[learners[row.certificate_id]].append(told)
    return dict(found)


def _acts(session: Session, learners: Mapping[int, int], course_id: str) -> dict[int, Any]:
    """Those about a learner who holds nothing are told by the learner's name: they have no number here."""
    found = defaultdict(list)
    for row in session.scalars(select(AuditEvent).order_by(AuditEvent.seq)):
        details = json.loads(_ID.sub("#", json.dumps(audit.details_of(row))))
        if row.kind in ("certificate", "learner") and details.pop("course_id", None) == course_id:
            who = learners[int(row.key)] if row.kind == "certificate" else int(row.key.removeprefix("crowd"))
            found[who].append((row.at, row.action, row.kind, row.actor_name, row.actor_id, row.reason, details))
    return dict(found)
