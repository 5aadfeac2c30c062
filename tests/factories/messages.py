"""Deliveries that lie in the inbox, entries of the outbox, and counts of visits."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.fakes import NOON
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.messages import CallbackInbox, Outbox, UserAgentCount
from webapp.services.messages.outbox import Channel

TODAY = NOON.date()


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


def make_entry(session: Session, **more: Any) -> Outbox:
    """Make an entry of the outbox, by default one that still waits to be sent."""
    values: dict[str, Any] = {
        "channel": Channel.XQUEUE.value,
        "payload": {"key": "k", "header": "{}", "body": "{}"},
        "created_at": NOON,
        "next_try_at": NOON,
        **more,
    }
    entry = Outbox(**values)
    session.add(entry)
    session.flush()
    return entry


def make_agent_count(session: Session, agent: str, visits: int = 1, *, day: date = TODAY) -> UserAgentCount:
    """Make the count of an agent on a day."""
    row = UserAgentCount(day=day, agent=agent, visits=visits)
    session.add(row)
    session.flush()
    return row
