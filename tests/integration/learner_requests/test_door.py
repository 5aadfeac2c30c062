"""Whose requests are let in at the learners' door, and how is it answered when something fails?"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_holder
from tests.integration.generation.desk import Desk
from webapp.models.certificates import GeneratedCertificate

PATH = "/request_certificate"
FORM = {"course_id": HTML}
OURS = ("http://desk.test", "http://localhost")
FOREIGN = (
    "https://evil.test",
    "http://desk.test.evil.test",
    "http://desk.test:8080",
    "https://desk.test",
    "http://desk",
    "null",
    "",
    "file://",
)


@contextmanager
def without(desk: Desk, table: str) -> Iterator[None]:
    """Take a table away for a while."""
    rename(desk, table, "away")
    try:
        yield
    finally:
        rename(desk, "away", table)


def rename(desk: Desk, before: str, after: str) -> None:
    with desk.look() as session:
        session.connection().exec_driver_sql(f"ALTER TABLE {before} RENAME TO {after}")
        session.commit()


def tried(desk: Desk) -> int:
    return len([row for row in desk.every(GeneratedCertificate) if row.course_id == HTML])


@pytest.mark.any_database
class TestGivenAMethod:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
    def test_any_but_post_is_405_in_json(self, ada: FlaskClient, desk: Desk, session: Session, method: str) -> None:
        make_holder(session, None)
        session.commit()

        answer = ada.open(PATH, method=method, data=FORM)

        assert (answer.status_code, answer.mimetype, answer.headers["Allow"]) == (405, "application/json", "POST")
        assert tried(desk) == 0


@pytest.mark.any_database
class TestGivenWhereARequestBegan:
    @pytest.mark.parametrize("origin", FOREIGN)
    def test_another_site_is_refused(self, ada: FlaskClient, desk: Desk, session: Session, origin: str) -> None:
        make_holder(session, None)
        session.commit()

        answer = ada.post(PATH, data=FORM, headers={"Origin": origin})

        assert (answer.status_code, answer.mimetype) == (403, "application/json")
        assert tried(desk) == 0

    @pytest.mark.parametrize("word", ["cross-site", "same-site", "elsewhere"])
    def test_so_it_is_where_the_browser_says_so(
        self, ada: FlaskClient, desk: Desk, session: Session, word: str
    ) -> None:
        make_holder(session, None)
        session.commit()

        answer = ada.post(PATH, data=FORM, headers={"Sec-Fetch-Site": word, "Origin": OURS[0]})

        assert answer.status_code == 403
        assert tried(desk) == 0

    def test_one_who_has_not_signed_in_is_refused_like_that_too(self, client: FlaskClient, desk: Desk) -> None:
        answer = client.post(PATH, data=FORM, headers={"Origin": FOREIGN[0]})

        assert answer.status_code == 403

    @pytest.mark.parametrize("origin", OURS)
    @pytest.mark.parametrize("word", ["same-origin", "none"])
    def test_our_own_pages_are_let_in_without_a_token(
        self, ada: FlaskClient, desk: Desk, session: Session, origin: str, word: str
    ) -> None:
        make_holder(session, None)
        session.commit()

        answer = ada.post(PATH, data=FORM, headers={"Origin": origin, "Sec-Fetch-Site": word})

        assert answer.json == {"add_status": "downloadable"}

    def test_a_program_that_says_nothing_is_let_in(self, ada: FlaskClient, desk: Desk, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        answer = ada.post(PATH, data=FORM)

        assert answer.json == {"add_status": "downloadable"}


class TestGivenAFailure:
    @pytest.mark.parametrize(
        "table", ["generated_certificate", "learner", "course_run", "account_session", "audit_event"]
    )
    def test_a_database_that_does_not_answer_is_503(
        self, ada: FlaskClient, desk: Desk, session: Session, table: str
    ) -> None:
        make_holder(session, None)
        session.commit()

        with without(desk, table):
            answer = ada.post(PATH, data=FORM)

        assert (answer.status_code, answer.mimetype) == (503, "application/json")
        assert answer.json is not None
        assert answer.json["request_id"] == answer.headers["X-Request-ID"]
        assert tried(desk) == 0

    def test_too_large_a_form_is_413(self, ada: FlaskClient, desk: Desk) -> None:
        answer = ada.post(PATH, data={"course_id": "x" * 2_000_000})

        assert (answer.status_code, answer.mimetype) == (413, "application/json")
