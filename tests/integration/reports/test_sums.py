"""Does the report of a course run count right, in few queries?"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_noise
from tests.integration.lists.statements import statements_of
from tests.integration.reports.places import HARD_COURSE, enrol, make_bystanders, offer
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.errors import UnknownCourse
from webapp.services.certificates.report import CourseReport, list_learners, report_on

COURSE = CourseId(DEMO_COURSE)


def fill(session: Session) -> None:
    """Let three hold an issued certificate, one an error, two nothing; one of them has left."""
    make_noise(session)
    make_bystanders(session)
    offer(session, "verified", "honor", "audit")
    for username, mode, active in (
        ("ada", "verified", True),
        ("bob", "verified", True),
        ("cyd", "honor", True),
        ("dan", "honor", False),
        ("eve", "masters", True),
    ):
        enrol(session, username, mode=mode, active=active)
    make_certificate(session, "ada", status=Status.DOWNLOADABLE, mode="verified")
    make_certificate(session, "bob", status=Status.DOWNLOADABLE, mode="honor")
    make_certificate(session, "gus", status=Status.DOWNLOADABLE, mode="honor")
    make_certificate(session, "dan", status=Status.ERROR, mode="verified")
    session.commit()


class TestGivenACourseRun:
    def test_everything_is_counted(self, session: Session) -> None:
        fill(session)

        report = report_on(session, COURSE)

        assert report == CourseReport(
            course_id=COURSE,
            enrolled_current=4,
            enrolled_total=5,
            enrolled_by_mode={"audit": 0, "honor": 1, "masters": 1, "verified": 2},
            certificates_by_status={"downloadable": 3, "error": 1},
            downloadable_by_mode={"audit": 0, "honor": 2, "verified": 1},
        )

    def test_keys_come_by_the_alphabet(self, session: Session) -> None:
        fill(session)

        report = report_on(session, COURSE)

        for counted in (report.enrolled_by_mode, report.certificates_by_status, report.downloadable_by_mode):
            assert list(counted) == sorted(counted)

    def test_the_number_of_queries_does_not_grow(self, app: Flask, session: Session) -> None:
        fill(session)

        with statements_of(app) as seen:
            report_on(session, COURSE)

        assert len(seen) == 4

    @pytest.mark.parametrize("course_id", [DEMO_COURSE, HARD_COURSE, "Org/Course/Run"])
    def test_an_empty_one_has_only_noughts(self, session: Session, course_id: str) -> None:
        make_bystanders(session)
        make_course(session, course_id)

        report = report_on(session, CourseId(course_id))

        assert report == CourseReport(CourseId(course_id), 0, 0, {}, {}, {})


class TestGivenACourseRunThatIsUnknown:
    def test_it_is_refused_before_anything_is_given(self, session: Session) -> None:
        make_bystanders(session)

        with pytest.raises(UnknownCourse):
            report_on(session, COURSE)
        with pytest.raises(UnknownCourse):
            list_learners(session, COURSE)
