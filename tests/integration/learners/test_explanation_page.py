"""Does the page say why a learner has a certificate, or has none, as generation itself would judge?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories.candidates import (
    FAILING,
    HTML,
    LINK,
    make_holder,
)
from tests.factories.certificates import make_certificate, make_course, make_learner
from tests.factories.messages import make_entry
from tests.fakes import NOON
from tests.integration.learners.pages import ADDRESS, ISSUED_ON, NO_CERTIFICATE, SupportPage
from tests.integration.learners.rows import held
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox, Outbox
from webapp.services.certificates import explanation
from webapp.services.messages.outbox import Channel
from webapp.web.learners.explained import JOBS

pytestmark = pytest.mark.any_database

VERDICTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"status": None}, "Ada Lovelace has earned the certificate, but it has not been made yet."),
    ({"status": Status.DOWNLOADABLE}, ISSUED_ON),
    ({"status": Status.DELETED}, "The certificate was deleted on 21 Nov 2026, 11:59 UTC."),
    ({"status": Status.ERROR}, "The certificate could not be made."),
    (
        {"status": Status.UNVERIFIED},
        "Ada Lovelace has earned the certificate. The one that was issued is not valid any more, "
        "and it has not been made again.",
    ),
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

    @pytest.mark.parametrize(
        ("channel", "words"), [*JOBS.items(), ("of-a-newer-version", "Something that a newer version put there")]
    )
    def test_it_says_what_waits_to_be_sent(
        self, support: SupportPage, session: Session, channel: str, words: str
    ) -> None:
        make_holder(session)
        session.commit()
        certificate = held(session)
        assert certificate is not None
        make_entry(session, channel=channel, certificate_id=certificate.id, last_problem="nobody answers")
        session.commit()

        page = support.text()

        assert words in page
        assert "nobody answers" in page

    def test_every_channel_has_its_words(self) -> None:
        assert JOBS.keys() == set(Channel)

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
