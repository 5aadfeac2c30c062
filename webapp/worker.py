"""How do Celery workers and beat run the jobs that the scheduler thread runs where there is no broker?"""

import logging
import os
import signal
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from billiard.process import active_children
from celery import Celery
from celery import beat as schedules
from celery.apps.beat import Beat
from celery.platforms import signals
from celery.signals import setup_logging, worker_shutting_down
from celery.worker import state

from webapp.adapters import broker
from webapp.app import create_app
from webapp.logs import without_people
from webapp.ports import Ports
from webapp.settings import Settings
from webapp.tasks.jobs import AT_ONCE, JOBS, LONGEST, Job, incoming, run_job, this_process

log = structlog.get_logger(__name__)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_TICK = timedelta(seconds=10)
STOPS_WITHIN_S = 20


def create_worker(settings: Settings, ports: Ports | None = None, jobs: tuple[Job, ...] | None = None) -> Celery:
    """Make the Celery application: one task that runs a job by its name, and beat's schedule.

    A message only says "look whether this job is due": the lease table knows. So nothing is lost with a broker,
    and a message that comes twice, late or never does no harm. Raises SettingsError where no broker is set.
    """
    app = create_app(settings, ports)
    jobs = (*JOBS, *incoming(settings)) if jobs is None else jobs
    by_name = {job.name: job for job in jobs}

    def run(name: str, *, wanted: bool = False) -> None:
        """Run the job of this name if it is due, or in any case where it is wanted."""
        if name not in by_name:
            log.warning("job.unknown", job=name)  # asked for by a newer version than this one
            return
        job = by_name[name]
        # A tick comes by beat's clock, and the last run ended a little after its own tick: let it come early.
        run_job(app, job, this_process(), rest=AT_ONCE if wanted else job.every - _tick(job) / 2)

    url = settings.require_broker_url()
    celery = broker.connect(url, settings.broker_queue, **_options(url))
    celery.conf.beat_schedule = {job.name: _entry(job) for job in jobs}
    celery.task(run, name=broker.RUN_JOB, shared=False)  # it belongs to this application and its database alone
    return celery


def end_in_time(**_said: object) -> None:
    """Once told to stop, end within STOPS_WITHIN_S whatever happens; for Celery's signal.

    Celery waits for its processes for ever where one of them was killed earlier, or hangs (seen after a SIGKILL in
    the middle of a job). Nothing is lost by an end: the lease of a job that is cut off runs out, and another does it.
    """
    timer = threading.Timer(STOPS_WITHIN_S, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    under_way = len(state.active_requests)
    log.warning("worker.ended", jobs_under_way=under_way)
    for process in active_children():
        if process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
    os._exit(1 if under_way else 0)


def run_worker(celery: Celery, *, concurrency: int, log_level: str) -> int:
    """Work until told to stop, then finish what was begun, within STOPS_WITHIN_S; gives the exit code."""
    worker_shutting_down.connect(end_in_time)
    worker = celery.Worker(
        concurrency=concurrency,
        loglevel=log_level,
        quiet=True,
        # Workers have nothing to tell each other: the lease table does.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


class _Schedule(schedules.Service):  # type: ignore[misc]  # Celery has no types
    """Celery's schedule, which keeps nothing in a file and leaves its connection to the system to close."""

    def sync(self) -> None:
        """Say nothing to the broker: amid a send it would wait for ever for the lock that the send holds."""


class _Beat(Beat):  # type: ignore[misc]  # Celery has no types
    """Celery's beat, which a signal ends wherever it is."""

    Service = _Schedule

    def install_sync_handler(self, service: schedules.Service) -> None:
        """End at a signal; Celery's own handler closes the connection first, amid whatever is being sent."""

        def end(*_signal: object) -> None:
            service.stop()  # and at the next tick, should what was interrupted swallow the exit
            raise SystemExit

        signals.update(SIGTERM=end, SIGINT=end)


def run_beat(celery: Celery, *, log_level: str) -> None:
    """Send what the schedule says until told to stop."""
    with suppress(SystemExit):
        _Beat(app=celery, loglevel=log_level, quiet=True).run()


def _options(url: str) -> dict[str, object]:
    longest_s = int(LONGEST.total_seconds())
    # Redis gives a message to another worker when nobody confirmed it for this long: never while its job may run.
    redis = {"visibility_timeout": 2 * longest_s, "socket_keepalive": True}
    return {
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": redis if broker.is_redis(url) else {},
        # A job that was cut off is asked for again; its lease says when it may be run again.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "task_soft_time_limit": longest_s,
        "task_time_limit": longest_s + 60,
        # Whoever reaches the broker can ask for a job, and for nothing else.
        "worker_enable_remote_control": False,
        "worker_redirect_stdouts": False,
        # Keeps nothing in a file: what ran when is in the lease table.
        "beat_scheduler": "celery.beat:Scheduler",
    }


def _entry(job: Job) -> dict[str, object]:
    return {
        "task": broker.RUN_JOB,
        "args": (job.name,),
        "schedule": _tick(job),
        "last_run_at": LONG_AGO,  # begin at once with every job that is due
        "options": {"expires": broker.WORTH_S},
    }


def _tick(job: Job) -> timedelta:
    """How often beat asks: for a job with a long interval more often, lest a restart or a lost run put it off."""
    return min(job.every, LONGEST_TICK)


def _log_as_we_do(loglevel: int, **_more: object) -> None:
    """Write what Celery says as the JSON lines that we write ourselves."""
    line = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_people,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(line)
    logging.basicConfig(level=loglevel, handlers=[lines], force=True)


setup_logging.connect(_log_as_we_do)
