"""Can the page ask that learners generate for themselves (B7, B10)?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.candidates import HTML, PDF, make_run
from tests.factories.platform_clients import FrontEnd
from tests.integration.generation.desk import Desk
from tests.integration.platform.instructor.pages import BASE, ok, refused
from webapp.domain.approval.states import State
from webapp.models.governance.changes import ChangeRequest
from webapp.models.learners import CourseRole, Learner


class TestGivenTheSwitch:
    def test_it_files_a_change_request_and_answers_what_is_live(self, page: FrontEnd, desk: Desk) -> None:
        first = ok(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": True}))
        twice = ok(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": True}))

        assert first == twice == {"enabled": False}
        (change,) = [one for one in desk.every(ChangeRequest) if one.kind == "course"]
        assert (change.key, change.author_name, change.state) == (HTML, "teacher.account", State.PENDING)
        assert change.payload == '{"self_generation_enabled":true,"use_updated":null}'

    @pytest.mark.any_database
    def test_the_opposite_waits_until_it_is_decided(self, page: FrontEnd, desk: Desk) -> None:
        ok(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": True}))

        refused(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": False}), 409)

    @pytest.mark.any_database
    def test_what_is_so_already_needs_no_request(self, page: FrontEnd, desk: Desk) -> None:
        said = ok(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": False}))

        assert said == {"enabled": False}
        assert [one for one in desk.every(ChangeRequest) if one.kind == "course"] == []

    @pytest.mark.any_database
    @pytest.mark.parametrize("sent", [{}, {"enabled": "yes"}, {"enabled": None}, {"enabled": 1}])
    def test_what_cannot_be_is_refused_by_its_name(self, page: FrontEnd, sent: dict[str, Any]) -> None:
        assert "enabled" in refused(page.post(f"{BASE}/certificates/toggle_generation", sent))

    @pytest.mark.any_database
    def test_a_course_with_pdfs_needs_its_examples_first(self, app: Flask, desk: Desk, page: FrontEnd) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            teacher = session.scalars(select(Learner).where(Learner.username == "teacher")).one()
            session.add(CourseRole(learner_id=teacher.id, course_id=PDF, role="staff"))

        said = refused(page.post(f"{BASE.replace(HTML, PDF)}/certificates/toggle_generation", {"enabled": True}))

        assert "example" in said["enabled"][0]

    @pytest.mark.any_database
    def test_who_has_no_account_cannot_be_an_author(self, app: Flask, desk: Desk, page: FrontEnd) -> None:
        staff = FrontEnd(app, "worker", administrator=True)

        refused(staff.post(f"{BASE}/certificates/toggle_generation", {"enabled": True}), 403)
