"""What does a learner hear at the address of old, and by which signs are they known (D3, domain note §8.6)?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import make_account
from tests.factories.candidates import CCX, FAILING, HTML, PDF, make_candidate, make_holder, make_run
from tests.factories.platform_clients import HEADER_PAYLOAD, FrontEnd, Service
from tests.factories.platform_tokens import claims_of, signed, token_of
from tests.factories.programs import make_token, script_of
from tests.integration.generation.desk import Desk
from webapp.domain.certificates.statuses import Status
from webapp.domain.platform import learner_answers as answers
from webapp.models.accounts import Identity
from webapp.models.certificates import GeneratedCertificate

ADDRESS = "/courses/{}/generate_user_cert"
REFUSED: tuple[tuple[Status | None, dict[str, Any], str], ...] = (
    (None, FAILING, answers.NOT_PASSED),
    (Status.DOWNLOADABLE, FAILING, answers.NOT_PASSED),
    (Status.DOWNLOADABLE, {}, answers.CREATED),
    (Status.GENERATING, {}, answers.BEING_CREATED),
    (Status.REGENERATING, {}, answers.BEING_CREATED),
    (Status.ERROR, {}, answers.BEING_CREATED),
)
BEGUN: tuple[tuple[Status | None, dict[str, Any], str | None], ...] = (
    (None, {}, "downloadable"),
    (None, {"on_allowlist": True, **FAILING}, "downloadable"),
    (Status.NOT_PASSING, {}, "downloadable"),
    (Status.UNAVAILABLE, {"invalidated": True}, "unavailable"),
    (None, {"id_status": "denied"}, "unverified"),
    (None, {"mode": "audit"}, "audit_passing"),
    (None, {"mode": None}, None),
)


def ask(client: FrontEnd, course_id: str = HTML) -> TestResponse:
    return client.post(ADDRESS.format(course_id))


def said(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "text/plain"
    return answer.status_code, answer.text


class TestGivenALearnerWhoAsks:
    @pytest.mark.parametrize(("status", "candidate", "text"), REFUSED)
    def test_the_first_reason_is_told_and_nothing_changes(
        self, app: Flask, desk: Desk, session: Session, status: Status | None, candidate: dict[str, Any], text: str
    ) -> None:
        make_holder(session, status, **candidate)
        session.commit()

        answer = ask(FrontEnd(app, "ada"))

        assert said(answer) == (400, text)
        held = desk.certificate("ada", HTML)
        assert (held.status if held else None) == status

    @pytest.mark.parametrize(("status", "candidate", "became"), BEGUN)
    def test_they_are_judged_and_the_answer_is_empty_whatever_came_of_it(
        self, app: Flask, desk: Desk, session: Session, status: Status | None, candidate: dict[str, Any], became: object
    ) -> None:
        make_holder(session, status, **candidate)
        session.commit()

        answer = ask(FrontEnd(app, "ada"))

        assert said(answer) == (200, "")
        held = desk.certificate("ada", HTML)
        assert (held.status if held else None) == became

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        "claims", [{"is_restricted": True, "scopes": ["certificates:read"]}, {"filters": ["user:me"]}]
    )
    def test_an_application_of_somebody_else_asks_for_nobody(
        self, app: Flask, desk: Desk, session: Session, claims: dict[str, Any]
    ) -> None:
        make_holder(session, None)
        session.commit()

        answers_of = [ask(client(app, "ada", **claims)) for client in (Service, FrontEnd)]
        by_form = FrontEnd(app, "ada", **claims).client.post("/request_certificate", data={"course_id": HTML})

        assert [said(answer) for answer in answers_of] == [(400, answers.NOT_SIGNED_IN)] * 2
        assert by_form.get_json() == {"add_status": "ERRORANONYMOUSUSER"}
        assert desk.certificate("ada", HTML) is None

    @pytest.mark.any_database
    def test_it_is_recorded_as_their_own_wish(self, app: Flask, desk: Desk, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        ask(FrontEnd(app, "ada", user_id=7))

        (told,) = desk.told()
        assert (told.action, told.actor, told.details["generation_mode"]) == ("certificate.generated", "ada", "self")

    @pytest.mark.any_database
    def test_a_second_click_hears_that_it_is_there(self, app: Flask, desk: Desk, session: Session) -> None:
        make_holder(session, None, PDF)
        session.commit()
        page = FrontEnd(app, "ada")

        first, second = ask(page, PDF), ask(page, PDF)

        assert (said(first), said(second)) == ((200, ""), (400, answers.BEING_CREATED))

    @pytest.mark.any_database
    @pytest.mark.parametrize("course_id", ["none", "course-v1:edX+Other+1", "library-v1:edX+L", "a/b/c", CCX])
    def test_a_course_that_is_none_is_told_so(self, app: Flask, desk: Desk, course_id: str) -> None:
        with desk.work() as session:
            make_candidate(session)

        assert said(ask(FrontEnd(app, "ada"), course_id)) == (400, answers.BAD_COURSE)


@pytest.mark.any_database
class TestGivenWhoAsks:
    @pytest.fixture(autouse=True)
    def _ada(self, desk: Desk, session: Session) -> None:
        make_holder(session, Status.DOWNLOADABLE)
        session.commit()

    def test_a_program_may_ask_in_their_name_by_either_scheme(self, app: Flask) -> None:
        for scheme in ("JWT", "Bearer", "jwt"):
            assert said(ask(Service(app, "ada", scheme=scheme))) == (400, answers.CREATED)

    def test_their_session_here_will_do(self, app: Flask, session: Session) -> None:
        ada = make_candidate(session, "ada", "course-v1:edX+Other+1", id_status="")
        account = make_account(session, "ada.account", learner_id=ada.id)
        session.commit()
        script = script_of(app, account)

        answer = script.client.post(ADDRESS.format(HTML), headers=script.headers)

        assert said(answer) == (400, answers.CREATED)

    def test_nobody_is_told_to_sign_in(self, app: Flask, session: Session) -> None:
        staff = make_account(session, "sam")
        token = make_token(session, staff)
        nobody = [FrontEnd(app, None), FrontEnd(app, "stranger"), Service(app, "ada", exp=1)]
        nobody += [FrontEnd(app, "ada", user_id=8), FrontEnd(app, "ada", aud="other")]
        ours = FrontEnd(app, None)
        ours.headers["Authorization"] = f"Bearer {token}"

        assert {said(ask(one)) for one in [*nobody, ours]} == {(400, answers.NOT_SIGNED_IN)}

    def test_the_cookies_count_with_the_header_and_both_together(self, app: Flask) -> None:
        silent, half = FrontEnd(app, "ada"), FrontEnd(app, "ada")
        del silent.headers["USE-JWT-COOKIE"]
        half.client.delete_cookie(HEADER_PAYLOAD)

        assert {said(ask(one)) for one in (silent, half)} == {(400, answers.NOT_SIGNED_IN)}

    def test_a_bad_token_in_the_header_is_not_mended_by_good_cookies(self, app: Flask) -> None:
        page = FrontEnd(app, "ada")
        page.headers["Authorization"] = f"JWT {signed(claims_of('ada'), 'evil')}"

        assert said(ask(page)) == (400, answers.NOT_SIGNED_IN)

    def test_a_write_that_cookies_carry_needs_a_form_token(self, app: Flask, desk: Desk) -> None:
        page = FrontEnd(app, "ada")
        page.sends_token = False

        answer = ask(page)

        assert answer.status_code == 403
        assert set(answer.get_json()) >= {"error", "message", "detail"}

    def test_whose_account_is_shut_is_nobody(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            account = make_account(session, "ada.account", learner_id=desk.held("ada", HTML).learner_id)
            account.disabled_at = account.created_at

        assert said(ask(FrontEnd(app, "ada"))) == (400, answers.NOT_SIGNED_IN)

    def test_an_identity_comes_before_what_is_tied_to_the_learner(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            tied = make_account(session, "tied", learner_id=desk.held("ada", HTML).learner_id)
            tied.disabled_at = tied.created_at
            own = make_account(session, "own")
            identity = Identity(account_id=own.id, issuer="https://lms.test/oauth2", subject="anonymous-ada")
            identity.created_at = own.created_at
            session.add(identity)

        assert said(ask(FrontEnd(app, "ada"))) == (400, answers.CREATED)

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
    def test_another_method_is_405_before_anything_else(self, app: Flask, method: str) -> None:
        answer = FrontEnd(app, None).client.open(ADDRESS.format("none"), method=method)

        assert (answer.status_code, answer.mimetype) == (405, "application/json")
        assert "POST" in answer.headers["Allow"]


@pytest.mark.any_database
class TestGivenTheOldRequest:
    """/request_certificate: signed in is our session, or the platform's cookie (decision 17)."""

    def test_the_cookies_alone_will_do_where_it_asks_where_a_request_began(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, HTML)
            make_candidate(session)
        page = FrontEnd(app, "ada")
        page.headers, page.sends_token = {}, False

        answer = page.ask("POST", "/request_certificate", data={"course_id": HTML})
        forged = page.ask(
            "POST", "/request_certificate", data={"course_id": HTML}, headers={"Origin": "https://evil.test"}
        )

        assert answer.get_json() == {"add_status": "downloadable"}
        assert forged.status_code == 403

    def test_a_cookie_that_holds_no_more_is_anonymous(self, app: Flask, desk: Desk) -> None:
        page = FrontEnd(app, None)
        page.carry(token_of("ada", exp=1))

        answer = page.ask("POST", "/request_certificate", data={"course_id": HTML})

        assert answer.get_json() == {"add_status": "ERRORANONYMOUSUSER"}
        assert desk.every(GeneratedCertificate) == []


@pytest.mark.any_database
class TestGivenAPageOfAnotherOrigin:
    @pytest.mark.parametrize(
        ("origin", "status"),
        [
            ("http://desk.test", 200),
            ("https://apps.example.org", 200),
            ("https://apps.example.org.evil.example", 403),
            ("null", 403),
        ],
    )
    def test_it_writes_where_it_is_on_the_list(
        self, app: Flask, desk: Desk, session: Session, origin: str, status: int
    ) -> None:
        make_holder(session, None)
        session.commit()
        desk.sets(cors_origins=("https://apps.example.org",))
        page = FrontEnd(app, "ada")
        page.headers["Origin"] = origin

        answer = ask(page)

        assert answer.status_code == status
        assert (desk.certificate("ada", HTML) is not None) == (status == 200)
