"""Does one click give a ticket all that it asks for, and is that told?"""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.candidates import FAILING, HELD_KEY, LINK, make_holder
from tests.factories.certificates import make_moves
from tests.factories.governance import open_up
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, SupportPage
from tests.integration.learners.rows import held
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

    @pytest.mark.parametrize("status", [None, Status.AUDIT_NOT_PASSING])
    def test_what_is_not_on_their_own_page_is_not_quoted_from_it(
        self, support: SupportPage, session: Session, status: Status | None
    ) -> None:
        make_holder(session, status, **FAILING)
        session.commit()

        text = support.text()

        assert "This course run is not on their own page" in text
        assert "On their own page they read" not in text

    def test_who_may_ask_reads_that_they_may(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None)
        open_up(session)
        session.commit()

        page = support.visitor.get(ADDRESS)

        assert "<q>Once you have passed, ask for your certificate here.</q>" in page

    @pytest.mark.parametrize("invalidated", [False, True])
    def test_one_that_could_not_be_made_anew_stays_valid_where_nobody_took_it_away(
        self, support: SupportPage, session: Session, invalidated: bool
    ) -> None:
        make_holder(session, Status.ERROR, invalidated=invalidated)
        session.commit()
        certificate = held(session)
        assert certificate is not None
        make_moves(session, certificate, Status.DOWNLOADABLE, Status.REGENERATING, Status.ERROR)
        session.commit()
        sentence = "The certificate could not be made anew. The one that was issued stays valid."

        said = support.verdict()
        case = take(support, "markdown").text

        assert (said == sentence) is not invalidated
        assert (sentence in case) is not invalidated
