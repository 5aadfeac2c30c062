"""Does each job leave once, when it may, and stay where it is while XQueue cannot be asked (decisions 31, 39, 40)?"""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import delete, update

from tests.factories.candidates import PDF
from tests.factories.deliveries import send
from tests.factories.orders import an_order
from tests.factories.queue_messages import REASON, failure, success
from tests.integration.generation.desk import Desk, at, steps, submit_more
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.learners import CourseGrade
from webapp.models.messages import Outbox
from webapp.ports import QueueRefused, QueueUnreachable
from webapp.services.generation import acts
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel

GONE = QueueUnreachable("cannot connect to server")
NOT_WANTED = "The certificate does not wait for this job any more."
MINUTE, SIX_HOURS = timedelta(minutes=1), timedelta(hours=6)


class TestGivenAnXQueueThatTakesEverything:
    def test_the_job_leaves_once_and_its_clock_starts(self, submitted: Desk) -> None:
        before = clock.now()

        tried = (submitted.send(), submitted.send())

        entry, row = submitted.entry(), submitted.held("ada", PDF)
        assert tried == (3, 0)
        assert [job.header for job in submitted.queue.tries] == [entry.payload["header"]]
        assert (row.status, row.error_reason) == (Status.GENERATING, "")
        assert before <= at(row.submitted_at) <= clock.now()
        assert (entry.sent_at, entry.failed_at, entry.tries) == (row.submitted_at, None, 1)

    def test_nobody_elses_clock_is_touched(self, submitted: Desk) -> None:
        with submitted.look() as session:
            before = session.query(GeneratedCertificate.submitted_at).filter_by(course_id="course-v1:Noise+N1+1").all()

        submitted.send()

        with submitted.look() as session:
            after = session.query(GeneratedCertificate.submitted_at).filter_by(course_id="course-v1:Noise+N1+1").all()
        assert before == after

    def test_sending_is_no_move(self, submitted: Desk) -> None:
        submitted.send()

        assert len(submitted.every(CertificateTransition)) == 1

    def test_jobs_leave_in_the_order_in_which_they_came(self, submitted: Desk) -> None:
        submit_more(submitted, 7)

        submitted.send()

        assert [job.header for job in submitted.queue.tries] == [
            entry.payload["header"] for entry in submitted.entries(Channel.XQUEUE)
        ]


class TestGivenAnXQueueThatRefuses:
    def test_the_certificate_ends_in_error_at_once_with_its_own_words(self, submitted: Desk) -> None:
        submitted.queue.fault = QueueRefused("Queue 'certificates' not found")

        submitted.send()

        row, entry = submitted.held("ada", PDF), submitted.entry()
        assert (row.status, row.error_reason) == (Status.ERROR, "Queue 'certificates' not found")
        assert (entry.failed_at is not None, entry.last_problem) == (True, "Queue 'certificates' not found")
        assert steps(submitted.moves("ada", PDF))[-1] == (Status.GENERATING, Status.ERROR, "given_up")

    def test_words_without_end_are_cut(self, submitted: Desk) -> None:
        submitted.queue.fault = QueueRefused("x" * 5_000)

        submitted.send()

        reasons = {submitted.held("ada", PDF).error_reason, submitted.moves("ada", PDF)[-1].reason}
        assert reasons == {"x" * 506 + " [...]"}

    def test_each_job_is_asked_for_all_the_same(self, submitted: Desk) -> None:
        submit_more(submitted, 9)
        submitted.queue.fault = QueueRefused("no")

        submitted.send()

        assert len(submitted.queue.tries) == 10


class TestGivenAJobThatNobodyWaitsForAnyMore:
    def test_one_whose_certificate_was_taken_away_is_not_sent(self, submitted: Desk) -> None:
        with submitted.work() as session:
            session.execute(update(CourseGrade).values(passed=False))
            acts.judge_anew(session, an_order(now=clock.now()), "ada", PDF)

        submitted.send()

        entry = submitted.entry()
        assert (submitted.queue.tries, entry.failed_at is not None, entry.last_problem) == ([], True, NOT_WANTED)
        assert submitted.held("ada", PDF).status is Status.NOT_PASSING

    def test_of_two_the_newer_alone_is_sent(self, submitted: Desk) -> None:
        with submitted.work() as session:
            session.execute(update(GeneratedCertificate).values(status=Status.ERROR))
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)

        submitted.send()

        older, newer = submitted.entries(Channel.XQUEUE)
        assert [job.header for job in submitted.queue.tries] == [newer.payload["header"]]
        assert (older.last_problem, newer.last_problem) == (NOT_WANTED, "")

    def test_one_whose_certificate_is_gone_is_not_sent(self, submitted: Desk) -> None:
        with submitted.work() as session:
            session.execute(update(Outbox).values(certificate_id=None))
            session.execute(delete(CertificateTransition))

        submitted.send()

        assert (submitted.queue.tries, submitted.entry().last_problem) == ([], NOT_WANTED)

    def test_one_that_was_answered_is_not_sent_again_and_its_reason_goes(
        self, submitted: Desk, client: FlaskClient
    ) -> None:
        submitted.queue.fault = QueueUnreachable("the answer was lost")
        submitted.send()
        send(client, success(course_id=PDF), submitted.held("ada", PDF).key)
        reason = submitted.held("ada", PDF).error_reason
        submitted.queue.fault = None
        submitted.let_pass(timedelta(seconds=5))

        submitted.send()

        row = submitted.held("ada", PDF)
        assert (reason, submitted.queue.submissions) == ("the answer was lost", [])
        assert (row.status, row.error_reason) == (Status.DOWNLOADABLE, "")

    def test_one_that_failed_keeps_the_workers_reason(self, submitted: Desk, client: FlaskClient) -> None:
        submitted.queue.fault = QueueUnreachable("the answer was lost")
        submitted.send()
        send(client, failure(course_id=PDF), submitted.held("ada", PDF).key)
        submitted.let_pass(timedelta(seconds=5))

        submitted.send()

        assert submitted.held("ada", PDF).error_reason == REASON


class TestGivenATakerThatDied:
    def test_its_entry_is_left_alone_for_a_minute_and_then_taken_again(self, submitted: Desk) -> None:
        with submitted.work() as session:
            outbox.take_due(session, Channel.XQUEUE, now=clock.now(), at_most=10)

        tried_at_once = submitted.send()
        submitted.let_pass(outbox.SENT_WITHIN)
        tried_later = submitted.send()

        assert (tried_at_once, tried_later) == (2, 1)  # the first two are tracking events
        assert (len(submitted.queue.submissions), submitted.entry().tries) == (1, 2)
