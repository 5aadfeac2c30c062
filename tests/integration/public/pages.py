"""Which certificate stands behind the public pages of these tests, and what do the pages say?"""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.candidates import HTML
from tests.factories.certificates import make_certificate, make_learner, make_noise
from tests.fakes import NOON
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate

UUID, FORMER = "0123456789abcdef0123456789abcdef", "f" * 32

PAGE = f"/certificates/{UUID}"

ISSUED = NOON - timedelta(days=90)

BEFORE, AFTER = NOON - timedelta(days=2000), NOON + timedelta(days=20_000)

PERSONAL = ("Ada Lovelace", "ada@example.org", "0.87")


def make_issued(
    session: Session,
    course_id: str = HTML,
    *,
    name: str = "Ada Lovelace",
    **more: Any,  # noqa: ANN401 - any column
) -> GeneratedCertificate:
    """Make Ada's certificate, valid unless what is named says otherwise."""
    make_noise(session)
    make_learner(session, "ada", name="Ada King")
    values = {"status": Status.DOWNLOADABLE, "verify_uuid": UUID, "issued_at": ISSUED, "grade": "0.87", **more}
    certificate = make_certificate(session, "ada", course_id, mode=values.pop("mode", "verified"), key="", **values)
    certificate.name = name
    return certificate


def words_of(page: str) -> str:
    """Give what people read, in one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.partition("<body")[2])))
