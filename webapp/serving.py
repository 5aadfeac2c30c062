"""How does the server run: workers that answer, the threads of scheduled jobs, and an end at which nothing is lost?"""

import os
import signal
import tempfile
import threading
import time
from importlib.util import find_spec
from multiprocessing.util import Finalize
from pathlib import Path

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from webapp.adapters.drain import Drain
from webapp.adapters.metering.late import NOT_INSTALLED
from webapp.app import create_app
from webapp.models.base import db
from webapp.settings import Settings, SettingsError
from webapp.tasks.jobs import CHECKS, EVENTS, FIGURES, LONG, MAILS, QUICK, SENDING, incoming
from webapp.tasks.schedule import Scheduler

THREADS = 8
FINISHES_WITHIN_S = 15
"""So long after SIGTERM the port still accepts while requests are being finished, or as long as the setting says."""
STOPS_WITHIN_S = 28
STOPPING = {signal.SIGTERM, signal.SIGINT}
FOLDER = "DESK_SERVER_FOLDER"
"""Tells the workers of one server where they tell each other things; not a setting, so without their prefix."""
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Tells Prometheus's client the same; its own variable, which an operator may have set."""
_LOOK_EVERY_S = 0.05  # workers are processes of their own, and tell nobody when they have finished


def run(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; each worker makes its own application. Raises SettingsError where traces cannot be made."""
    if settings.otlp_url is not None and find_spec("opentelemetry") is None:
        raise SettingsError(f"CERTDESK_OTLP_URL {NOT_INSTALLED}")
    with tempfile.TemporaryDirectory(prefix="certdesk-") as folder:
        os.environ[FOLDER] = folder
        os.environ.setdefault(COUNTS, folder)
        server = _Server(
            "webapp.serving:create_serving_app",
            factory=True,
            interface=Interfaces.WSGI,
            address=host,
            port=port,
            workers=workers,
            blocking_threads=THREADS,
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            workers_kill_timeout=STOPS_WITHIN_S,
        )
        server.drains(Drain(Path(folder)), settings.drain_seconds)
        click.echo(f"Certdesk is at {address_of(host, port)} (Ctrl-C stops it)")
        server.serve()
    click.echo("Stopped.")


def address_of(host: str, port: int) -> str:
    """Give the address of what listens there, as browsers take it: with an IPv6 address in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(Granian):  # type: ignore[misc, valid-type]  # granian names one of two classes
    """Granian, which at SIGTERM first has its workers say that they drain, and waits for what they have in hand.

    Left alone it closes the port at once: a load balancer that has not looked at /readyz since would lose requests.
    """

    def drains(self, drain: Drain, seconds: int) -> None:
        """Say how its processes hear of it, and for how long it goes on accepting in any case."""
        self._drain, self._drain_s = drain, seconds

    def signal_handler_interrupt(self, *args: object, **more: object) -> None:
        """Drain at the first SIGTERM; stop at once at a second one and at Ctrl-C, which the workers have heard, too."""
        if args and args[0] == signal.SIGTERM and not self._drain.begun:
            self._drain.begin()
            threading.Thread(target=self._stop_when_drained, name="drain", daemon=True).start()
        else:
            super().signal_handler_interrupt(*args, **more)

    def _stop_when_drained(self) -> None:
        began = time.monotonic()
        time.sleep(self._drain_s)  # for so long load balancers hear 503 of /readyz, and send nothing new
        while self._in_flight() and time.monotonic() - began < FINISHES_WITHIN_S:
            time.sleep(_LOOK_EVERY_S)
        self.workers_kill_timeout = STOPS_WITHIN_S - (time.monotonic() - began)
        super().signal_handler_interrupt()

    def _in_flight(self) -> int:
        return self._drain.in_flight([worker.inner.pid for worker in self.wrks])


def create_serving_app() -> Flask:
    """Make the application of one worker, and the threads of scheduled jobs where no Celery worker runs them.

    The threads are the worker's own, so that they are never forked in the middle of something, and come back with a
    worker that was killed; the lease lets one of them all run a job (decision 34). Long jobs have one of their own:
    what could not be sent is tried again in time while a run goes on (decision 39).
    """
    hear_signals_in_a_thread()
    app = create_app()
    with app.app_context():
        app.extensions["ports"].meter.begin()
    drain = app.extensions["drain"] = Drain(Path(os.environ[FOLDER]))
    app.wsgi_app = drain.counting(app.wsgi_app)  # type: ignore[method-assign, assignment]  # Flask's documented way
    settings: Settings = app.extensions["settings"]
    if settings.otlp_url is not None:
        _trace(app, settings.otlp_url)
    if settings.broker_url is None:
        schedulers = [
            Scheduler(app, jobs)
            for jobs in (SENDING, QUICK, LONG, MAILS, EVENTS, CHECKS, FIGURES, incoming(settings))
            if jobs
        ]
        for scheduler in schedulers:
            scheduler.start()
        # A worker ends without the interpreter's own exit handlers.
        Finalize(None, _stop, args=(schedulers,), exitpriority=1)
    return app


def _trace(app: Flask, collector_url: str) -> None:
    from webapp.adapters.metering.traces import (
        Traces,
        exporting_to,
    )  # OpenTelemetry: an extra, for whoever has a collector

    with app.app_context():
        traces = Traces(app, db.engine, exporting_to(collector_url))
    Finalize(None, traces.close, exitpriority=0)


def hear_signals_in_a_thread() -> None:
    """Let one thread wait for the signals that stop this process, and call what the server does about them.

    A signal may go to any thread that does not block it, to one that makes another just now above all; the main
    thread, which alone runs handlers, then sleeps on, and the process is killed with requests in flight (granian: 5 of
    20 while threads were being made). Threads begun from here on block the signals as this one does from now on.
    """
    inherited = {number: signal.getsignal(number) for number in STOPPING}
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)

    def hear() -> None:
        while True:
            number = signal.Signals(signal.sigwait(STOPPING))
            while (handler := signal.getsignal(number)) is inherited[number]:
                time.sleep(0.05)  # the server has not said yet what it does: what it was forked with stops its parent
            if callable(handler):
                handler(number, None)

    threading.Thread(target=hear, name="signals", daemon=True).start()


def _stop(schedulers: list[Scheduler]) -> None:
    for scheduler in schedulers:
        scheduler.begin_no_more()
    for scheduler in schedulers:
        scheduler.stop()
