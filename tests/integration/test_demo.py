"""Does the demonstration tell its stories, and can a newcomer play along?"""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import make_learner
from tests.fakes import NOON
from webapp.adapters.certificate_page import render_certificate
from webapp.clock import new_uuid
from webapp.domain.actors import Actor
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.learners.name_words import words_of
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.errors import DemoRefused
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.badges import BadgeAward
from webapp.models.base import db
from webapp.models.certificates import CertificateTransition, DateOverride, FormerPublicId, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.examples import ExampleCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Learner, LearnerNameWord
from webapp.models.messages import CallbackInbox
from webapp.models.prepared import Line
from webapp.services import accounts, audit, demo
from webapp.services.certificates import callbacks, examples, overview
from webapp.services.certificates.timeline import ACTIONS, CAUSES
from webapp.services.demo import answers
from webapp.services.demo.load import tell
from webapp.services.demo.stories import APPLY_AGAIN_KEY, WAITING_EXAMPLE
from webapp.services.following.moves import EVERYTHING_USUAL
from webapp.services.messages import inbox, retries
from webapp.services.messages.inbox import Delivery
from webapp.services.messages.outbox import Channel
from webapp.tasks.outbox import send_due

CALCULUS = "course-v1:Certdesk+Calculus+2026"
HARBOUR = "course-v1:Certdesk+Harbour+2026"
ADAS_KEY = "5eed0000000000000000000000000001"
SASHA = Actor("sasha")
HERE = demo.Installation("http://desk.test", render_certificate)
TOLD_OUTCOMES = {
    Outcome.APPLIED,
    Outcome.DUPLICATE,
    Outcome.CONFLICT,
    Outcome.UNKNOWN_KEY,
    Outcome.INVALID_BODY,
    Outcome.UNREADABLE,
}


@pytest.fixture
def loaded(session: Session) -> Session:
    """A database with the demonstration in it."""
    demo.load(session, HERE, now=NOON)
    session.commit()
    return session


@pytest.fixture
def told(session: Session) -> Session:
    """A database with the stories and nobody who can sign in: to hash their passwords takes longer than all else."""
    tell(session, now=NOON)
    session.commit()
    return session


def held(session: Session, username: str, course_id: str) -> GeneratedCertificate:
    """Give what a learner holds in a course run."""
    return session.scalars(
        select(GeneratedCertificate)
        .join(GeneratedCertificate.learner)
        .where(Learner.username == username, GeneratedCertificate.course_id == course_id)
    ).one()


def moves(session: Session, certificate: GeneratedCertificate) -> list[Status]:
    """Give the statuses that a certificate went through, in order."""
    query = select(CertificateTransition.to_status).where(CertificateTransition.certificate_id == certificate.id)
    return list(session.scalars(query.order_by(CertificateTransition.id)))


def outcomes(session: Session, certificate: GeneratedCertificate) -> list[Outcome]:
    """Give what became of the answers for a certificate, in order."""
    query = select(CallbackInbox.outcome).where(CallbackInbox.certificate_id == certificate.id)
    return list(session.scalars(query.order_by(CallbackInbox.id)))


def counted(session: Session) -> dict[str, int]:
    """Give how many rows each table has."""
    tables = db.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


class TestGivenAnEmptyDatabase:
    def test_it_is_empty_until_somebody_is_there(self, session: Session) -> None:
        before = demo.is_empty(session)

        make_account(session)

        assert before
        assert not demo.is_empty(session)

    def test_loading_gives_everybody_who_can_sign_in(self, session: Session) -> None:
        people = demo.load(session, HERE, now=NOON)

        assert people == demo.list_people()
        assert {person.name for person in people} == {account.username for account in session.scalars(select(Account))}
        assert all(accounts.check_password(accounts.find_account(session, p.name), p.password) for p in people)


class TestGivenADatabaseWithALearner:
    def test_loading_is_refused(self, session: Session) -> None:
        make_learner(session)

        with pytest.raises(DemoRefused):
            demo.load(session, HERE, now=NOON)

        assert session.scalar(select(func.count()).select_from(Learner)) == 1


class TestGivenTheDemonstration:
    def test_loading_it_again_is_refused_and_changes_nothing(self, loaded: Session) -> None:
        before = counted(loaded)

        with pytest.raises(DemoRefused):
            demo.load(loaded, HERE, now=NOON + timedelta(days=1))
        loaded.commit()

        assert counted(loaded) == before
        assert not demo.is_empty(loaded)

    def test_the_audit_verifies_and_tells_of_the_loading(self, loaded: Session) -> None:
        verdict = audit.verify(loaded)
        last = loaded.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()

        assert verdict.ok
        assert last is not None
        assert set(loaded.scalars(select(AuditEvent.action))) <= set(ACTIONS)
        assert (last.action, last.kind, last.key) == ("demo.loaded", "demo", "-")

    def test_whoever_holds_a_certificate_of_the_harbour_gets_its_badge(self, app: Flask, loaded: Session) -> None:
        send_due(app, channels=frozenset({Channel.BADGE}))

        loaded.rollback()
        harbours = select(GeneratedCertificate.id).where(
            GeneratedCertificate.course_id == HARBOUR, GeneratedCertificate.status == Status.DOWNLOADABLE
        )
        badges = loaded.scalars(select(BadgeAward)).all()
        assert {one.certificate_id for one in badges} == set(loaded.scalars(harbours))
        assert {one.state for one in badges} == {BadgeState.AWARDED}


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

        assert causes <= set(CAUSES)

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


class TestGivenItsStories:
    def test_a_failed_job_was_sent_again_and_made(self, told: Session) -> None:
        certificate = held(told, "aoife", "course-v1:SeaU+Typesetting+2026")

        went_through = moves(told, certificate)

        assert went_through == [Status.GENERATING, Status.ERROR, Status.GENERATING, Status.DOWNLOADABLE]
        assert outcomes(told, certificate) == [Outcome.APPLIED, Outcome.APPLIED]

    def test_a_failed_job_says_why(self, told: Session) -> None:
        certificate = held(told, "zoe", "course-v1:SeaU+Typesetting+2026")

        reason = certificate.error_reason

        assert certificate.status is Status.ERROR
        assert "Nothing in fontlist supports string" in reason

    def test_repetition_rival_and_late_answers_changed_nothing(self, told: Session) -> None:
        names = ("grace", "noam", "leila", "bjorn")

        answered = [outcomes(told, held(told, name, CALCULUS)) for name in names]

        assert answered == [
            [Outcome.APPLIED, Outcome.DUPLICATE],
            [Outcome.APPLIED, Outcome.CONFLICT],
            [Outcome.UNKNOWN_KEY, Outcome.APPLIED],
            [Outcome.INVALID_BODY],
        ]

    def test_the_exceptions_are_there(self, told: Session) -> None:
        allowlisted = set(told.scalars(select(Learner.username).join(AllowlistEntry)))
        active = told.scalars(select(Invalidation).where(Invalidation.active)).all()

        assert "kofi" in allowlisted
        assert [invalidation.certificate_id for invalidation in active] == [held(told, "marta", HARBOUR).id]
        assert held(told, "marta", HARBOUR).grade == ""

    def test_a_former_id_and_another_date_are_there(self, told: Session) -> None:
        former = told.scalars(select(FormerPublicId)).one()
        override = told.scalars(select(DateOverride)).one()

        assert former.certificate_id == held(told, "sofia", CALCULUS).id
        assert override.certificate_id == held(told, "dmitri", HARBOUR).id


class TestGivenItsWaitingJobs:
    def test_five_answers_can_be_sent_by_hand(self, told: Session) -> None:
        keys = {name: held(told, name, CALCULUS).key for name in ("ada", "emmy", "sofya", "hypatia", "emilie")}

        waiting = [held(told, name, CALCULUS) for name in keys]

        assert list(keys.values()) == [f"5eed{number:028x}" for number in range(1, 6)]
        assert all(certificate.status is Status.GENERATING for certificate in waiting)

    def test_an_answer_as_captured_settles_adas(self, told: Session) -> None:
        body = answers.done_body("ada", CALCULUS, download_uuid="b" * 32, verify_uuid="a" * 32)
        delivery = Delivery(Endpoint.CERTIFICATE, answers.header(ADAS_KEY), body, "127.0.0.1", "")

        verdict = callbacks.take(Line.of(told), delivery, switches=EVERYTHING_USUAL, now=NOON, new_uuid=new_uuid)
        told.commit()

        assert verdict.outcome is Outcome.APPLIED
        told.expire_all()
        assert held(told, "ada", CALCULUS).status is Status.DOWNLOADABLE
        assert audit.verify(told).ok

    def test_the_refused_answer_can_be_applied_again(self, told: Session) -> None:
        refused = told.scalars(select(CallbackInbox).where(CallbackInbox.key == APPLY_AGAIN_KEY)).one()
        was_about = refused.certificate_id

        verdict = retries.apply_again(told, SASHA, refused.id, switches=EVERYTHING_USUAL, now=NOON, new_uuid=new_uuid)

        assert was_about is None
        assert verdict.outcome is Outcome.APPLIED
        assert verdict.certificate_id == held(told, "oluwaseun", CALCULUS).id

    def test_an_answer_settles_the_waiting_example(self, told: Session) -> None:
        uuid, access_key = WAITING_EXAMPLE
        body = json.dumps({"username": uuid, "url": "https://certs.example.org/example.pdf"})
        delivery = Delivery(Endpoint.EXAMPLE, answers.example_header(uuid, access_key), body, "127.0.0.1", "")

        verdict = examples.take(Line.of(told), delivery, now=NOON)

        assert verdict.outcome is Outcome.APPLIED
