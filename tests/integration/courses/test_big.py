"""Is the page of a big course run as quick as that of a small one (record 32)?"""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.fakes import NOON, FakeAttempts
from tests.integration.courses.pages import CoursePage
from tests.integration.lists.statements import full_scans, plan_of, rows_passed_over, statements_of
from tests.visitors import Visitor
from webapp.adapters.caches.process import ProcessCache
from webapp.domain.identifiers import CourseId
from webapp.domain.roles import Role
from webapp.models.base import db
from webapp.ports import Ports
from webapp.services.certificates.report import list_learners, report_on
from webapp.services.courses import figures
from webapp.services.courses.figures import SMALL

BIG = Crowd(SMALL + 600, certificates=90)
PARTS = ("overview", "learners", "exceptions", "invalidations", "runs")
TABLES = ("generated_certificate", "enrollment", "learner", "course_grade", "allowlist_entry")


@pytest.fixture(scope="class")
def page(shared_app: Flask, database: Database) -> Iterator[CoursePage]:
    """Support before a course run of more learners than are counted for each look; made once for the class."""
    database.empty(shared_app)
    with shared_app.app_context():
        engine = db.engine
    with Session(engine) as session:
        make_account(session, "sam", Role.SUPPORT)
        make_crowd_in(session, BIG)
        make_crowd_in(session, Crowd(20_000, seed=1, course_id=CourseId("course-v1:edX+Noise+2026"), first_id=10_000))
        session.commit()
        if engine.dialect.name == "sqlite":
            session.connection().exec_driver_sql("ANALYZE")
            session.commit()
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM (FULL, ANALYZE)")  # of what earlier tests left in the indexes, too
    shared_app.extensions["ports"] = Ports(attempts=FakeAttempts(), cache=ProcessCache())
    visitor = Visitor(shared_app)
    visitor.sign_in("sam", PASSWORD)
    yield CoursePage(visitor, COURSE)
    shared_app.extensions["ports"] = Ports(attempts=FakeAttempts(), cache=ProcessCache())


class TestGivenABigCourseRun:
    def test_no_part_counts_or_reads_it_whole(self, page: CoursePage, shared_app: Flask) -> None:
        for part in PARTS:
            with statements_of(shared_app) as statements:
                page.markup(part)

            counts = [statement for statement, _ in statements if "count(" in statement.lower()]
            assert [one for one in counts if "LIMIT" not in one] == [], part
            plans = [plan_of(shared_app, *asked) for asked in statements]
            assert [plan for plan in plans for table in TABLES if full_scans(plan, table)] == [], part
            assert sum(rows_passed_over(shared_app, *asked) for asked in statements) < 5_000, part
            assert len(statements) <= 25, part

    def test_its_figures_are_asked_for_once_and_kept(self, page: CoursePage, shared_app: Flask) -> None:
        shared_app.extensions["ports"].cache.empty()

        before = page.text()
        counted = page.markup(counted=1)
        with statements_of(shared_app) as statements:
            after = page.text()

        assert "to count it takes a moment" in before
        assert "data-count-url" not in counted
        assert "As of" in after
        assert [one for one, _ in statements if "count(" in one.lower() and "LIMIT" not in one] == []

    def test_they_are_those_of_the_report(self, page: CoursePage, shared_app: Flask) -> None:
        with shared_app.app_context(), Session(db.engine) as session:
            found = figures.count(session, COURSE, now=NOON)
            report = report_on(session, COURSE)
            triples = [row.triple.as_object() for row in list_learners(session, COURSE)]

        lines = page.visitor.client.get("/courses/learners.csv", query_string={"course": COURSE}).text.splitlines()

        assert (found.enrolled_now, found.enrolled_total) == (report.enrolled_current, report.enrolled_total)
        assert found.by_status == report.certificates_by_status
        assert found.eligible == sum(one["eligible"] == "Y" for one in triples)
        assert found.delivered == sum(one["delivered"] == "Y" for one in triples)
        assert sorted(line.split(",", 1)[1] for line in lines[1:]) == sorted(",".join(one.values()) for one in triples)
        assert len({line.split(",")[0] for line in lines[1:]}) == len(triples)
