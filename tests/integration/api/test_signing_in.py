"""Who is let in by a token or a session, and how far?"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.governance import REASON, Staff
from tests.factories.programs import Program, make_token, program_of, script_of
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.roles import Scope
from webapp.models.accounts import Account, AccountSession, ApiToken
from webapp.models.base import db

WISH = {"kind": "generation", "payload": {"enabled": True}, "reason": REASON}


def change_token(session: Session, **values: object) -> None:
    session.execute(update(ApiToken).values(values))
    session.commit()


class TestGivenAToken:
    def test_it_stands_for_its_account_and_needs_no_form_token(self, editor: Program) -> None:
        answer = editor.post("changes", WISH)

        assert (answer.status_code, answer.get_json()["author"]) == (201, "eva")

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_its_scheme_is_taken_in_any_case(self, app: Flask, session: Session, staff: Staff, scheme: str) -> None:
        program = Program(app, {"Authorization": f"{scheme} {make_token(session, staff.editor)}"})

        assert program.get("changes").status_code == 200

    @pytest.mark.parametrize(
        "values",
        [
            {"revoked_at": clock.now()},
            {"expires_at": clock.now() - timedelta(seconds=1)},
            {"token_digest": "0" * 64},
        ],
        ids=["revoked", "over", "another"],
    )
    def test_it_is_worth_nothing_once_it_is(self, session: Session, editor: Program, values: dict[str, object]) -> None:
        change_token(session, **values)

        answer = editor.get("changes")

        assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="certdesk", error="invalid_token"'

    def test_it_ends_with_its_account(self, session: Session, staff: Staff, editor: Program) -> None:
        session.execute(update(Account).where(Account.id == staff.editor.id).values(disabled_at=clock.now()))
        session.commit()

        assert editor.get("changes").status_code == 401

    @pytest.mark.parametrize(
        "sent", ["Bearer", "Bearer ", "Bearer certdesk_nothing", "Bearer a b", "Bearer ü", "Basic eDp5"]
    )
    @pytest.mark.any_database
    def test_none_is_none(self, app: Flask, sent: str) -> None:
        answer = Program(app, {"Authorization": sent}).get("changes")

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")

    def test_its_use_is_noted_at_most_once_a_minute(self, session: Session, editor: Program) -> None:
        def used() -> object:
            session.rollback()
            return session.scalar(select(ApiToken.last_used_at))

        editor.get("changes")
        first = used()
        editor.get("changes")
        again = used()
        change_token(session, last_used_at=clock.now() - timedelta(minutes=2))
        editor.get("changes")

        assert first is not None
        assert again == first
        assert clock.now() - used() < timedelta(minutes=1)  # type: ignore[operator]  # a moment by now

    def test_its_scopes_limit_it(self, app: Flask, session: Session, staff: Staff) -> None:
        reader = program_of(app, session, staff.editor, [Scope.CONFIGS_READ])

        answer = reader.post("changes", WISH)

        assert reader.get("changes").status_code == 200
        assert (answer.status_code, answer.get_json()["code"]) == (403, "scope")
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
        assert 'scope="configs:propose"' in answer.headers["WWW-Authenticate"]

    def test_its_accounts_roles_limit_it(self, app: Flask, session: Session, staff: Staff) -> None:
        viewer = program_of(app, session, staff.viewer)

        proposed, audit = viewer.post("changes", WISH), viewer.get("audit")

        assert (proposed.status_code, proposed.get_json()["code"]) == (403, "role")
        assert (audit.status_code, audit.get_json()["code"]) == (403, "role")

    def test_an_account_without_a_role_has_none_to_lend(self, app: Flask, session: Session) -> None:
        nobody = program_of(app, session, make_account(session, "nobody"))

        assert nobody.get("changes").status_code == 403

    def test_a_cookie_lends_it_nothing(self, app: Flask, session: Session, staff: Staff) -> None:
        script = script_of(app, staff.admin)
        script.headers = {"Authorization": "Bearer certdesk_none"}

        assert script.get("audit").status_code == 401

    def test_it_opens_no_page(self, editor: Program) -> None:
        answer = editor.get("/")

        assert answer.status_code == 302


class TestGivenASession:
    def test_it_writes_with_the_token_that_it_was_given(self, app: Flask, staff: Staff) -> None:
        script = script_of(app, staff.editor)

        assert script.post("changes", WISH).status_code == 201

    @pytest.mark.parametrize("sent", [None, "forged"])
    def test_without_it_nothing_is_written(self, app: Flask, staff: Staff, sent: str | None) -> None:
        script = script_of(app, staff.editor)
        script.headers = {"X-CSRFToken": sent} if sent else {}

        answer = script.post("changes", WISH)

        assert (answer.status_code, answer.get_json()["code"]) == (400, "csrf")
        assert script.get("changes?mine=true").get_json()["results"] == []

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://desk.test.evil.example"])
    def test_from_a_page_that_may_not_write_nothing_is_written(self, app: Flask, staff: Staff, origin: str) -> None:
        script = script_of(app, staff.editor)
        script.headers = {**script.headers, "Origin": origin}

        answer = script.post("changes", WISH)

        assert (answer.status_code, answer.get_json()["code"]) == (403, "csrf")
        assert script.get("changes?mine=true").get_json()["results"] == []

    def test_the_token_of_another_session_is_worth_nothing(self, app: Flask, staff: Staff) -> None:
        script, other = script_of(app, staff.editor), script_of(app, staff.admin)
        script.headers = other.headers

        assert script.post("changes", WISH).status_code == 400

    def test_it_reads_without(self, app: Flask, visitor: Visitor, staff: Staff) -> None:
        visitor.sign_in(staff.viewer.username, PASSWORD)

        answer = visitor.client.get("/api/v1/changes")

        assert answer.status_code == 200

    def test_its_account_needs_a_role(self, app: Flask, session: Session) -> None:
        account = make_account(session, "nobody")
        session.commit()

        answer = script_of(app, account).get("configs")

        assert (answer.status_code, answer.get_json()["code"]) == (403, "role")


class TestGivenADatabaseThatKeepsNoNotes:
    @pytest.fixture
    def keep_none(self, app: Flask, session: Session) -> Iterator[Callable[[], None]]:
        """Lets the database refuse what would say that a token or a session is in use, as where somebody holds its lock."""
        kind = session.get_bind().dialect.name

        def begin() -> None:
            for statement in _REFUSING[kind]:
                session.execute(text(statement))
            session.commit()

        yield begin
        with app.app_context():
            db.session.remove()
        for statement in _TAKING_AWAY[kind]:
            session.execute(text(statement))
        session.commit()

    def test_whoever_reads_by_a_token_is_answered(self, editor: Program, keep_none: Callable[[], None]) -> None:
        keep_none()

        with capture_logs() as logs:
            answer = editor.get("changes")

        assert answer.status_code == 200
        assert [(one["event"], one["log_level"]) for one in logs if one["log_level"] != "info"] == [
            ("use.not_noted", "warning")
        ]

    def test_whoever_reads_in_a_session_is_answered(
        self, app: Flask, session: Session, staff: Staff, keep_none: Callable[[], None]
    ) -> None:
        script = script_of(app, staff.editor)
        session.execute(update(AccountSession).values(seen_at=clock.now() - timedelta(minutes=2)))
        session.commit()
        keep_none()

        assert script.get("changes").status_code == 200


_REFUSING = {
    "sqlite": [
        f"CREATE TRIGGER locked_{table} BEFORE UPDATE ON {table} BEGIN SELECT locked(); END"
        for table in ("api_token", "account_session")
    ],
    "postgresql": [
        """CREATE FUNCTION locked() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'locked' USING ERRCODE = 'lock_not_available'; END $$""",
        *(
            f"CREATE TRIGGER locked BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION locked()"
            for table in ("api_token", "account_session")
        ),
    ],
}
_TAKING_AWAY = {
    "sqlite": [f"DROP TRIGGER IF EXISTS locked_{table}" for table in ("api_token", "account_session")],
    "postgresql": ["DROP FUNCTION IF EXISTS locked() CASCADE"],
}


@pytest.mark.any_database
class TestGivenNeither:
    def test_the_answer_says_how_to_sign_in(self, app: Flask) -> None:
        answer = Program(app, {}).get("configs")

        assert answer.status_code == 401
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="certdesk"'
