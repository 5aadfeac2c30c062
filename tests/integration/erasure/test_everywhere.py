"""Is nobody's name left anywhere, and is everybody else's?"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.erasure import EMPTIED, GOES, REPLACED, STAYS
from tests.factories.orders import SAM
from tests.fakes import NOON
from tests.integration.erasure.eraser import REASON, Eraser, left_of
from tests.integration.erasure.everywhere import (
    EMAIL,
    NAME,
    USERNAME,
    accounts_of,
    columns_naming,
    make_everything,
    numbers_naming,
)
from webapp import clock
from webapp.domain.learners.erasure import PREFIX
from webapp.domain.roles import Role
from webapp.errors import NoteMissing, UnknownLearner
from webapp.errors.learners import ErasureRefused, ReasonNamesLearner
from webapp.models.audit import AuditEvent
from webapp.models.base import unit_of_work
from webapp.models.bus import DeadLetter
from webapp.models.certificates import CertificateTransition, CourseMilestone, FormerPublicId, GeneratedCertificate
from webapp.models.learners import Enrollment, Learner
from webapp.models.messages import CallbackInbox, Outbox
from webapp.services import audit
from webapp.services.configs import machine
from webapp.services.erasure import erasing

TOO_SHORT = {"account.password_hash", "generated_certificate.grade"}
"""Her name does not fit into these."""


class Failure(Exception):
    """What a test lets go wrong."""


def shut(names: set[str]) -> set[str]:
    """The tables of columns."""
    return {name.partition(".")[0] for name in names}


class TestGivenALearnerWhoIsNamedEverywhere:
    def test_every_column_that_is_emptied_had_her_name_in_it(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)

        named = columns_naming(session)

        emptied = {
            f"{table}.{column}"
            for table, columns in GOES.items()
            for column, how in columns.items()
            if how in (EMPTIED, REPLACED)
        }
        assert emptied - TOO_SHORT - named == set()
        assert set(GOES) - shut(named) <= {"held_back", "notice", "course_grade", "enrollment", "id_verification"}

    def test_she_is_named_nowhere_afterwards(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)

        eraser.erases()

        session.rollback()
        kept = {f"{table}.{column}" for table, columns in STAYS.items() for column in columns}
        assert columns_naming(session) - kept == set()
        assert (
            columns_naming(session) == set()
        )  # nor in what may keep a name: nothing of before was written by the desk
        assert list(numbers_naming(session)) == []

    def test_a_placeholder_that_nobody_can_read_takes_her_place(self, eraser: Eraser, session: Session) -> None:
        learner = make_everything(session)

        done = eraser.erases()

        left = left_of(session, learner.id)
        assert left.username == done.placeholder
        assert left.username.startswith(PREFIX)
        assert (left.email, left.name, left.external_id, left.allow_certificate) == ("", "", None, False)
        assert left.erased_at == NOON

    def test_it_stays_that_there_was_a_certificate_and_how_it_moved(self, eraser: Eraser, session: Session) -> None:
        learner = make_everything(session)

        eraser.erases()

        session.rollback()
        held = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.learner_id == learner.id)).one()
        moves = session.scalars(
            select(CertificateTransition)
            .where(CertificateTransition.certificate_id == held.id)
            .order_by(CertificateTransition.id)
        ).all()
        assert (held.status, held.mode, held.name, held.grade, held.key) == ("deleted", "honor", "", "", "")
        assert held.verify_uuid == "5" * 32
        assert [(move.from_status, move.to_status, move.cause, move.actor_name) for move in moves] == [
            (None, "downloadable", "requested", "erased"),
            ("downloadable", "deleted", "erased", "sam"),
        ]
        assert session.scalar(select(func.count()).select_from(FormerPublicId)) == 1
        assert session.scalar(select(func.count()).select_from(CourseMilestone)) == 1

    def test_everybody_else_is_left_as_they_are(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)

        eraser.erases()

        session.rollback()
        bob = session.scalars(select(Learner).where(Learner.username == "bob")).one()
        kept = session.scalars(select(CallbackInbox.body).where(CallbackInbox.username == "bob")).all()
        open_letters = session.scalars(select(DeadLetter.id).where(DeadLetter.closed_at.is_(None))).all()
        waits = session.scalars(select(Outbox.payload).where(Outbox.channel == "generation")).all()
        assert (bob.name, bob.email) == ("Bob", "bob@mail.test")
        assert kept == ['{"username": "bob"}']
        assert len(open_letters) == 2
        assert [one["learner_id"] for one in waits] == [bob.id]
        assert session.scalars(select(Enrollment.learner_id)).all() == [bob.id]
        assert session.scalar(select(func.count()).where(Learner.username.startswith("noise"))) == 5

    def test_her_account_is_shut_and_empty(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)

        done = eraser.erases()

        session.rollback()
        (account,) = accounts_of(session)
        assert (account.username, account.email, account.password_hash) == (done.placeholder, "", None)
        assert (account.disabled_at, account.learner_id) == (NOON, None)

    def test_the_audit_tells_what_went_and_nobodys_name(self, eraser: Eraser, session: Session) -> None:
        learner = make_everything(session)

        done = eraser.erases()

        session.rollback()
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "learner.erased")).one()
        told = audit.details_of(event)
        assert (event.kind, event.key, event.actor_name, event.reason) == ("learner", done.placeholder, "sam", REASON)
        assert (told["learner"], told["certificates"], told["certificates_ended"], told["accounts"]) == (
            learner.id,
            1,
            1,
            1,
        )
        assert told["erased"]["deliveries"] == 4
        assert told["erased"]["notes"] == 1
        assert audit.verify(session).ok

    def test_what_is_foreseen_is_what_goes(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)

        foreseen, done = eraser.foresees(), eraser.erases()

        assert foreseen.counts == done.counts
        assert (foreseen.certificates, foreseen.ends, foreseen.files, foreseen.server_badges) == (1, 1, 1, 0)

    def test_foreseeing_changes_nothing(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        before = columns_naming(session)

        eraser.foresees()

        session.rollback()
        assert columns_naming(session) == before


class TestGivenASecondTime:
    @pytest.mark.parametrize("by", ["her former name", "what is left of her"])
    def test_nothing_more_happens(self, eraser: Eraser, session: Session, by: str) -> None:
        make_everything(session)
        first = eraser.erases()

        again = eraser.erases(USERNAME if by == "her former name" else first.placeholder)

        session.rollback()
        assert (again.again, again.placeholder) == (True, first.placeholder)
        assert session.scalar(select(func.count()).where(AuditEvent.action == "learner.erased")) == 1

    def test_somebody_who_never_was_is_unknown(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        eraser.erases()

        with pytest.raises(UnknownLearner):
            eraser.erases("nobody")
        with pytest.raises(UnknownLearner):
            eraser.foresees(USERNAME)


class TestGivenItFailsHalfWay:
    def test_nothing_is_changed(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        before = columns_naming(session)

        @contextmanager
        def failing() -> Iterator[Session]:
            with unit_of_work() as work:
                yield work
                raise Failure

        with eraser.app.app_context(), suppress(Failure):
            erasing.erase(failing, SAM, USERNAME, REASON, new_key=clock.new_key, now=NOON)

        session.rollback()
        assert columns_naming(session) == before
        assert session.scalar(select(func.count()).where(AuditEvent.action == "learner.erased")) == 0


class TestGivenItCannotBe:
    @pytest.mark.parametrize("reason", ["", "  \n", "x" * 1_001])
    def test_a_reason_is_needed(self, eraser: Eraser, session: Session, reason: str) -> None:
        make_everything(session)

        with pytest.raises(NoteMissing):
            eraser.erases(reason=reason)

    @pytest.mark.parametrize("named", [USERNAME, EMAIL, NAME, NAME.upper()])
    def test_the_reason_stays_and_may_not_name_her(self, eraser: Eraser, session: Session, named: str) -> None:
        make_everything(session)

        with pytest.raises(ReasonNamesLearner):
            eraser.erases(reason=f"Asked for by {named}.")

    def test_an_account_with_a_role_has_to_lose_it_first(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        machine.write_roles(session, SAM, USERNAME, (Role.VIEWER,), now=NOON)
        session.commit()

        with pytest.raises(ErasureRefused, match=USERNAME):
            eraser.erases()

        assert eraser.foresees().refused
