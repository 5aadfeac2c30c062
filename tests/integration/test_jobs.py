"""Is a job run by one process at a time, for as long as it takes, and by another once its process died?"""

from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.factories.messages import make_agent_count, make_delivery, make_entry
from tests.fakes import NOON
from tests.waiting import wait_until
from webapp import clock
from webapp.models.base import db, unit_of_work
from webapp.models.messages import CallbackInbox, JobLease, Outbox, UserAgentCount
from webapp.services.messages import leases, outbox
from webapp.tasks.jobs import AT_ONCE, JOBS, Job, run_job, this_process

HOURLY = timedelta(hours=1)
MOMENT = timedelta(milliseconds=30)


def job_of(number: int = 1, *, every: timedelta = HOURLY) -> Job:
    """A job that gives this number."""
    return Job("job", every, lambda _app: number)


def lease_of(session: Session, job: str = "job") -> JobLease:
    """The job's lease as it is now."""
    session.rollback()
    return session.scalars(select(JobLease).where(JobLease.job == job).execution_options(populate_existing=True)).one()


class TestGivenALease:
    @pytest.mark.parametrize(
        ("later", "taken"),
        [
            (timedelta(0), False),
            (leases.LENGTH - timedelta(seconds=1), False),
            (leases.LENGTH, True),
        ],
    )
    def test_nobody_else_has_it_before_its_holder_must_be_dead(
        self, session: Session, later: timedelta, *, taken: bool
    ) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON)

        second = leases.take(session, "job", "second", every=HOURLY, now=NOON + later)

        assert second is taken

    def test_whoever_wants_the_job_now_waits_for_it_too(self, session: Session) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON)

        second = leases.take(session, "job", "second", every=AT_ONCE, now=NOON)

        assert second is False

    def test_giving_back_what_another_holds_changes_nothing(self, session: Session) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON)

        leases.give_back(session, "job", "second", now=NOON)

        assert leases.take(session, "job", "third", every=HOURLY, now=NOON + timedelta(seconds=1)) is False

    def test_renewed_it_lasts_longer(self, session: Session) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON)
        later = NOON + leases.LENGTH / 2

        renewed = leases.renew(session, "job", "first", now=later)

        assert renewed is True
        assert leases.take(session, "job", "second", every=HOURLY, now=NOON + leases.LENGTH) is False
        assert leases.take(session, "job", "second", every=HOURLY, now=later + leases.LENGTH) is True

    def test_once_another_has_it_it_is_not_renewed(self, session: Session) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON)
        leases.take(session, "job", "second", every=HOURLY, now=NOON + leases.LENGTH)

        renewed = leases.renew(session, "job", "first", now=NOON + leases.LENGTH)

        assert renewed is False

    @pytest.mark.parametrize(
        ("rest", "later", "taken"),
        [
            (HOURLY, HOURLY - timedelta(seconds=1), False),
            (HOURLY, HOURLY, True),
            (AT_ONCE, timedelta(0), True),
            (AT_ONCE, -timedelta(seconds=5), True),
        ],
        ids=["too early", "in time", "wanted now", "wanted now by a clock that is behind"],
    )
    def test_given_back_it_is_taken_when_the_job_is_due(
        self, session: Session, rest: timedelta, later: timedelta, *, taken: bool
    ) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON)
        leases.give_back(session, "job", "first", now=NOON)

        second = leases.take(session, "job", "second", every=rest, now=NOON + later)

        assert second is taken


class TestGivenAClockThatWasAheadAndIsPutRight:
    AHEAD = timedelta(days=1)

    @pytest.mark.parametrize("rest", [HOURLY, AT_ONCE])
    def test_a_lease_from_then_holds_nobody_back(self, session: Session, rest: timedelta) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON + self.AHEAD)

        assert leases.take(session, "job", "second", every=rest, now=NOON) is True

    def test_a_job_that_was_done_then_is_due(self, session: Session) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON + self.AHEAD)
        leases.give_back(session, "job", "first", now=NOON + self.AHEAD)

        assert leases.take(session, "job", "second", every=HOURLY, now=NOON) is True

    @pytest.mark.parametrize("finished", [False, True])
    def test_a_clock_that_differs_by_less_is_believed(self, session: Session, *, finished: bool) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON + leases.CLOCKS_DIFFER)
        if finished:
            leases.give_back(session, "job", "first", now=NOON + leases.CLOCKS_DIFFER)

        assert leases.take(session, "job", "second", every=HOURLY, now=NOON) is False

    def test_what_was_to_leave_then_leaves(self, app: Flask, session: Session) -> None:
        now = clock.now()
        for wait in (self.AHEAD, timedelta(minutes=50)):
            make_entry(session, channel="tracking", created_at=now, next_try_at=now + wait)
        make_entry(session, channel="tracking", created_at=now, next_try_at=now + self.AHEAD, sent_at=now)
        session.commit()
        sweep = next(job for job in JOBS if job.name == "sweep")

        number = run_job(app, sweep, "one")

        session.rollback()
        assert number == 1
        assert outbox.due_channels(session, now=clock.now()) == {"tracking"}


class TestGivenAJobThatIsDue:
    def test_it_is_run_in_the_context_of_the_application(self, app: Flask) -> None:
        names: list[str] = []

        def run(_app: Flask) -> int:
            names.append(current_app.name)
            return 3

        number = run_job(app, Job("job", HOURLY, run), this_process())

        assert (number, names) == (3, ["webapp"])

    def test_its_end_is_written_down(self, app: Flask, session: Session) -> None:
        before = clock.now()

        run_job(app, job_of(), "one")

        lease = lease_of(session)
        assert lease.holder == "one"
        assert lease.finished_at is not None
        assert lease.finished_at >= before
        assert lease.until < clock.now()

    def test_it_is_not_run_again_before_its_time(self, app: Flask) -> None:
        run_job(app, job_of(), "one")

        numbers = [run_job(app, job_of(2), "two"), run_job(app, job_of(2), "two", rest=AT_ONCE)]

        assert numbers == [None, 2]

    @pytest.mark.parametrize(("number", "told"), [(0, []), (3, [("job.done", "job", 3)])])
    def test_what_it_did_is_logged_if_it_did_anything(
        self, app: Flask, number: int, told: list[tuple[str, str, int]]
    ) -> None:
        with capture_logs() as logs:
            run_job(app, job_of(number), "one")

        assert [(entry["event"], entry["job"], entry["number"]) for entry in logs] == told


class TestGivenAJobThatTakesLong:
    def test_nobody_else_runs_it_meanwhile(self, app: Flask, session: Session) -> None:
        others: list[int | None] = []

        def run(app: Flask) -> int:
            first = lease_of(session).until
            wait_until(lambda: lease_of(session).until > first)
            others.append(run_job(app, job_of(), "two"))
            return 1

        number = run_job(app, Job("job", HOURLY, run, lease=timedelta(seconds=3)), "one")

        assert (number, others) == (1, [None])

    def test_a_lease_that_another_has_by_now_is_not_taken_back(self, app: Flask, session: Session) -> None:
        def run(_app: Flask) -> int:
            with unit_of_work() as own:
                own.execute(update(JobLease).values(holder="two", until=clock.now() + HOURLY))
            wait_until(lambda: any(entry["event"] == "job.lease_lost" for entry in logs))
            return 1

        with capture_logs() as logs:
            run_job(app, Job("job", HOURLY, run, lease=MOMENT), "one")

        assert lease_of(session).holder == "two"
        assert lease_of(session).finished_at is None


class TestGivenAJobThatFails:
    @pytest.mark.parametrize("problem", [OperationalError("SELECT 1", None, Exception("gone")), KeyError("a bug")])
    def test_it_is_logged_and_not_raised(self, app: Flask, problem: Exception) -> None:
        def run(_app: Flask) -> int:
            raise problem

        with capture_logs() as logs:
            number = run_job(app, Job("job", HOURLY, run), "one")

        assert number is None
        assert [(entry["event"], entry["job"], entry["log_level"]) for entry in logs] == [
            ("job.failed", "job", "error")
        ]

    def test_it_is_tried_again_when_its_lease_has_run_out(self, app: Flask, session: Session) -> None:
        def run(_app: Flask) -> int:
            raise KeyError("a bug")

        run_job(app, Job("job", HOURLY, run), "one")
        early = run_job(app, job_of(), "two")
        session.execute(update(JobLease).values(until=clock.now()))
        session.commit()

        late = run_job(app, job_of(), "two")

        assert (early, late) == (None, 1)

    def test_what_it_did_not_finish_is_undone(self, app: Flask, session: Session) -> None:
        def run(_app: Flask) -> int:
            with unit_of_work() as own:
                own.execute(update(JobLease).values(finished_at=NOON))
                raise KeyError("a bug")

        run_job(app, Job("job", HOURLY, run), "one")

        assert lease_of(session).finished_at is None


class TestGivenADatabaseThatDoesNotAnswer:
    def test_nothing_is_run_and_nothing_raised(self, app: Flask) -> None:
        ran: list[int] = []

        def run(_app: Flask) -> int:
            ran.append(1)
            return 1

        with app.app_context(), db.engine.begin() as connection:
            JobLease.__table__.drop(connection)  # type: ignore[attr-defined]  # it is a table
        try:
            number = run_job(app, Job("job", HOURLY, run), "one")
        finally:
            with app.app_context(), db.engine.begin() as connection:
                JobLease.__table__.create(connection)  # type: ignore[attr-defined]  # it is a table

        assert (number, ran) == (None, [])


class TestGivenTheJobsOfTheProduct:
    def test_each_has_a_name_of_its_own(self) -> None:
        names = [job.name for job in JOBS]

        assert len(names) == len(set(names))

    def test_old_deliveries_entries_and_counts_are_purged_and_new_ones_stay(self, app: Flask, session: Session) -> None:
        for age in (timedelta(days=8), timedelta(days=1)):
            make_delivery(session, received_at=clock.now() - age)
        for age in (timedelta(days=31), timedelta(days=29)):
            make_entry(session, created_at=clock.now() - age, sent_at=clock.now() - age)
        for age in (timedelta(days=9), timedelta(days=1)):
            make_agent_count(session, "Mozilla/5.0", day=(clock.now() - age).date())
        session.commit()
        purge = next(job for job in JOBS if job.name == "purge-inbox")

        number = run_job(app, purge, "one")

        assert number == 3
        left = [
            session.scalar(select(func.count()).select_from(kind)) for kind in (CallbackInbox, Outbox, UserAgentCount)
        ]
        assert left == [1, 1, 1]
