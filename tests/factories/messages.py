"""Deliveries that lie in the inbox."""

from typing import Any

from sqlalchemy.orm import Session

from tests.fakes import NOON
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.messages import CallbackInbox


def make_delivery(session: Session, outcome: Outcome = Outcome.UNKNOWN_KEY, **more: Any) -> CallbackInbox:
    """Make a delivery with that outcome, by default one that matched nothing."""
    values: dict[str, Any] = {
        "received_at": NOON,
        "address": "192.0.2.7",
        "endpoint": Endpoint.CERTIFICATE,
        "header": '{"lms_key": "k"}',
        "body": "{}",
        "whole": True,
        "digest": "0" * 64,
        "matched": False,
        "outcome": outcome,
        **more,
    }
    delivery = CallbackInbox(**values)
    session.add(delivery)
    session.flush()
    return delivery
