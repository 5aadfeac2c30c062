"""What does a line about an example certificate change, and into which set does a new one go?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from opaque_keys.edx.keys import CourseKey
from sqlalchemy import select

from webapp.domain.certificates.modes import Mode
from webapp.domain.records.kinds import ExampleRecord
from webapp.models.examples import EXAMPLE_NAME, ExampleCertificate, ExampleCertificateSet
from webapp.services.records.batch import BadLine, Batch, Outcome, outcome_of
from webapp.services.records.rows import Row

_TEMPLATE_LENGTH = 255


def load(batch: Batch, records: Iterable[object]) -> None:
    """Read the examples that the records name, and the newest set of each course run that they name."""
    wanted = [record for record in records if isinstance(record, ExampleRecord)]
    if not wanted:
        return
    batch.examples.load(batch.session, [record.natural_key for record in wanted])
    uuids = [record.uuid for record in wanted]
    courses = (
        select(ExampleCertificate.uuid, ExampleCertificateSet.course_id)
        .join(ExampleCertificate.set)
        .where(ExampleCertificate.uuid.in_(uuids))
    )
    batch.example_courses.update((uuid, course_id) for uuid, course_id in batch.session.execute(courses))
    _load_newest_sets(batch, {record.course_id for record in wanted})


def take_example(batch: Batch, record: ExampleRecord) -> Outcome:
    """Add or change an example; a new one goes into the newest set that lacks its description (domain note §1.5)."""
    course_id = batch.example_courses.setdefault(record.uuid, record.course_id)
    if course_id != record.course_id:
        raise BadLine(f"the example belongs to the course run {course_id}")
    template = _template(record)
    if len(template) > _TEMPLATE_LENGTH:
        raise BadLine("course_id is too long for the name of a template")
    batch.meet_course(record.course_id)
    row = batch.examples.find(record.natural_key)
    if row is not None:
        _, changes = batch.merge(batch.examples, record, _columns)
        return outcome_of(changes)
    more = {"template": template, "full_name": EXAMPLE_NAME, "error_reason": None, "download_url": None}
    values = {
        "uuid": record.uuid,
        **_columns(record.facts()),
        **more,
        "created_at": batch.now,
        "modified_at": batch.now,
    }
    batch.examples.add(record.natural_key, values, {"set_id": _set_for(batch, record)})
    return Outcome.ADDED


def _columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "course_id"}


def _set_for(batch: Batch, record: ExampleRecord) -> Row:
    """One press of the button made one example a mode, so a second of the same mode came with another press."""
    newest = batch.example_sets.find((record.course_id,))
    described = batch.set_descriptions[newest] if newest else set()
    if newest is None or record.description in described:
        # Later than the set before it, whatever the clock says: the newest one counts.
        at = max(batch.now, newest.values["created_at"] + timedelta(microseconds=1)) if newest else batch.now
        values = {"course_id": record.course_id, "created_at": at, "modified_at": at}
        newest = batch.example_sets.add((record.course_id,), values, {})
    batch.set_descriptions[newest].add(record.description)
    return newest


def _load_newest_sets(batch: Batch, course_ids: set[str]) -> None:
    table = batch.example_sets.table
    query = select(table).where(table.c.course_id.in_(sorted(course_ids))).order_by(table.c.created_at, table.c.id)
    for found in batch.session.execute(query).mappings():
        batch.example_sets.put((found["course_id"],), Row(dict(found)))
    newest = batch.example_sets.stored()
    held = select(ExampleCertificate.set_id, ExampleCertificate.description).where(
        ExampleCertificate.set_id.in_(sorted(newest))
    )
    descriptions: defaultdict[int, set[str]] = defaultdict(set)
    for number, description in batch.session.execute(held):
        descriptions[number].add(description)
    for number, key in newest.items():
        row = batch.example_sets.find(key)
        if row is not None:
            batch.set_descriptions[row] = descriptions[number]


def _template(record: ExampleRecord) -> str:
    key = CourseKey.from_string(record.course_id)
    ending = "-verified.pdf" if record.description == Mode.VERIFIED else ".pdf"
    return f"certificate-template-{key.org}-{key.course}{ending}"
