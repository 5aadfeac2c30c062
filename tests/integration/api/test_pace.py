"""Is whoever asks the API too fast told to wait, and everybody how much is left?"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.programs import Program, program_of, script_of
from webapp.adapters.counting.pace import Pace
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.ports import Ports
from webapp.ports.counters import RequestCounter, Standing

pytestmark = pytest.mark.any_database


class OneMinute:
    """Counts in a minute that never ends."""

    def __init__(self) -> None:
        """Count as the real one does."""
        self._pace = Pace()

    def take(self, source: str, quota: int, window_s: int, *, now: float) -> Standing:
        """Count one, half a minute into the window."""
        return self._pace.take(source, quota, window_s, now=1_800_000_030.0)


@pytest.fixture
def vera(session: Session) -> Account:
    """A viewer."""
    account = make_account(session, "vera", Role.VIEWER)
    session.commit()
    return account


@pytest.fixture
def limited(app: Flask) -> Flask:
    """The application that lets three requests a minute through for an account, and two for an address."""
    settings, ports = app.extensions["settings"], app.extensions["ports"]
    counter: RequestCounter = OneMinute()
    app.extensions["settings"] = replace(settings, api_account_limit=3, api_address_limit=2)
    app.extensions["ports"] = Ports(ports.attempts, requests=counter)
    return app


class TestGivenAnAccount:
    @pytest.mark.parametrize("asker", [program_of, script_of])
    def test_it_is_told_what_is_left_and_then_to_wait(
        self, limited: Flask, session: Session, vera: Account, asker: Callable[..., Program]
    ) -> None:
        program = script_of(limited, vera) if asker is script_of else program_of(limited, session, vera)

        answers = [program.get("certificates") for _ in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["RateLimit"] for answer in answers] == [
            f'"account";r={left};t=30' for left in (2, 1, 0, 0)
        ]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"account";q=3;w=60'}
        assert (answers[-1].get_json()["code"], answers[-1].headers["Retry-After"]) == ("too_many_requests", "30")

    def test_its_tokens_count_together_and_others_apart(self, limited: Flask, session: Session, vera: Account) -> None:
        other = program_of(limited, session, make_account(session, "otto", Role.VIEWER))
        both = [program_of(limited, session, vera), script_of(limited, vera)]

        for program in (*both, *both):
            last = program.get("certificates")

        assert last.status_code == 429
        assert other.get("certificates").status_code == 200

    def test_what_is_open_to_anybody_is_not_counted(self, limited: Flask, session: Session, vera: Account) -> None:
        program = program_of(limited, session, vera)

        answers = [program.get("crawlers/check?user_agent=x") for _ in range(5)]

        assert {answer.status_code for answer in answers} == {200}
        assert not any("RateLimit" in answer.headers for answer in answers)


class TestGivenNobody:
    def test_an_address_that_tries_tokens_is_told_to_wait(self, limited: Flask) -> None:
        thief = Program(limited, {"Authorization": "Bearer guessed"})

        answers = [thief.get("certificates") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [401, 401, 429]
        assert answers[-1].headers["RateLimit-Policy"] == '"address";q=2;w=60'

    def test_pages_and_callbacks_are_not_counted(self, limited: Flask) -> None:
        client = limited.test_client()

        statuses = [client.get("/healthz").status_code for _ in range(5)]

        assert statuses == [200] * 5


class TestGivenNoLimit:
    def test_nothing_is_said(self, app: Flask, session: Session, vera: Account) -> None:
        app.extensions["settings"] = replace(app.extensions["settings"], api_account_limit=0)
        program = program_of(app, session, vera)

        answer = program.get("certificates")

        assert answer.status_code == 200
        assert "RateLimit" not in answer.headers
