"""Which lists that the desk alone has can be taken elsewhere, and what does a row of each say?

Nothing is told by which somebody could answer in the queue's place, sign in, or guess an address by its digest.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager, defer, selectinload

from webapp.domain.badges.open_badges import assertion_url
from webapp.domain.badges.states import BadgeState
from webapp.models.accounts import Account
from webapp.models.badges import BadgeAward
from webapp.models.bus import DeadLetter
from webapp.models.certificates import GenerationRun
from webapp.models.courses import CourseRun
from webapp.models.examples import ExampleCertificate
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox
from webapp.services.badges import standing
from webapp.services.certificates.listing import iso
from webapp.services.exports.sources import Row, Source, by_number
from webapp.services.generation.runs import wishes

Conditions = Iterable[ColumnElement[bool]]

LEARNER = ("id", "username", "email", "name", "allow_certificate", "modified_at")
COURSE = (
    "id", "course_id", "display_name", "html_certificates", "use_updated", "issue_badges", "self_paced", "start", "end",
    "certificate_available_date", "certificate", "modified_at",
)  # fmt: skip
EXAMPLE = (
    "id", "course_id", "description", "full_name", "template", "status", "error_reason", "download_url", "created_at",
    "modified_at",
)  # fmt: skip
BADGE = (
    "id", "username", "course_id", "certificate_id", "mode", "state", "revoked", "problem", "assertion_url",
    "class_slug", "image_sha256", "created_at", "awarded_at", "revoked_at",
)  # fmt: skip
DELIVERY = (
    "id", "received_at", "address", "endpoint", "outcome", "content", "username", "course_id", "certificate_id",
    "example_id", "request_id", "tries", "closed_at", "closed_by", "note",
)  # fmt: skip
LETTER = (
    "id", "received_at", "topic", "partition", "offset", "sent_at", "event_id", "event_type", "occurred_at", "why",
    "reason", "waits_for", "tries", "closed_at", "closed_by", "closing", "note",
)  # fmt: skip
RUN = (
    "id", "course_id", "chosen", "purpose", "among", "statuses", "dry_run", "state", "done", "total", "left_out",
    "asked_by", "created_at", "started_at", "finished_at", "problem",
)  # fmt: skip
ACCOUNT = ("id", "username", "email", "roles", "learner", "has_password", "created_at", "disabled_at")


def learners(conditions: Conditions) -> Source:
    """Give learners, the newest number first."""
    return by_number("learners", LEARNER, select(Learner).where(*conditions), Learner.id, _learner)


def courses(conditions: Conditions) -> Source:
    """Give course runs by the names of their records (interface §3), the newest number first."""
    query = select(CourseRun).where(*conditions)
    return by_number("courses", COURSE, query, CourseRun.id, _course, long=CourseRun.certificate)


def examples(conditions: Conditions) -> Source:
    """Give example certificates, the newest number first; conditions may speak of their sets."""
    one = ExampleCertificate
    query = select(one).join(one.set).options(contains_eager(one.set)).where(*conditions)
    return by_number("examples", EXAMPLE, query, one.id, _example)


def badges(conditions: Conditions, base_url: str) -> Source:
    """Give badges, the newest number first, with whether each stands as its certificate does now."""
    query = select(BadgeAward, Learner.username, *standing.DECIDING).join(BadgeAward.learner).where(*conditions)

    def read(session: Session, below: int | None, limit: int) -> Sequence[Any]:
        page = query if below is None else query.where(BadgeAward.id < below)
        return session.execute(page.order_by(BadgeAward.id.desc()).limit(limit)).all()

    def told(_: Session, rows: Sequence[Any]) -> Iterator[Row]:
        for award, username, status, came_from, invalidated in rows:
            revoked = standing.is_revoked(award.state, status, came_from, invalidated=bool(invalidated))
            yield _badge(award, username, base_url, revoked=revoked)

    return Source("badges", BADGE, read, lambda row: row[0].id, told)


def deliveries(conditions: Conditions) -> Source:
    """Give what came in from XQueue, the newest number first, without header and body: a page of those may be 128 MB."""
    one = CallbackInbox
    query = select(one).options(defer(one.header), defer(one.body)).where(*conditions)
    return by_number("inbox", DELIVERY, query, one.id, _delivery)


def letters(conditions: Conditions) -> Source:
    """Give events that could not be taken, the newest number first, without what they say: that may be long."""
    one = DeadLetter
    said = (defer(one.key), defer(one.value), defer(one.headers), defer(one.told))
    return by_number("dead-letters", LETTER, select(one).options(*said).where(*conditions), one.id, _letter)


def runs(conditions: Conditions) -> Source:
    """Give runs as programs read them, their statuses in one cell, the newest number first."""
    return by_number("runs", RUN, select(GenerationRun).where(*conditions), GenerationRun.id, _run)


def accounts(conditions: Conditions) -> Source:
    """Give accounts with the roles that they hold now, the newest number first."""
    query = select(Account).options(selectinload(Account.learner)).where(*conditions)
    return by_number("accounts", ACCOUNT, query, Account.id, _account)


def _learner(row: Learner) -> Row:
    return {
        "id": row.id,
        "username": row.username,
        "email": row.email,
        "name": row.name,
        "allow_certificate": row.allow_certificate,
        "modified_at": iso(row.modified_at),
    }


def _course(row: CourseRun) -> Row:
    return {
        "id": row.id,
        "course_id": row.course_id,
        "display_name": row.display_name,
        "html_certificates": row.html_certificates,
        "use_updated": row.use_updated,
        "issue_badges": row.issue_badges,
        "self_paced": row.self_paced,
        "start": iso(row.start),
        "end": iso(row.end),
        "certificate_available_date": iso(row.certificate_available_date),
        "certificate": row.certificate,
        "modified_at": iso(row.modified_at),
    }


def _example(row: ExampleCertificate) -> Row:
    return {
        "id": row.id,
        "course_id": row.set.course_id,
        "description": row.description,
        "full_name": row.full_name,
        "template": row.template or None,
        "status": row.status.value,
        "error_reason": row.error_reason,
        "download_url": row.download_url,
        "created_at": iso(row.created_at),
        "modified_at": iso(row.modified_at),
    }


def _badge(row: BadgeAward, username: str, base_url: str, *, revoked: bool) -> Row:
    awarded = row.state is BadgeState.AWARDED
    return {
        "id": row.id,
        "username": username,
        "course_id": row.course_id,
        "certificate_id": row.certificate_id,
        "mode": row.mode,
        "state": row.state.value,
        "revoked": revoked,
        "problem": row.problem,
        "assertion_url": (row.server_url or assertion_url(base_url, row.assertion_id)) if awarded else None,
        "class_slug": row.class_slug,
        "image_sha256": row.image_sha256,
        "created_at": iso(row.created_at),
        "awarded_at": iso(row.awarded_at),
        "revoked_at": iso(row.revoked_at),
    }


def _delivery(row: CallbackInbox) -> Row:
    return {
        "id": row.id,
        "received_at": iso(row.received_at),
        "address": row.address,
        "endpoint": row.endpoint.value,
        "outcome": row.outcome.value,
        "content": row.content,
        "username": row.username,
        "course_id": row.course_id,
        "certificate_id": row.certificate_id,
        "example_id": row.example_id,
        "request_id": row.request_id,
        "tries": row.tries,
        "closed_at": iso(row.closed_at),
        "closed_by": row.closed_by,
        "note": row.note,
    }


def _letter(row: DeadLetter) -> Row:
    return {
        "id": row.id,
        "received_at": iso(row.received_at),
        "topic": row.topic,
        "partition": row.partition,
        "offset": row.offset,
        "sent_at": iso(row.sent_at),
        "event_id": row.event_id,
        "event_type": row.event_type,
        "occurred_at": iso(row.occurred_at),
        "why": row.why.value,
        "reason": row.reason,
        "waits_for": row.waits_for,
        "tries": row.tries,
        "closed_at": iso(row.closed_at),
        "closed_by": row.closed_by,
        "closing": row.closing.value if row.closing else None,
        "note": row.note,
    }


def _run(row: GenerationRun) -> Row:
    return {**wishes.as_object(row), "statuses": " ".join(row.statuses)}


def _account(row: Account) -> Row:
    return {
        "id": row.id,
        "username": row.username,
        "email": row.email,
        "roles": [role.value for role in row.roles],
        "learner": row.learner.username if row.learner else None,
        "has_password": row.password_hash is not None,
        "created_at": iso(row.created_at),
        "disabled_at": iso(row.disabled_at),
    }
