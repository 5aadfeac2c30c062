"""Which certificates are there, as programs read them?"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, bindparam, exists, select, tuple_, type_coerce
from sqlalchemy.orm import Session, selectinload

from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import is_passing, page_url
from webapp.domain.identifiers import CourseId, folded, storable
from webapp.models.base import UtcDateTime
from webapp.models.certificates import NOT_ISSUED, GeneratedCertificate
from webapp.models.exceptions import Invalidation
from webapp.models.learners import Learner
from webapp.models.prepared import Line, Prepared

PAGE = 1_000
QUERIES_KEPT = 256
"""So many kinds of questions are kept prepared: those that programs ask, by filters and length of the page."""
Place = tuple[int] | tuple[datetime, int]
INVALIDATED = exists().where(Invalidation.certificate_id == GeneratedCertificate.id, Invalidation.active)
"""Staff declared the certificate void, whatever its status says."""


class Held(NamedTuple):
    """What programs read of a certificate, in the order of the columns that are asked for."""

    id: int
    username: str
    course_id: str
    status: str
    mode: str
    grade: str
    name: str
    verify_uuid: str
    download_url: str
    error_reason: str
    created_at: datetime
    modified_at: datetime
    issued_at: datetime | None
    invalidated: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which certificates are asked for; names, addresses and modes whatever their case (interface §6)."""

    username: str | None = None
    email: str | None = None
    course_id: CourseId | None = None
    status: Status | None = None
    mode: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def values(self) -> dict[str, Any]:
        """Give what was said, by the names of the statement's parameters."""
        said = {
            "username": None if self.username is None else folded(self.username),
            "email": None if self.email is None else folded(self.email),
            "course_id": self.course_id,
            "status": self.status,
            "mode": None if self.mode is None else self.mode.lower(),
            "created_from": self.created_from,
            "created_to": self.created_to,
        }
        return {name: value for name, value in said.items() if value is not None}

    @property
    def dated(self) -> bool:
        """Say whether moments narrow the list: then it goes by them, since walked by number it would pass over all others."""
        return self.created_from is not None or self.created_to is not None


def list_page(session: Session, wanted: Wanted, *, below: Place | None, limit: int) -> list[Held]:
    """Give certificates with their learners' names, the newest first, from below a place in the list on.

    The place is a row's number, after the moment at which it was made where the list is dated.
    """
    values = wanted.values() | place_values(wanted, below)
    issued = wanted.status is Status.DOWNLOADABLE
    rows = Line.of(session).ask(page_query(frozenset(values), limit, issued=issued), values)
    return [Held._make(row) for row in rows]


def place_values(wanted: Wanted, below: Place | None) -> dict[str, Any]:
    """Give a place by the names of the statement's parameters."""
    names = ("made_below", "below") if wanted.dated else ("below",)
    return {} if below is None else dict(zip(names, below, strict=True))


@lru_cache(QUERIES_KEPT)
def page_query(said: Collection[str], limit: int, *, issued: bool) -> Prepared:
    """Give the question for a page by what is said of it; its length stands in the text, so that plans reckon with it."""
    one = GeneratedCertificate
    query = (
        select(
            one.id,
            Learner.username,
            one.course_id,
            type_coerce(one.status, String),
            one.mode,
            one.grade,
            one.name,
            one.verify_uuid,
            one.download_url,
            one.error_reason,
            one.created_at,
            one.modified_at,
            one.issued_at,
            INVALIDATED,
        )
        .join(one.learner)
        .where(*(condition for name, condition in _CONDITIONS.items() if name in said))
    )
    if "made_below" in said:
        query = query.where(
            tuple_(one.created_at, one.id) < tuple_(bindparam("made_below", type_=UtcDateTime), bindparam("below"))
        )
    elif "below" in said:
        query = query.where(one.id < bindparam("below"))
    people = [_PEOPLE[name] for name in _PEOPLE if name in said]
    if people:
        query = query.where(one.learner_id.in_(select(Learner.id).where(*people)))
    if "status" in said and not issued:
        query = query.where(NOT_ISSUED)  # said for the sake of the index that has it
    by_moment = [one.created_at.desc()] if {"created_from", "created_to"} & set(said) else []
    return Prepared(query.order_by(*by_moment, one.id.desc()).limit(limit))


def list_certificates(
    session: Session,
    *,
    course_id: CourseId | None = None,
    username: str | None = None,
    status: Status | None = None,
    limit: int | None = None,
) -> Iterator[tuple[GeneratedCertificate, bool]]:
    """Give certificates, and whether each is void, newest first, a page at a time."""
    if username is not None and not storable(username):
        return  # nobody is named so, and no database can be asked for it
    query = select(GeneratedCertificate, INVALIDATED).options(selectinload(GeneratedCertificate.learner))
    if course_id is not None:
        query = query.where(GeneratedCertificate.course_id == course_id)
    if username is not None:
        query = query.join(GeneratedCertificate.learner).where(Learner.username == username)
    if status is not None:
        query = query.where(GeneratedCertificate.status == status)
    query = query.order_by(GeneratedCertificate.id.desc())
    given, page_query = 0, query
    while limit is None or given < limit:
        size = PAGE if limit is None else min(PAGE, limit - given)
        page = session.execute(page_query.limit(size)).all()
        yield from ((row, bool(void)) for row, void in page)
        given += len(page)
        if len(page) < size:
            return
        page_query = query.where(GeneratedCertificate.id < page[-1][0].id)
        session.expunge_all()


def find_invalidated(session: Session, certificate_id: int) -> bool:
    """Say whether staff declared a certificate void."""
    return bool(session.scalar(select(INVALIDATED).where(GeneratedCertificate.id == certificate_id)))


def as_object(row: GeneratedCertificate, base_url: str, *, invalidated: bool) -> dict[str, Any]:
    """Give a certificate as the object of interface §6."""
    held = Held(
        row.id,
        row.learner.username,
        row.course_id,
        row.status.value,
        row.mode,
        row.grade,
        row.name,
        row.verify_uuid,
        row.download_url,
        row.error_reason,
        row.created_at,
        row.modified_at,
        row.issued_at,
        invalidated,
    )
    return held_as_object(held, base_url)


def held_as_object(held: Held, base_url: str) -> dict[str, Any]:
    """Give what was read of a certificate as the object of interface §6."""
    told = held_to_encode(held, base_url)
    return told | {name: iso(told[name]) for name in ("created_at", "modified_at", "issued_at")}


def held_to_encode(held: Held, base_url: str) -> dict[str, Any]:
    """Give the same with its moments as they are: the encoder of answers writes them alike in a fifth of the time."""
    return {
        "id": held.id,
        "username": held.username,
        "course_id": held.course_id,
        "status": held.status,
        "mode": held.mode,
        "grade": held.grade,
        "name": held.name,
        "verify_uuid": held.verify_uuid,
        "certificate_url": page_url(base_url, held.verify_uuid) if held.verify_uuid else None,
        "download_url": held.download_url or None,
        "error_reason": held.error_reason,
        "is_passing": is_passing(held.status, invalidated=held.invalidated),
        "created_at": held.created_at,
        "modified_at": held.modified_at,
        "issued_at": held.issued_at,
    }


def iso(moment: datetime | None) -> str | None:
    """Give a moment in UTC as programs read it."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "course_id": GeneratedCertificate.course_id == bindparam("course_id"),
    "status": GeneratedCertificate.status == bindparam("status"),
    "mode": GeneratedCertificate.mode == bindparam("mode"),
    "created_from": GeneratedCertificate.created_at >= bindparam("created_from"),
    "created_to": GeneratedCertificate.created_at < bindparam("created_to"),
}
"""What is said of a certificate -> what its row has to be like."""
_PEOPLE: Mapping[str, ColumnElement[bool]] = {
    "username": Learner.username_folded == bindparam("username"),
    "email": Learner.email_folded == bindparam("email"),
}
