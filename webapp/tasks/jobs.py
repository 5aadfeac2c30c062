"""Which jobs run by the clock, how often, and how is one of them run?"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import clock
from webapp.models.base import unit_of_work
from webapp.ports.meters import Meter
from webapp.services.bus import counting, held_back, letters
from webapp.services.messages import idempotency, inbox, leases, outbox
from webapp.services.sign_on import sessions
from webapp.services.visits import agents
from webapp.settings import Settings
from webapp.tasks.badges import award_badges
from webapp.tasks.bus.consuming import consume
from webapp.tasks.changes import settle_changes
from webapp.tasks.outbox import send_events, send_mails, send_others
from webapp.tasks.runs import run_generations
from webapp.tasks.upkeep.checks import check_audit
from webapp.tasks.upkeep.figures import count_figures
from webapp.tasks.upkeep.sweep import sweep_stuck

log = structlog.get_logger(__name__)
AT_ONCE = timedelta(0)
LONGEST = timedelta(minutes=10)
"""After this long a run counts as stuck: its lease is renewed no more, and a Celery worker ends it."""

PURGED_AT_ONCE, PURGED_FOR_S, BREATH_S = 5_000, 30.0, 0.2
"""So many rows a transaction, for so long, and with a breath in which others write: on SQLite they look every 0.1 s."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done every so often.

    `run` is called in the application's context, opens its own units of work, and gives how many things it dealt
    with. It may be killed anywhere and be begun anew by somebody else. `lease` is for how long nobody else begins
    then; while a run lives its lease is renewed.
    """

    name: str
    every: timedelta
    run: Callable[[Flask], int]
    lease: timedelta = leases.LENGTH
    stop: Callable[[], None] = lambda: None
    """Has a run under way end early, since its process ends; called from another thread."""


def _purge(app: Flask) -> int:
    """Delete what has been kept for long enough: of what came in, what left, programs' keys, sessions, and counts of visits.

    What is more than one transaction should delete goes in several: else what comes faster would never be forgotten.
    """
    settings: Settings = app.extensions["settings"]
    days, unmatched_days = settings.inbox_days, settings.inbox_unmatched_days
    now, most = clock.now(), PURGED_AT_ONCE
    # An id that is forgotten may come again, and then must be too old to lead to anything.
    taken_before = now - timedelta(days=max(days, settings.auto_generate_days + 1))
    steps: list[Callable[[Session], int]] = [
        partial(inbox.purge, now=now, days=days, unmatched_days=unmatched_days, at_most=most),
        partial(outbox.purge, now=now, days=days, at_most=most),
        partial(idempotency.purge, now=now),
        partial(sessions.purge, now=now, days=days, at_most=most),
        partial(letters.purge, before=now - timedelta(days=days), at_most=most),
        partial(held_back.purge, at_most=most),
        partial(counting.purge, before=taken_before, at_most=most),
        partial(agents.purge, now=now),
    ]
    return in_turns(steps, until=time.monotonic() + PURGED_FOR_S)


def in_turns(steps: Sequence[Callable[[Session], int]], *, until: float) -> int:
    """Take each step once, and again those that had as much to do as one transaction may, until then; give the sum."""
    number = 0
    while steps:
        numbers = [_purged(step) for step in steps]
        number += sum(numbers)
        over = time.monotonic() >= until
        steps = [step for step, gone in zip(steps, numbers, strict=True) if gone >= PURGED_AT_ONCE and not over]
    return number


def _purged(step: Callable[[Session], int]) -> int:
    with unit_of_work() as session:
        number = step(session)
    if number >= PURGED_AT_ONCE:
        time.sleep(BREATH_S)
    return number


# As often as lets what could not be sent be tried again within 5 s (decision 39, backoff.FOUND_WITHIN).
SENDING = (Job("send-outbox", timedelta(seconds=2), send_others),)
"""XQueue may hang, and a thousand learners may have to be judged: a change that is due waits for neither."""
QUICK = (
    Job("settle-changes", timedelta(seconds=5), settle_changes),
    Job("award-badges", timedelta(seconds=30), award_badges),
    Job("sweep", timedelta(minutes=1), sweep_stuck),
)
LONG = (Job("run-generations", timedelta(seconds=5), run_generations),)
"""Whoever shares a thread with these waits for their turn to end."""
MAILS = (Job("send-mails", timedelta(seconds=3), send_mails),)  # as send-outbox; a mail server may hang, too
EVENTS = (Job("send-events", timedelta(seconds=2), send_events),)  # as send-outbox; so may a broker
CHECKS = (
    Job("check-audit", timedelta(days=1), check_audit),  # a minute for a million events
    Job("purge-inbox", timedelta(minutes=10), _purge),  # half a minute where there is much
)
FIGURES = (Job("count-figures", timedelta(seconds=10), count_figures),)  # the first count takes four weeks
JOBS = (*SENDING, *QUICK, *LONG, *MAILS, *EVENTS, *CHECKS, *FIGURES)


def incoming(settings: Settings) -> tuple[Job, ...]:
    """Give the job that takes events where some are to be taken; whoever shares a thread with it waits for minutes.

    A run takes its whole time, waiting for what comes: so it begins anew `consume_every_seconds` after it began.
    """
    if not settings.kafka_topics:
        return ()
    stopping = threading.Event()

    def run(app: Flask) -> int:
        return consume(app, deadline_s=settings.consume_deadline_seconds, stopping=stopping).total()

    rest = max(1, settings.consume_every_seconds - settings.consume_deadline_seconds)
    return (Job("consume-events", timedelta(seconds=rest), run, stop=stopping.set),)


def this_process() -> str:
    """Give the name under which this process holds leases."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}"


def run_job(app: Flask, job: Job, holder: str, *, rest: timedelta | None = None) -> int | None:
    """Run a job that is due and that nobody runs; gives its number, or None where it was not run or failed.

    It is due once its last run has been over for `rest`: its own interval where not given, `AT_ONCE` for
    whoever wants it now. Never raises: what went wrong is logged, and the lease of a failed run is left to
    run out, so that it is not tried again before.
    """
    meter: Meter = app.extensions["ports"].meter
    with app.app_context():
        began = time.perf_counter()
        try:
            with unit_of_work() as session:
                every = job.every if rest is None else rest
                if not leases.take(session, job.name, holder, every=every, now=clock.now(), length=job.lease):
                    return None
            with _lease_kept(app, job, holder):
                number = job.run(app)
            with unit_of_work() as session:
                leases.give_back(session, job.name, holder, now=clock.now())
        except SQLAlchemyError as problem:
            log.error("job.failed", job=job.name, problem=type(problem).__name__)
            meter.job(job.name, "failed", time.perf_counter() - began)
            return None
        except Exception:
            log.exception("job.failed", job=job.name)
            meter.job(job.name, "failed", time.perf_counter() - began)
            return None
        meter.job(job.name, "done", time.perf_counter() - began)
    if number:
        log.info("job.done", job=job.name, number=number)
    return number


@contextmanager
def _lease_kept(app: Flask, job: Job, holder: str) -> Iterator[None]:
    """Renew the lease from a thread of its own for as long as the block runs."""
    over = threading.Event()
    keeper = threading.Thread(target=_renew, args=(app, job, holder, over), name=f"lease of {job.name}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _renew(app: Flask, job: Job, holder: str, over: threading.Event) -> None:
    until = time.monotonic() + LONGEST.total_seconds()
    while not over.wait(job.lease.total_seconds() / 3) and time.monotonic() < until:
        try:
            with app.app_context(), unit_of_work() as session:
                kept = leases.renew(session, job.name, holder, now=clock.now(), length=job.lease)
        except SQLAlchemyError as problem:
            log.warning("job.lease_not_renewed", job=job.name, problem=type(problem).__name__)
            continue
        if not kept:
            log.warning("job.lease_lost", job=job.name)
            return
