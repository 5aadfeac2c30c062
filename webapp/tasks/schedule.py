"""How do the jobs run where there is no broker? In threads, each job when its time has come."""

import threading
import time
from datetime import timedelta

from flask import Flask

from webapp.tasks.jobs import AT_ONCE, JOBS, Job, run_job, this_process

LOOK_AGAIN = timedelta(seconds=10)
"""A job that another process ran, runs or failed at is looked at again no later than this."""


class Scheduler:
    """A thread that runs each job at its interval; a lease in the database keeps other processes from it meanwhile."""

    def __init__(self, app: Flask, jobs: tuple[Job, ...] = JOBS) -> None:
        """Run the jobs in the context of the application."""
        self._app = app
        self._jobs = jobs
        self._next_at = {job.name: 0.0 for job in jobs}  # by the monotonic clock
        self._wanted: set[str] = set()
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self.holder = this_process()

    def start(self) -> None:
        """Begin with every job that is due."""
        self._thread.start()

    def begin_no_more(self) -> None:
        """Begin no other job; does not wait for the one that is running."""
        self._stopping.set()
        self._woken.set()
        for job in self._jobs:
            job.stop()

    def stop(self) -> None:
        """Begin no other job, and wait for the one that is running."""
        self.begin_no_more()
        if self.running:
            self._thread.join(timeout=20)

    def wake(self, name: str) -> None:
        """Have the job of this name run at once, though its time has not come; does not wait for it."""
        self._wanted.add(name)
        self._woken.set()

    @property
    def running(self) -> bool:
        """True between start and stop."""
        return self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """True once it was told to stop."""
        return self._stopping.is_set()

    def run_due(self) -> None:
        """Run every job whose time has come or that is wanted, once."""
        for job in self._jobs:
            if self.stopping:
                return
            wanted = job.name in self._wanted
            if wanted or time.monotonic() >= self._next_at[job.name]:
                # Before the run: what is asked for meanwhile may come too late for it.
                self._wanted.discard(job.name)
                self._run_one(job, rest=AT_ONCE if wanted else None)

    def _run_one(self, job: Job, *, rest: timedelta | None) -> None:
        ran = run_job(self._app, job, self.holder, rest=rest) is not None
        pause = job.every if ran else min(job.every, LOOK_AGAIN)
        self._next_at[job.name] = time.monotonic() + pause.total_seconds()

    def _run(self) -> None:
        while not self.stopping:
            self._woken.clear()
            self.run_due()
            self._woken.wait(max(0, min(self._next_at.values()) - time.monotonic()))
