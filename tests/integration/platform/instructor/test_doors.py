"""Which course runs does the page see, and who may look at it (B9, ecosystem note §1.2)?"""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.candidates import CCX, HTML, PDF, make_run
from tests.factories.certificates import make_learner
from tests.factories.platform_clients import FrontEnd, Service
from tests.integration.generation.desk import Desk
from tests.integration.platform.instructor.pages import BASE, EVERY_READ, EVERY_WRITE, make_teacher, ok, refused
from webapp.models.accounts import Account
from webapp.models.learners import CourseRole


@pytest.mark.any_database
class TestGivenTheCourse:
    def test_the_page_is_shown_and_the_global_switch_told(self, page: FrontEnd, desk: Desk) -> None:
        course, config = ok(page.get(BASE)), ok(page.get(f"{BASE}/certificates/config"))

        assert (course["course_id"], course["certificates_enabled"], config) == (HTML, True, {"enabled": False})

    def test_a_custom_course_has_no_certificates(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, CCX)
        staff = Service(app, "worker", administrator=True)

        assert ok(staff.get(BASE.replace(HTML, CCX)))["certificates_enabled"] is False

    @pytest.mark.parametrize("course_id", ["course-v1:edX+Other+1", "none", "a/b/c", "library-v1:edX+L"])
    def test_one_that_nobody_told_of_is_404_for_whoever_may_know(self, app: Flask, desk: Desk, course_id: str) -> None:
        staff = Service(app, "worker", administrator=True)
        base = BASE.replace(HTML, course_id)

        for path in EVERY_READ:
            refused(staff.get(f"{base}{path}"), 404)
        for method, path in EVERY_WRITE:
            refused(staff.ask(method, f"{base}{path}", json={}), 404)


@pytest.mark.any_database
class TestGivenWhoAsks:
    def statuses(self, client: FrontEnd, base: str = BASE) -> set[int]:
        reads = {client.get(f"{base}{path}").status_code for path in EVERY_READ}
        return reads | {client.ask(method, f"{base}{path}", json={}).status_code for method, path in EVERY_WRITE}

    def test_nobody_is_401_and_everybody_else_403_whatever_course_there_is(
        self, app: Flask, desk: Desk, session: Session
    ) -> None:
        make_run(session)
        make_learner(session, "ada")
        make_teacher(session, course_id=PDF)
        make_learner(session, "tester")
        session.add(CourseRole(learner_id=make_learner(session, "tester").id, course_id=HTML, role="beta_tester"))
        session.commit()
        unknown = BASE.replace(HTML, "course-v1:edX+Other+1")
        others = [FrontEnd(app, "teacher"), FrontEnd(app, "tester"), FrontEnd(app, "ada")]
        others.append(Service(app, "worker", administrator=True, is_restricted=True, scopes=["certificates:read"]))

        assert self.statuses(FrontEnd(app, None)) == self.statuses(FrontEnd(app, None), unknown) == {401}
        assert [self.statuses(one) for one in others] == [{403}] * 4
        assert self.statuses(FrontEnd(app, "ada"), unknown) == {403}

    @pytest.mark.parametrize("role", ["instructor", "staff"])
    def test_who_teaches_the_course_may(self, app: Flask, desk: Desk, session: Session, role: str) -> None:
        make_run(session)
        make_teacher(session, role)
        session.commit()

        assert self.statuses(FrontEnd(app, "teacher")) <= {200, 400, 403}  # 403: the switch wants an author
        assert ok(FrontEnd(app, "teacher").get(BASE))

    def test_whose_account_is_shut_may_not(self, app: Flask, desk: Desk, page: FrontEnd) -> None:
        with desk.work() as session:
            account = session.scalars(select(Account).where(Account.username == "teacher.account")).one()
            account.disabled_at = account.created_at

        assert self.statuses(page) == {401}

    def test_cookies_write_nothing_without_a_form_token(self, app: Flask, desk: Desk, page: FrontEnd) -> None:
        page.sends_token = False

        found = {page.ask(method, f"{BASE}{path}", json={}).status_code for method, path in EVERY_WRITE}

        assert found == {403}

    def test_the_wrong_method_is_405_before_anything_else(self, app: Flask) -> None:
        client = FrontEnd(app, None).client

        for path in EVERY_READ:
            assert client.put(f"{BASE}{path}").status_code == 405
        refused(client.get(f"{BASE}/certificates/regenerate"), 405)
        refused(client.put(f"{BASE}/certificates/exceptions"), 405)
