"""Who may see how a course run's certificates will look, and can nobody take that for a certificate?"""

from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, PDF, make_run
from tests.factories.certificates import make_learner
from tests.fakes import NOON
from tests.integration.public.pages import words_of
from tests.visitors import Visitor
from webapp.domain.roles import Role
from webapp.models.courses import CourseRun
from webapp.models.learners import CourseRole

OTHER = "course-v1:edX+Other+2026"


def ask(
    app: Flask,
    session: Session,
    *roles: Role,
    course_id: str = HTML,
    query: str = "?preview=honor",
    language: str = "en",
) -> TestResponse:
    """Ask for a preview as Tess, a learner whose account has the roles."""
    learner = make_learner(session, "tess")
    make_account(session, "tess", *roles, learner_id=learner.id)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("tess", PASSWORD)
    return visitor.client.get(f"/certificates/course/{course_id}{query}", headers={"Accept-Language": language})


def teach(session: Session, course_id: str, part: str) -> None:
    """Give Tess a part in a course run."""
    session.add(CourseRole(learner_id=make_learner(session, "tess").id, course_id=course_id, role=part))
    session.flush()


@pytest.fixture
def run(session: Session) -> CourseRun:
    """A course run with certificates."""
    return make_run(session, display_name="Web Weaving")


@pytest.mark.usefixtures("run")
class TestGivenSomebodyWhoAsks:
    @pytest.mark.parametrize(
        ("part", "of", "status"),
        [
            ("staff", HTML, 200),
            ("instructor", HTML, 200),
            ("beta_tester", HTML, 403),
            ("staff", OTHER, 403),
            (None, HTML, 403),
        ],
    )
    def test_a_part_in_that_very_course_lets_them_in(
        self, app: Flask, session: Session, part: str | None, of: str, status: int
    ) -> None:
        if part:
            teach(session, of, part)

        assert ask(app, session).status_code == status

    def test_staff_who_may_see_the_configuration_are_let_in(self, app: Flask, session: Session) -> None:
        assert ask(app, session, Role.VIEWER).status_code == 200

    def test_anybody_else_is_led_to_sign_in(self, client: FlaskClient) -> None:
        answer = client.get(f"/certificates/course/{HTML}?preview=honor")

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login?next=")


@pytest.mark.usefixtures("run")
class TestGivenAPreview:
    def test_it_says_itself_that_it_is_none(self, app: Flask, session: Session) -> None:
        answer = ask(app, session, Role.VIEWER)

        words = words_of(answer.text)
        assert words.count("Preview: not a certificate") == 2
        assert [text for text in ("Honor Code Certificate", "Web Weaving", "Robin Sample") if text not in words] == []
        assert [
            text
            for text in ("Valid now", "Verify at", "Copy link", '<svg class="qr', "<script", "og:")
            if text in answer.text
        ] == []

    def test_it_is_in_the_language_of_its_reader(self, app: Flask, session: Session) -> None:
        page = ask(app, session, Role.VIEWER, language="ar").text

        assert '<html lang="ar" dir="rtl">' in page
        assert "Preview: not a certificate" not in page

    def test_no_cache_and_no_search_engine_keeps_it(self, app: Flask, session: Session) -> None:
        answer = ask(app, session, Role.VIEWER)

        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in answer.text
        assert "script-src" not in answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "mode", ["", "verified", "xseries", "default", "courses", "<b>x</b>", "\0", "%ff", "{0}", "é" * 2000, "../.."]
    )
    def test_any_text_is_a_mode(self, app: Flask, session: Session, mode: str) -> None:
        answer = ask(app, session, Role.VIEWER, query=f"?preview={quote(mode)}")

        assert answer.status_code == 200
        assert "Web Weaving" in answer.text
        assert "<b>" not in answer.text

    def test_it_shows_the_day_that_is_to_come(self, app: Flask, session: Session, run: CourseRun) -> None:
        run.certificate_available_date = NOON + timedelta(days=4000)

        assert "November 3, 2037" in ask(app, session, Role.VIEWER).text


class TestGivenNoPreview:
    @pytest.mark.parametrize(
        ("course_id", "query"),
        [
            (HTML, ""),
            (OTHER, "?preview=honor"),
            ("nothing", "?preview=honor"),
            ("a/b/c/d", "?preview=honor"),
            ("%00", "?preview=honor"),
            ("course-v1:" + "x" * 3000, "?preview=honor"),
        ],
    )
    def test_it_is_404(self, app: Flask, session: Session, course_id: str, query: str) -> None:
        make_run(session)
        make_run(session, PDF)

        assert ask(app, session, Role.VIEWER, course_id=course_id, query=query).status_code == 404

    @pytest.mark.parametrize("course_id", ["nothing", "%00", OTHER])
    def test_whoever_has_no_part_does_not_learn_that(self, app: Flask, session: Session, course_id: str) -> None:
        assert ask(app, session, course_id=course_id).status_code == 403
