"""Which example does the queue answer?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import make_example
from webapp.models.examples import ExampleCertificate


@pytest.fixture
def example(session: Session) -> ExampleCertificate:
    """An example whose job is with the queue."""
    made = make_example(session)
    session.commit()
    return made
