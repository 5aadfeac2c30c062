"""certdesk events: take what the platform's event bus tells, and see how far we are."""

import math
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click
from flask import current_app
from sqlalchemy.orm import Session

from webapp import clock
from webapp.cli.program import current_settings, printable, refuse, show_json, with_app
from webapp.domain.bus.letters import Taken
from webapp.models.base import db
from webapp.ports import Ports
from webapp.ports.bus import BusFault
from webapp.services.bus import counting
from webapp.tasks.bus.consuming import consume

NO_BUS = "No events are taken: CERTDESK_KAFKA_BOOTSTRAP_SERVERS and CERTDESK_KAFKA_TOPICS say from where."


@click.group("events")
def events() -> None:
    """Take what the platform's event bus tells of learners and course runs."""


@events.command("consume")
@click.option(
    "--deadline",
    type=click.IntRange(min=0),
    help="End after so many seconds; 0: only when told to stop. CERTDESK_CONSUME_DEADLINE_SECONDS when not given.",
)
@with_app
def consume_events(deadline: int | None) -> None:
    """Take events until the deadline, or until told to stop; any number of processes may, each takes its share.

    Ends with exit code 0 whatever came, and with 1 where the brokers did not answer in all that time. What could not
    be taken is among the dead letters.
    """
    settings, ports = current_settings(), _ports()
    if ports.events is None:
        refuse(NO_BUS)
    seconds = settings.consume_deadline_seconds if deadline is None else deadline
    with _until_told_to_stop() as stopping:
        click.echo(f"Certdesk takes events from {', '.join(settings.kafka_topics)} (Ctrl-C stops it)")
        try:
            counts = consume(current_app, deadline_s=seconds or math.inf, stopping=stopping)
        except BusFault as problem:
            refuse(
                f"No events could be taken: {printable(str(problem))}. Nothing is lost; certdesk check-config asks again."
            )
    click.echo(_summary(counts))


@events.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_app
def status(*, as_json: bool) -> None:
    """Say how far we are: what is there and not taken, when the last event was, and what could not be taken."""
    with Session(db.engine) as session:
        standing = counting.read_standing(session)
    age = standing.age_s(clock.now())
    if as_json:
        show_json(
            {
                "behind": standing.lag,
                "looked_at": standing.looked_at.isoformat() if standing.looked_at else None,
                "last_event_at": standing.last_at.isoformat() if standing.last_at else None,
                "last_event_age_seconds": age,
                "dead_letters": standing.dead,
                "waiting": standing.waiting,
                "partitions": [
                    {"topic": one.topic, "partition": one.partition, "behind": one.messages} for one in standing.behind
                ],
                "counts": [
                    {"type": event_type, "outcome": outcome.value, "number": number}
                    for event_type, outcome, number in standing.counts
                ],
            }
        )
        return
    click.echo(standing.in_words(clock.now()))
    for event_type, outcome, number in standing.counts:
        click.echo(f"{number:>9}  {outcome:<9}  {event_type}")


@contextmanager
def _until_told_to_stop() -> Iterator[threading.Event]:
    """Give what is set once a signal says to stop; afterwards signals mean what they meant before."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    usual = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def _ports() -> Ports:
    ports: Ports = current_app.extensions["ports"]
    return ports


def _summary(counts: Counter[Taken]) -> str:
    said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Taken if counts[outcome])
    return f"{counts.total()} events: {said}." if said else "No events came."
