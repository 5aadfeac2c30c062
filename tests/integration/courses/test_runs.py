"""Is the history of a course run's runs told, and does one begin in one click?"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.integration.courses.pages import CoursePage
from tests.integration.generation.desk import Desk
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GenerationRun

pytestmark = pytest.mark.any_database

GENERATE: dict[str, Any] = {"purpose": "generate", "among": "all"}


@pytest.fixture(autouse=True)
def course(session: Session) -> None:
    """A course run with one certificate that failed."""
    make_run(session)
    make_candidate(session, "ada")
    make_certificate(session, "ada", HTML, key="", status=Status.ERROR)
    session.commit()


class TestGivenRuns:
    def test_it_begins_in_one_click_and_leads_to_its_progress(self, support: CoursePage, desk: Desk) -> None:
        answer = support.send("run", **GENERATE)

        (run,) = desk.every(GenerationRun)
        assert (answer.status_code, answer.location) == (303, f"/runs/{run.id}")
        assert (run.course_id, run.dry_run) == (HTML, False)
        assert "Run 1 is under way 0 of 1 learners are dealt with." in support.text()

    def test_they_are_told_the_newest_first(self, support: CoursePage) -> None:
        support.send("run", **GENERATE)
        support.send("run", purpose="regenerate", among="all", statuses="error", dry_run="y")

        rows = support.rows("runs")
        assert ["Regenerate: Error" in row and "Dry run" in row for row in rows] == [True, False]
        assert "Run 2" in rows[0]
        assert "Last runs All runs, and a new one" in support.text()

    def test_statuses_are_offered_that_occur_and_counted(self, support: CoursePage) -> None:
        text = support.text("runs")

        assert "Error (1)" in text
        assert "Issued" not in text.split("Statuses")[1]

    @pytest.mark.parametrize(
        ("typed", "status", "text"),
        [
            ({"purpose": "regenerate", "among": "all"}, 422, "Please select one or more certificate statuses"),
            ({"purpose": "regenerate", "among": "all", "statuses": "downloadable"}, 422, "None here is"),
            (GENERATE, 409, "let it end, or cancel it first"),
        ],
    )
    def test_what_is_refused_says_why(self, support: CoursePage, typed: dict[str, Any], status: int, text: str) -> None:
        support.send("run", **GENERATE)

        answer = support.send("run", **typed)

        assert (answer.status_code, text in answer.text) == (status, True)
