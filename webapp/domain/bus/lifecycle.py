"""Which events does a move of a certificate tell, what is kept of them, and what do they say when they leave (decision 45)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from webapp.domain.bus.wire import CloudEvent
from webapp.domain.certificates.statuses import PASSED, Status
from webapp.domain.certificates.transitions import REFUSED

TOPIC = "learning-certificate-lifecycle"
UNKNOWN_LEARNER = 0
"""The number of a learner whose number nobody told: receivers go by the user name, but the wire wants one."""


class Happening(StrEnum):
    """What became of a certificate; the value is the event's type on the wire."""

    CHANGED = "org.openedx.learning.certificate.changed.v1"
    CREATED = "org.openedx.learning.certificate.created.v1"
    REVOKED = "org.openedx.learning.certificate.revoked.v1"


_SEEN_AS_HELD = PASSED | {Status.REGENERATING, Status.ERROR}
"""In these a receiver may believe that the learner holds it: it was told so, and a failed remake leaves the old one standing."""

_GONE = REFUSED | {Status.DELETING, Status.DELETED, Status.INVALIDATED}


def happenings(before: Status | None, after: Status) -> tuple[Happening, ...]:
    """Give the events of one change of a certificate's row, in the order in which they are told.

    Every change is `changed`. One that leaves it issued, or on its way to the queue for the first time, is `created`
    too, each time: that is what a passing generation is to the platform. One that takes it away is `revoked` too,
    whoever did it: an invalidation, a refusal that judged anew, a deletion (decisions 43, 50). `before` is None where
    there was no row.
    """
    if after in PASSED and not (before is after is Status.GENERATING):  # the same job under a new key is none
        return Happening.CHANGED, Happening.CREATED
    if before in _SEEN_AS_HELD and after in _GONE:
        return Happening.CHANGED, Happening.REVOKED
    return (Happening.CHANGED,)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an event is about, and in which course run: read when it leaves, and kept nowhere on the way."""

    external_id: int | None
    username: str
    email: str
    name: str
    name_on_certificate: str
    course_name: str
    course_start: datetime | None
    course_end: datetime | None


def kept(
    happening: Happening,
    *,
    event_id: str,
    before: Status | None,
    after: Status,
    mode: str,
    grade: str,
    download_url: str,
    at: datetime,
) -> dict[str, Any]:
    """Give what is kept of an event until it leaves: nothing that names a person."""
    return {
        "type": happening.value,
        "id": event_id,
        "time": at.isoformat(),
        "previous_status": before.value if before else "",
        "current_status": after.value,
        "mode": mode,
        "grade": grade,
        "download_url": download_url,
    }


def told(payload: Mapping[str, Any], course_id: str, person: Person) -> CloudEvent:
    """Give the event as it leaves, from what was kept of it and what is known of the person now."""
    certificate = {
        "user": {
            "id": UNKNOWN_LEARNER if person.external_id is None else person.external_id,
            "is_active": True,
            "pii": {"username": person.username, "email": person.email, "name": person.name},
        },
        "course": {
            "course_key": course_id,
            "display_name": person.course_name,
            "start": _iso(person.course_start),
            "end": _iso(person.course_end),
        },
        "name": person.name_on_certificate,
        **{name: payload[name] for name in ("mode", "grade", "download_url", "current_status", "previous_status")},
    }
    return CloudEvent(
        id=payload["id"],
        type=payload["type"],
        time=payload["time"],
        topic=TOPIC,
        key=course_id,
        value={"certificate": certificate},
        schema=_schema(payload["type"]),
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@cache
def _schema(kind: str) -> dict[str, Any]:
    """The Avro schema of an event's value (ecosystem note §2.1); a field that may be missing is null, and that by default."""
    texts = ("mode", "grade", "download_url", "name", "current_status", "previous_status")
    optional = {"type": ["null", "string"], "default": None}
    user = _record(
        "UserData",
        {"name": "id", "type": "long"},
        {"name": "is_active", "type": "boolean"},
        {"name": "pii", "type": _record("UserPersonalData", *map(_text, ("username", "email", "name")))},
    )
    course = _record(
        "CourseData",
        _text("course_key"),
        _text("display_name"),
        {"name": "start", **optional},
        {"name": "end", **optional},
    )
    certificate = _record(
        "CertificateData", {"name": "user", "type": user}, {"name": "course", "type": course}, *map(_text, texts)
    )
    whole = _record("CloudEvent", {"name": "certificate", "type": certificate})
    return {**whole, "namespace": kind}


def _record(name: str, *fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [*fields]}


def _text(name: str) -> dict[str, Any]:
    return {"name": name, "type": "string"}
