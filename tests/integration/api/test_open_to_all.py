"""What does somebody get who has not signed in: whether a visit is a crawler's, a form token, and the document?"""

import re

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories.governance import Staff, make_change, terms_of
from tests.factories.programs import Program
from tests.visitors import Visitor, check_page
from webapp.models.base import db
from webapp.services.governance import decisions


@pytest.fixture
def anybody(app: Flask) -> Program:
    """A program without a token."""
    return Program(app, {})


class TestGivenAUserAgent:
    @pytest.mark.parametrize(
        ("agent", "matched"),
        [("Robot/1.0", "Robot"), ("robot/1.0", None), ("", None), ("A Robot", None), ("x" * 3_000, None)],
    )
    def test_it_is_told_whether_it_is_a_crawlers(
        self, session: Session, staff: Staff, anybody: Program, agent: str, matched: str | None
    ) -> None:
        change = make_change(session, staff.editor)
        decisions.approve(session, terms_of(staff.approver), change.id)
        session.commit()

        said = anybody.get(f"crawlers/check?user_agent={agent}").get_json()

        assert said == {"crawler": matched is not None, "matched": matched, "version": 2}

    @pytest.mark.any_database
    def test_the_list_may_be_switched_off(self, anybody: Program) -> None:
        said = anybody.get("crawlers/check?user_agent=edX-downloader").get_json()

        assert said == {"crawler": False, "matched": None, "version": 1}

    @pytest.mark.any_database
    def test_without_one_it_is_400(self, anybody: Program) -> None:
        assert anybody.get("crawlers/check").status_code == 400

    @pytest.mark.any_database
    def test_the_database_is_not_asked(self, app: Flask, anybody: Program) -> None:
        anybody.get("crawlers/check?user_agent=x")
        asked: list[str] = []
        with app.app_context():
            engine = db.engine
        note = lambda *args: asked.append(args[2])  # noqa: E731 - taken away again below
        event.listen(engine, "before_cursor_execute", note)

        answers = [anybody.get("crawlers/check?user_agent=x") for _ in range(3)]

        event.remove(engine, "before_cursor_execute", note)
        assert [answer.status_code for answer in answers] == [200] * 3
        looked = ("BEGIN", "max(")  # whether there is a newer version, twice a second
        assert [statement for statement in asked if not any(word in statement for word in looked)] == []
        assert all("Set-Cookie" not in answer.headers for answer in answers)


@pytest.mark.any_database
class TestGivenTheDocument:
    def test_it_is_openapi(self, anybody: Program) -> None:
        said = anybody.get("/api/openapi.json").get_json()

        assert said["openapi"].startswith("3.1.")
        assert len(said["paths"]) > 20

    def test_its_page_is_one_of_ours_and_leads_only_where_there_is_something(self, visitor: Visitor) -> None:
        answer = visitor.client.get("/api/docs")

        assert answer.status_code == 200
        text = check_page("/api/docs", answer)
        paths = visitor.client.get("/api/openapi.json").get_json()["paths"]
        assert [path for path in paths if path not in text] == []
        assert re.findall(r'(?:src|href)="(?!/|#)', text) == []
        assert "Set-Cookie" not in answer.headers


class TestGivenTheAddressOfFormTokens:
    def test_it_gives_one_in_the_platforms_words(self, visitor: Visitor) -> None:
        answer = visitor.client.get("/csrf/api/v1/token")

        assert answer.status_code == 200
        assert list(answer.get_json()) == ["csrfToken"]
        assert answer.headers["Cache-Control"] == "no-store"
