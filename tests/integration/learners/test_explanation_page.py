"""Does the page say why a learner has a certificate, or has none, as generation itself would judge?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
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
from tests.factories.certificates import make_certificate, make_course, make_learner
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, NOTE, SupportPage
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox, Outbox
from webapp.services.certificates import explanation
from webapp.services.generation import acts, allowlist

PDF_ADDRESS = f"/learners/ada/{PDF}"
ISSUED_ON = "Issued on 23 Aug 2026, 12:00 UTC."
NO_CERTIFICATE = "Ada Lovelace has no certificate because"

VERDICTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"status": None}, "Ada Lovelace has earned the certificate, but it has not been made yet."),
    ({"status": Status.DOWNLOADABLE}, ISSUED_ON),
    ({"status": Status.DELETED}, "The certificate was deleted on 21 Nov 2026, 11:59 UTC."),
    ({"status": Status.ERROR}, "The certificate could not be made."),
    ({"status": Status.UNVERIFIED}, "Ada Lovelace has earned the certificate, but it has not been made yet."),
    ({"status": None, **FAILING}, f"{NO_CERTIFICATE} the grade is not a passing one."),
    ({"status": None, "percent": None}, f"{NO_CERTIFICATE} the platform has told no grade."),
    ({"status": Status.NOT_PASSING, **FAILING}, f"{NO_CERTIFICATE} the grade is not a passing one."),
    ({"status": None, "mode": None}, f"{NO_CERTIFICATE} the platform has told of no enrollment."),
    ({"status": None, "mode": "audit"}, f"{NO_CERTIFICATE} the enrollment mode audit earns none."),
    ({"status": None, "id_status": ""}, f"{NO_CERTIFICATE} the identity is not verified."),
    ({"status": None, "beta_tester": True}, f"{NO_CERTIFICATE} beta testers of the course run are passed over."),
    ({"status": None, "allow_certificate": False}, f"{NO_CERTIFICATE} the platform restricts the learner."),
    ({"status": Status.UNAVAILABLE, "invalidated": True}, f"{NO_CERTIFICATE} sam has invalidated it."),
    ({"status": Status.DOWNLOADABLE, "invalidated": True}, f"{NO_CERTIFICATE} sam has invalidated it."),
    (
        {"status": None, "id_status": "denied", **FAILING},
        f"{NO_CERTIFICATE} the grade is not a passing one, and the identity is not verified.",
    ),
    (
        {"status": None, "id_status": "denied", "beta_tester": True, "allow_certificate": False, **FAILING},
        f"{NO_CERTIFICATE} beta testers of the course run are passed over, and the grade is not a passing one, "
        "and for 2 more reasons.",
    ),
    (
        {"status": Status.REQUESTING},
        f"{NO_CERTIFICATE} the certificate's status, Requesting, comes from the old platform.",
    ),
)
"""What there is -> the sentence at the top."""


def rows(session: Session) -> list[int]:
    session.rollback()
    counted = (AuditEvent.seq, CertificateTransition.id, GeneratedCertificate.id, Outbox.id, CallbackInbox.id)
    return [session.scalar(select(func.count(column))) or 0 for column in counted]


class TestGivenALearnerInACourseRun:
    @pytest.mark.parametrize(("named", "sentence"), VERDICTS)
    def test_the_verdict_is_one_sentence(
        self, support: SupportPage, session: Session, named: dict[str, Any], sentence: str
    ) -> None:
        make_holder(session, **named)
        session.commit()

        verdict = support.verdict()

        assert verdict == sentence

    @pytest.mark.parametrize(
        ("named", "leads_on"),
        [
            ({"status": Status.DOWNLOADABLE}, True),
            ({"status": Status.DOWNLOADABLE, "invalidated": True}, False),
            ({"status": Status.DELETED}, False),
            ({"status": Status.NOT_PASSING}, False),
        ],
    )
    def test_it_leads_to_the_page_that_the_world_sees(
        self, support: SupportPage, session: Session, named: dict[str, Any], leads_on: bool
    ) -> None:
        make_holder(session, **named)
        session.commit()

        page = support.visitor.get(ADDRESS)

        assert (f'href="http://desk.test/certificates/{LINK}"' in page) is leads_on

    def test_it_does_not_lead_there_before_the_course_run_shows_its_certificates(
        self, support: SupportPage, session: Session
    ) -> None:
        make_holder(session)
        session.execute(update(CourseRun).values(self_paced=False, end=NOON + timedelta(days=20_000)))
        session.commit()

        page = support.visitor.get(ADDRESS)

        assert "http://desk.test/certificates/" not in page

    @pytest.mark.parametrize("named", [named for named, _ in VERDICTS])
    def test_the_checks_are_those_of_generation(
        self, support: SupportPage, session: Session, named: dict[str, Any]
    ) -> None:
        make_holder(session, **named)
        session.commit()
        known = explanation.explain(session, "ada", HTML, now=NOON, queue_configured=True)

        checks = support.checks()

        words = {seen.check.title: "Passed" if seen.passed else "Failed" for seen in known.checks}
        if named["status"] is Status.DOWNLOADABLE:
            words["No certificate was issued yet"] = "Issued"
        assert checks == words

    def test_a_check_that_failed_says_what_was_seen_what_to_do_and_who_can(
        self, support: SupportPage, session: Session
    ) -> None:
        make_holder(session, None, **FAILING)
        session.commit()

        text = support.text()

        assert (
            "Failed The grade is a passing one Grade 42 %: not passing. Grade, from the platform, "
            "22 Oct 2026, 12:00 UTC What to do Await a passing grade, or use the allowlist. "
            "Who can The learner; support for the allowlist"
        ) in text
        assert text.count("What to do") == 1
        assert text.index("Stands against it") < text.index("Failed") < text.index("All others")

    def test_a_check_that_passed_says_what_was_seen_and_where(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        text = support.text()

        assert (
            "Passed The learner is enrolled Enrolled as verified. Enrollment, from the platform, 22 Oct 2026, 12:00 UTC"
        ) in text
        assert "What to do" not in text

    def test_looking_changes_nothing(self, support: SupportPage, session: Session) -> None:
        make_holder(session, Status.NOT_PASSING)
        session.commit()
        before = rows(session)

        support.text()

        assert rows(session) == before

    def test_there_is_a_way_back_to_the_learner(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        page = support.visitor.get(ADDRESS)

        assert '<a class="back" href="/learners/ada">' in page
        assert "<title>Ada Lovelace, Demonstration – Certdesk</title>" in page


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

    def test_equal_names_are_not_mentioned(self, support: SupportPage, session: Session) -> None:
        make_holder(session, name="Ada Byron")
        session.commit()

        text = support.text()

        assert "The name differs" not in text


class TestGivenWhatHappened:
    def test_the_timeline_has_moves_answers_and_acts_of_this_certificate_alone(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        make_holder(session, None)
        session.commit()
        with desk.work() as work:
            acts.generate(work, an_order(note=NOTE), "ada", HTML)
        held = session.scalar(select(GeneratedCertificate.id).where(GeneratedCertificate.course_id == HTML))
        answer = {"address": "192.0.2.7", "endpoint": "certificate", "whole": True, "digest": "0", "matched": True}
        session.add(CallbackInbox(received_at=NOON, certificate_id=held, outcome=Outcome.CONFLICT, **answer))
        session.commit()

        text = support.text()

        happened = text.split("What happened", 1)[1]
        assert "New → Issued Passed the course: the course lead agreed by mail" in happened
        assert f"Generated {NOTE}" in happened
        assert "Rival answer" in happened
        assert happened.count("21 Nov 2026") == 3

    def test_a_refusal_without_a_certificate_and_the_allowlist_are_on_it(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        make_holder(session, None, beta_tester=True)
        make_run(session, PDF)
        make_candidate(session, course_id=PDF, id_status="")
        session.commit()
        with desk.work() as work:
            acts.generate(work, an_order(note="of this run"), "ada", HTML)
            allowlist.allow(work, an_order(note="an exception"), "ada", HTML, generate_after=None)
            allowlist.allow(work, an_order(note="of another run"), "ada", PDF, generate_after=None)

        text = support.text()

        happened = text.split("What happened", 1)[1]
        assert "Judged, and refused of this run" in happened
        assert "Put on the allowlist an exception" in happened
        assert "of another run" not in happened

    def test_where_nothing_happened_that_is_said(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        text = support.text()

        assert "Nothing has happened here yet." in text


class TestGivenAViewer:
    @pytest.mark.parametrize("status", [None, *sorted(Status)])
    def test_they_see_all_but_the_buttons(
        self, viewer: SupportPage, support: SupportPage, session: Session, status: Status | None
    ) -> None:
        make_holder(session, status)
        session.commit()

        forms = viewer.forms()

        assert forms == {}
        assert viewer.checks() == support.checks()
        assert viewer.verdict() == support.verdict()
        assert "What you can do" not in viewer.text()


class TestGivenNoSuchCourseRun:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("course-v1:No+Such+Run", "The platform has told of no course run “course-v1:No+Such+Run”."),
            ("nonsense", "“nonsense” is no course key such as course-v1:Org+Course+Run."),
            ("course-v1:edX+Web", "“course-v1:edX+Web” is no course key"),
            ("library-v1:edX+Web", "is no course key"),
            ("x" * 3_000, "is no course key"),
            ("%00", "is no course key"),
        ],
    )
    def test_the_course_runs_of_the_learner_are_offered(
        self, support: SupportPage, session: Session, text: str, words: str
    ) -> None:
        make_holder(session)
        session.commit()

        page = support.visitor.get(f"/learners/ada/{text}", 404)

        assert words in page.replace("<bdi>", "").replace("</bdi>", "")
        assert f'href="{ADDRESS}"' in page

    def test_nobody_of_that_name_comes_first(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        text = support.text(f"/learners/nobody/{HTML}", 404)

        assert "No such learner" in text

    def test_a_learner_who_is_nowhere_is_told_of(self, support: SupportPage, session: Session) -> None:
        make_learner(session)
        session.commit()

        text = support.text(ADDRESS, 404)

        assert "In no course run at all" in text

    def test_a_course_run_where_the_learner_is_not_has_an_explanation(
        self, support: SupportPage, session: Session
    ) -> None:
        make_learner(session)
        make_course(session, HTML)
        make_certificate(session, "bob", HTML)
        session.commit()

        verdict = support.verdict()

        assert (
            verdict == f"{NO_CERTIFICATE} the platform has told no grade, and the platform has told of no enrollment."
        )


class TestGivenMarkupInTheFacts:
    def test_it_is_shown_as_text(self, support: SupportPage, session: Session) -> None:
        make_holder(session, mode="<img src=1>", letter="<img src=2>")
        session.execute(update(Learner).where(Learner.username == "ada").values(name="<img src=3>"))
        session.execute(update(CourseRun).values(display_name="<img src=4>"))
        session.commit()

        page = support.visitor.get(ADDRESS)

        assert "<img" not in page
        assert page.count("&lt;img src=3&gt;") > 1
