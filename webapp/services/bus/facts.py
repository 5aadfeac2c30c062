"""What does an event change of what is known, where nothing newer was told before?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from webapp.domain.bus.news import News
from webapp.domain.records.kinds import CourseRecord, GradeRecord, LearnerRecord, Record
from webapp.services.records import facts
from webapp.services.records.batch import Batch
from webapp.services.records.rows import Row, Rows


def load(batch: Batch, told: Iterable[News]) -> None:
    """Read, and where they may change lock, the rows that news are about."""
    records: list[Record] = []
    for news in told:
        of_it: list[Record | None] = [news.learner, news.course, news.enrollment, news.grade]
        records += [record for record in of_it if record is not None]
    batch.load(records)


def introduce(batch: Batch, news: News, at: datetime) -> None:
    """Know the learner and the course run that news are about.

    Who somebody is counts as told by enrolments and registrations; others only say that there is a learner of this
    name and number. A course run's name counts as told by the course catalogue; elsewhere it stands as long as that
    is silent.
    """
    if news.learner is not None:
        _learner(batch, news.learner, at, in_passing=news.in_passing)
    if news.course is not None and not _is_catalog(news):
        _name(batch, news.course, at)


def apply(batch: Batch, news: News, at: datetime) -> bool:
    """Change the facts that news tell; give False where something newer was told before, and nothing changes."""
    if news.grade is not None:
        return _grade(batch, news.grade, at)
    if news.enrollment is not None:
        rows = batch.facts["enrollment"]
        if not _is_newer(rows.find(news.enrollment.natural_key), "event_at", at):
            return False
        facts.take_course_fact(batch, news.enrollment)
        return _mark(rows, news.enrollment, event_at=at)
    if news.course is not None and _is_catalog(news):
        if not _is_newer(batch.courses.find(news.course.natural_key), "catalog_at", at):
            return False
        facts.take_course(batch, news.course)
        return _mark(batch.courses, news.course, catalog_at=at)
    return True  # a learner was introduced, or tried to show who they are


def _is_catalog(news: News) -> bool:
    return news.learner is None and news.grade is None


def _learner(batch: Batch, learner: LearnerRecord, at: datetime, *, in_passing: bool) -> None:
    row = batch.learners.find(learner.natural_key)
    if in_passing:
        if row is None or row.values["external_id"] is None:
            facts.take_learner(batch, learner)
    elif _is_newer(row, "event_at", at):
        facts.take_learner(batch, learner)
        _mark(batch.learners, learner, event_at=at)


def _name(batch: Batch, course: CourseRecord, at: datetime) -> None:
    row = batch.courses.find(course.natural_key)
    if row is not None and row.values.get("catalog_at") is not None:
        return
    if _is_newer(row, "named_at", at):
        facts.take_course(batch, course)
        _mark(batch.courses, course, named_at=at)


def _grade(batch: Batch, grade: GradeRecord, at: datetime) -> bool:
    """Of whether it passes the newest word counts, be it a grade's or a passing status's; of the grade, a grade's alone."""
    rows = batch.facts["grade"]
    row = rows.find(grade.natural_key)
    of_grade = "percent" in grade.given
    mark = "graded_at" if of_grade else "passing_at"
    if not _is_newer(row, mark, at):
        return False
    newest = _is_newer(row, "passing_at" if of_grade else "graded_at", at, or_equal=of_grade)
    batch.meet_course(grade.course_id)
    batch.learner(grade.username)
    more: dict[str, Any] = {} if of_grade else {"percent": None}
    carried = grade if newest else replace(grade, given=grade.given - {"passed"})
    batch.merge(rows, carried, dict, **more)
    _mark(rows, grade, **{mark: at})
    return newest or of_grade


def _is_newer(row: Row | None, mark: str, at: datetime, *, or_equal: bool = False) -> bool:
    known: datetime | None = row.values.get(mark) if row is not None else None
    return known is None or at > known or (or_equal and at == known)


def _mark(rows: Rows, record: Record, **marks: datetime) -> bool:
    row = rows.find(record.natural_key)
    assert row is not None, "it was just taken"
    for name in marks:
        row.values.setdefault(name, None)
    rows.change(row, marks)
    return True
