"""Do operators see what is kept, and can they empty it, on the page and on the command line?"""

import json

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD
from tests.factories.governance import Staff, make_staff
from tests.factories.programs import program_of
from tests.visitors import Visitor
from webapp import clock
from webapp.__main__ import program
from webapp.domain.configs.kinds import INSTALLATION
from webapp.models.audit import AuditEvent
from webapp.services.configs import machine

pytestmark = pytest.mark.any_database


@pytest.fixture
def staff(session: Session) -> Staff:
    """Everybody, and an installation's configuration."""
    machine.install(session, INSTALLATION, now=clock.now())
    return make_staff(session)


@pytest.fixture
def operator(app: Flask, staff: Staff) -> Visitor:
    """An admin who has signed in."""
    visitor = Visitor(app)
    visitor.sign_in(staff.admin.username, PASSWORD)
    return visitor


def entries(app: Flask) -> int:
    return sum(one.entries for one in app.extensions["ports"].cache.numbers())


def emptied_by(session: Session) -> list[str]:
    session.rollback()
    return [*session.scalars(select(AuditEvent.actor_name).where(AuditEvent.action == "cache.emptied"))]


class TestGivenAnswersThatAreKept:
    def test_the_page_tells_of_them(self, app: Flask, session: Session, staff: Staff, operator: Visitor) -> None:
        viewer = program_of(app, session, staff.viewer)
        for _ in range(4):
            viewer.get("configs/crawlers/-")

        page = operator.get("/admin/cache/")

        line = page[page.index("Single values") :]
        assert "<h1" in page
        assert "75 %" in line[: line.index("</tr>")]
        assert "Never" in page

    def test_emptied_nothing_is_left_and_the_audit_knows(
        self, app: Flask, session: Session, staff: Staff, operator: Visitor
    ) -> None:
        program_of(app, session, staff.viewer).get("configs")
        before = entries(app)

        answer = operator.post("/admin/cache/empty", of="/admin/cache/")

        assert (answer.status_code, before, entries(app)) == (302, 1, 0)
        assert emptied_by(session) == ["adam"]
        assert "adam" in operator.get("/admin/cache/")

    def test_a_forged_form_empties_nothing(self, app: Flask, session: Session, operator: Visitor) -> None:
        answer = operator.client.post("/admin/cache/empty")

        assert (answer.status_code, emptied_by(session)) == (400, [])


class TestGivenNothingWasAsked:
    def test_the_page_says_so(self, operator: Visitor) -> None:
        page = operator.get("/admin/cache/")

        assert "Nobody has asked this process yet" in page


class TestGivenTheCommandLine:
    def test_it_empties(self, app: Flask, session: Session, staff: Staff, runner: FlaskCliRunner) -> None:
        program_of(app, session, staff.viewer).get("configs")

        done = runner.invoke(program, ["cache", "empty"], obj=lambda: app)

        assert (done.exit_code, entries(app)) == (0, 0)
        assert len(emptied_by(session)) == 1

    def test_it_shows_where_to_look(self, app: Flask, staff: Staff, runner: FlaskCliRunner) -> None:
        shown = runner.invoke(program, ["cache", "show"], obj=lambda: app)
        as_json = runner.invoke(program, ["cache", "show", "--json"], obj=lambda: app)

        assert "/admin/cache/" in shown.output
        assert "Last emptied: never." in shown.output
        assert [json.loads(line) for line in as_json.output.splitlines()] == []
