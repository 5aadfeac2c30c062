"""Does the world read a certificate in its own language, and what was configured as it was written?"""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate, make_course
from webapp.domain.certificates.statuses import Status

pytestmark = pytest.mark.any_database
ARABIC = {"Accept-Language": "ar"}
VERIFY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def issued(session: Session) -> None:
    """A certificate that anybody can see."""
    course = make_course(session)
    make_certificate(session, course_id=course.course_id, status=Status.DOWNLOADABLE, verify_uuid=VERIFY)
    session.commit()


@pytest.mark.usefixtures("issued")
class TestGivenACertificate:
    def test_an_arabic_reader_reads_its_built_in_texts_in_arabic(self, client: FlaskClient) -> None:
        answer = client.get(f"/certificates/{VERIFY}", headers=ARABIC)

        assert '<html lang="ar" dir="rtl">' in answer.text
        assert "سارية الآن" in answer.text
        assert "Valid now" not in answer.text

    def test_each_language_has_its_own_tag_and_caches_know(self, client: FlaskClient) -> None:
        english, arabic = (client.get(f"/certificates/{VERIFY}", headers=one) for one in ({}, ARABIC))

        assert english.headers["ETag"] != arabic.headers["ETag"]
        assert "Accept-Language" in english.vary
        again = client.get(f"/certificates/{VERIFY}", headers={**ARABIC, "If-None-Match": arabic.headers["ETag"]})
        assert (again.status_code, "Accept-Language" in again.vary) == (304, True)


class TestGivenNoCertificate:
    def test_that_is_said_in_arabic(self, client: FlaskClient) -> None:
        answer = client.get(f"/certificates/{VERIFY}", headers=ARABIC)

        assert (answer.status_code, "لا توجد شهادة كهذه" in answer.text) == (404, True)
