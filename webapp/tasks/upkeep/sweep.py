"""How does the schedule find certificates that the queue has forgotten?"""

from datetime import timedelta

from flask import Flask

from webapp.domain.certificates.modes import GenerationMode
from webapp.models.base import unit_of_work
from webapp.services.generation import sweep
from webapp.services.generation.orders import by_schedule
from webapp.settings import Settings


def sweep_stuck(app: Flask) -> int:
    """Send stuck jobs again, or give them up, and give how many; where no queue is configured nothing can be sent."""
    settings: Settings = app.extensions["settings"]
    if settings.xqueue_url is None:
        return 0
    order = by_schedule(settings, GenerationMode.BATCH)
    stuck_after = timedelta(minutes=settings.stuck_minutes)
    return sweep.settle_stuck(unit_of_work, order, stuck_after=stuck_after, removes=settings.queue_removes).total()
