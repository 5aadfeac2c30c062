"""What does the page say of the certificate that a learner holds, its job, its exceptions and its name?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.candidates import (
    BEFORE,
    CCX,
    FAILING,
    HELD_KEY,
    HTML,
    LINK,
    PDF,
    make_candidate,
    make_holder,
    make_run,
)
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, ISSUED_ON, NO_CERTIFICATE, PDF_ADDRESS, SupportPage
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.messages import Outbox

pytestmark = pytest.mark.any_database


class TestGivenAnIssuedCertificate:
    def test_it_stands_although_it_would_not_be_issued_today(self, support: SupportPage, session: Session) -> None:
        make_holder(session, id_status="denied")
        session.commit()

        text = support.text()

        assert support.verdict() == ISSUED_ON
        assert "By today’s rules it would not be issued anew, because the identity is not verified." in text
        assert "Would stand against a new one" in text

    def test_its_facts_lead_to_the_whole_record_and_back(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()
        number = session.scalar(select(GeneratedCertificate.id).where(GeneratedCertificate.verify_uuid == LINK))
        record = f"/admin/certificates/details/?id={number}"

        page = support.visitor.get(ADDRESS)

        assert all(words in page for words in (f'href="{record}"', LINK, "Ada Byron", "0.6", f"Certificate {number}"))
        assert f'href="{ADDRESS}"' in support.visitor.get(record)

    @pytest.mark.parametrize(
        ("dates", "told"),
        [
            ({"certificate_available_date": NOON + timedelta(days=20_000)}, True),
            ({"certificate_available_date": NOON + timedelta(days=20_000), "self_paced": True}, False),
            ({"end": NOON + timedelta(days=20_000)}, True),
            ({"certificate_available_date": BEFORE - timedelta(days=20_000)}, False),
        ],
    )
    def test_a_day_from_which_learners_see_it_is_told(
        self, support: SupportPage, session: Session, dates: dict[str, Any], told: bool
    ) -> None:
        make_holder(session)
        session.execute(update(CourseRun).where(CourseRun.course_id == HTML).values(**dates))
        session.commit()

        text = support.text()

        assert ("The learner sees it from 24 Aug 2081, 12:00 UTC on, when" in text) is told

    def test_one_without_a_date_is_just_issued(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.execute(update(GeneratedCertificate).values(issued_at=None))
        session.commit()

        verdict = support.verdict()

        assert verdict == "Issued."


class TestGivenACertificateThatTheQueueMakes:
    def test_it_says_since_when_the_queue_has_the_job(self, support: SupportPage, session: Session) -> None:
        make_holder(session, Status.GENERATING, PDF)
        session.commit()

        verdict = support.verdict(PDF_ADDRESS)

        assert verdict == "The certificate is being made: XQueue has had the job since 21 Nov 2026, 11:59 UTC."
        assert support.checks(PDF_ADDRESS)["No job is with the queue"] == "Waiting"

    def test_a_job_that_could_not_be_sent_is_shown_with_its_last_problem(
        self, support: SupportPage, session: Session
    ) -> None:
        make_holder(session, Status.GENERATING, PDF)
        session.execute(
            update(GeneratedCertificate)
            .where(GeneratedCertificate.key == HELD_KEY)
            .values(submitted_at=None, error_reason="connection refused")
        )
        held = session.scalar(select(GeneratedCertificate.id).where(GeneratedCertificate.key == HELD_KEY))
        values = {"payload": {}, "created_at": NOON, "next_try_at": NOON}
        session.add_all(
            [
                Outbox(channel="xqueue", certificate_id=held, tries=3, last_problem="<connection refused>", **values),
                Outbox(channel="tracking", certificate_id=held, **values),
                Outbox(channel="xqueue", certificate_id=held, sent_at=NOON, last_problem="left", **values),
                Outbox(channel="xqueue", last_problem="of somebody else", **values),
            ]
        )
        session.commit()

        text = support.text(PDF_ADDRESS)

        assert "A job for XQueue Tried 3 times, again at 21 Nov 2026, 12:00 UTC <connection refused>" in text
        assert "A tracking event Not tried yet; due at 21 Nov 2026, 12:00 UTC" in text
        assert "left" not in text
        assert "of somebody else" not in text
        assert "the job has not reached XQueue yet. The last try failed: connection refused." in text

    def test_a_failure_is_shown_in_the_workers_words(self, support: SupportPage, session: Session) -> None:
        make_holder(session, Status.ERROR, PDF)
        session.execute(update(GeneratedCertificate).values(error_reason="no font for <Ada>"))
        session.commit()

        text = support.text(PDF_ADDRESS)

        assert "The certificate could not be made. no font for <Ada> Nothing stands against another try." in text

    def test_without_a_queue_that_is_the_reason(self, support: SupportPage, desk: Desk, session: Session) -> None:
        desk.sets(xqueue_url=None)
        make_holder(session, None, PDF)
        session.commit()

        verdict = support.verdict(PDF_ADDRESS)

        assert verdict == f"{NO_CERTIFICATE} the course run issues PDFs, and no queue is configured."


class TestGivenExceptions:
    def test_the_allowlist_is_shown_with_who_and_why(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None, on_allowlist=True, **FAILING)
        session.commit()

        text = support.text()

        assert "Judged as a learner on the allowlist: the grade does not count." in text
        assert "On the allowlist since 21 Nov 2026, 12:00 UTC By sam: ill on the day" in text
        assert support.verdict().startswith("Ada Lovelace has earned the certificate")

    def test_an_invalidation_is_shown_with_who_and_why(self, support: SupportPage, session: Session) -> None:
        make_holder(session, Status.UNAVAILABLE, invalidated=True)
        session.commit()

        text = support.text()

        assert "Invalidated since 21 Nov 2026, 12:00 UTC By sam: copied" in text

    def test_a_ccx_needs_the_allowlist(self, support: SupportPage, session: Session) -> None:
        make_run(session, CCX)
        make_candidate(session, course_id=CCX)
        session.commit()

        verdict = support.verdict(f"/learners/ada/{CCX}")

        assert verdict == f"{NO_CERTIFICATE} the course run is a custom course (CCX), which issues none by itself."


class TestGivenANameThatDiffers:
    @pytest.mark.parametrize("status", [Status.DOWNLOADABLE, Status.GENERATING])
    def test_both_names_are_shown(self, support: SupportPage, session: Session, status: Status) -> None:
        make_holder(session, status)
        session.commit()

        text = support.text()

        assert "The certificate says “Ada Byron”, the learner’s profile “Ada Lovelace”." in text

    @pytest.mark.parametrize(
        ("named", "reason"),
        [
            ({"id_status": "denied"}, "It cannot be made anew for now, because the identity is not verified."),
            ({"status": Status.GENERATING}, "It cannot be made anew for now, because a job is with the queue."),
        ],
    )
    def test_there_is_no_button_where_it_would_be_refused(
        self, support: SupportPage, session: Session, named: dict[str, Any], reason: str
    ) -> None:
        make_holder(session, **{"status": Status.DOWNLOADABLE, **named})
        session.commit()

        text = support.text()

        assert reason in text
        assert "Regenerate with the new name" not in text

    @pytest.mark.parametrize("status", [Status.NOT_PASSING, Status.DELETED])
    def test_a_certificate_that_nobody_sees_is_passed_over(
        self, support: SupportPage, session: Session, status: Status
    ) -> None:
        make_holder(session, status)
        session.commit()

        text = support.text()

        assert "The name differs" not in text

    def test_one_of_the_early_years_without_a_name_shows_the_profiles(
        self, support: SupportPage, session: Session
    ) -> None:
        make_holder(session)
        session.execute(update(GeneratedCertificate).values(name=""))
        session.commit()

        text = support.text()

        assert "The name differs" not in text

    def test_equal_names_are_not_mentioned(self, support: SupportPage, session: Session) -> None:
        make_holder(session, name="Ada Byron")
        session.commit()

        text = support.text()

        assert "The name differs" not in text
