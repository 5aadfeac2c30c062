"""Does the platform's word open a learner's own pages, and no others?"""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.factories.governance import open_up
from tests.factories.platform_tokens import AUDIENCE, ISSUER, claims_of, key_list, signed, token_of
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp.adapters.platform_tokens import PlatformTokens
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.accounts import Account, AccountSession
from webapp.models.certificates import GeneratedCertificate

OWN = "My certificates"
STAFF_PAGES = ("/search?q=ada", "/learners/ada", "/admin/certificates/", "/audit/", "/runs/", "/changes/", "/admin/")


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser, where the platform's tokens are known."""
    tokens = PlatformTokens(key_list("one"), issuer=ISSUER, audience=AUDIENCE)
    app.extensions["ports"] = replace(app.extensions["ports"], platform_tokens=tokens)
    return Visitor(app)


def carry(visitor: Visitor, token: str) -> Visitor:
    """Let a browser carry the platform's two cookies."""
    head, _, mark = token.rpartition(".")
    visitor.client.set_cookie("edx-jwt-cookie-header-payload", head)
    visitor.client.set_cookie("edx-jwt-cookie-signature", mark)
    return visitor


class TestGivenALearnerOfThePlatforms:
    def test_home_shows_the_own_certificates(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session, status=Status.DOWNLOADABLE, issued_at=NOON)
        session.commit()

        page = carry(visitor, token_of("ada")).get("/")

        assert (OWN in page, "Demonstration" in page) == (True, True)
        assert "Sign out" not in page  # there is no session here to be ended
        assert session.scalars(select(AccountSession)).all() == []

    def test_they_ask_for_a_certificate_there(self, visitor: Visitor, session: Session) -> None:
        make_run(session, display_name="Web Weaving", self_paced=True)
        make_candidate(session)
        open_up(session)
        session.commit()
        carry(visitor, token_of("ada"))

        answer = visitor.post("/ask", {"course_id": HTML}, of="/")

        assert answer.status_code == 303
        assert session.scalars(select(GeneratedCertificate.status)).one() is Status.DOWNLOADABLE

    @pytest.mark.any_database
    def test_a_forged_form_asks_for_nothing(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session)
        session.commit()

        answer = carry(visitor, token_of("ada")).client.post("/ask", data={"course_id": HTML})

        assert answer.status_code == 400

    @pytest.mark.any_database
    @pytest.mark.parametrize("page", STAFF_PAGES)
    def test_no_other_page_knows_them(self, visitor: Visitor, session: Session, page: str) -> None:
        make_certificate(session)
        session.commit()

        answer = carry(visitor, token_of("ada", administrator=True)).client.get(page)

        assert (answer.status_code, answer.location[:6]) == (302, "/login")


@pytest.mark.any_database
class TestGivenSomebodyOnTheStaffToo:
    def test_without_a_session_they_are_a_learner(self, visitor: Visitor, session: Session) -> None:
        certificate = make_certificate(session)
        make_account(session, "ada", Role.ADMIN, learner_id=certificate.learner_id)
        session.commit()

        page = carry(visitor, token_of("ada", administrator=True)).get("/")

        assert (OWN in page, "/admin/certificates/" in page) == (True, False)

    def test_a_session_here_comes_first(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session)
        make_account(session, "sam", Role.SUPPORT)
        session.commit()
        visitor.sign_in("sam", PASSWORD)

        assert "Hello, sam" in carry(visitor, token_of("ada")).get("/")

    def test_the_sign_in_page_is_open_to_them(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session)
        session.commit()

        assert 'name="password"' in carry(visitor, token_of("ada")).get("/login")


@pytest.mark.any_database
class TestGivenATokenThatDoesNotCount:
    @pytest.mark.parametrize(
        "more",
        [
            {"exp": NOON.timestamp() - 100_000},
            {"aud": "x"},
            {"is_restricted": True},
            {"filters": ["user:me"]},
            {"user_id": 99},
        ],
    )
    def test_it_opens_nothing(self, visitor: Visitor, session: Session, more: dict[str, Any]) -> None:
        certificate = make_certificate(session)
        certificate.learner.external_id = 7
        session.commit()

        answer = carry(visitor, token_of("ada", **more)).client.get("/")

        assert (answer.status_code, answer.location) == (302, "/login")

    @pytest.mark.parametrize("token", [signed(claims_of("ada"), "stranger", header={"kid": "one"}), "a.b.c"])
    def test_nor_does_one_that_the_platform_did_not_sign(self, visitor: Visitor, session: Session, token: str) -> None:
        make_certificate(session)
        session.commit()

        assert carry(visitor, token).client.get("/").status_code == 302

    def test_nor_one_of_somebody_who_is_no_learner_here(self, visitor: Visitor) -> None:
        assert carry(visitor, token_of("nobody")).client.get("/").status_code == 302

    def test_nor_one_whose_account_is_shut(self, visitor: Visitor, session: Session) -> None:
        certificate = make_certificate(session)
        make_account(session, "ada", learner_id=certificate.learner_id)
        session.execute(update(Account).values(disabled_at=NOON))
        session.commit()

        assert carry(visitor, token_of("ada")).client.get("/").status_code == 302

    def test_nor_one_cookie_alone(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session)
        session.commit()
        carry(visitor, token_of("ada")).client.delete_cookie("edx-jwt-cookie-signature")

        assert visitor.client.get("/").status_code == 302
