"""Does the world read a certificate in its own language, and what was configured as it was written?"""

import re
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate, make_course
from tests.factories.governance import make_staff
from tests.integration.governed.desk import make_live
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
        assert '<meta property="og:locale" content="ar_AR">' in answer.text
        assert "Valid now" not in answer.text

    def test_what_leaves_with_a_link_is_in_the_language_of_the_page(
        self, client: FlaskClient, session: Session
    ) -> None:
        shared = {"share_linkedin": True, "share_x": True, "platform_name": "Platform"}
        payload = {"enabled": True, "configuration": {"default": shared}}
        make_live(session, make_staff(session), "html-view", "-", payload)

        page = client.get(f"/certificates/{VERIFY}", headers=ARABIC).text

        told = [unquote(one) for one in re.findall(r'href="((?:https://|mailto:)[^"]+)"', page)]
        words = [re.sub(r"https?://[^\s&]+", "", one) for one in told if "Platform" in one]
        assert len(words) == 3
        assert not [one for one in words if re.search(r" (for|course|completed) ", one)]
        assert "\u2068" not in "".join(told)

    @pytest.mark.usefixtures("same_minute")
    def test_each_language_has_its_own_tag_and_caches_know(self, client: FlaskClient) -> None:
        english, arabic = (client.get(f"/certificates/{VERIFY}", headers=one) for one in ({}, ARABIC))

        assert english.headers["ETag"] != arabic.headers["ETag"]
        assert "Accept-Language" in english.vary
        again = client.get(f"/certificates/{VERIFY}", headers={**ARABIC, "If-None-Match": arabic.headers["ETag"]})
        assert (again.status_code, set(again.vary)) == (304, {"Accept-Language", "Accept-Encoding"})


class TestGivenNoCertificate:
    def test_that_is_said_in_arabic(self, client: FlaskClient) -> None:
        answer = client.get(f"/certificates/{VERIFY}", headers=ARABIC)

        assert (answer.status_code, "لا توجد شهادة كهذه" in answer.text) == (404, True)
