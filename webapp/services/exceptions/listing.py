"""Who is on the allowlist, and which certificates are invalidated, as programs read it?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import contains_eager, joinedload

from webapp.domain.identifiers import CourseId
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.services import learners
from webapp.services.certificates.listing import iso


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exceptions are asked for; names and addresses whatever their case (interface §6)."""

    username: str | None = None
    email: str | None = None
    course_id: CourseId | None = None
    holding: bool = True
    """False: those that staff have taken back."""

    def of_allowlist(self) -> Iterator[ColumnElement[bool]]:
        """Give what an entry of the allowlist has to be like."""
        yield AllowlistEntry.allowlisted.is_(self.holding)
        yield from learners.belongs_to(AllowlistEntry.learner_id, username=self.username, email=self.email)
        if self.course_id is not None:
            yield AllowlistEntry.course_id == self.course_id

    def of_invalidations(self) -> Iterator[ColumnElement[bool]]:
        """Give what an invalidation, with its certificate, has to be like."""
        yield Invalidation.active.is_(self.holding)
        yield from learners.belongs_to(GeneratedCertificate.learner_id, username=self.username, email=self.email)
        if self.course_id is not None:
            yield GeneratedCertificate.course_id == self.course_id


WITH_LEARNER = joinedload(AllowlistEntry.learner, innerjoin=True)
"""Loads entries of the allowlist with their learners."""
WITH_CERTIFICATE = contains_eager(Invalidation.certificate).joinedload(GeneratedCertificate.learner, innerjoin=True)
"""Loads invalidations, where their certificates are joined, with them and their learners."""


def allowlist_object(entry: AllowlistEntry) -> dict[str, Any]:
    """Give an entry of the allowlist as programs read it."""
    return {
        "id": entry.id,
        "username": entry.learner.username,
        "course_id": entry.course_id,
        "notes": entry.notes,
        "allowlisted": entry.allowlisted,
        "created_by": entry.created_by,
        "created_at": iso(entry.created_at),
        "removed_at": None if entry.allowlisted else iso(entry.modified_at),
    }


def invalidation_object(invalidation: Invalidation) -> dict[str, Any]:
    """Give an invalidation as programs read it."""
    return {
        "id": invalidation.id,
        "username": invalidation.certificate.learner.username,
        "course_id": invalidation.certificate.course_id,
        "certificate_id": invalidation.certificate_id,
        "notes": invalidation.notes,
        "active": invalidation.active,
        "invalidated_by": invalidation.invalidated_by,
        "created_at": iso(invalidation.created_at),
        "ended_at": None if invalidation.active else iso(invalidation.modified_at),
    }
