"""Does each scheduled job run when it is due, once among all processes, whatever fails?"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.fakes import NOON
from webapp import clock
from webapp.domain.certificates.deliveries import Endpoint, Outcome
from webapp.domain.certificates.statuses import Status
from webapp.models.messages import CallbackInbox, JobLease
from webapp.services.messages import leases
from webapp.settings import Settings
from webapp.tasks.schedule import JOBS, Job, Scheduler

HOURLY = timedelta(hours=1)


class Diary:
    """A job that writes down each of its runs."""

    def __init__(self, *, fails: bool = False) -> None:
        self.runs = 0
        self.fails = fails

    def run(self, _session: Session, _settings: Settings) -> int:
        self.runs += 1
        if self.fails:
            raise OperationalError("SELECT 1", None, Exception("gone"))
        return self.runs


def scheduler_of(app: Flask, *diaries: Diary) -> Scheduler:
    """A scheduler that runs each diary once an hour."""
    return Scheduler(app, tuple(Job(f"diary-{n}", HOURLY, diary.run) for n, diary in enumerate(diaries)))


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
        session.execute(update(JobLease).values(finished_at=clock.now() - HOURLY, until=clock.now() - HOURLY))
        session.commit()

        scheduler_of(app, diary).run_due()

        assert diary.runs == 2


class TestGivenAJobThatFails:
    def test_the_next_one_runs_all_the_same(self, app: Flask) -> None:
        failing, healthy = Diary(fails=True), Diary()

        scheduler_of(app, failing, healthy).run_due()

        assert (failing.runs, healthy.runs) == (1, 1)


class TestGivenALease:
    @pytest.mark.parametrize(
        ("later", "taken"),
        [
            (timedelta(0), False),
            (leases.LONGEST - timedelta(seconds=1), False),
            (leases.LONGEST, True),
        ],
    )
    def test_nobody_else_has_it_before_its_holder_must_be_dead(
        self, session: Session, later: timedelta, *, taken: bool
    ) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON)

        second = leases.take(session, "job", "second", every=HOURLY, now=NOON + later)

        assert second is taken

    def test_giving_back_what_another_holds_changes_nothing(self, session: Session) -> None:
        leases.take(session, "job", "first", every=HOURLY, now=NOON)

        leases.give_back(session, "job", "second", now=NOON)

        assert leases.take(session, "job", "third", every=HOURLY, now=NOON + timedelta(minutes=1)) is False


class TestGivenTheJobsOfTheProduct:
    def test_old_deliveries_are_purged_and_new_ones_stay(self, app: Flask, session: Session) -> None:
        certificate = make_certificate(session, status=Status.DOWNLOADABLE)
        for age in (timedelta(days=8), timedelta(days=1)):
            session.add(
                CallbackInbox(
                    received_at=clock.now() - age,
                    address="192.0.2.7",
                    endpoint=Endpoint.CERTIFICATE,
                    whole=True,
                    digest="",
                    outcome=Outcome.UNKNOWN_KEY,
                    matched=False,
                    certificate_id=certificate.id,
                )
            )
        session.commit()

        Scheduler(app, JOBS).run_due()

        assert session.scalar(select(func.count()).select_from(CallbackInbox)) == 1


class TestGivenAThread:
    def test_it_stops_when_told(self, app: Flask) -> None:
        scheduler = scheduler_of(app, Diary())
        scheduler.start()

        scheduler.stop()

        assert scheduler.running is False
