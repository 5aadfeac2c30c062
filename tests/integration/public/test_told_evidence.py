"""What does the database hear of those who looked at certificates (decisions 41, 45)?"""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_run
from tests.fakes import NOON, FakeAttempts
from tests.integration.public.pages import PAGE, UUID, make_issued
from tests.waiting import wait_until
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.page.evidence import EvidenceVisit, Shown
from webapp.models.badges import BadgeAward
from webapp.models.base import db
from webapp.models.certificates import EvidenceCount, GeneratedCertificate
from webapp.models.messages import Outbox
from webapp.ports import Ports
from webapp.services.visits import evidence
from webapp.services.visits.evidence import MOST_COUNTED, MOST_EVENTS, Untold
from webapp.tasks.visits import VisitTeller

NEVER, SOON = timedelta(hours=1), timedelta(milliseconds=20)
ASSERTION = "b" * 32


@pytest.fixture
def certificate(session: Session) -> GeneratedCertificate:
    """Ada's certificate."""
    make_run(session)
    certificate = make_issued(session)
    session.commit()
    return certificate


@pytest.fixture
def teller(app: Flask) -> VisitTeller:
    """What tells the database, when it is asked to."""
    teller = VisitTeller(app, NEVER)
    app.extensions["ports"] = Ports(attempts=FakeAttempts(), visits=teller)
    return teller


def shown(certificate: GeneratedCertificate, number: int | None = None) -> Shown:
    """What a page knows of a certificate."""
    return Shown(number or certificate.id, certificate.learner_id, 7, HTML, "verified", UUID)


def counts(session: Session) -> list[tuple[int, int, Any]]:
    """Give what is counted: visits, shares, and the last visit."""
    session.rollback()
    rows = session.scalars(select(EvidenceCount).order_by(EvidenceCount.id))
    return [(row.visits, row.shares, row.last_visit_at) for row in rows]


def events(session: Session) -> list[dict[str, Any]]:
    """Give what waits to be told one by one."""
    session.rollback()
    return [row.payload for row in session.scalars(select(Outbox).order_by(Outbox.id))]


class TestGivenVisits:
    def test_they_are_counted_by_day_and_told_one_by_one(
        self, session: Session, certificate: GeneratedCertificate, teller: VisitTeller
    ) -> None:
        moments = [NOON, NOON - timedelta(hours=1), NOON + timedelta(days=1)]
        for moment in moments:
            teller.see(EvidenceVisit(shown(certificate), moment, "LinkedIn"))

        teller.tell()
        teller.see(EvidenceVisit(shown(certificate), NOON - timedelta(hours=2)))
        teller.tell()

        assert counts(session) == [(3, 0, NOON), (1, 0, NOON + timedelta(days=1))]
        told = events(session)
        assert [event["event"]["social_network"] for event in told] == ["LinkedIn"] * 3 + [None]
        assert told[0]["event"] == {
            "user_id": 7,
            "course_id": HTML,
            "certificate_id": UUID,
            "enrollment_mode": "verified",
            "social_network": "LinkedIn",
            "certificate_url": f"http://desk.test{PAGE}",
        }
        found = evidence.attention_of(session, certificate.id)
        assert (found.visits, found.shares, found.last_visit_at) == (4, 0, NOON + timedelta(days=1))
        teller.stop()

    def test_a_share_and_a_visit_of_a_day_stand_together(
        self, session: Session, certificate: GeneratedCertificate
    ) -> None:
        untold = Untold()
        untold.add(EvidenceVisit(shown(certificate), NOON))
        evidence.share(session, shown(certificate), "x", base_url="http://desk.test", now=NOON)
        evidence.tell(session, untold, base_url="http://desk.test", now=NOON)
        session.commit()

        assert counts(session) == [(1, 1, NOON)]

    def test_they_are_told_before_long(self, app: Flask, session: Session, certificate: GeneratedCertificate) -> None:
        teller = VisitTeller(app, SOON)

        teller.see(EvidenceVisit(shown(certificate), NOON))

        wait_until(lambda: counts(session) == [(1, 0, NOON)])
        teller.stop()

    def test_one_of_a_certificate_that_is_gone_keeps_back_no_other(
        self, session: Session, certificate: GeneratedCertificate, teller: VisitTeller
    ) -> None:
        teller.see(EvidenceVisit(shown(certificate, 999_999), NOON))
        teller.see(EvidenceVisit(shown(certificate), NOON))

        teller.tell()

        assert counts(session) == [(1, 0, NOON)]
        assert len(events(session)) == 1
        teller.stop()

    def test_who_followed_a_badge_is_told_of_it_where_there_is_one(
        self, session: Session, certificate: GeneratedCertificate, teller: VisitTeller
    ) -> None:
        teller.see(EvidenceVisit(shown(certificate), NOON, by_badge=True))
        teller.tell()
        without = len(events(session))
        make_award(session, certificate)
        teller.see(EvidenceVisit(shown(certificate), NOON, by_badge=True))

        teller.tell()

        assert without == 1
        badge = events(session)[-1]
        assert badge["name"] == "edx.badge.assertion.evidence_visited"
        assert badge["event"]["assertion_json_url"] == f"http://desk.test/badges/assertions/{ASSERTION}"
        teller.stop()

    def test_a_database_that_fails_hears_of_them_later(
        self, app: Flask, session: Session, certificate: GeneratedCertificate, teller: VisitTeller
    ) -> None:
        teller.see(EvidenceVisit(shown(certificate), NOON))
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE evidence_count RENAME TO away"))
        teller.tell()
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO evidence_count"))
        teller.see(EvidenceVisit(shown(certificate), NOON + timedelta(minutes=1)))

        teller.tell()

        assert counts(session) == [(2, 0, NOON + timedelta(minutes=1))]
        assert len(events(session)) == 2
        teller.stop()

    def test_many_are_counted_and_not_told_one_by_one(self, certificate: GeneratedCertificate) -> None:
        untold, again = Untold(), Untold()
        for _ in range(MOST_EVENTS + 5):
            untold.add(EvidenceVisit(shown(certificate), NOON))
        again.add(EvidenceVisit(shown(certificate), NOON))

        again.put_before(untold)

        assert len(again.visits) == MOST_EVENTS
        assert again.counts == {(certificate.id, NOON.date()): (MOST_EVENTS + 6, NOON)}

    def test_those_of_too_many_certificates_are_left_out(self, certificate: GeneratedCertificate) -> None:
        untold = Untold()
        for number in range(MOST_COUNTED + 3):
            untold.add(EvidenceVisit(shown(certificate, number + 1), NOON))

        assert (len(untold.counts), untold.left_out) == (MOST_COUNTED, 3)


def make_award(session: Session, certificate: GeneratedCertificate) -> None:
    """Let a certificate have brought a badge."""
    session.execute(delete(BadgeAward))
    session.add(
        BadgeAward(
            learner_id=certificate.learner_id,
            course_id=certificate.course_id,
            certificate_id=certificate.id,
            mode="verified",
            class_slug="slug",
            state=BadgeState.AWARDED,
            assertion_id=ASSERTION,
            salt="5" * 32,
            status_number=7,
            created_at=NOON,
            awarded_at=NOON,
        )
    )
    session.commit()
