"""Who makes exceptions over the API, and for whom."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import FAILING, HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.factories.programs import Program, program_of
from tests.integration.generation.desk import Desk
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role


@pytest.fixture
def desk(app: Flask) -> Desk:
    """The application with an XQueue that takes everything."""
    return Desk(app)


@pytest.fixture
def support(app: Flask, desk: Desk, session: Session) -> Program:
    """A program of support's."""
    return program_of(app, session, make_account(session, "sam", Role.SUPPORT))


@pytest.fixture
def enrolled(session: Session) -> None:
    """Ada and bob, who fail, and cyd, who has a certificate."""
    make_run(session)
    for username in ("ada", "bob"):
        make_candidate(session, username, **FAILING)
    make_candidate(session, "cyd")
    make_certificate(session, "cyd", HTML, key="", status=Status.DOWNLOADABLE)
    session.commit()
