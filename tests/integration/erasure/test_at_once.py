"""What comes of an erasure at the same moment as another, as an answer of the queue, as a note?"""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML
from tests.factories.deliveries import send
from tests.factories.queue_messages import KEY, success
from tests.integration.erasure.eraser import Eraser
from tests.integration.erasure.everywhere import USERNAME, columns_naming, make_everything
from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.errors.learners import LearnerErased
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.services import audit
from webapp.services.erasure.erasing import Erased
from webapp.services.support import notes

ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> None:
    """Do all of it in threads that begin together."""
    together = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> None:
        together.wait()
        act()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def with_queue(session: Session) -> int:
    """Let her certificate be with the queue."""
    learner = make_everything(session)
    held = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.learner_id == learner.id)).one()
    held.status, held.key, held.verify_uuid = Status.GENERATING, KEY, ""
    session.commit()
    return held.id


class TestGivenTwoErasuresAtOnce:
    def test_one_of_them_is_it(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        done: list[Erased] = []

        at_once(*[lambda: done.append(eraser.erases())] * 4)

        session.rollback()
        assert sorted(one.again for one in done) == [False, True, True, True]
        assert len({one.placeholder for one in done}) == 1
        assert session.scalar(select(func.count()).where(AuditEvent.action == "learner.erased")) == 1


class TestGivenAnAnswerOfTheQueueAtTheSameMoment:
    @pytest.mark.long
    @pytest.mark.parametrize("right", [True, False], ids=["her job's", "of an unknown key"])
    @pytest.mark.parametrize("number", range(ROUNDS))
    def test_whoever_is_first_nothing_of_her_is_left(
        self, eraser: Eraser, session: Session, number: int, *, right: bool
    ) -> None:
        certificate_id = with_queue(session)
        key = KEY if right else "9" * 32
        client = eraser.app.test_client()

        at_once(eraser.erases, *[lambda: send(client, success(username=USERNAME, course_id=HTML), key)] * 2)

        session.rollback()
        held = session.get_one(GeneratedCertificate, certificate_id, populate_existing=True)
        assert (held.status, held.name) == (Status.DELETED, "")
        assert columns_naming(session) == set()
        assert audit.verify(session).ok


class TestGivenANoteAtTheSameMoment:
    def test_it_is_erased_or_refused(self, eraser: Eraser, session: Session) -> None:
        learner = make_everything(session)
        sam = Actor("sam", session.scalars(select(Account.id).where(Account.username == "sam")).one())
        came_of_it: list[str] = []

        def note() -> None:
            try:
                with eraser.work() as work:
                    notes.write(work, sam, learner.id, CourseId(HTML), "Ada Needle again", now=clock.now())
                came_of_it.append("erased with her")
            except LearnerErased:
                came_of_it.append("refused")

        at_once(eraser.erases, note, note)

        session.rollback()
        assert len(came_of_it) == 2
        assert columns_naming(session) == set()
