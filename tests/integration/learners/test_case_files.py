"""Does one click give a ticket all that it asks for, and is that told?"""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.candidates import FAILING, HELD_KEY, LINK, make_holder
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, SupportPage
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate

NAME = "ليلى | العلوي"
PARTS = (
    "**Kind of certificate**: Web page",
    "**Pacing**: Instructor-paced",
    "**Learner**: ada",
    "**Enrollment mode**: verified",
    "**Name on it**: ليلى \\| العلوي",
    "**The grade is a passing one**: FAILED. Grade 42 %: not passing.",
    "What to do: Await a passing grade, or use the allowlist.",
    "Rang at noon.",
    "## What happened, newest first",
)


def take(page: SupportPage, form: str) -> TestResponse:
    return page.visitor.client.post("/case-files", data={**page.form_to("/case-files").fields, "form": form})


@pytest.fixture
def case(support: SupportPage, session: Session) -> SupportPage:
    """Ada, whose grade fails today, and a note about her."""
    make_holder(session, status=Status.DOWNLOADABLE, **FAILING)
    session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.verify_uuid == LINK)).one().name = NAME
    session.commit()
    support.visitor.client.post("/notes", data={**support.form_to("/notes").fields, "text": "Rang at noon."})
    return support


@pytest.mark.any_database
class TestGivenACase:
    def test_the_markdown_has_all_of_it_and_no_key_and_the_audit_says_who_took_it(
        self, desk: Desk, case: SupportPage
    ) -> None:
        answer, again = take(case, "markdown"), take(case, "markdown")

        assert answer.status_code == 200
        assert [part for part in PARTS if part not in answer.text] == []
        assert HELD_KEY not in answer.text
        assert again.data == answer.data
        assert "ada" not in answer.headers["Content-Disposition"]
        taken = [event for event in desk.told() if event.action == "case.exported"]
        assert [(event.actor, event.details["format"]) for event in taken] == [("sam", "markdown")] * 2

    def test_the_pdf_says_the_same_in_the_same_bytes(self, case: SupportPage) -> None:
        answer, again = take(case, "pdf"), take(case, "pdf")

        pages = PdfReader(BytesIO(answer.data)).pages
        words = " ".join(" ".join(page.extract_text().replace("\u200b", "") for page in pages).split())
        assert "FAILED. Grade 42 %: not passing." in words
        assert "Rang at noon." in words
        assert again.data == answer.data


@pytest.mark.any_database
class TestGivenWhatTheLearnerSees:
    def test_the_page_stands_in_a_frame_and_the_words_beside_it(self, case: SupportPage) -> None:
        page = case.visitor.get(ADDRESS)

        assert f'<iframe class="sees" src="/certificates/{LINK}"' in page
        assert "<q>Your certificate is ready.</q>" in page

    @pytest.mark.parametrize(
        ("named", "status"),
        [({"status": Status.DOWNLOADABLE, "invalidated": True}, 410), ({"status": Status.NOT_PASSING}, 410)],
    )
    def test_where_it_does_not_count_the_frame_has_what_its_address_says(
        self, support: SupportPage, session: Session, named: dict[str, Any], status: int
    ) -> None:
        make_holder(session, **named)
        session.commit()

        page = support.visitor.get(ADDRESS)

        assert f'<iframe class="sees" src="/certificates/{LINK}"' in page
        assert "its address says so without naming anybody" in page
        assert support.visitor.client.get(f"/certificates/{LINK}").status_code == status

    def test_without_a_certificate_the_words_say_so(self, support: SupportPage, session: Session) -> None:
        make_holder(session, status=None, **FAILING)
        session.commit()

        page = support.visitor.get(ADDRESS)

        assert "<iframe" not in page
        assert "There is no certificate for this course at the moment." in page
