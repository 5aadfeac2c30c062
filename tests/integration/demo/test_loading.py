"""Can the demonstration be loaded once, where nobody is yet, and by nobody twice?"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import make_learner
from tests.fakes import NOON
from tests.integration.demo.told import HARBOUR, HERE, counted
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.statuses import Status
from webapp.errors import DemoRefused
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.badges import BadgeAward
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services import accounts, audit, demo
from webapp.services.audit_words import ACTIONS
from webapp.services.messages.outbox import Channel
from webapp.tasks.outbox import send_due


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
