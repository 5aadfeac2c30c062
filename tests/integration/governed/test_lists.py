"""Do the lists of configuration show every live value with who and when, and read no more than a page of it?"""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import make_course
from tests.factories.governance import Staff, make_change, make_wish
from tests.fakes import NOON
from tests.integration.governed.desk import make_live
from tests.integration.lists.pages import neighbour
from tests.integration.lists.statements import full_scans, plan_of, statements_of
from tests.visitors import Visitor
from webapp.domain.roles import Role

SET = {"self_generation_enabled": True, "use_updated": None}
TABLES = ("config_version", "change_request", "decision", "account")
CLOSED = {"self_generation_enabled": False, "use_updated": True}


def course_key(number: int) -> str:
    return f"course-v1:Crowd+C{number:03}+1"


@pytest.fixture
def settings_of_courses(session: Session, staff: Staff) -> int:
    """Sixty course runs with settings."""
    for number in range(60):
        make_course(session, course_key(number))
    session.commit()
    for number in range(60):
        make_live(session, staff, "course", course_key(number), SET if number % 2 else CLOSED)
    return 60


class TestGivenSomebodyWhoTakesThemElsewhere:
    @pytest.mark.parametrize(("query", "roles"), [("", ["support"]), ("?at=2026-11-21T12:30Z", ["viewer"])])
    def test_the_list_leads_to_files_with_all_values_as_of_the_moment(
        self, adam: Visitor, session: Session, staff: Staff, query: str, roles: list[str]
    ) -> None:
        make_live(session, staff, "access", "vera", {"roles": ["support"]}, now=NOON + timedelta(hours=1))
        page = adam.get(f"/admin/access/{query}")

        links = [unescape(link) for link in re.findall(r'href="(/api/v1/configs\.\w+\?[^"]+)"', page)]
        as_csv, as_lines = (adam.client.get(link).text for link in links)

        told = {one["key"]: one["payload"] for one in map(json.loads, as_lines.splitlines())}
        assert told["vera"] == {"roles": roles}
        assert len(as_csv.splitlines()) == len(told) + 1
        assert {one["kind"] for one in map(json.loads, as_lines.splitlines())} == {"access"}


class TestGivenAccounts:
    def test_those_without_a_role_are_there_too(self, adam: Visitor, session: Session) -> None:
        make_account(session, "nora")
        session.commit()

        page = adam.get("/admin/access/")

        assert "<bdi>nora</bdi>" in page
        assert "Editor" in page

    def test_they_are_found_by_name_and_by_role(self, adam: Visitor) -> None:
        by_name, by_role = adam.get("/admin/access/?q=AM"), adam.get("/admin/access/?role=viewer")

        assert ("<bdi>amir</bdi>" in by_name, "<bdi>eva</bdi>" in by_name) == (True, False)
        assert ("<bdi>vera</bdi>" in by_role, "<bdi>eva</bdi>" in by_role) == (True, False)

    def test_the_past_shows_the_roles_that_they_had(self, adam: Visitor, session: Session, staff: Staff) -> None:
        later = NOON + timedelta(hours=1)
        make_live(session, staff, "access", "vera", {"roles": ["support"]}, now=later)

        now, then = adam.get("/admin/access/?q=vera"), adam.get("/admin/access/?q=vera&at=2026-11-21T12:30Z")

        assert ("Support</div>" in now, "Support</div>" in then) == (True, False)
        assert "Viewer</div>" in then

    def test_the_past_is_not_narrowed_by_roles_of_today(self, adam: Visitor) -> None:
        assert "Roles narrow only what is live now" in adam.get("/admin/access/?role=viewer&at=2026-11-21T12:30Z")

    def test_a_page_of_fifty_asks_no_more_than_one_of_five(self, adam: Visitor, app: Flask, session: Session) -> None:
        with statements_of(app) as few:
            adam.get("/admin/access/")
        for number in range(60):
            make_account(session, f"many{number:02}", Role.VIEWER)
        session.commit()

        with statements_of(app) as many:
            page = adam.get("/admin/access/")

        assert page.count('role="rowheader"') == 50
        assert len(many) == len(few)


class TestGivenAnOpenRequest:
    def test_its_line_says_so_and_leads_there(self, vera: Visitor, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.admin, make_wish("access", "vera", {"roles": ["support"]}))

        page = vera.get("/admin/access/")

        assert f'href="/changes/{change.id}">1 open' in page


class TestGivenManyCourseRuns:
    @pytest.mark.usefixtures("settings_of_courses")
    def test_they_come_in_pages_by_key(self, vera: Visitor) -> None:
        first = vera.get("/admin/course-settings/")
        second = vera.get(str(neighbour(first, "next")))
        back = vera.get(str(neighbour(second, "prev")))
        turned = vera.get("/admin/course-settings/?order=descending")

        assert (course_key(0) in first, course_key(49) in first, course_key(50) in first) == (True, True, False)
        assert (course_key(49) in second, course_key(59) in second) == (False, True)
        assert course_key(49) in back
        assert (course_key(59) in turned, course_key(0) in turned) == (True, False)

    @pytest.mark.usefixtures("settings_of_courses")
    def test_they_are_found_by_the_beginning_of_the_key_and_by_the_switch(self, vera: Visitor) -> None:
        by_key = vera.get("/admin/course-settings/?q=course-v1:Crowd%2BC00")
        open_ones = vera.get("/admin/course-settings/?open=yes")
        nonsense = vera.get("/admin/course-settings/?open=maybe")

        assert (course_key(9) in by_key, course_key(10) in by_key) == (True, False)
        assert (course_key(1) in open_ones, course_key(2) in open_ones) == (True, False)
        assert "is not one of the choices" in nonsense

    @pytest.mark.usefixtures("settings_of_courses")
    @pytest.mark.parametrize("path", ["/admin/course-settings/", "/admin/access/", "/admin/crawlers/"])
    def test_no_table_is_read_whole(self, vera: Visitor, app: Flask, path: str) -> None:
        with statements_of(app) as statements:
            vera.get(path)

        plans = [plan_of(app, statement, values) for statement, values in statements]
        if app.config["SQLALCHEMY_DATABASE_URI"].startswith(
            "sqlite"
        ):  # PostgreSQL reads small tables whole, as it should
            assert [scan for plan in plans for table in TABLES for scan in full_scans(plan, table)] == []
        assert len(statements) < 20
