"""Does support bring whole files on a page, and see what became of each row?"""

import base64
import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import FAILING, HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role

pytestmark = pytest.mark.any_database


@pytest.fixture
def support(app: Flask, session: Session) -> Visitor:
    """Somebody of support, while ada fails and cyd has a certificate."""
    make_account(session, "sam", Role.SUPPORT)
    make_run(session)
    make_candidate(session, "ada", **FAILING)
    make_candidate(session, "cyd")
    make_certificate(session, "cyd", HTML, key="", status=Status.DOWNLOADABLE)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in("sam", PASSWORD)
    return visitor


def send(visitor: Visitor, name: str, content: bytes, **more: str) -> TestResponse:
    """Fill in the form of a list, and send it."""
    path = f"/admin/{name}/import"
    form = {"course_id": HTML, "note": "from the list", "csrf_token": visitor.token_on(path), **more}
    return visitor.client.post(path, data={**form, "file": (BytesIO(content), "list.csv")})


class TestGivenAFile:
    @pytest.mark.parametrize(("name", "good"), [("allowlist", "ada"), ("invalidations", "cyd")])
    def test_what_became_of_each_row_is_shown_and_can_be_taken_along(
        self, support: Visitor, name: str, good: str
    ) -> None:
        answer = send(support, name, f"{good}\n=nobody\n".encode())

        assert answer.status_code == 200
        assert "Of 2 rows: 1 " in answer.text
        assert "There is no learner “=nobody”." in answer.text
        found = re.search(r"data:text/csv;charset=utf-8;base64,([^\"]+)", answer.text)
        assert found is not None
        assert base64.b64decode(found[1]).decode().splitlines() == [
            "row,name,result,code,reason",
            f"1,{good},added,,",
            "2,'=nobody,failed,unknown_learner,There is no learner “=nobody”.",
        ]
        assert good in support.get(f"/admin/{name}/")

    @pytest.mark.parametrize(
        ("content", "more", "status", "text"),
        [
            (b"", {}, 422, "The file has no rows."),
            (b"ada\n", {"course_id": "x"}, 422, "This is no course key"),
            (b"ada\n", {"course_id": "course-v1:No+Such+Run"}, 404, "There is no course run"),
            (b"ada\n", {"note": ""}, 422, "Say in a note why."),
        ],
    )
    def test_what_cannot_be_taken_says_why(
        self, support: Visitor, content: bytes, more: dict[str, str], status: int, text: str
    ) -> None:
        answer = send(support, "allowlist", content, **more)

        assert (answer.status_code, text in answer.text) == (status, True)
        assert "Nobody is on the allowlist" in support.get("/admin/allowlist/")


class TestGivenTheList:
    def test_its_button_is_for_support_alone(self, app: Flask, session: Session, support: Visitor) -> None:
        make_account(session, "vera", Role.VIEWER)
        session.commit()
        viewer = Visitor(app)
        viewer.sign_in("vera", PASSWORD)

        shown = ["/admin/allowlist/import" in visitor.get("/admin/allowlist/") for visitor in (support, viewer)]

        assert shown == [True, False]
