"""What is suggested while somebody types, and to whom?"""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_learner
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status

pytestmark = pytest.mark.any_database


def suggested(visitor: Visitor, text: str) -> dict[str, Any]:
    answer = visitor.client.get(f"/search/suggestions?{urlencode({'q': text})}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def rows(answer: dict[str, Any]) -> dict[str, list[str]]:
    """Give each kind with the addresses it leads to."""
    return {group["title"]: [row["url"] for row in group["rows"]] for group in answer["groups"]}


class TestGivenALearnerWithACertificate:
    @pytest.fixture(autouse=True)
    def _held(self, session: Session) -> None:
        make_course(session, display_name="Adagio")
        make_certificate(session, status=Status.ERROR)
        session.commit()

    def test_all_that_begins_so_is_suggested_with_what_was_typed_marked(self, staff: Visitor) -> None:
        found = suggested(staff, "ADA")

        learner, certificate, course = (group["rows"][0] for group in found["groups"])
        assert [group["title"] for group in found["groups"]] == ["Learners", "Certificates", "Courses"]
        assert learner["title"] == [["Ada", True], [" Lovelace", False]]
        assert learner["subtitle"] == [["ada", True], [", ", False], ["ada", True], ["@example.org", False]]
        assert certificate["url"] == f"/learners/ada/{DEMO_COURSE}"
        assert certificate["status"] == {"label": "Error", "tone": "bad"}
        assert course["title"] == [["Ada", True], ["gio", False]]
        assert (found["similar"], found["all"]) == (False, "/search?q=ADA")

    def test_what_was_mistyped_is_told_from_what_was_found(self, staff: Visitor) -> None:
        found = suggested(staff, "lovelcae")

        assert found["similar"]
        assert rows(found)["Learners"] == ["/learners/ada"]
        assert found["groups"][0]["rows"][0]["title"] == [["Ada Lovelace", False]]

    def test_few_of_a_kind_are_enough(self, staff: Visitor, session: Session) -> None:
        for number in range(9):
            make_learner(session, f"many{number}", name="Many")
        session.commit()

        assert len(rows(suggested(staff, "man"))["Learners"]) == 5

    @pytest.mark.parametrize("text", ["", " ", "zzzz", "\x00", "\u202e", "x" * 5_000])
    def test_what_names_nothing_gives_nothing(self, staff: Visitor, text: str) -> None:
        found = suggested(staff, text)

        assert (found["groups"], found["similar"]) == ([], False)

    def test_no_cache_keeps_it(self, staff: Visitor) -> None:
        answer = staff.client.get("/search/suggestions?q=ada")

        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_type == "application/json"
        assert "ETag" not in answer.headers

    def test_who_only_learns_here_sees_nobody(self, visitor: Visitor, session: Session) -> None:
        make_account(session, "bob")
        session.commit()
        visitor.sign_in("bob", PASSWORD)

        answer = visitor.client.get("/search/suggestions?q=ada")

        assert answer.status_code == 403
        assert "Lovelace" not in answer.text

    def test_a_name_is_text_and_no_markup(self, staff: Visitor, session: Session) -> None:
        make_learner(session, "x1", name="<b>Mallory</b>")
        session.commit()

        title = suggested(staff, "x1")["groups"][0]["rows"][0]["title"]

        assert json.dumps(title) == '[["<b>Mallory</b>", false]]'
