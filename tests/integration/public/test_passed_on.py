"""What does the page of a certificate offer to those who pass it on, link to it, or look again?"""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_run
from tests.factories.governance import make_staff
from tests.integration.governed.desk import make_live
from tests.integration.public.pages import PAGE, UUID, make_issued
from webapp.domain.certificates.statuses import Status

pytestmark = pytest.mark.any_database
ADDRESS = f"http://desk.test{PAGE}"
NAME = '</script><b>Ada</b> & "Co"'


def configure(session: Session, **configuration: Any) -> None:  # noqa: ANN401 - layers
    """Let the configuration of the pages say this."""
    payload = {"enabled": True, "configuration": {"default": {}, **configuration}}
    make_live(session, make_staff(session), "html-view", "-", payload)


def issue(session: Session, **more: Any) -> None:  # noqa: ANN401 - any column
    """Make a course and Ada's certificate of it."""
    make_run(session, display_name="Web Weaving")
    make_issued(session, **more)
    session.commit()


def metas(page: str) -> dict[str, str]:
    """Give what the head of a page tells, by its names."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    return {name: unescape(content) for name, content in found}


class TestGivenTheWaysToShareIt:
    def test_without_any_configured_there_are_mail_and_its_address(self, session: Session, client: FlaskClient) -> None:
        issue(session)

        page = client.get(PAGE).text

        assert re.findall(r'class="act" href="(\w+:|/[^"]+)', page) == [f"{PAGE}.pdf", "mailto:"]
        assert f'<li hidden><button class="act" type="button" data-copy="{ADDRESS}" data-network="copy">' in page
        assert "Badge" not in page

    def test_those_that_are_configured_are_there(self, session: Session, client: FlaskClient) -> None:
        issue(session)
        configure(session, default={"share_linkedin": True, "share_x": True}, verified={"share_x": False})

        page = client.get(PAGE).text

        assert re.findall(r'class="act" href="https://([\w.]+)/', page) == ["www.linkedin.com", "www.linkedin.com"]


class TestGivenItsHead:
    def test_it_says_what_is_shown_where_the_page_is_linked_to(self, session: Session, client: FlaskClient) -> None:
        issue(session, name=NAME)

        page = client.get(PAGE, headers={"Host": "evil.example.org"}).text

        assert f'<link rel="canonical" href="{ADDRESS}">' in page
        assert {name: text for name, text in metas(page).items() if name not in ("viewport", "color-scheme")} == {
            "robots": "noindex",
            "description": "Verified Certificate of edX, issued on August 23, 2026.",
            "og:type": "website",
            "og:url": ADDRESS,
            "og:site_name": "Certdesk",
            "og:locale": "en_US",
            "og:title": f"{NAME}: Verified Certificate, Web Weaving",
            "og:description": "Verified Certificate of edX, issued on August 23, 2026.",
            "og:image": f"{ADDRESS}.png",
            "og:image:type": "image/png",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": f"{NAME}: Verified Certificate, Web Weaving",
            "twitter:card": "summary_large_image",
        }

    def test_programs_read_whose_it_is_and_no_name_ends_the_block(self, session: Session, client: FlaskClient) -> None:
        issue(session, name=NAME)

        page = client.get(PAGE).text

        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        assert "<" not in block
        told = json.loads(block)
        assert (told["name"], told["hasCredential"]["identifier"]) == (NAME, UUID)
        assert [text for text in ("0.87", "ada@example.org") if text in page] == []


class TestGivenSearchEngines:
    @pytest.mark.parametrize(
        ("courses", "let_in"),
        [({HTML: {"indexable": True}}, True), ({HTML: {"indexable": False}}, False), ({}, False)],
    )
    def test_they_are_let_in_where_the_course_says_so(
        self, session: Session, client: FlaskClient, courses: dict[str, Any], let_in: bool
    ) -> None:
        issue(session)
        configure(session, courses=courses)

        answer = client.get(PAGE)

        assert ("X-Robots-Tag" in answer.headers, "robots" in metas(answer.text)) == (not let_in, not let_in)
        for ending in (".pdf", ".png"):
            assert ("X-Robots-Tag" in client.get(PAGE + ending).headers) is not let_in
        assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


class TestGivenSomebodyWhoLooksAgain:
    @pytest.mark.usefixtures("same_minute")
    def test_they_are_told_that_nothing_changed(self, session: Session, client: FlaskClient) -> None:
        issue(session)
        first = client.get(PAGE)

        again = client.get(PAGE, headers={"If-None-Match": first.headers["ETag"]})
        headers_alone = client.head(PAGE)

        assert not first.headers["ETag"].startswith("W/")
        assert (again.status_code, again.data) == (304, b"")
        assert (headers_alone.status_code, headers_alone.data) == (200, b"")
        assert {answer.headers["ETag"] for answer in (first, again, headers_alone)} == {first.headers["ETag"]}
        assert again.headers["Cache-Control"] == "public, max-age=60"

    @pytest.mark.parametrize("change", ["name", "texts", "status"])
    def test_what_has_changed_is_sent(self, session: Session, client: FlaskClient, change: str) -> None:
        make_run(session)
        certificate = make_issued(session)
        session.commit()
        tag = client.get(PAGE).headers["ETag"]

        if change == "texts":
            certificate.mode = "honor"
        elif change == "name":
            certificate.name = "Ada King"
        else:
            certificate.status = Status.UNAVAILABLE
        session.commit()

        answer = client.get(PAGE, headers={"If-None-Match": tag})
        assert answer.status_code == (410 if change == "status" else 200)
