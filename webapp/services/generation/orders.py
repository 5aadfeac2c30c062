"""With which settings, clock and ids does somebody have certificates made?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp import clock, logs
from webapp.domain.actors import SCHEDULE_NAME, Actor
from webapp.domain.certificates.modes import GenerationMode
from webapp.services.following.moves import EVERYTHING_USUAL, Switches, switches_of
from webapp.settings import Settings


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants certificates made, why, when, and what the making needs from outside."""

    actor: Actor
    generation_mode: GenerationMode
    now: datetime
    new_uuid: Callable[[], str]
    """Gives a public id."""
    new_key: Callable[[], str]
    """Gives the key of a job."""
    base_url: str
    queue_name: str | None
    """None where no queue is configured."""
    note: str = ""
    switches: Switches = EVERYTHING_USUAL
    judged_after: timedelta | None = None
    """How long after an entry in the allowlist the learner is judged; None where nobody is by themselves (decision 24)."""

    @property
    def queue_configured(self) -> bool:
        """Whether there is a queue that makes files."""
        return self.queue_name is not None


def order_of(settings: Settings, actor: Actor, generation_mode: GenerationMode, *, note: str = "") -> Order:
    """Give the order of somebody who acts now."""
    return Order(
        actor,
        generation_mode,
        clock.now(),
        clock.new_uuid,
        clock.new_key,
        settings.base_url,
        settings.xqueue_queue if settings.xqueue_url else None,
        note,
        switches_of(settings),
        timedelta(seconds=settings.delay_seconds) if settings.auto_generate else None,
    )


def by_schedule(settings: Settings, generation_mode: GenerationMode) -> Order:
    """Give the order of a job that runs by the clock, or for a request that was made earlier."""
    request_id = logs.request_id() or clock.new_request_id()
    return order_of(settings, Actor(SCHEDULE_NAME, request_id=request_id), generation_mode)
