"""Does the Celery application run the jobs that the messages name, and does its schedule ask for each in time?"""

import os
import signal
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from celery import Celery
from celery.beat import Scheduler
from flask import Flask
from structlog.testing import capture_logs

from tests.databases import Database, PostgresqlDatabase, SqliteDatabase
from tests.fakes import FakeAttempts
from webapp.adapters.broker import RUN_JOB
from webapp.domain.queue.backoff import wait_after
from webapp.ports import Ports
from webapp.settings import Settings, SettingsError
from webapp.tasks.jobs import JOBS, LONGEST, Job
from webapp.worker import create_worker, run_beat

BROKER_URL = "redis://127.0.0.1:1/0"
SECOND = timedelta(seconds=1)


class Diary:
    """A job that writes down each of its runs."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, _app: Flask) -> int:
        self.runs += 1
        return 1


@pytest.fixture
def diary() -> Diary:
    """A diary, empty."""
    return Diary()


@pytest.fixture
def settings_with_broker(app: Flask, database: Database, tmp_path: Path) -> Settings:
    """Settings that name a broker, which is not asked here, over an empty database."""
    if isinstance(database, PostgresqlDatabase):
        return Settings(database_url=database.url, broker_url=BROKER_URL)
    own = SqliteDatabase(tmp_path / "own.sqlite3", database.template)  # the worker's connections stay open
    own.empty(app)
    return Settings(database_url=own.url, broker_url=BROKER_URL)


@pytest.fixture
def celery(settings_with_broker: Settings, diary: Diary) -> Celery:
    """The Celery application with one job."""
    jobs = (Job("diary", timedelta(hours=1), diary.run),)
    return create_worker(settings_with_broker, Ports(attempts=FakeAttempts()), jobs)


def ticks(celery: Celery) -> dict[str, timedelta]:
    """How often beat asks for each job."""
    return {name: entry["schedule"] for name, entry in celery.conf.beat_schedule.items()}


class TestGivenAMessage:
    def test_the_job_that_it_names_is_run_when_it_is_due(self, celery: Celery, diary: Diary) -> None:
        for _ in range(2):
            celery.tasks[RUN_JOB]("diary")

        assert diary.runs == 1

    def test_a_job_that_is_wanted_is_run_though_it_is_not_due(self, celery: Celery, diary: Diary) -> None:
        for _ in range(2):
            celery.tasks[RUN_JOB]("diary", wanted=True)

        assert diary.runs == 2

    def test_a_job_that_nobody_knows_is_logged(self, celery: Celery, diary: Diary) -> None:
        with capture_logs() as logs:
            celery.tasks[RUN_JOB]("of-a-newer-version")

        assert [(entry["event"], entry["job"]) for entry in logs] == [("job.unknown", "of-a-newer-version")]
        assert diary.runs == 0


class TestGivenJobsOfManyIntervals:
    @pytest.mark.parametrize(
        ("every", "tick"),
        [
            (5 * SECOND, 5 * SECOND),
            (10 * SECOND, 10 * SECOND),
            (timedelta(minutes=10), 10 * SECOND),
            (timedelta(days=1), 10 * SECOND),
        ],
    )
    def test_each_is_asked_for_when_it_may_be_due(
        self, settings_with_broker: Settings, diary: Diary, every: timedelta, tick: timedelta
    ) -> None:
        ports = Ports(attempts=FakeAttempts())

        celery = create_worker(settings_with_broker, ports, (Job("diary", every, diary.run),))

        assert ticks(celery) == {"diary": tick}

    def test_a_tick_right_after_the_last_run_ended_is_in_time(
        self, settings_with_broker: Settings, diary: Diary
    ) -> None:
        jobs = (Job("diary", timedelta(milliseconds=1), diary.run),)
        celery = create_worker(settings_with_broker, Ports(attempts=FakeAttempts()), jobs)

        for _ in range(5):
            celery.tasks[RUN_JOB]("diary")

        assert diary.runs == 5


class TestGivenTheJobsOfTheProduct:
    def test_beat_asks_for_each(self, settings_with_broker: Settings) -> None:
        celery = create_worker(settings_with_broker)

        assert set(ticks(celery)) == {job.name for job in JOBS}
        assert {entry["task"] for entry in celery.conf.beat_schedule.values()} == {RUN_JOB}

    def test_what_could_not_be_sent_is_tried_again_within_five_seconds(self, settings_with_broker: Settings) -> None:
        celery = create_worker(settings_with_broker)

        (send,), tick = [job for job in JOBS if job.name == "send-outbox"], ticks(celery)["send-outbox"]

        tick_that_came_too_soon = send.every - tick / 2
        assert wait_after(1, 1) + tick_that_came_too_soon + tick <= 5 * SECOND

    def test_no_message_outlives_its_worth(self, settings_with_broker: Settings) -> None:
        celery = create_worker(settings_with_broker)

        assert {entry["options"]["expires"] for entry in celery.conf.beat_schedule.values()} == {60}

    def test_redis_does_not_hand_a_job_on_while_it_may_run(self, settings_with_broker: Settings) -> None:
        celery = create_worker(settings_with_broker)

        assert celery.conf.broker_transport_options["visibility_timeout"] > celery.conf.task_time_limit
        assert celery.conf.task_time_limit > LONGEST.total_seconds()


class TestGivenNoBroker:
    def test_it_is_refused(self, settings: Settings) -> None:
        with pytest.raises(SettingsError, match=r"^CERTDESK_BROKER_URL is not set"):
            create_worker(settings)


class Sending(Scheduler):  # type: ignore[misc]  # Celery has no types
    """A schedule that a signal meets while it sends, when nothing else may be said to the broker."""

    def tick(self) -> float:
        """Send, and be told to stop."""
        os.kill(os.getpid(), signal.SIGTERM)
        return 0.001

    def close(self) -> None:
        """Wait for ever, as a connection does whose lock the interrupted send holds."""
        raise AssertionError("the broker is spoken to amid a send")


class TestGivenASignal:
    def test_beat_ends_though_it_is_sending(self, celery: Celery, request: pytest.FixtureRequest) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            request.addfinalizer(partial(signal.signal, number, signal.getsignal(number)))
        celery.conf.beat_scheduler = Sending

        run_beat(celery, log_level="critical")
