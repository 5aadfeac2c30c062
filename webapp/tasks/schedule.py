"""Which jobs run by the clock, and how does one process at a time run each?"""

import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import clock
from webapp.models.base import unit_of_work
from webapp.services.messages import inbox, leases
from webapp.settings import Settings

log = structlog.get_logger(__name__)
LOOK_EVERY_S = 10


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done every so often; `run` gives how many things it dealt with."""

    name: str
    every: timedelta
    run: Callable[[Session, Settings], int]


def _purge_inbox(session: Session, settings: Settings) -> int:
    return inbox.purge(session, now=clock.now(), days=settings.inbox_days, unmatched_days=settings.inbox_unmatched_days)


JOBS = (Job("purge-inbox", timedelta(minutes=10), _purge_inbox),)


class Scheduler:
    """A thread that looks every ten seconds which job is due; a lease in the database keeps others from it meanwhile."""

    def __init__(self, app: Flask, jobs: tuple[Job, ...] = JOBS) -> None:
        """Run the jobs in the context of the application."""
        self._app = app
        self._jobs = jobs
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self.holder = f"{socket.gethostname()[:40]}-{os.getpid()}"

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and wait for the job that is running."""
        self._stopping.set()
        if self.running:
            self._thread.join(timeout=20)

    @property
    def running(self) -> bool:
        """True between start and stop."""
        return self._thread.is_alive()

    def run_due(self) -> None:
        """Run every job that is due, once."""
        settings: Settings = self._app.extensions["settings"]
        with self._app.app_context():
            for job in self._jobs:
                try:
                    self._run_one(job, settings)
                except SQLAlchemyError as problem:
                    log.error("job.failed", job=job.name, problem=type(problem).__name__)

    def _run_one(self, job: Job, settings: Settings) -> None:
        with unit_of_work() as session:
            if not leases.take(session, job.name, self.holder, every=job.every, now=clock.now()):
                return
        with unit_of_work() as session:
            number = job.run(session, settings)
        with unit_of_work() as session:
            leases.give_back(session, job.name, self.holder, now=clock.now())
        log.info("job.done", job=job.name, number=number)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            self.run_due()
