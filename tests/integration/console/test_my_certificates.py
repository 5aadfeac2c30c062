"""What does a learner see of their own certificates, and of nothing else?"""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import (
    DEMO_COURSE,
    make_certificate,
    make_course,
    make_learner,
    make_moves,
    make_noise,
)
from tests.factories.exceptions import make_invalidation
from tests.factories.messages import make_delivery
from tests.fakes import NOON
from tests.integration.console.pages import words_of
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.roles import Role
from webapp.models.certificates import DateOverride

UUID, FILE = "0123456789abcdef0123456789abcdef", "https://files.test/a.pdf"
LATER = NOON + timedelta(days=20_000)
STAFF_PAGES = (
    "/search?q=ada",
    "/learners/ada",
    "/learners/ada/course-v1:edX+Demo+2026",
    "/admin/",
    "/admin/certificates/",
    "/admin/certificates/details/?id=1",
    "/admin/learners/",
    "/admin/courses/",
    "/admin/examples/",
    "/admin/allowlist/",
    "/admin/invalidations/",
    "/admin/inbox/",
    "/admin/inbox/details/?id=1",
    "/admin/accounts/",
    "/audit/",
    "/audit/details/?id=1",
)


def signed_in_learner(visitor: Visitor, session: Session, *roles: Role) -> Visitor:
    ada = make_learner(session)
    make_account(session, "ada", *roles, learner_id=ada.id)
    session.commit()
    visitor.sign_in("ada", PASSWORD)
    return visitor


class TestGivenALearner:
    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("status", "title", "words"),
        [
            (Status.DOWNLOADABLE, "Issued", "Your certificate is ready."),
            (Status.GENERATING, "Being made", "is being made"),
            (Status.REGENERATING, "Being made", "is being made anew"),
            (Status.ERROR, "Not issued", "takes longer than usual"),
            (Status.NOT_PASSING, "Not issued", "You have not passed this course yet."),
            (Status.UNVERIFIED, "Not issued", "Your identity has to be verified"),
            (Status.RESTRICTED, "Not issued", "Ask support why."),
            (Status.INVALIDATED, "Not issued", "Your certificate was withdrawn"),
            (Status.DELETED, "Not issued", "Your certificate was withdrawn"),
        ],
    )
    def test_home_shows_the_own_certificate_in_plain_words(
        self, visitor: Visitor, session: Session, status: Status, title: str, words: str
    ) -> None:
        make_certificate(session, status=status, error_reason="Traceback in agent.py", issued_at=NOON)
        learner = signed_in_learner(visitor, session)

        page = words_of(learner.get("/"))

        assert all(text in page for text in ("My certificates", "Demonstration", title, words))
        assert "Traceback" not in page

    @pytest.mark.any_database
    @pytest.mark.parametrize("status", Status)
    def test_no_status_shows_its_code_word_and_none_is_forgotten(
        self, visitor: Visitor, session: Session, status: Status
    ) -> None:
        make_certificate(session, status=status, download_url="https://files.test/a.pdf", issued_at=NOON)
        learner = signed_in_learner(visitor, session)

        page = words_of(learner.get("/"))

        assert ("Demonstration" in page) is (status not in HIDDEN)
        assert ("https://files.test/a.pdf" in page) is (status is Status.DOWNLOADABLE)
        assert "_" not in page.split("mine__status")[-1].split("</p>")[0] if status not in HIDDEN else True

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("run", "override", "day"),
        [
            ({}, None, "November 21, 2026"),
            ({"certificate_available_date": NOON + timedelta(days=1)}, None, "November 22, 2026"),
            ({"certificate_available_date": NOON + timedelta(days=1)}, NOON - timedelta(days=1), "November 20, 2026"),
        ],
    )
    def test_the_day_is_the_one_that_the_certificate_shows(
        self, visitor: Visitor, session: Session, run: dict[str, Any], override: datetime | None, day: str
    ) -> None:
        make_course(session, **run)
        certificate = make_certificate(session, status=Status.DOWNLOADABLE, verify_uuid=UUID, issued_at=NOON)
        if override is not None:
            certificate.date_override = DateOverride(
                date=override, reason="late", overridden_by="sam", created_at=NOON, modified_at=NOON
            )
        learner = signed_in_learner(visitor, session)

        assert f"on {day}" in words_of(learner.get("/"))
        assert day in words_of(learner.client.get(f"/certificates/{UUID}").text)

    @pytest.mark.parametrize(
        ("run", "more", "leads_to", "words"),
        [
            ({}, {}, f"http://desk.test/certificates/{UUID}", "Your certificate is ready."),
            ({}, {"download_url": FILE}, FILE, "Your certificate is ready."),
            ({"end": LATER}, {}, None, "You can open it once the course shows its certificates."),
            ({"end": LATER}, {"download_url": FILE}, None, "You can open it once the course shows its certificates."),
            ({}, {"status": Status.UNAVAILABLE}, None, "Your certificate was withdrawn"),
            (
                {},
                {"status": Status.UNAVAILABLE, "issued_at": None},
                None,
                "There is no certificate for this course at the moment.",
            ),
        ],
    )
    def test_an_own_certificate_is_opened_where_it_can_be_seen(
        self,
        visitor: Visitor,
        session: Session,
        run: dict[str, Any],
        more: dict[str, Any],
        leads_to: str | None,
        words: str,
    ) -> None:
        make_course(session, **run)
        make_certificate(session, **{"status": Status.DOWNLOADABLE, "verify_uuid": UUID, "issued_at": NOON, **more})
        learner = signed_in_learner(visitor, session)

        page = learner.get("/")

        assert words in page
        assert re.findall(r'<a class="button button--primary" href="([^"]+)">Open', page) == (
            [leads_to] if leads_to else []
        )

    @pytest.mark.parametrize(
        ("status", "uuid", "leads_to", "words"),
        [
            (Status.REGENERATING, UUID, f"http://desk.test/certificates/{UUID}", "is being made anew; its page stays open. This usually"),
            (Status.GENERATING, UUID, f"http://desk.test/certificates/{UUID}", "is being made anew; its page stays open. This usually"),
            (Status.ERROR, UUID, f"http://desk.test/certificates/{UUID}", "its page stays open. This takes longer than usual"),
            (Status.REGENERATING, "", None, "Your certificate is being made anew. This usually takes a few minutes."),
        ],
    )  # fmt: skip
    def test_what_was_issued_stays_so_while_it_is_made_anew(
        self, visitor: Visitor, session: Session, status: Status, uuid: str, leads_to: str | None, words: str
    ) -> None:
        certificate = make_certificate(session, status=status, verify_uuid=uuid, issued_at=NOON)
        make_moves(session, certificate, Status.DOWNLOADABLE, Status.REGENERATING, Status.ERROR, status)
        learner = signed_in_learner(visitor, session)

        page = learner.get("/")

        assert words in page
        assert "<strong>Issued</strong>" in page
        assert re.findall(r'<a class="button button--primary" href="([^"]+)">Open', page) == (
            [leads_to] if leads_to else []
        )

    def test_an_invalidated_one_is_not_offered_whatever_its_status(self, visitor: Visitor, session: Session) -> None:
        issued = make_certificate(
            session, status=Status.DOWNLOADABLE, verify_uuid=UUID, download_url=FILE, issued_at=NOON
        )
        make_invalidation(session, issued)
        learner = signed_in_learner(visitor, session)

        page = learner.get("/")

        assert "Your certificate was withdrawn" in page
        assert [text for text in ("Issued", UUID, FILE) if text in page] == []

    def test_nothing_of_audit_enrolments_and_of_others_is_shown(self, visitor: Visitor, session: Session) -> None:
        make_noise(session)
        make_course(session, "course-v1:edX+Audit+1", display_name="Audited course")
        make_certificate(session, "ada", "course-v1:edX+Audit+1", status=Status.AUDIT_PASSING)
        make_certificate(session, "bob", status=Status.DOWNLOADABLE, download_url="https://files.test/bob.pdf")
        learner = signed_in_learner(visitor, session)

        page = words_of(learner.get("/"))

        assert "No certificates yet" in page
        assert not [words for words in ("Audited", "audit", "bob", "Noise", "noise") if words in page]

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", STAFF_PAGES)
    def test_every_staff_page_is_403(self, visitor: Visitor, session: Session, path: str) -> None:
        make_certificate(session)
        make_delivery(session, Outcome.UNKNOWN_KEY)
        learner = signed_in_learner(visitor, session)

        answer = learner.client.get(path)

        assert answer.status_code == 403
        assert "ada@example.org" not in answer.text

    def test_the_page_leads_to_nothing_of_the_staffs(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session)
        learner = signed_in_learner(visitor, session)

        page = learner.get("/")

        assert "/admin/" not in page
        assert "/audit" not in page

    def test_an_account_of_no_learner_holds_nothing(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session)
        make_account(session, "nobody")
        session.commit()
        visitor.sign_in("nobody", PASSWORD)

        page = visitor.get("/")

        assert "No certificates yet" in page

    def test_a_course_that_is_gone_goes_by_its_key(self, visitor: Visitor, session: Session) -> None:
        make_course(session, display_name="")
        make_certificate(session, status=Status.DOWNLOADABLE)
        learner = signed_in_learner(visitor, session)

        page = words_of(learner.get("/"))

        assert DEMO_COURSE in page
