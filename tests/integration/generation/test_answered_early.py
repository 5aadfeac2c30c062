"""Is nothing locked while XQueue is asked, so that even an answer that overtakes its own submission is taken once?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.candidates import PDF, make_candidate, make_run
from tests.factories.deliveries import send
from tests.factories.orders import an_order
from tests.factories.queue_messages import REASON, VERIFY, failure, success
from tests.fakes import FakeAttempts, FakeQueue, FakeTracking
from tests.integration.generation.desk import Desk, steps
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.queue.messages import parse_object
from webapp.domain.queue.requests import Submission
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import CourseGrade, Learner
from webapp.models.messages import CallbackInbox, Outbox
from webapp.ports import Ports, QueueRefused, QueueUnreachable
from webapp.services.generation import acts
from webapp.services.messages.outbox import Channel

GONE = QueueUnreachable("cannot connect to server")


class BusyQueue(FakeQueue):
    """Does something while it is asked, and only then takes the job, or raises its fault."""

    def __init__(
        self, meanwhile: Callable[[str], object], fault: QueueRefused | QueueUnreachable | None = None
    ) -> None:
        """Begin with no job; `meanwhile` is told the key of each."""
        super().__init__(fault)
        self._meanwhile = meanwhile

    def submit(self, submission: Submission) -> None:
        """Take one job, or raise the fault."""
        self._meanwhile(str(parse_object(submission.header)["lms_key"]))
        super().submit(submission)


def asking(
    desk: Desk, meanwhile: Callable[[str], object], fault: QueueUnreachable | QueueRefused | None = None
) -> None:
    """Submit ada's PDF and send it to a queue that does something meanwhile."""
    desk.queue = BusyQueue(meanwhile, fault)
    desk.app.extensions["ports"] = Ports(FakeAttempts(), desk.courier, FakeTracking(), desk.queue)
    with desk.work() as session:
        make_run(session, PDF)
        make_candidate(session, course_id=PDF)
        acts.generate(session, an_order(now=clock.now()), "ada", PDF)
    desk.send()


def answering(desk: Desk, body: str) -> Callable[[str], object]:
    """Give what answers a job."""
    return lambda key: send(desk.app.test_client(), body, key)


class TestGivenAnAnswerThatComesBeforeTheSubmissionIsNoted:
    @pytest.mark.parametrize(
        "fault", [None, QueueUnreachable("the answer was lost"), QueueRefused("no")], ids=["taken", "lost", "refused"]
    )
    def test_a_success_stands(self, desk: Desk, fault: QueueUnreachable | QueueRefused | None) -> None:
        asking(desk, answering(desk, success(course_id=PDF)), fault)
        desk.let_pass(timedelta(minutes=10))
        desk.send()

        row = desk.held("ada", PDF)
        assert (row.status, row.verify_uuid, row.error_reason) == (Status.DOWNLOADABLE, VERIFY, "")
        assert steps(desk.moves("ada", PDF))[1:] == [(Status.GENERATING, Status.DOWNLOADABLE, "queue_answer")]
        assert len(desk.queue.tries) == 1

    def test_a_failure_stands_with_its_reason(self, desk: Desk) -> None:
        asking(desk, answering(desk, failure(course_id=PDF)))

        row = desk.held("ada", PDF)
        assert (row.status, row.error_reason) == (Status.ERROR, REASON)
        assert desk.entry().sent_at is not None

    def test_the_answer_is_taken_and_kept_as_any_other(self, desk: Desk) -> None:
        asking(desk, answering(desk, success(course_id=PDF)))

        assert [delivery.outcome for delivery in desk.every(CallbackInbox)] == [Outcome.APPLIED]

    def test_the_sweep_finds_nothing(self, desk: Desk) -> None:
        asking(desk, answering(desk, success(course_id=PDF)))
        desk.sets(stuck_minutes=0)

        assert desk.sweep() == 0


class TestGivenAQueueThatIsAsked:
    def test_nobody_is_kept_from_learner_certificate_or_entry(self, desk: Desk) -> None:
        seen: list[int] = []

        def lock_everything(_key: str) -> None:
            with desk.work() as session:
                nowait = session.get_bind().dialect.name == "postgresql"
                queries = [
                    select(model).with_for_update(nowait=nowait) for model in (Learner, GeneratedCertificate, Outbox)
                ]
                seen.extend(len(session.scalars(query).all()) for query in queries)

        asking(desk, lock_everything)

        assert seen == [1, 1, 3]  # a job, and two tracking events
        assert desk.held("ada", PDF).submitted_at is not None

    def test_an_invalidation_meanwhile_is_not_undone_by_what_is_noted(self, desk: Desk) -> None:
        def take_away(_key: str) -> None:
            with desk.work() as session:
                _grade(session, passed=False)
                acts.judge_anew(session, an_order(now=clock.now()), "ada", PDF)

        asking(desk, take_away)

        row = desk.held("ada", PDF)
        assert (row.status, row.submitted_at) == (Status.NOT_PASSING, None)
        assert desk.entry(Channel.XQUEUE).sent_at is not None

    def test_nor_is_one_that_is_out_of_reach(self, desk: Desk) -> None:
        def take_away(_key: str) -> None:
            with desk.work() as session:
                _grade(session, passed=False)
                acts.judge_anew(session, an_order(now=clock.now()), "ada", PDF)

        asking(desk, take_away, GONE)
        desk.let_pass(timedelta(minutes=10))
        desk.send()

        row = desk.held("ada", PDF)
        assert (row.status, row.error_reason, len(desk.queue.tries)) == (Status.NOT_PASSING, "", 1)

    @pytest.mark.parametrize("fault", [None, GONE, QueueRefused("no")], ids=["taken", "lost", "refused"])
    def test_a_newer_job_that_was_asked_for_meanwhile_is_not_touched(
        self, desk: Desk, fault: QueueUnreachable | QueueRefused | None
    ) -> None:
        def ask_anew(_key: str) -> None:
            if len(desk.queue.tries) > 0:
                return
            with desk.work() as session:
                _grade(session, passed=False)
                acts.judge_anew(session, an_order(now=clock.now()), "ada", PDF)
                _grade(session, passed=True)
                acts.generate(session, an_order(now=clock.now() + timedelta(hours=1)), "ada", PDF)

        asking(desk, ask_anew, fault)

        row, (older, newer) = desk.held("ada", PDF), desk.entries(Channel.XQUEUE)
        assert (row.status, row.submitted_at, row.error_reason) == (Status.GENERATING, None, "")
        assert (newer.payload["key"], newer.tries) == (row.key, 0)
        assert older.tries == 1


def _grade(session: Session, *, passed: bool) -> None:
    session.query(CourseGrade).update({"passed": passed})
