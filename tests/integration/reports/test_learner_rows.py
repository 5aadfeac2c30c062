"""Does the report name every learner once, in order, however many there are?"""

import tracemalloc

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_learner, make_noise
from tests.factories.exceptions import make_allowlist_entry
from tests.fakes import NOON
from tests.integration.lists.statements import statements_of
from tests.integration.reports.places import HARD_COURSE, enrol, grade, make_bystanders
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.learners import CourseGrade, Enrollment, Learner
from webapp.services.certificates.report import PAGE, list_learners

MANY = 12_000


def told(session: Session, course_id: str = DEMO_COURSE) -> list[tuple[str, ...]]:
    rows = list_learners(session, CourseId(course_id))
    return [(row.username, *row.triple.as_object().values()) for row in rows]


def fill_up(session: Session, number: int) -> None:
    """Enrol and grade so many learners."""
    make_course(session)
    numbers = range(1, number + 1)
    session.execute(
        insert(Learner),
        [{"id": n, "username": f"user{n:06}", "username_folded": f"user{n:06}", "name": "x" * 200} for n in numbers],
    )
    place = {"course_id": DEMO_COURSE, "modified_at": NOON}
    session.execute(insert(Enrollment), [{**place, "learner_id": n, "mode": "honor"} for n in numbers])
    session.execute(insert(CourseGrade), [{**place, "learner_id": n, "percent": "0.9"} for n in numbers[::2]])
    session.commit()


class TestGivenLearnersOfACourseRun:
    def test_each_has_one_row_by_user_name(self, session: Session) -> None:
        make_noise(session)
        make_bystanders(session)
        for username in ("zoe", "ada", "Bob", "_x", "émile", "O'Brien_77", "bob", "李"):
            enrol(session, username)
        enrol(session, "left", active=False)
        make_certificate(session, "ada", status=Status.DOWNLOADABLE)
        make_certificate(session, "holder", status=Status.ERROR)

        usernames = [row[0] for row in told(session)]

        assert usernames == sorted(["zoe", "ada", "Bob", "_x", "émile", "O'Brien_77", "bob", "李", "left", "holder"])

    def test_each_row_says_eligible_delivered_and_type(self, session: Session) -> None:
        make_bystanders(session)
        enrol(session, "ada")
        for username in ("graded", "audits"):
            enrol(session, username)
            grade(session, username, percent="0")
        make_allowlist_entry(session, enrol(session, "listed"))
        make_allowlist_entry(session, enrol(session, "taken-off"), allowlisted=False)
        make_allowlist_entry(session, enrol(session, "listed-elsewhere"), course_id="course-v1:Other+Other+1")
        make_learner(session, "restricted", allow_certificate=False)
        make_allowlist_entry(session, enrol(session, "restricted"))
        grade(session, "restricted")
        make_certificate(session, "audits", status=Status.AUDIT_PASSING, mode="audit")
        make_certificate(session, "issued", status=Status.DOWNLOADABLE, mode="verified")
        make_certificate(session, "waits", status=Status.GENERATING, mode="verified")

        rows = told(session)

        assert rows == [
            ("ada", "N", "N", "N/A"),
            ("audits", "Y", "N", "N/A"),
            ("graded", "Y", "N", "N/A"),
            ("issued", "N", "Y", "verified"),
            ("listed", "Y", "N", "N/A"),
            ("listed-elsewhere", "N", "N", "N/A"),
            ("restricted", "N", "N", "N/A"),
            ("taken-off", "N", "N", "N/A"),
            ("waits", "N", "N", "N/A"),
        ]

    @pytest.mark.parametrize("course_id", [HARD_COURSE, "Org/Course/Run"])
    def test_any_course_key_will_do(self, session: Session, course_id: str) -> None:
        make_bystanders(session)
        enrol(session, "zoe", course_id)
        grade(session, "zoe", course_id)

        rows = told(session, course_id)

        assert rows == [("zoe", "Y", "N", "N/A")]

    def test_an_empty_course_run_has_no_row(self, session: Session) -> None:
        make_bystanders(session)
        make_course(session)

        rows = told(session)

        assert rows == []


class TestGivenManyLearners:
    def test_all_are_given_by_one_statement(self, app: Flask, session: Session) -> None:
        fill_up(session, 2 * PAGE + 1)

        with statements_of(app) as seen:
            rows = told(session)

        assert [row[0] for row in rows] == [f"user{n:06}" for n in range(1, 2 * PAGE + 2)]
        assert len([row for row in rows if row[1] == "Y"]) == PAGE + 1
        assert len(seen) == 2

    def test_memory_does_not_grow_with_them(self, session: Session) -> None:
        fill_up(session, MANY)
        session.expunge_all()

        tracemalloc.start()
        given = sum(1 for _ in list_learners(session, CourseId(DEMO_COURSE)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert given == MANY
        assert most < MANY * 150
