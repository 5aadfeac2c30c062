"""Does a job wait while XQueue cannot be asked, say why, and end after six hours (decision 39)?"""

from datetime import timedelta

from structlog.contextvars import bound_contextvars
from structlog.testing import capture_logs

from tests.factories.candidates import PDF, make_candidate, make_run
from tests.factories.orders import an_order
from tests.integration.generation.desk import Desk, steps, submit_more
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.models.messages import Outbox
from webapp.ports import QueueUnreachable, SignInRefused
from webapp.services.generation import acts
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel

GONE = QueueUnreachable("cannot connect to server")
STRANGER = SignInRefused("XQueue refused our sign-in (no); an operator must correct it")
MINUTE, SIX_HOURS = timedelta(minutes=1), timedelta(hours=6)


class TestGivenAnXQueueThatCannotBeReached:
    def test_the_row_goes_on_waiting_and_says_why(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE

        submitted.send()

        row, entry = submitted.held("ada", PDF), submitted.entry()
        assert (row.status, row.error_reason) == (Status.GENERATING, "cannot connect to server")
        assert (row.submitted_at, len(submitted.moves("ada", PDF))) == (None, 1)
        assert (entry.sent_at, entry.failed_at, entry.last_problem) == (None, None, "cannot connect to server")

    def test_it_is_asked_again_within_five_seconds_and_not_at_once(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE
        submitted.send()
        again_at = submitted.entry().next_try_at

        submitted.send()
        tries_at_once = len(submitted.queue.tries)
        submitted.let_pass(timedelta(seconds=5))
        submitted.send()

        assert clock.now() - MINUTE < again_at <= clock.now() + timedelta(seconds=5)
        assert (tries_at_once, len(submitted.queue.tries)) == (1, 2)

    def test_each_try_carries_the_same_key(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE
        for _ in range(5):
            submitted.send()
            submitted.let_pass(timedelta(minutes=10))
        submitted.queue.fault = None

        submitted.send()

        assert len({(job.header, job.body) for job in submitted.queue.tries}) == 1
        assert (len(submitted.queue.tries), submitted.entry().tries) == (6, 6)

    def test_once_it_is_back_the_reason_goes(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE
        submitted.send()
        submitted.queue.fault = None
        submitted.let_pass(timedelta(seconds=5))

        submitted.send()

        row = submitted.held("ada", PDF)
        assert (row.status, row.error_reason, row.submitted_at is not None) == (Status.GENERATING, "", True)
        assert submitted.entry().last_problem == ""

    def test_the_sweep_leaves_the_row_alone(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE
        submitted.sets(stuck_minutes=0)
        submitted.send()
        submitted.let_pass(timedelta(hours=3))

        swept = submitted.sweep()

        assert (swept, len(submitted.entries(Channel.XQUEUE))) == (5, 6)
        assert submitted.held("ada", PDF).status is Status.GENERATING

    def test_a_minute_short_of_six_hours_it_is_still_tried(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE
        submitted.try_in_vain(SIX_HOURS - MINUTE)

        submitted.send()

        assert submitted.held("ada", PDF).status is Status.GENERATING

    def test_after_a_rest_of_ours_it_is_tried_as_often_as_any_other(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE
        submitted.let_pass(SIX_HOURS + SIX_HOURS)

        submitted.send()

        assert submitted.held("ada", PDF).status is Status.GENERATING

    def test_given_up_it_is_found_by_the_request_that_asked_for_it(self, desk: Desk) -> None:
        with desk.work() as session, bound_contextvars(request_id="request-1"):
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)
        desk.queue.fault = GONE
        desk.try_in_vain(SIX_HOURS)

        desk.send()

        assert (desk.moves("ada", PDF)[-1].request_id, desk.told()[-1].request_id) == ("request-1", "request-1")

    def test_after_six_hours_it_ends_in_error_with_the_reason(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE
        submitted.try_in_vain(SIX_HOURS)

        submitted.send()

        reason = "Not sent within six hours: cannot connect to server"
        row, entry, told = submitted.held("ada", PDF), submitted.entry(), submitted.told()[-1]
        assert (row.status, row.error_reason) == (Status.ERROR, reason)
        assert (entry.sent_at, entry.failed_at is not None, entry.last_problem) == (None, True, reason)
        *_, move = submitted.moves("ada", PDF)
        assert steps([move]) == [(Status.GENERATING, Status.ERROR, "given_up")]
        assert (move.reason, move.actor_name) == (reason, "schedule")
        assert (told.action, told.key, told.actor, told.reason) == (
            "certificate.given_up", str(row.id), "schedule", reason
        )  # fmt: skip
        assert told.details == {
            "before": {"status": "generating", "error_reason": ""},
            "after": {"status": "error", "error_reason": reason},
        }

    def test_given_up_it_is_tried_no_more_and_can_be_made_anew(self, submitted: Desk) -> None:
        submitted.queue.fault = GONE
        submitted.try_in_vain(SIX_HOURS)
        submitted.send()
        submitted.queue.fault = None
        submitted.let_pass(timedelta(days=1))
        tried = submitted.send()

        with submitted.work() as session:
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)
        submitted.send()

        first, second = submitted.entries(Channel.XQUEUE)
        assert (tried, len(submitted.queue.submissions)) == (0, 1)
        assert first.payload["key"] != second.payload["key"] == submitted.held("ada", PDF).key

    def test_many_that_wait_are_told_so_without_each_being_tried(self, submitted: Desk) -> None:
        submit_more(submitted, 9)
        submitted.queue.fault = GONE

        submitted.send()

        assert len(submitted.queue.tries) == 3
        assert {entry.last_problem for entry in submitted.entries(Channel.XQUEUE)} == {"cannot connect to server"}
        assert {submitted.held(f"learner{n}", PDF).error_reason for n in range(9)} == {"cannot connect to server"}

    def test_once_it_is_back_all_of_them_leave(self, submitted: Desk) -> None:
        submit_more(submitted, 9)
        submitted.queue.fault = GONE
        submitted.send()
        submitted.queue.fault = None
        submitted.let_pass(timedelta(seconds=5))

        submitted.send()

        assert len(submitted.queue.submissions) == 10


class TestGivenAnXQueueThatRefusesOurSignIn:
    def test_every_job_waits_and_says_so_after_one_try(self, submitted: Desk) -> None:
        submit_more(submitted, 9)
        submitted.queue.fault = STRANGER

        submitted.send()

        row, names = submitted.held("ada", PDF), ("ada", *(f"learner{n}" for n in range(9)))
        assert (row.status, row.error_reason, len(submitted.moves("ada", PDF))) == (
            Status.GENERATING, str(STRANGER), 1
        )  # fmt: skip
        assert {submitted.held(name, PDF).status for name in names} == {Status.GENERATING}
        assert {entry.last_problem for entry in submitted.entries(Channel.XQUEUE)} == {str(STRANGER)}
        assert len(submitted.queue.tries) == 1

    def test_operators_find_it_among_the_errors_of_the_log(self, submitted: Desk) -> None:
        submitted.queue.fault = STRANGER

        with capture_logs() as lines:
            submitted.send()

        (line,) = [line for line in lines if line["event"].startswith("queue.")]
        assert (line["log_level"], line["event"], line["problem"]) == (
            "error", "queue.sign_in_refused", str(STRANGER)
        )  # fmt: skip

    def test_once_the_password_is_right_all_of_them_leave(self, submitted: Desk) -> None:
        submit_more(submitted, 9)
        submitted.queue.fault = STRANGER
        submitted.send()
        submitted.queue.fault = None
        submitted.let_pass(timedelta(seconds=5))

        submitted.send()

        assert len(submitted.queue.submissions) == 10
        assert submitted.held("ada", PDF).error_reason == ""


class TestGivenNoQueueAnyMore:
    def test_the_job_waits_for_one(self, submitted: Desk) -> None:
        ports = submitted.app.extensions["ports"]
        submitted.app.extensions["ports"] = type(ports)(ports.attempts)

        submitted.send()

        row = submitted.held("ada", PDF)
        assert (row.status, row.error_reason) == (Status.GENERATING, "no queue configured")


class TestGivenAnErrorOfOurs:
    def test_it_is_told_on_the_row_and_what_comes_after_leaves(self, submitted: Desk) -> None:
        with submitted.work() as session:
            row = session.query(Outbox).filter_by(channel=Channel.XQUEUE.value).one()
            row.payload = {"key": row.payload["key"]}
        submit_more(submitted, 5)

        submitted.send()

        row_of_ada = submitted.held("ada", PDF)
        assert (row_of_ada.status, row_of_ada.error_reason) == (
            Status.GENERATING, "an error of our own (KeyError)"
        )  # fmt: skip
        assert len(submitted.queue.submissions) == 5
        assert submitted.entries(Channel.XQUEUE)[0].next_try_at <= clock.now() + timedelta(seconds=5)

    def test_after_six_hours_it_ends_in_error(self, submitted: Desk) -> None:
        with submitted.work() as session:
            row = session.query(Outbox).filter_by(channel=Channel.XQUEUE.value).one()
            row.payload = {"key": row.payload["key"]}
        submitted.try_in_vain(SIX_HOURS)

        submitted.send()

        assert submitted.held("ada", PDF).status is Status.ERROR

    def test_one_that_cannot_even_be_looked_at_holds_up_nobody_now_or_later(self, submitted: Desk) -> None:
        with submitted.work() as session:
            session.query(Outbox).filter_by(channel=Channel.XQUEUE.value).one().payload = {}
        submit_more(submitted, 5)

        for _ in range(3):
            submitted.send()
            submitted.let_pass(outbox.SENT_WITHIN)

        assert len(submitted.queue.submissions) == 5
