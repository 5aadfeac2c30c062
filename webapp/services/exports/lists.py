"""Which lists that programs read can be taken elsewhere, and what does a row of each say?"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import select as question
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.domain.approval.states import Action
from webapp.models.certificates import CourseMilestone, GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.governance.changes import ChangeRequest
from webapp.services.certificates import listing as certificate_listing
from webapp.services.certificates.listing import Wanted, iso
from webapp.services.configs import ledger
from webapp.services.exceptions import listing as exception_listing
from webapp.services.exports.sources import Row, Source, by_number
from webapp.services.following import milestones as milestone_listing
from webapp.services.governance import standing
from webapp.services.governance.reading import listing as change_listing

Conditions = Iterable[ColumnElement[bool]]

CERTIFICATE = (
    "id", "username", "course_id", "status", "mode", "grade", "name", "verify_uuid", "certificate_url", "download_url",
    "error_reason", "is_passing", "created_at", "modified_at", "issued_at",
)  # fmt: skip
ALLOWLISTED = ("id", "username", "course_id", "notes", "allowlisted", "created_by", "created_at", "removed_at")
INVALIDATED = (
    "id", "username", "course_id", "certificate_id", "notes", "active", "invalidated_by", "created_at", "ended_at",
)  # fmt: skip
CHANGE = (
    "id", "kind", "key", "action", "payload", "base_version", "revision", "state", "author", "contributors",
    "approvals_needed", "approved_by", "apply_at", "title", "reason", "origin", "emergency", "review_owed",
    "reverts_version", "created_at", "closed_at",
)  # fmt: skip
"""As far as programs read the same (interface §6) the names are the same."""
MILESTONE = ("username", "course_id", "fulfilled_at", "reason")


def certificates(conditions: Conditions, base_url: str) -> Source:
    """Give certificates, the newest number first; as `services/certificates/listing.py` tells them."""
    query = question(GeneratedCertificate, certificate_listing.INVALIDATED).where(*conditions)
    query = query.options(joinedload(GeneratedCertificate.learner, innerjoin=True))

    def read(session: Session, below: int | None, limit: int) -> Sequence[Any]:
        page = query if below is None else query.where(GeneratedCertificate.id < below)
        return session.execute(page.order_by(GeneratedCertificate.id.desc()).limit(limit)).all()

    return Source(
        "certificates",
        CERTIFICATE,
        read,
        lambda pair: pair[0].id,
        lambda _, pairs: (certificate_listing.as_object(row, base_url, invalidated=void) for row, void in pairs),
    )


def wanted_certificates(wanted: Wanted, base_url: str) -> Source:
    """Give certificates as the list for programs reads them, and in its order."""
    return Source(
        "certificates",
        CERTIFICATE,
        lambda session, below, limit: certificate_listing.list_page(session, wanted, below=below, limit=limit),
        lambda row: (row.created_at, row.id) if wanted.dated else (row.id,),
        lambda _, rows: (certificate_listing.held_as_object(row, base_url) for row in rows),
    )


def allowlist(conditions: Conditions) -> Source:
    """Give entries of the allowlist, the newest number first."""
    return by_number(
        "allowlist",
        ALLOWLISTED,
        question(AllowlistEntry).where(*conditions),
        AllowlistEntry.id,
        exception_listing.allowlist_object,
        loading=(exception_listing.WITH_LEARNER,),
        long=AllowlistEntry.notes,
    )


def invalidations(conditions: Conditions) -> Source:
    """Give invalidations, the newest number first; conditions may speak of their certificates."""
    return by_number(
        "invalidations",
        INVALIDATED,
        question(Invalidation).join(Invalidation.certificate).where(*conditions),
        Invalidation.id,
        exception_listing.invalidation_object,
        loading=(exception_listing.WITH_CERTIFICATE,),
        long=Invalidation.notes,
    )


def changes(conditions: Conditions) -> Source:
    """Give change requests of people, the newest number first, with who wrote on them and whose approvals count."""
    of_people = change_listing.of_people().where(*conditions)
    loading = (selectinload(ChangeRequest.contributors), selectinload(ChangeRequest.decisions))

    def told(session: Session, rows: Sequence[ChangeRequest]) -> Iterable[Row]:
        approved_by = standing.approvers_of(session, rows)
        return ({**_change(row), "approved_by": approved_by[row.id]} for row in rows)

    found = by_number(
        "changes", CHANGE, of_people, ChangeRequest.id, _change, loading=loading, long=ChangeRequest.payload
    )
    return replace(found, told=told)


def milestones(*, username: str | None, course_id: str | None) -> Source:
    """Give milestones, what was written down last first."""

    def read(session: Session, below: int | None, limit: int) -> Sequence[tuple[CourseMilestone, str]]:
        return milestone_listing.list_page(session, username=username, course_id=course_id, below=below, limit=limit)

    return Source(
        "milestones",
        MILESTONE,
        read,
        lambda pair: pair[0].id,
        lambda _, pairs: (
            {"username": name, "course_id": row.course_id, "fulfilled_at": iso(row.fulfilled_at), "reason": row.reason}
            for row, name in pairs
        ),
    )


def _change(row: ChangeRequest) -> Row:
    return {
        "id": row.id,
        "kind": row.kind,
        "key": row.key,
        "action": Action.DELETE if row.payload is None else Action.SET,
        "payload": ledger.payload_of(row),
        "base_version": row.base_version,
        "revision": row.revision,
        "state": row.state,
        "author": row.author_name,
        "contributors": [one.account_name for one in row.contributors],
        "approvals_needed": row.approvals_needed,
        "apply_at": iso(row.apply_at),
        "title": row.title,
        "reason": row.reason,
        "origin": row.origin,
        "emergency": row.emergency,
        "review_owed": row.owes_review,
        "reverts_version": row.reverts_version,
        "created_at": iso(row.created_at),
        "closed_at": iso(row.closed_at),
    }
