"""How is the event bus followed: take some, keep them in one transaction, and only then have them never come again?"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import structlog
from flask import Flask
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.bus.incoming import Message
from webapp.domain.bus.letters import MOST_TRIES, Taken, Why
from webapp.domain.certificates.modes import GenerationMode
from webapp.models.base import unit_of_work
from webapp.ports import Ports
from webapp.ports.bus import BusFault, EventBus, Subscription
from webapp.services.bus import counting, letters, taking
from webapp.services.bus.counting import Behind
from webapp.services.bus.judging import terms_of
from webapp.services.bus.opened import Opened, open_message
from webapp.services.generation.orders import by_schedule
from webapp.settings import Settings

log = structlog.get_logger(__name__)
BATCH = 200
PATIENCE_S = 1.0
LONGEST_PAUSE_S = 30.0
LOOK_EVERY_S = 10.0
"""So often it is written down how far we are."""
_LATER = (OperationalError, InterfaceError, InternalError, PoolTimeout, BusFault)
"""What is wrong around an event, and not with it: nothing is confirmed, and everything comes again."""


@dataclass(slots=True)
class _Run:
    """One following of the bus."""

    settings: Settings
    until: float
    """By the monotonic clock."""
    stopping: threading.Event
    counts: Counter[Taken] = field(default_factory=Counter)
    faults: int = 0
    """How often in a row something around us failed."""
    looked_at: float = 0.0
    reached: bool = False
    """Whether the brokers have answered at all."""
    reason: str = ""
    """Why nothing could be taken, when it last could not."""

    @property
    def over(self) -> bool:
        return self.stopping.is_set() or time.monotonic() >= self.until


def consume(
    app: Flask, *, deadline_s: float, stopping: threading.Event, told: Callable[[Counter[Taken]], None] | None = None
) -> Counter[Taken]:
    """Follow the bus until the deadline, or until told to stop, and give how many events came to what.

    It may be killed anywhere: what was kept is confirmed only afterwards, and what comes again was kept already. A
    fault of the brokers, the registry or the database puts everything off, and nothing is passed over. Raises BusFault
    at the deadline where the brokers have answered in all that time not once.
    """
    settings: Settings = app.extensions["settings"]
    ports: Ports = app.extensions["ports"]
    run = _Run(settings, time.monotonic() + deadline_s, stopping)
    if ports.events is None:
        return run.counts
    with app.app_context():
        while not run.over:
            try:
                _follow(run, ports.events, told)
            except _LATER as problem:
                run.faults += 1
                run.reason = str(problem) if isinstance(problem, BusFault) else type(problem).__name__
                log.warning("events.put_off", problem=run.reason, faults=run.faults)
                pause = min(2.0 ** min(run.faults, 10) / 2, LONGEST_PAUSE_S, max(0.0, run.until - time.monotonic()))
                stopping.wait(pause)
    if not run.reached and not stopping.is_set():
        raise BusFault(run.reason or "nobody answered in time")
    return run.counts


def _follow(run: _Run, bus: EventBus, told: Callable[[Counter[Taken]], None] | None) -> None:
    _take_waiting(run)
    subscription = bus.open()
    try:
        while not run.over:
            patience = max(0.0, min(PATIENCE_S, run.until - time.monotonic()))
            messages = subscription.take(BATCH, patience)
            if messages:
                _keep(run, subscription, messages)
                subscription.confirm(messages)
                run.faults, run.reached = 0, True
                if told is not None:
                    told(run.counts)
            _look(run, subscription)
        _look(run, subscription, at_once=True)
    finally:
        subscription.close()


def _take_waiting(run: _Run) -> None:
    """Whoever waited for a learner whom an import told meanwhile has waited long enough."""
    while not run.over:
        try:
            if not _take_letters(run):
                return
        except _LATER:
            raise
        except Exception as problem:
            log.warning("events.one_by_one", problem=type(problem).__name__)
            _take_letters_one_by_one(run)


def _take_letters(run: _Run, letter_id: int | None = None) -> int:
    with _work() as session:
        order = by_schedule(run.settings, GenerationMode.EVENT)
        return taking.take_waiting(session, order, terms=terms_of(run.settings), letter_id=letter_id)


def _take_letters_one_by_one(run: _Run) -> None:
    """Find the one at fault, and have it wait for somebody instead of its learner."""
    with _work() as session:
        found = letters.ids_for_known(session)
    for letter_id in found:
        fault = _tried(partial(_take_letters, run, letter_id), letter=letter_id)
        if fault:
            with _work() as session:
                letters.give_up(session, letter_id, fault=fault, tries=MOST_TRIES)


def _keep(run: _Run, subscription: Subscription, messages: Sequence[Message]) -> None:
    """Keep messages in one transaction; where that fails, each in one of its own, to find the one at fault.

    So is what waited for them: no event is put aside for the sake of another one.
    """
    events = [_open(subscription, one) for one in messages]
    try:
        _take(run, events)
    except _LATER:
        raise
    except Exception as problem:
        log.warning("events.one_by_one", problem=type(problem).__name__, number=len(events))
        for one in events:
            _keep_one(run, one)
        _take_waiting(run)


def _open(subscription: Subscription, message: Message) -> Opened:
    try:
        return open_message(subscription.decode, message, now=clock.now())
    except BusFault:
        raise
    except Exception as problem:  # a shape that nobody thought of: it is the same at every try
        log.exception("events.unreadable", topic=message.topic, partition=message.partition, offset=message.offset)
        return Opened(message, why=Why.FAILED, fault=f"it could not be read ({type(problem).__name__})")


def _keep_one(run: _Run, event: Opened) -> None:
    fault = _tried(partial(_take, run, [event], alone=True), id=event.event_id)
    if fault:
        dead = replace(event, news=None, why=Why.FAILED, fault=fault, tries=MOST_TRIES)
        _take(run, [dead])


def _tried(act: Callable[[], object], **about: object) -> str:
    """Do something to an event, in three tries at most; give why it failed, or nothing where it was done."""
    fault = ""
    for tries in range(1, MOST_TRIES + 1):
        try:
            act()
        except _LATER:
            raise
        except Exception as problem:  # poison: those behind it have to come through
            said = not isinstance(problem, SQLAlchemyError)  # which quotes what was to be written
            log.error("events.failed", **about, tries=tries, problem=type(problem).__name__, exc_info=said)
            fault = f"{type(problem).__name__}: {_first_line(problem)}"
        else:
            return ""
    return fault


def _take(run: _Run, events: Sequence[Opened], *, alone: bool = False) -> None:
    with _work() as session:
        order = by_schedule(run.settings, GenerationMode.EVENT)
        outcomes = taking.take(session, order, events, terms=terms_of(run.settings), alone=alone)
    run.counts.update(outcomes)


@contextmanager
def _work() -> Iterator[Session]:
    """Write; a database that cannot be used any more is a fault around the events, whatever its driver calls it."""
    try:
        with unit_of_work() as session:
            yield session
    except DBAPIError as problem:
        # SQLite has no kind of its own for a file that it cannot use any more.
        if problem.connection_invalidated or type(problem) is DatabaseError:
            raise BusFault(f"the database fails ({type(problem).__name__})") from problem
        raise


def _look(run: _Run, subscription: Subscription, *, at_once: bool = False) -> None:
    """Write down how far we are, now and then."""
    if not at_once and time.monotonic() < run.looked_at + LOOK_EVERY_S:
        return
    run.looked_at = time.monotonic()
    try:
        found = subscription.behind()
    except BusFault as problem:  # what comes, comes all the same
        run.reason = str(problem)
        log.warning("events.lag_unknown", problem=run.reason)
        return
    run.reached = True
    behind = [Behind(topic, partition, number) for (topic, partition), number in found.items()]
    with unit_of_work() as session:
        counting.note_behind(session, behind, topics=run.settings.kafka_topics, now=clock.now())


def _first_line(problem: Exception) -> str:
    """The kind of fault alone where the database refused: its further lines quote what the event said."""
    said = getattr(problem, "orig", None) or problem
    return (str(said).strip().splitlines() or [""])[0][:200]
