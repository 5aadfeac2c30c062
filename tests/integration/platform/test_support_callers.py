"""Who may use the support tools' certificate dialog, and what does anybody else hear (ecosystem note §1.1, A1 to A3)?"""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, make_holder
from tests.factories.certificates import make_learner
from tests.factories.platform_clients import FrontEnd, Service
from tests.factories.programs import make_token, script_of
from tests.integration.generation.desk import Desk
from webapp.domain.roles import Role, Scope

SUBJECT = {"username": "ada", "course_key": HTML}


@pytest.mark.any_database
class TestGivenWhoAsks:
    @pytest.fixture(autouse=True)
    def _ada(self, desk: Desk, session: Session) -> None:
        make_holder(session)
        make_account(session, "sasha", Role.SUPPORT)
        make_account(session, "vera", Role.VIEWER, Role.EDITOR, Role.APPROVER, Role.ADMIN)
        session.commit()

    def test_support_of_ours_may_by_session_and_by_token_with_the_scope(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            sasha = make_account(session, "sue", Role.SUPPORT)
            reader = make_token(session, sasha, [Scope.CERTIFICATES_READ])
        script, program = script_of(app, sasha), FrontEnd(app, None)
        program.headers["Authorization"], program.sends_token = f"Bearer {reader}", False

        by_session = script.client.post("/certificates/generate", data=SUBJECT, headers=script.headers)
        without = script.client.post("/certificates/generate", data=SUBJECT)
        read, written = (
            program.get("/certificates/search?user=ada"),
            program.post("/certificates/generate", SUBJECT),
        )

        assert [one.status_code for one in (by_session, without, read, written)] == [200, 403, 200, 403]

    def test_an_account_that_is_tied_to_the_learner_lends_its_role_to_the_platforms_token(
        self, app: Flask, desk: Desk
    ) -> None:
        with desk.work() as session:
            learner = make_learner(session, "sas.learner")
            make_account(session, "sue", Role.SUPPORT, learner_id=learner.id)

        tied = FrontEnd(app, "sas.learner").submit("/certificates/generate", SUBJECT)
        namesake = FrontEnd(app, "sasha").submit("/certificates/generate", SUBJECT)

        assert (tied.status_code, namesake.status_code) == (200, 403)
        assert [one.actor for one in desk.told()[-1:]] == ["sue"]

    def test_nobody_else_hears_whether_a_learner_exists(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            vera = make_account(session, "vic", Role.VIEWER, Role.EDITOR, Role.APPROVER, Role.ADMIN)
        others = [
            FrontEnd(app, None),
            FrontEnd(app, "ada"),
            Service(app, "ada", is_restricted=True, administrator=True),
        ]
        others += [FrontEnd(app, "worker", administrator="true"), Service(app, "worker", administrator=True, exp=1)]

        answers = [
            client.get(f"/certificates/search?user={name}") for client in [*others] for name in ("ada", "nobody")
        ]
        answers.append(script_of(app, vera).client.get("/certificates/search?user=ada"))

        assert {one.status_code for one in answers} == {403}
        assert all(set(one.get_json()) >= {"error", "message", "detail"} for one in answers)
        assert all("location" not in one.headers for one in answers)

    @pytest.mark.parametrize("path", ["generate", "regenerate"])
    def test_what_is_nested_too_deep_names_nobody(self, app: Flask, path: str) -> None:
        client = Service(app, "worker", administrator=True)

        answer = client.ask("POST", f"/certificates/{path}", data=b"[" * 100_000, content_type="application/json")

        assert answer.status_code == 400

    @pytest.mark.parametrize(("method", "path"), [("POST", "search"), ("GET", "generate"), ("PUT", "regenerate")])
    def test_the_wrong_method_is_405_before_who_asks_matters(self, app: Flask, method: str, path: str) -> None:
        answer = FrontEnd(app, None).client.open(f"/certificates/{path}", method=method)

        assert (answer.status_code, answer.mimetype) == (405, "application/json")
