"""A crowd of learners in one course run, of every kind, the same for the same seed; row by row, for one insert a table."""

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tests.fakes import NOON
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId, folded
from webapp.domain.learners.name_words import words_of
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, IdVerification, Learner, LearnerNameWord

COURSE = CourseId("course-v1:edX+Crowd+2026")
LONG_AGO = NOON - timedelta(days=30)
OFFERED = {Mode.AUDIT: False, Mode.HONOR: False, Mode.VERIFIED: True, Mode.PROFESSIONAL: True}
TWIN = 10_000_000
"""By so much the number of a twin's certificate is greater."""
_INSERTED_AT_ONCE = 10_000
_TABLES = (
    Learner, LearnerNameWord, Enrollment, CourseGrade, IdVerification, AllowlistEntry, CourseRole, GeneratedCertificate, Invalidation
)  # fmt: skip


@dataclass(frozen=True)
class Crowd:
    """How many there are and of which kinds, in percent; the rest of each is the usual case."""

    size: int
    seed: int = 0
    certificates: int = 60
    exceptions: int = 15
    """On the allowlist, invalidated; a third of that beta testers, restricted, not enrolled; a fifth without a name."""
    statuses: tuple[Status, ...] = tuple(Status)
    course_id: CourseId = COURSE
    first_id: int = 1


def make_crowd_in(session: Session, crowd: Crowd, **course: Any) -> list[int]:
    """Write a course run and its crowd, and give the learners' numbers; each certificate has its learner's."""
    _make_course(session, crowd.course_id, **course)
    rows = list(_rows(crowd))
    for model in _TABLES:
        _insert(session, model, (values for kind, values in rows if kind is model))
    _count_on(session)
    return [values["id"] for kind, values in rows if kind is Learner]


def make_twin_of(session: Session, crowd: Crowd, course_id: CourseId, **course: Any) -> None:
    """Write another course run in which the same learners are as they are in the crowd's; see `TWIN`."""
    _make_course(session, course_id, **course)
    rows = list(_rows(crowd))
    for model in _TABLES:
        if model not in (Learner, LearnerNameWord, IdVerification):
            _insert(session, model, (_as_twin(values, course_id) for kind, values in rows if kind is model))
    _count_on(session)


def _as_twin(values: dict[str, Any], course_id: CourseId) -> dict[str, Any]:
    changed: dict[str, Any] = {"course_id": course_id} if "course_id" in values else {}
    if "certificate_id" in values:
        changed["certificate_id"] = values["certificate_id"] + TWIN
    if "status" in values:
        changed |= {"id": values["id"] + TWIN, "key": own_id(values["id"] + TWIN)}
        changed["verify_uuid"] = values["verify_uuid"] and own_id(values["id"] + TWIN)
    return {**values, **changed}


def own_id(certificate_id: int) -> str:
    """Give the key and public id that a certificate of the crowd begins with."""
    return f"{certificate_id:032x}"


def _make_course(session: Session, course_id: CourseId, **course: Any) -> None:
    row = {"course_id": course_id, "course_id_folded": folded(course_id), "display_name": "A Crowd"}
    session.execute(insert(CourseRun), [{**row, "display_name_folded": "a crowd", **course}])
    modes = [{"course_id": course_id, "mode": mode, "requires_id_verification": asks} for mode, asks in OFFERED.items()]
    session.execute(insert(CourseMode), modes)


def _count_on(session: Session) -> None:
    """Let PostgreSQL give the next rows numbers of their own."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in ("learner", "generated_certificate"):
        newest = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE(max(id), 0) + 1) FROM {table}"  # noqa: S608 - our own tables
        session.execute(text(newest))


def _insert(session: Session, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    while some := list(itertools.islice(left, _INSERTED_AT_ONCE)):
        session.execute(insert(model.__table__), some)


def _rows(crowd: Crowd) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    chance = random.Random(crowd.seed)
    for number in range(crowd.first_id, crowd.first_id + crowd.size):
        for model, values in _one(crowd, number, chance):
            yield model, values
            if model is Learner:
                yield from (
                    (LearnerNameWord, {"learner_id": number, "word": word}) for word in words_of(values["name"])
                )


def _one(crowd: Crowd, number: int, chance: random.Random) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    def happens(percent: float) -> bool:
        return chance.random() * 100 < percent

    here = {"learner_id": number, "course_id": crowd.course_id}
    username = f"crowd{number:06}"
    name = "" if happens(crowd.exceptions / 5) else f"Learner Nº {number}"
    yield (
        Learner,
        {
            "id": number,
            "username": username,
            "username_folded": username,
            "email": "",
            "email_folded": "",
            "name": name,
            "allow_certificate": not happens(crowd.exceptions / 3),
            "external_id": number if happens(50) else None,
        },
    )
    if not happens(crowd.exceptions / 3):
        mode = chance.choices([*Mode, "invented"], [40, 40, 10, 3, 1, 2, 1, 1, 1, 1, 1])[0]
        yield Enrollment, {**here, "mode": str(mode), "active": not happens(5), "modified_at": LONG_AGO}
    if not happens(20):
        percent = Decimal(chance.randrange(10_001)) / 10_000
        passed = percent >= Decimal("0.5")
        letter = chance.choice(("A", "B", "", "<b>Merit</b>")) if passed else chance.choice(("", "F"))
        yield CourseGrade, {**here, "percent": percent, "letter": letter, "passed": passed, "modified_at": LONG_AGO}
    if happens(60):
        yield IdVerification, _verification(number, chance)
    allowlisted = happens(crowd.exceptions)
    if allowlisted or happens(2):
        yield AllowlistEntry, {**here, "allowlisted": allowlisted, "notes": "", "created_by": "sam", **_made()}
    if happens(crowd.exceptions / 3):
        yield CourseRole, {**here, "role": "beta_tester"}
    if happens(2):
        yield CourseRole, {**here, "role": "staff"}
    if happens(crowd.certificates):
        status = chance.choice(crowd.statuses)
        yield GeneratedCertificate, {"id": number, **here, **_certificate(number, status, chance)}
        if happens(crowd.exceptions):
            active = not allowlisted and happens(70)
            yield (
                Invalidation,
                {"certificate_id": number, "invalidated_by": "sam", "notes": "", "active": active, **_made()},
            )


def _verification(number: int, chance: random.Random) -> dict[str, Any]:
    expires_at = chance.choice((None, NOON + timedelta(days=300), NOON - timedelta(days=3)))
    status = chance.choices(("approved", "denied", "pending"), (80, 10, 10))[0]
    return {"learner_id": number, "status": status, "expires_at": expires_at, "modified_at": LONG_AGO}


def _certificate(number: int, status: Status, chance: random.Random) -> dict[str, Any]:
    issued = status in (Status.DOWNLOADABLE, Status.UNAVAILABLE, Status.DELETED)
    return {
        "status": status,
        "mode": str(chance.choice(list(Mode))),
        "name": f"Former Name {number}",
        "grade": "0.5",
        "key": own_id(number),
        "verify_uuid": own_id(number) if issued else "",
        "download_uuid": "",
        "download_url": "",
        "error_reason": "no font" if status is Status.ERROR else "",
        "distinction": False,
        "created_at": LONG_AGO,
        "modified_at": LONG_AGO,
        "issued_at": LONG_AGO if issued else None,
        "submitted_at": LONG_AGO,
    }


def _made() -> dict[str, Any]:
    return {"created_at": LONG_AGO, "modified_at": LONG_AGO}
