"""How does the schedule find certificates that the queue has forgotten, and entries that wait by a wrong clock?"""

from datetime import timedelta

from flask import Flask

from webapp import clock
from webapp.domain.certificates.modes import GenerationMode
from webapp.models.base import unit_of_work
from webapp.services.generation import sweep
from webapp.services.generation.orders import by_schedule
from webapp.services.messages import outbox
from webapp.settings import Settings


def sweep_stuck(app: Flask) -> int:
    """Send stuck jobs again, or give them up, and give how many; where no queue is configured nothing can be sent.

    Before that, let leave what a clock that was ahead would still hold back.
    """
    settings: Settings = app.extensions["settings"]
    with unit_of_work() as session:
        forward = outbox.bring_forward(session, now=clock.now(), delay=timedelta(seconds=settings.delay_seconds))
    if settings.xqueue_url is None:
        return forward
    order = by_schedule(settings, GenerationMode.BATCH)
    stuck_after = timedelta(minutes=settings.stuck_minutes)
    settled = sweep.settle_stuck(unit_of_work, order, stuck_after=stuck_after, removes=settings.queue_removes)
    return forward + settled.total()
