"""Can the page begin runs, and see what became of them (B2, B8, B9)?"""

from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.candidates import HTML
from tests.factories.certificates import make_certificate
from tests.factories.platform_clients import FrontEnd
from tests.integration.generation.desk import Desk
from tests.integration.platform.instructor.pages import BASE, ok, refused
from webapp.domain.certificates.statuses import Status
from webapp.domain.platform import instructor_answers as answers
from webapp.domain.runs import Among, RunState
from webapp.models.certificates import GenerationRun


class TestGivenARunOverTheCourse:
    @pytest.mark.parametrize(
        ("sent", "purpose", "among", "statuses"),
        [
            ({"student_set": "all"}, "generate", "all", []),
            ({"student_set": "allowlisted"}, "generate", "allowlisted", []),
            ({"student_set": "allowlisted_not_generated"}, "generate", "allowlisted_not_generated", []),
            ({"statuses": ["error"]}, "regenerate", "all", ["error"]),
            ({"statuses": ["notpassing", "error"]}, "regenerate", "all", ["error"]),
        ],
    )
    @pytest.mark.any_database
    def test_it_begins_and_says_its_number(
        self, page: FrontEnd, desk: Desk, sent: dict[str, Any], purpose: str, among: str, statuses: list[str]
    ) -> None:
        with desk.work() as session:
            make_certificate(session, "ada", HTML, status=Status.ERROR, key="")

        said = ok(page.post(f"{BASE}/certificates/regenerate", sent))

        (run,) = desk.every(GenerationRun)
        assert said == {"task_id": str(run.id), "message": "Certificate regeneration task has been started"}
        assert (run.purpose, run.among, run.statuses, run.asked_by) == (purpose, among, statuses, "teacher.account")

    @pytest.mark.any_database
    def test_only_one_goes_at_a_time(self, page: FrontEnd, desk: Desk) -> None:
        ok(page.post(f"{BASE}/certificates/regenerate", {"student_set": "all"}))

        refused(page.post(f"{BASE}/certificates/regenerate", {"student_set": "allowlisted"}))

        assert len(desk.every(GenerationRun)) == 1

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({}, answers.NONE_CHOSEN),
            ({"statuses": []}, answers.NONE_CHOSEN),
            ({"statuses": ["downloadable"]}, answers.ELSEWHERE),
            ({"statuses": ["nonsense"]}, answers.ELSEWHERE),
            ({"statuses": "error"}, answers.ELSEWHERE),
            ({"statuses": [["error"]]}, answers.ELSEWHERE),
            ({"student_set": "some"}, "student_set"),
            ({"student_set": ["all"]}, "student_set"),
        ],
    )
    def test_what_cannot_be_is_refused(self, page: FrontEnd, sent: dict[str, Any], words: str) -> None:
        assert words in refused(page.post(f"{BASE}/certificates/regenerate", sent))["error"]

    def test_history_and_tasks_tell_of_runs_the_newest_first(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            make_certificate(session, "ada", HTML, status=Status.ERROR, key="")
        for sent in ({"statuses": ["error"]}, {"student_set": "allowlisted"}, {"student_set": "all"}):
            ok(page.post(f"{BASE}/certificates/regenerate", sent))
            with desk.work() as session:
                run = session.scalars(select(GenerationRun).order_by(GenerationRun.id.desc())).first()
                assert run is not None
                run.state, run.finished_at = RunState.DONE, run.created_at

        history = ok(page.get(f"{BASE}/certificates/generation_history?page=1&page_size=25"))
        tasks = ok(page.get(f"{BASE}/instructor_tasks?page=1&page_size=2"))

        assert [(one["task_name"], one["details"]) for one in history["results"]] == [
            ("Generated", "All learners"),
            ("Generated", "For exceptions"),
            ("Regenerated", "error states"),
        ]
        assert all(one["date"].endswith("Z") for one in history["results"])
        assert (tasks["count"], tasks["num_pages"]) == (3, 2)
        assert {one["task_state"] for one in tasks["results"]} == {"SUCCESS"}
        assert {one["requester"] for one in tasks["results"]} == {"teacher.account"}


def test_every_set_of_learners_is_one_of_the_pages() -> None:
    assert {one.value for one in Among} == {"all", "allowlisted", "allowlisted_not_generated"}
