"""Has every page what every page must have: one heading, the search, no store, and its text compressed?"""

import gzip
import re
from html import unescape

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import DEMO_COURSE, make_certificate, make_example
from tests.factories.letters import make_letter
from tests.fakes import NOON
from tests.visitors import Visitor, check_page
from webapp.domain.actors import Actor
from webapp.domain.badges.states import BadgeState
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.domain.roles import Role
from webapp.models.badges import BadgeAward
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.messages import CallbackInbox
from webapp.services import audit

LISTS = (
    "/admin/certificates/",
    "/admin/learners/",
    "/admin/courses/",
    "/admin/examples/",
    "/admin/allowlist/",
    "/admin/invalidations/",
    "/admin/badges/",
    "/admin/inbox/",
    "/admin/dead-letters/",
    "/admin/accounts/",
    "/audit/",
)
ARGUMENTS = (
    "",
    "?q=nobody",
    "?at=2026-11-21T12:00:00Z",
    "?at=nonsense&from=1&to=2",
    "?course=nonsense&status=nonsense&role=nonsense",
    "?order=oldest",
)
CONFIGURATION = (
    "/admin/html-view/",
    "/admin/crawlers/",
    "/admin/generation/",
    "/admin/course-settings/",
    "/admin/badge-images/",
    "/admin/badge-default/",
    "/admin/access/",
)
FORMS = (
    *(
        f"{path}edit/"
        for path in ("/admin/html-view/", "/admin/crawlers/", "/admin/generation/", "/admin/badge-default/")
    ),
    "/admin/course-settings/new/",
    "/admin/badge-images/new/",
    "/admin/badge-images/edit/?id=honor",
    "/admin/access/edit/?id=zed",
)
SUPPORT_PAGES = ("/learners/ada", f"/learners/ada/{DEMO_COURSE}")
COURSE_PAGES = (
    f"/courses/{DEMO_COURSE}",
    *(f"/courses/{DEMO_COURSE}?part={part}" for part in ("learners", "exceptions", "invalidations", "runs")),
)
SINGLE_PAGES = (
    "/",
    "/search?q=ad",
    "/runs",
    "/runs/begin",
    "/notices",
    "/desk/help",
    "/desk/glossary",
    "/desk/design",
    "/changes",
    "/changes?state=any&mine=1",
    *SUPPORT_PAGES,
    *COURSE_PAGES,
    *LISTS,
    *CONFIGURATION,
    *FORMS,
)
PAGES = (
    "/search",
    "/search?q=nobody",
    *SINGLE_PAGES,
    *(path + more for path in (*LISTS, *CONFIGURATION) for more in ARGUMENTS[1:]),
)
NO_SUCH_PAGES = ("/nothing", "/admin/certificates/details/?id=999999")
NO_SUCH_COURSES = ("/courses/nonsense", "/courses/course-v1:No+Such+Run")
NO_SUCH_LEARNERS = ("/learners/nobody", "/learners/ada/nonsense", "/learners/ada/course-v1:No+Such+Run")


def searches(text: str) -> list[tuple[bool, str]]:
    """Give the search fields of a page, each with the method of its form, by whether it stands in the header."""
    return [
        (any(True for _ in field.iterancestors("header")), str(form.get("method") or "get").lower())
        for form in html.document_fromstring(text).iter("form")
        for field in form.iter("input")
        if field.get("type") == "search"
    ]


@pytest.fixture
def staff(visitor: Visitor, session: Session) -> Visitor:
    """Support and admin in one, before one row of everything."""
    certificate = make_certificate(session)
    make_example(session)
    learner_id, course_id, at = certificate.learner_id, certificate.course_id, NOON
    session.add(
        AllowlistEntry(
            learner_id=learner_id,
            course_id=course_id,
            allowlisted=True,
            created_by="sam",
            created_at=at,
            modified_at=at,
        )
    )
    session.add(
        Invalidation(certificate_id=certificate.id, invalidated_by="sam", active=True, created_at=at, modified_at=at)
    )
    session.add(
        BadgeAward(
            learner_id=learner_id,
            course_id=course_id,
            certificate_id=certificate.id,
            mode="honor",
            class_slug="slug",
            state=BadgeState.AWARDED,
            assertion_id="a" * 32,
            salt="5" * 32,
            status_number=131_072,
            created_at=at,
            awarded_at=at,
        )
    )
    session.add(
        CallbackInbox(
            received_at=at,
            address="192.0.2.7",
            endpoint=Endpoint.CERTIFICATE,
            whole=True,
            digest="0" * 64,
            matched=True,
            outcome=Outcome.UNKNOWN_KEY,
            header="{}",
            body="{}",
            certificate_id=certificate.id,
        )
    )
    make_letter(session)
    audit.append(session, Actor("sam"), "certificate.imported", "certificate", str(certificate.id), now=at)
    make_account(session, "sam", Role.SUPPORT, Role.EDITOR, Role.ADMIN)
    make_account(session, "zed")
    session.commit()
    visitor.sign_in("sam", PASSWORD)
    return visitor


def details_in(visitor: Visitor, path: str) -> str:
    """Give the address of the first row of a list."""
    found = re.search(
        r'role="rowheader"[^>]*>(?:<input[^>]*>)?<a class="cell-link" href="([^"]+)"', visitor.client.get(path).text
    )
    assert found is not None
    return unescape(found[1])


class TestGivenEveryPageOfTheStaffs:
    @pytest.mark.parametrize("path", PAGES)
    def test_it_has_what_a_page_must_have(self, staff: Visitor, path: str) -> None:
        answer = staff.client.get(path)

        assert answer.status_code == 200
        assert check_page(path, answer)
        assert searches(answer.text)[:1] == [(True, "get")]

    @pytest.mark.parametrize("path", LISTS)
    def test_the_page_of_a_row_has_it_too(self, staff: Visitor, path: str) -> None:
        address = details_in(staff, path)

        answer = staff.client.get(address)

        assert answer.status_code == 200
        assert check_page(address, answer)
        assert searches(answer.text) == [(True, "get")]

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", SINGLE_PAGES)
    def test_no_cache_keeps_it(self, staff: Visitor, path: str) -> None:
        answer = staff.client.get(path)

        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", SINGLE_PAGES)
    def test_it_is_compressed_when_asked(self, staff: Visitor, path: str) -> None:
        plain = staff.client.get(path)

        answer = staff.client.get(path, headers={"Accept-Encoding": "gzip"})

        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert len(answer.data) < len(plain.data) / 2
        assert "<h1>" in gzip.decompress(answer.data).decode()

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", SINGLE_PAGES)
    def test_it_is_text_in_utf_8(self, staff: Visitor, path: str) -> None:
        answer = staff.client.get(path)

        assert answer.content_type == "text/html; charset=utf-8"

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", SINGLE_PAGES)
    def test_every_link_on_it_leads_somewhere(self, staff: Visitor, path: str) -> None:
        text = staff.client.get(path).text
        addresses = {unescape(address) for address in re.findall(r'(?:href|src)="(/[^"]*)"', text)}

        answers = {address: staff.client.get(address).status_code for address in sorted(addresses)}

        assert {address: status for address, status in answers.items() if status not in (200, 302)} == {}


@pytest.mark.any_database
class TestGivenPagesOfOthers:
    @pytest.mark.parametrize("path", ["/login", "/login?next=/admin/inbox/"])
    def test_the_sign_in_has_what_a_page_must_have(self, visitor: Visitor, path: str) -> None:
        answer = visitor.client.get(path)

        assert answer.status_code == 200
        assert check_page(path, answer)
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("path", NO_SUCH_PAGES)
    def test_an_error_has_it_too(self, staff: Visitor, path: str) -> None:
        answer = staff.client.get(path)

        assert answer.status_code == 404
        assert check_page(path, answer)
        assert answer.headers["X-Request-ID"] in answer.text

    @pytest.mark.parametrize("path", [*NO_SUCH_LEARNERS, *NO_SUCH_COURSES])
    def test_a_page_that_helps_to_find_a_learner_or_a_course_has_it_too(self, staff: Visitor, path: str) -> None:
        answer = staff.client.get(path)

        assert answer.status_code == 404
        assert check_page(path, answer)
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_learners_home_has_it_too(self, app: Flask, visitor: Visitor, session: Session) -> None:
        certificate = make_certificate(session)
        make_account(session, "ada", learner_id=certificate.learner_id)
        session.commit()
        visitor.sign_in("ada", PASSWORD)

        answer = visitor.client.get("/")

        assert answer.status_code == 200
        assert check_page("/", answer)
