"""A database with the demonstration in it, or with its stories alone."""

import pytest
from sqlalchemy.orm import Session

from tests.fakes import NOON
from tests.integration.demo.told import HERE
from webapp.services import demo
from webapp.services.demo.load import tell


@pytest.fixture
def loaded(session: Session) -> Session:
    """A database with the demonstration in it."""
    demo.load(session, HERE, now=NOON)
    session.commit()
    return session


@pytest.fixture
def told(session: Session) -> Session:
    """A database with the stories and nobody who can sign in: to hash their passwords takes longer than all else."""
    tell(session, now=NOON)
    session.commit()
    return session
