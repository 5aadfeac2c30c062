"""Does a page of the API's certificates cost what a page has, whatever it is narrowed by and however deep it lies?"""

import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.crowd import make_crowd
from tests.fakes import NOON
from tests.integration.lists.statements import full_scans
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.models.base import db
from webapp.services.certificates import listing
from webapp.services.certificates.listing import Place, Wanted

MOST_PASSED_OVER = 5_000
A_WEEK_AGO = NOON - timedelta(days=7)
NARROWED: tuple[tuple[Wanted, Place | None], ...] = (
    (Wanted(), None),
    (Wanted(), (60,)),
    (Wanted(email="user00017@example.org"), None),
    (Wanted(status=Status.ERROR), (10_000,)),
    (Wanted(mode="audit"), (10_000,)),
    (Wanted(course_id=CourseId("course-v1:Crowd+C7+1"), status=Status.DOWNLOADABLE), None),
    (Wanted(created_to=A_WEEK_AGO), None),
    (Wanted(created_from=A_WEEK_AGO), (NOON - timedelta(days=6), 10_000)),
    (Wanted(created_to=A_WEEK_AGO, mode="audit"), None),
    (Wanted(username="user00017", created_from=A_WEEK_AGO), None),
)


@pytest.fixture(scope="class")
def crowded(shared_app: Flask, database: Database) -> Flask:
    """The application over full tables, made once for the class."""
    database.empty(shared_app)
    with shared_app.app_context(), Session(db.engine) as session:
        make_crowd(session)
    return shared_app


def plan_of(wanted: Wanted, below: Place | None) -> str:
    """Give how the database answers; PostgreSQL with what it passed over."""
    values = wanted.values() | listing.place_values(wanted, below)
    form = listing.page_query(frozenset(values), 51, issued=wanted.status is Status.DOWNLOADABLE).form(
        db.engine.dialect
    )
    connection = db.engine.raw_connection()
    driver: Any = connection.driver_connection
    on_postgresql = isinstance(driver, psycopg.Connection)
    cursor: Any = psycopg.RawCursor(driver) if on_postgresql else driver.cursor()
    cursor.execute(
        ("EXPLAIN (ANALYZE, TIMING OFF) " if on_postgresql else "EXPLAIN QUERY PLAN ") + form.sql, form.bound(values)
    )
    lines = [str(row[-1]) for row in cursor.fetchall()]
    connection.close()
    return "\n".join(lines)


class TestGivenTwentyThousandCertificates:
    @pytest.mark.parametrize(("wanted", "below"), NARROWED, ids=str)
    def test_a_page_is_found_by_an_index(self, crowded: Flask, wanted: Wanted, below: Place | None) -> None:
        with crowded.app_context():
            plan = plan_of(wanted, below)

        passed_over = sum(int(number) for number in re.findall(r"Rows Removed by Filter: (\d+)", plan))
        # The learners' table is so small here that PostgreSQL rather reads it whole than 51 times by its key.
        assert full_scans(plan, "generated_certificate") == []
        assert passed_over < MOST_PASSED_OVER
