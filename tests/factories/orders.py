"""Somebody who has certificates made."""

from functools import partial
from typing import Any

from tests.fakes import NOON
from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.certificates.modes import GenerationMode
from webapp.services.following.moves import Switches
from webapp.services.generation.orders import Order

SAM = Actor("sam", 1, "192.0.2.9", "request-1")
NEW_KEY, NEW_ID = "4e" * 16, "1d" * 16
NAMED: dict[str, Any] = {"new_key": lambda: NEW_KEY, "new_uuid": lambda: NEW_ID}
"""Changes of an order after which it is known which keys and which public ids are given."""


def an_order(generation_mode: GenerationMode = GenerationMode.SUPPORT, **changes: Any) -> Order:
    """Give the order of Sam at noon, where a queue is configured."""
    values: dict[str, Any] = {
        "actor": SAM,
        "now": NOON,
        "new_uuid": clock.new_uuid,
        "new_key": clock.new_key,
        "base_url": "http://desk.test",
        "queue_name": "certificates",
        **changes,
    }
    return Order(generation_mode=generation_mode, **values)


an_order_without_milestones = partial(an_order, switches=Switches(milestones=False))
"""For tests that count events: test_milestones.py has what is told of milestones."""
