"""What does a line about a learner, a course run, or both change? Facts that nothing hangs on here."""

from collections.abc import Callable, Mapping
from typing import Any

from webapp.domain.certificates.modes import asks_id_verification
from webapp.domain.identifiers import folded
from webapp.domain.records.kinds import (
    CourseModeRecord,
    CourseRecord,
    CourseRoleRecord,
    IdVerificationRecord,
    LearnerRecord,
    Record,
)
from webapp.services.records.acts import act_of
from webapp.services.records.batch import Batch, Outcome, outcome_of

_FOLDED = frozenset({"email", "display_name"})


def take_learner(batch: Batch, record: LearnerRecord) -> Outcome:
    """Add or change a learner."""
    batch.refuse_erased(record.username, record.external_id)
    _, changes = batch.merge(batch.learners, record, _with_folded, username_folded=folded(record.username))
    return outcome_of(changes)


def take_course(batch: Batch, record: CourseRecord) -> Outcome:
    """Add or change a course run; only a new one gets `use_updated` without being told (decision 37)."""
    _, changes = batch.merge(batch.courses, record, _with_folded, course_id_folded=folded(record.course_id))
    return outcome_of(changes)


def take_course_mode(batch: Batch, record: CourseModeRecord) -> Outcome:
    """Add or change a mode of a course run, or end it."""

    def columns(facts: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: asks_id_verification(record.mode) if value is None else value for name, value in facts.items()}
        return {**told, "active": record.active}

    batch.meet_course(record.course_id)
    return _take_active(batch, record, columns)


def take_course_role(batch: Batch, record: CourseRoleRecord) -> Outcome:
    """Give a learner a part in a course run, or end it."""
    batch.learner(record.username)
    batch.meet_course(record.course_id)
    return _take_active(batch, record, lambda facts: {**facts, "active": record.active})


def take_id_verification(batch: Batch, record: IdVerificationRecord) -> Outcome:
    """Add or change what is known of a learner's identity."""
    batch.learner(record.username)
    _, changes = batch.merge(batch.facts[record.TYPE], record, _with_expiry)
    return outcome_of(changes)


def take_course_fact(batch: Batch, record: Record) -> Outcome:
    """Add or change what is known of a learner in a course run: place or grade."""
    username, course_id, *_ = record.natural_key
    batch.learner(username)
    batch.meet_course(course_id)
    _, changes = batch.merge(batch.facts[record.TYPE], record, dict)
    return outcome_of(changes)


def _take_active(
    batch: Batch, record: CourseModeRecord | CourseRoleRecord, columns: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> Outcome:
    """A line that leaves `active` out says that it is so, as of an invalidation: whoever cannot say it never ends one."""
    _, changes = batch.merge(batch.facts[record.TYPE], record, columns)
    if changes is None or changes:
        batch.acts.append(act_of(record, columns(record.facts()), changes))
    return outcome_of(changes)


def _with_folded(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {**facts, **{f"{name}_folded": folded(facts[name]) for name in _FOLDED & facts.keys()}}


def _with_expiry(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"expires_at" if name == "expires" else name: value for name, value in facts.items()}
