"""The audit for programs: look at it, take it elsewhere, and check that nobody altered it."""

from typing import Any

import msgspec
from flask import Response, request

from webapp import clock
from webapp.domain.audit_chain import is_hash
from webapp.domain.roles import Permission, Scope
from webapp.models.base import db, unit_of_work
from webapp.services import audit, audit_reading
from webapp.web import auth
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bodies import Moment
from webapp.web.api.lists import LIST_FILTERS, Asked, bad_filter, page_of
from webapp.web.auth import allows
from webapp.web.exports import sent

FILTERS = {
    "actor": "Who did it, letter for letter.",
    "action": "The code of what was done.",
    "kind": "What it was done to.",
    "key": "Which one of them.",
    "request_id": "The id of the request in which it was done.",
    "from": "From this moment on.",
    "to": "Before this moment.",
}
HEAD = {"head": "A head printed earlier: finds out whether the end was cut off since."}


class AuditEntry(msgspec.Struct, frozen=True):
    """One event, as its text in the chain has it.

    Where somebody replaced that by a text that no event has, it is told as its row has it, and `details` holds the
    text under `altered_text`.
    """

    seq: int
    at: Moment
    actor_id: int | None
    """The number of the account that did it; null where none did."""
    actor_name: str
    """The name of that account at the time, or of what acts by itself."""
    action: str
    """What was done, as words with a dot between them, such as `change.approved` or `certificate.generated`."""
    kind: str
    """What it was done to, in a word, such as `certificate`, `allowlist`, or a kind of configuration."""
    key: str
    """Which one of them: its number or name, or `-`."""
    change_id: int | None
    """The number of the change request that it belongs to; null where it belongs to none."""
    revision: int | None
    """The revision of that request, the first being 1; null where there is none."""
    from_version: int | None
    to_version: int | None
    reason: str
    request_id: str
    """The `X-Request-ID` of the request in which it was done; empty where there was none."""
    ip: str
    """The address that the request came from; empty where there was none."""
    details: dict[str, Any]
    """What is to be known beyond the rest; which names there are goes by `action`."""
    prev: str
    """`hash` of the event before, 64 hexadecimal digits."""
    hash: str
    """SHA-256 over `prev` and the event's text, 64 hexadecimal digits."""


class Verified(msgspec.Struct, frozen=True):
    """Whether every event is as it was written; `first_bad` is the number of the first that is not."""

    ok: bool
    """Whether every event is as it was written, and none is missing."""
    checked: int
    """How many events are, counted from the first on."""
    first_bad: int | None
    """The number of the first event that is not; null where there is none."""
    head: str
    """`hash` of the last event that is: kept elsewhere, it finds out later whether the end was cut off."""


@bp.get("/audit")
@allows(Permission.READ_AUDIT, Scope.AUDIT_READ)
@tells(filters={**FILTERS, **LIST_FILTERS}, gives={200: page_of(AuditEntry)})
def list_events() -> Response:
    """List events, the newest first."""
    asked = Asked({**FILTERS, **LIST_FILTERS})
    place = asked.cursor(int)
    below = place[0] if place else None
    found = audit_reading.list_page(db.session(), _wanted(asked), below=below, limit=asked.limit() + 1)
    return asked.page(
        found, lambda event: msgspec.convert(audit_reading.said_by(event), AuditEntry), lambda event: (event.seq,)
    )


@bp.get("/audit.csv")
@allows(Permission.READ_AUDIT, Scope.AUDIT_READ)
@tells(filters=FILTERS, gives={200: "text/csv"})
def export_csv() -> Response:
    """Take the audit elsewhere as CSV, the oldest event first; the last one tells of this."""
    return _export("csv")


@bp.get("/audit.jsonl")
@allows(Permission.READ_AUDIT, Scope.AUDIT_READ)
@tells(filters=FILTERS, gives={200: "application/jsonl"})
def export_jsonl() -> Response:
    """Take the audit elsewhere as JSON Lines, the oldest event first; the last one tells of this."""
    return _export("jsonl")


@bp.get("/audit/verify")
@allows(Permission.READ_AUDIT, Scope.AUDIT_READ)
@tells(filters=HEAD, gives={200: Verified})
def verify() -> Response:
    """Check every event from the first on: altered, missing and swapped ones are found."""
    head = Asked(HEAD).text("head")
    if head is not None and not is_hash(head):
        raise bad_filter("head", "Must be 64 hexadecimal digits, as a head was printed.")
    verdict = audit.verify(db.session(), head=head)
    return answer(Verified(verdict.ok, verdict.checked, verdict.first_bad, verdict.head))


def _wanted(asked: Asked) -> audit_reading.Filter:
    return audit_reading.Filter(
        actor=asked.text("actor"),
        action=asked.text("action"),
        kind=asked.text("kind"),
        key=asked.text("key"),
        request_id=asked.text("request_id"),
        since=asked.moment("from"),
        until=asked.moment("to"),
    )


def _export(form: str) -> Response:
    asked = Asked(FILTERS)
    wanted = _wanted(asked)
    if request.method != "HEAD":  # of which nothing leaves
        with unit_of_work() as session:
            audit_reading.note_export(session, auth.actor(), form, asked.filters(), now=clock.now())
    return sent(audit_reading.source_of(wanted), form)
