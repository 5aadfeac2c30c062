"""Is there something of everything in the demonstration?"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fakes import NOON
from tests.integration.demo.told import (
    TOLD_OUTCOMES,
    moves,
)
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.certificates.transitions import Cause
from webapp.domain.learners.name_words import words_of
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.examples import ExampleCertificate
from webapp.models.learners import Learner, LearnerNameWord
from webapp.models.messages import CallbackInbox
from webapp.services.certificates import overview
from webapp.services.messages import inbox


class TestGivenItsTables:
    def test_every_status_occurs(self, told: Session) -> None:
        certificates = set(told.scalars(select(GeneratedCertificate.status)))
        example_statuses = set(told.scalars(select(ExampleCertificate.status)))

        assert certificates == set(Status)
        assert example_statuses == set(ExampleStatus)

    def test_every_learner_has_a_name_that_can_be_found(self, told: Session) -> None:
        learners = told.scalars(select(Learner)).all()

        names = [learner.name for learner in learners]

        assert len(learners) >= 40
        assert all(names)
        assert max(map(len, names)) >= 60
        kept = told.execute(select(LearnerNameWord.learner_id, LearnerNameWord.word))
        assert {tuple(row) for row in kept} == {
            (learner.id, word) for learner in learners for word in words_of(learner.name)
        }

    def test_the_course_runs_are_of_every_kind(self, told: Session) -> None:
        courses = told.scalars(select(CourseRun)).all()

        beginnings = {course.course_id.partition(":")[0] for course in courses}

        assert beginnings == {"course-v1", "ccx-v1", "Certdesk/Poetry/2014_Fall"}
        assert {course.html_certificates for course in courses} == {True, False}

    def test_every_cause_has_words(self, told: Session) -> None:
        causes = set(told.scalars(select(CertificateTransition.cause)))

        assert causes <= set(Cause)

    def test_each_certificate_is_where_its_last_move_led_and_nothing_lies_ahead(self, told: Session) -> None:
        certificates = told.scalars(select(GeneratedCertificate)).all()

        led = {certificate.id: moves(told, certificate)[-1] for certificate in certificates}

        assert led == {certificate.id: certificate.status for certificate in certificates}
        assert all(certificate.created_at <= certificate.modified_at <= NOON for certificate in certificates)

    def test_the_inbox_holds_every_kind_of_delivery_in_the_order_of_time(self, told: Session) -> None:
        deliveries = told.scalars(select(CallbackInbox).order_by(CallbackInbox.id)).all()

        times = [delivery.received_at for delivery in deliveries]

        assert {delivery.outcome for delivery in deliveries} == TOLD_OUTCOMES
        assert times == sorted(times)
        assert [delivery.closed_by for delivery in deliveries if delivery.note] == ["sasha"]

    def test_purging_the_inbox_takes_nothing_yet(self, told: Session) -> None:
        gone = inbox.purge(told, now=NOON, days=30, unmatched_days=7)

        assert gone == 0

    def test_two_certificates_are_stuck(self, told: Session) -> None:
        attention = overview.attention(told, now=NOON, stuck_minutes=15)

        assert attention.stuck == 2
