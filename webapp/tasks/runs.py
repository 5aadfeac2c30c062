"""How are runs carried forward: a step of each in turn, for a while, and on by whoever comes next?"""

import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.certificates.modes import GenerationMode
from webapp.models.base import db, unit_of_work
from webapp.services.generation import runs
from webapp.services.generation.orders import Order, order_of
from webapp.settings import Settings

log = structlog.get_logger(__name__)
TURN = timedelta(seconds=5)
"""After this long whoever shares the thread, or the Celery worker's process, has a turn: they wait for this and one step more."""


def run_generations(app: Flask, *, turn: timedelta = TURN) -> int:
    """Carry forward the runs that wait or are under way, a step of each in turn, and give how many steps were taken.

    Whoever pauses or cancels a run is heeded at its next step. Where this process dies, the next one goes on. A run whose
    step the database refuses, for somebody holds one of its rows, rests until the next turn and keeps back no other;
    raises what the last of them was refused with when all have had their turn.
    """
    settings: Settings = app.extensions["settings"]
    until = time.monotonic() + turn.total_seconds()
    steps, refused = 0, dict[int, Exception]()
    with app.app_context():
        while taken := _round(settings, until, refused):
            steps += taken
            if time.monotonic() >= until:
                break
            time.sleep(runs.BREATH_S)
    if refused:
        raise [*refused.values()][-1]
    return steps


def _round(settings: Settings, until: float, refused: dict[int, Exception]) -> int:
    """One step of each run that nobody else takes one of, as long as there is time; a first one in any case."""

    def order_by(actor: Actor) -> Order:
        return order_of(settings, actor, GenerationMode.BATCH)

    taken = 0
    for run_id in (one for one in _going() if one not in refused):
        try:
            taken += runs.carry_on(unit_of_work, run_id, order_by) is not None
        except (OperationalError, InterfaceError) as problem:
            log.warning("run.put_off", run=run_id, exc_info=True)
            refused[run_id] = problem
            continue  # for whom it waited is none of the others' doing: their time is not over by it
        if time.monotonic() >= until:
            break
    return taken


def _going() -> Sequence[int]:
    with Session(db.engine) as session:
        return runs.list_going(session)
