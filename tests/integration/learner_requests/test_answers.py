"""What does a learner hear who asks for a certificate (domain note §4.1, decision 17)?"""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import CCX, FAILING, HTML, LINK, PDF, make_candidate, make_holder, make_run
from tests.integration.generation.desk import Desk
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner

PATH = "/request_certificate"
ANONYMOUS = {"add_status": "ERRORANONYMOUSUSER"}
JUDGED: tuple[tuple[Status | None, dict[str, Any], str | None], ...] = (
    (None, {}, "downloadable"),
    (Status.UNAVAILABLE, {}, "downloadable"),
    (Status.NOT_PASSING, {}, "downloadable"),
    (Status.ERROR, {}, "downloadable"),
    (None, FAILING, "notpassing"),
    (Status.ERROR, FAILING, "notpassing"),
    (None, {"id_status": "denied"}, "unverified"),
    (None, {"mode": "audit"}, "audit_passing"),
    (None, {"mode": "audit", **FAILING}, "audit_notpassing"),
    (None, {"allow_certificate": False}, "restricted"),
    (None, {"beta_tester": True}, None),
    (None, {"mode": None}, None),
    (Status.UNAVAILABLE, {"invalidated": True}, "unavailable"),
)
"""What there is, what is known -> the status that is answered."""
ECHOED = sorted(set(Status) - {Status.UNAVAILABLE, Status.NOT_PASSING, Status.ERROR})


def ask(client: FlaskClient, course_id: str = HTML, **headers: str) -> TestResponse:
    return client.post(PATH, data={"course_id": course_id}, headers=headers)


def told(desk: Desk) -> list[tuple[str, str]]:
    """Give what the audit was told since the sign-in."""
    return [(event.action, event.actor) for event in desk.told() if not event.action.startswith("account.")]


class TestGivenALearner:
    @pytest.mark.parametrize(("status", "known", "answered"), JUDGED)
    def test_they_are_judged_and_hear_the_status(
        self,
        ada: FlaskClient,
        desk: Desk,
        session: Session,
        status: Status | None,
        known: dict[str, Any],
        answered: str | None,
    ) -> None:
        make_holder(session, status, **{name: value for name, value in known.items() if name != "allow_certificate"})
        session.execute(
            update(Learner)
            .where(Learner.username == "ada")
            .values(allow_certificate=known.get("allow_certificate", True))
        )
        session.commit()

        answer = ask(ada)

        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        assert answer.json == {"add_status": answered}
        held = desk.certificate("ada", HTML)
        assert (held.status.value if held else None) == answered

    @pytest.mark.parametrize("status", ECHOED)
    def test_any_other_status_is_told_and_nothing_changes(
        self, ada: FlaskClient, desk: Desk, session: Session, status: Status
    ) -> None:
        make_holder(session, status, **FAILING)
        session.commit()
        before = desk.every(GeneratedCertificate)

        answer = ask(ada)

        assert answer.json == {"add_status": status.value}
        assert [row.modified_at for row in desk.every(GeneratedCertificate)] == [row.modified_at for row in before]
        assert told(desk) == []

    def test_a_pdf_is_asked_of_the_queue(self, ada: FlaskClient, desk: Desk, session: Session) -> None:
        make_holder(session, None, PDF)
        session.commit()

        answers = [ask(ada, PDF).json for _ in range(2)]
        desk.send()

        assert answers == [{"add_status": "generating"}] * 2
        assert len(desk.queue.submissions) == 1

    def test_it_is_the_learner_who_did_it(self, ada: FlaskClient, desk: Desk, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        ask(ada)

        event = desk.told()[-1]
        assert (event.action, event.actor) == ("certificate.generated", "ada.account")
        assert event.details["generation_mode"] == "self"
        assert [move.cause for move in desk.moves("ada", HTML)] == ["requested"]

    def test_nobody_elses_certificate_is_touched(self, ada: FlaskClient, desk: Desk, session: Session) -> None:
        make_holder(session, None)
        make_candidate(session, "bob")
        session.commit()

        ask(ada)

        assert desk.certificate("bob", HTML) is None
        assert desk.held("ada", HTML).verify_uuid not in ("", LINK)

    @pytest.mark.parametrize("key", ["edX/Web/2026", CCX, "course-v1:Ünï+Kürs+2026"])
    def test_every_spelling_of_a_key_is_understood(
        self, ada: FlaskClient, desk: Desk, session: Session, key: str
    ) -> None:
        make_run(session, key)
        make_candidate(session, course_id=key, on_allowlist=True)
        session.commit()

        answer = ask(ada, key)

        assert answer.json == {"add_status": "downloadable"}

    @pytest.mark.parametrize("key", ["nonsense", "course-v1:edX+Web", "a\x00b", "x" * 10_000, "\ud800"])
    def test_a_malformed_course_is_400(self, ada: FlaskClient, desk: Desk, key: str) -> None:
        answer = ada.post(PATH, data={"course_id": key.encode("utf-8", "surrogatepass")})

        assert (answer.status_code, answer.mimetype) == (400, "application/json")
        assert answer.json == {"error": "not a course key", "field": "course_id"}

    @pytest.mark.parametrize("form", [{}, {"course_id": ""}, {"course_id": " \t"}])
    def test_no_course_is_400_and_said_to_be_none(self, ada: FlaskClient, desk: Desk, form: dict[str, str]) -> None:
        answer = ada.post(PATH, data=form)

        assert (answer.status_code, answer.mimetype) == (400, "application/json")
        assert answer.json == {"error": "no course was given", "field": "course_id"}

    def test_so_is_one_that_nobody_told_of(self, ada: FlaskClient, desk: Desk) -> None:
        answer = ask(ada, "course-v1:No+Such+Run")

        assert answer.status_code == 400
        assert answer.json == {"error": "There is no course run “course-v1:No+Such+Run”.", "field": "course_id"}
        assert desk.every(GeneratedCertificate) == []


class TestGivenSomebodyElse:
    @pytest.mark.parametrize("form", [{}, {"course_id": "nonsense"}, {"course_id": HTML}])
    def test_who_has_not_signed_in_is_told_before_anything_is_read(
        self, client: FlaskClient, desk: Desk, session: Session, form: dict[str, str]
    ) -> None:
        make_holder(session, None)
        session.commit()

        answer = client.post(PATH, data=form)

        assert (answer.status_code, answer.mimetype, answer.json) == (200, "application/json", ANONYMOUS)
        assert desk.every(AuditEvent) == []

    @pytest.mark.parametrize("roles", [(), (Role.SUPPORT,), tuple(Role.__members__.values())[:4]])
    @pytest.mark.parametrize("course_id", [HTML, "nonsense"])
    def test_an_account_of_no_learner_has_nobody_to_be_judged(
        self, app: Flask, desk: Desk, session: Session, roles: tuple[Role, ...], course_id: str
    ) -> None:
        make_holder(session, None)
        make_account(session, "sam", *roles)
        session.commit()
        visitor = Visitor(app)
        visitor.sign_in("sam", PASSWORD)

        answer = ask(visitor.client, course_id)

        assert (answer.status_code, answer.mimetype) == (403, "application/json")
        assert "tied to no learner" in answer.text
        assert told(desk) == []

    def test_a_session_that_was_ended_is_nobodys(self, ada: FlaskClient, desk: Desk, session: Session) -> None:
        make_holder(session, None)
        session.commit()
        ada.delete_cookie("certdesk")

        answer = ask(ada)

        assert answer.json == ANONYMOUS
