"""Does the scheduler thread run each job when it is due, or when it is woken, and stop when told?"""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.waiting import wait_until
from webapp import clock
from webapp.domain.queue.backoff import wait_after
from webapp.models.messages import JobLease
from webapp.tasks.jobs import CHECKS, EVENTS, FIGURES, JOBS, LONG, MAILS, QUICK, SENDING, Job
from webapp.tasks.schedule import Scheduler

HOURLY = timedelta(hours=1)
OFTEN = timedelta(milliseconds=20)


class Diary:
    """A job that writes down each of its runs."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.runs = 0
        self.problem = problem

    def run(self, _app: Flask) -> int:
        self.runs += 1
        if self.problem:
            raise self.problem
        return self.runs


def scheduler_of(app: Flask, *diaries: Diary, every: timedelta = HOURLY) -> Scheduler:
    """A scheduler with a job for each diary."""
    return Scheduler(app, tuple(Job(f"diary-{n}", every, diary.run) for n, diary in enumerate(diaries)))


class TestGivenAJobThatNeverRan:
    def test_it_runs_once_and_not_again_before_its_time(self, app: Flask) -> None:
        diary = Diary()
        scheduler = scheduler_of(app, diary)

        scheduler.run_due()
        scheduler.run_due()

        assert diary.runs == 1

    def test_two_processes_run_it_once(self, app: Flask) -> None:
        diary = Diary()

        for _ in range(2):
            scheduler_of(app, diary).run_due()

        assert diary.runs == 1


class TestGivenAJobThatRanAnHourAgo:
    def test_it_runs_again(self, app: Flask, session: Session) -> None:
        diary = Diary()
        scheduler_of(app, diary).run_due()
        session.execute(update(JobLease).values(finished_at=clock.now() - HOURLY))
        session.commit()

        scheduler_of(app, diary).run_due()

        assert diary.runs == 2


class TestGivenAJobThatFails:
    @pytest.mark.parametrize("problem", [OperationalError("SELECT 1", None, Exception("gone")), KeyError("a bug")])
    def test_the_next_one_runs_all_the_same(self, app: Flask, problem: Exception) -> None:
        failing, healthy = Diary(problem), Diary()

        scheduler_of(app, failing, healthy).run_due()

        assert (failing.runs, healthy.runs) == (1, 1)


class TestGivenAJobThatIsWoken:
    def test_it_runs_though_its_time_has_not_come(self, app: Flask) -> None:
        asleep, woken = Diary(), Diary()
        scheduler = scheduler_of(app, asleep, woken)
        scheduler.run_due()

        scheduler.wake("diary-1")
        scheduler.run_due()

        assert (asleep.runs, woken.runs) == (1, 2)

    def test_once_is_enough(self, app: Flask) -> None:
        diary = Diary()
        scheduler = scheduler_of(app, diary)
        scheduler.run_due()

        for _ in range(3):
            scheduler.wake("diary-0")
        scheduler.run_due()
        scheduler.run_due()

        assert diary.runs == 2

    def test_a_name_that_is_nobodys_wakes_nothing(self, app: Flask) -> None:
        diary = Diary()
        scheduler = scheduler_of(app, diary)
        scheduler.run_due()

        scheduler.wake("nobody")
        scheduler.run_due()

        assert diary.runs == 1


class TestGivenAThread:
    @pytest.fixture
    def started(self, app: Flask, request: pytest.FixtureRequest) -> Callable[..., Scheduler]:
        """Starts a scheduler, and stops it when the test is over."""

        def start(*diaries: Diary, every: timedelta = HOURLY) -> Scheduler:
            scheduler = scheduler_of(app, *diaries, every=every)
            scheduler.start()
            request.addfinalizer(scheduler.stop)
            return scheduler

        return start

    def test_it_begins_at_once(self, started: Callable[..., Scheduler]) -> None:
        diary = Diary()

        started(diary)

        wait_until(lambda: diary.runs == 1)

    def test_it_runs_a_job_again_and_again(self, started: Callable[..., Scheduler]) -> None:
        diary = Diary()

        started(diary, every=OFTEN)

        wait_until(lambda: diary.runs >= 3)

    def test_to_be_woken_it_does_not_wait(self, started: Callable[..., Scheduler]) -> None:
        diary = Diary()
        scheduler = started(diary)
        wait_until(lambda: diary.runs == 1)

        scheduler.wake("diary-0")

        wait_until(lambda: diary.runs == 2)

    def test_it_stops_when_told(self, started: Callable[..., Scheduler]) -> None:
        scheduler = started(Diary())

        scheduler.stop()

        assert scheduler.running is False

    def test_it_finishes_the_job_that_it_began_and_begins_no_other(self, app: Flask) -> None:
        begun, may_end, after = threading.Event(), threading.Event(), Diary()

        def run(_app: Flask) -> int:
            begun.set()
            may_end.wait(10)
            return 1

        scheduler = Scheduler(app, (Job("long", HOURLY, run), Job("after", HOURLY, after.run)))
        scheduler.start()
        begun.wait(10)
        stopping = threading.Thread(target=scheduler.stop)

        stopping.start()
        wait_until(lambda: scheduler.stopping)
        may_end.set()
        stopping.join(10)

        assert (scheduler.running, after.runs) == (False, 0)


class TestGivenTheJobsOfTheProduct:
    def test_what_could_not_be_sent_is_tried_again_within_five_seconds(self) -> None:
        every = [job.every for job in JOBS if job.name in ("send-outbox", "send-mails", "send-events")]

        longest = [wait_after(1, 1) + pause for pause in every]

        assert len(longest) == 3
        assert max(longest) <= timedelta(seconds=5)

    def test_what_takes_long_or_speaks_with_others_has_a_thread_of_its_own(self) -> None:
        quick, *others = ([job.name for job in jobs] for jobs in (QUICK, SENDING, LONG, MAILS, EVENTS, CHECKS, FIGURES))

        assert sorted(sum(others, quick)) == sorted(job.name for job in JOBS)
        assert others == [
            ["send-outbox"], ["run-generations"], ["send-mails"], ["send-events"], ["check-audit", "purge-inbox"],
            ["count-figures"],
        ]  # fmt: skip
