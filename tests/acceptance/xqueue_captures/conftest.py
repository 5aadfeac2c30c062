"""What was recorded, and is everything else left alone?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.captures import Captures, read_captures
from tests.factories.certificates import make_noise
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate
from webapp.services import audit


@pytest.fixture
def captures(data: Path) -> Captures:
    """The recorded requests of each scenario, in their order, under the scenario's number."""
    return read_captures(data / "callbacks.jsonl")


@pytest.fixture(autouse=True)
def _noise(session: Session) -> Iterator[None]:
    make_noise(session)
    session.commit()
    yield
    others = session.scalars(select(GeneratedCertificate.status).where(GeneratedCertificate.course_id.like("%Noise%")))
    assert set(others) == {Status.GENERATING}
    assert audit.verify(session).ok
