"""How does a batch of lines become rows: each line for itself, all of them in one transaction?"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.identifiers import made_storable
from webapp.domain.records.fields import LINE_BYTES
from webapp.domain.records.kinds import Record
from webapp.domain.records.parsing import BadRecord, parse_array, parse_line, parse_object
from webapp.services import audit
from webapp.services.following.moves import Switches
from webapp.services.records import certificates, dates, examples, exceptions, facts
from webapp.services.records.acts import PendingAct
from webapp.services.records.batch import BadLine, Batch, Outcome

BATCH_LINES = 1_000
# Long lines end a batch early, so that a thousand of the longest do not have to be in memory at once.
BATCH_BYTES = 4 * 1024 * 1024
# Any number that nothing else locks: on PostgreSQL imports stand in line, as on SQLite every writer does.
IMPORT_LOCK = 7_242_003
_KEY_LENGTH = 255

_TAKERS: Mapping[str, Callable[[Batch, Any], Outcome]] = {
    "learner": facts.take_learner,
    "course": facts.take_course,
    "course_mode": facts.take_course_mode,
    "enrollment": facts.take_course_fact,
    "grade": facts.take_course_fact,
    "id_verification": facts.take_id_verification,
    "course_role": facts.take_course_role,
    "allowlist": exceptions.take_allowlist,
    "invalidation": exceptions.take_invalidation,
    "certificate": certificates.take_certificate,
    "date_override": dates.take_date_override,
    "example_certificate": examples.take_example,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was read: a record, or the reason why it is none."""

    number: int
    record: Record | None = None
    type: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one line; `key` is its natural key as people read it."""

    line: int
    type: str | None
    key: str | None
    outcome: Outcome
    reason: str = ""


@dataclass(slots=True)
class Taken:
    """What came of a batch."""

    results: list[Result] = field(default_factory=list)
    acts: list[PendingAct] = field(default_factory=list)
    courses_first_seen: int = 0


def read_batches(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[Line]]:
    """Parse numbered lines and give them 1,000 at a time; empty lines are left out."""
    return _batches(
        (read_line(number, line), len(line)) for number, line in lines if line.strip() or len(line) > LINE_BYTES
    )


def read_array(content: bytes) -> Iterator[list[Line]]:
    """Parse a JSON array of records and give them 1,000 at a time, the first as line 1; raises BadRecord for another text."""
    values = parse_array(content)
    return _batches((_read(number, partial(parse_object, value)), 0) for number, value in enumerate(values, 1))


def read_line(number: int, line: bytes) -> Line:
    """Parse one line, whatever its bytes are."""
    return _read(number, partial(parse_line, line))


def take(session: Session, actor: Actor, lines: Sequence[Line], *, switches: Switches, now: datetime) -> Taken:
    """Upsert each line's record in order; a line that fails leaves nothing behind and the others as they are.

    The audit is for `write_audit`, the last statement of the transaction.
    """
    wait_for_other_imports(session)
    try:
        with session.begin_nested():
            return _take_together(session, actor, lines, switches, now)
    except (IntegrityError, DataError):
        return _take_one_by_one(session, actor, lines, switches, now)


def write_audit(session: Session, actor: Actor, taken: Taken, *, source: str, now: datetime) -> None:
    """Add the batch's event, and one for each certificate, exception, role and mode that it changed."""
    if not taken.results:
        return
    counts = Counter((result.type or "unknown", result.outcome.value) for result in taken.results)
    details = {
        "first_line": taken.results[0].line,
        "last_line": taken.results[-1].line,
        "counts": {
            kind: {outcome: n for (of, outcome), n in sorted(counts.items()) if of == kind}
            for kind, _ in sorted(counts)
        },
        "courses_first_seen": taken.courses_first_seen,
    }
    source = made_storable(source)[-_KEY_LENGTH:]
    acts = [audit.Act("records.imported", "records", source, details)]
    acts += [audit.Act(act.action, act.kind, act.written_key, act.details) for act in taken.acts]
    audit.append_all(session, actor, acts, now=now)


def wait_for_other_imports(session: Session) -> None:
    """Let nobody else bring facts in until the transaction ends: whoever does locks the same rows in another order."""
    if session.get_bind().dialect.name == "postgresql":
        # A batch may wait longer than a page or an answer to the queue may, but not for ever.
        session.execute(text("SET LOCAL lock_timeout = '25s'"))
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": IMPORT_LOCK})


def _batches(lines: Iterable[tuple[Line, int]]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line, length in lines:
        batch.append(line)
        size += length
        if len(batch) == BATCH_LINES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(number: int, parse: Callable[[], Record]) -> Line:
    try:
        record = parse()
    except BadRecord as problem:
        return Line(number, type=problem.type, reason=str(problem))
    return Line(number, record, record.TYPE)


def _take_together(session: Session, actor: Actor, lines: Sequence[Line], switches: Switches, now: datetime) -> Taken:
    batch = Batch(session, actor, switches, now)
    records = [line.record for line in lines if line.record]
    batch.load(records)
    for topic in (exceptions, certificates, dates, examples):
        topic.load(batch, records)
    results = [_take_line(batch, line) for line in lines]
    batch.write()
    return Taken(results, batch.acts, batch.first_seen)


def _take_one_by_one(session: Session, actor: Actor, lines: Sequence[Line], switches: Switches, now: datetime) -> Taken:
    """Somebody else wrote one of the rows meanwhile, or the database takes it from nobody: find out which."""
    whole = Taken()
    for line in lines:
        try:
            with session.begin_nested():
                taken = _take_together(session, actor, [line], switches, now)
        except (IntegrityError, DataError) as problem:
            taken = Taken([_failed(line, f"the database refused it: {_first_line(problem)}")])
        whole.results += taken.results
        whole.acts += taken.acts
        whole.courses_first_seen += taken.courses_first_seen
    return whole


def _take_line(batch: Batch, line: Line) -> Result:
    if line.record is None:
        return _failed(line, line.reason)
    try:
        outcome = _TAKERS[line.record.TYPE](batch, line.record)
    except BadLine as problem:
        return _failed(line, str(problem))
    return Result(line.number, line.type, _label(line.record), outcome)


def _failed(line: Line, reason: str) -> Result:
    return Result(line.number, line.type, _label(line.record) if line.record else None, Outcome.FAILED, reason)


def _label(record: Record) -> str:
    return "/".join(record.natural_key)


def _first_line(problem: IntegrityError | DataError) -> str:
    return str(problem.orig).strip().splitlines()[0]
