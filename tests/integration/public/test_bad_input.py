"""Does the page of a certificate stand whatever is asked, told and configured, with nothing unescaped?"""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories.candidates import make_run
from tests.factories.page_values import COURSE, DESK
from tests.fakes import NOON
from tests.integration.public.pages import PAGE, UUID, make_issued
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.page.sharing import publish
from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, build_page

pytestmark = pytest.mark.any_database
MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7777 * 7777 }}'
SIGNING = {"name": MARKUP, "title": MARKUP, "organization": MARKUP, "signature_image_path": "/nowhere.png"}


def issue(session: Session, certificate: object = None, **more: Any) -> None:  # noqa: ANN401 - any column
    """Make a course run with what the platform told of its certificates, and Ada's of it."""
    make_run(session, display_name=more.pop("course", "Web Weaving"), certificate=certificate)
    make_issued(session, **more)
    session.commit()


class TestGivenAnAddress:
    @pytest.mark.parametrize(
        "address",
        ["", "a", UUID[:-1], UUID + "0", UUID.upper(), UUID[:-1] + "g", "%00", "%ff", "..", "०" * 32, "'--", "x" * 5000,
         f"{UUID}.html", f"{UUID}%0a", f" {UUID}", "course", "course/", "user/1/course/a"],
    )  # fmt: skip
    def test_one_of_another_shape_is_404(self, session: Session, client: FlaskClient, address: str) -> None:
        issue(session)

        assert client.get(f"/certificates/{address}").status_code in (404, 308)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(address=st.text(max_size=40))
    def test_any_text_is_a_proper_page(self, app: Flask, address: str) -> None:
        assert app.test_client().get(f"/certificates/{address}").status_code in (302, 308, 404)


class TestGivenAHost:
    @pytest.mark.parametrize("host", ["evil.example.org", "localhost:1", "[::1]", "a" * 300, "-", "é.test", "x_y", "."])
    def test_one_that_nobody_knows_gets_the_same_page(self, session: Session, client: FlaskClient, host: str) -> None:
        issue(session)

        answer = client.get(PAGE, headers={"Host": host.encode().decode("latin-1")})

        assert answer.status_code in (200, 400)
        assert len(host) < 3 or host not in answer.text

    @pytest.mark.parametrize("sent", ["*", "", '"', "W/", '"a", "b', "x" * 5000, "\x7f"])
    def test_a_list_of_tags_may_be_anything(self, session: Session, client: FlaskClient, sent: str) -> None:
        issue(session)

        assert client.get(PAGE, headers={"If-None-Match": sent}).status_code == (304 if sent == "*" else 200)


class TestGivenMarkupInEverything:
    def test_it_is_shown_as_text(self, session: Session, client: FlaskClient) -> None:
        issue(session, {"title": MARKUP, "signatories": [SIGNING] * 9}, course=MARKUP, name=MARKUP)

        answer = client.get(PAGE)

        assert answer.status_code == 200
        assert answer.text.count("<script") == 2
        assert [text for text in ("<img src=x", "60481729") if text in answer.text.partition("<body")[2]] == []

    @pytest.mark.parametrize("signatories", [[], [SIGNING] * 9, [SIGNING] * 40, [{}], [None], "x", 7, {"a": 1}])
    def test_any_number_signs_in_any_shape(self, session: Session, client: FlaskClient, signatories: object) -> None:
        issue(session, {"signatories": signatories}, name="W" * 255)

        assert client.get(PAGE).status_code == 200


class TestGivenAConfigurationThatNobodyChecked:
    @pytest.mark.parametrize(
        "payload",
        [{}, {"enabled": True}, {"enabled": True, "configuration": None}, {"enabled": True, "configuration": []},
         {"enabled": True, "configuration": {"default": 7, "verified": "x", "courses": [], "sites": {"desk": None}}},
         {"enabled": True, "configuration": {"default": {"share_x": 7, "linkedin_organization_id": [], "logo_src": 1}}},
         {"enabled": True, "configuration": {"default": {"own_url": 1, "share_links": 1, "preview": 1, "issued_on": 1}}}],
    )  # fmt: skip
    def test_the_built_in_texts_stand(self, payload: dict[str, Any]) -> None:
        certificate = CertificateTexts("Ada Lovelace", "verified", UUID, NOON)
        course = CourseTexts(COURSE, "Demonstration")

        page = publish(build_page(payload, course, certificate, base_url=DESK, site="desk", now=NOON))

        shown = render_certificate(page.values)
        assert [text for text in ("Verified Certificate", f"{DESK}/certificates/{UUID}") if text not in shown] == []
