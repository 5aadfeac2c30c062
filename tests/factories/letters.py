"""Events that could not be taken."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import events
from tests.factories.events import ENROLLED, headers_of
from tests.fakes import NOON
from webapp.domain.bus.letters import Why
from webapp.models.bus import DeadLetter

_numbers = count(1)


def make_letter(session: Session, why: Why = Why.FAILED, **more: Any) -> DeadLetter:
    """Make a dead letter, by default an enrolment that failed in three tries."""
    number = next(_numbers)
    headers = [(name, (value or b"").decode()) for name, value in headers_of(ENROLLED, event_id="e-1", at=NOON)]
    values: dict[str, Any] = {
        "received_at": NOON,
        "topic": "learning",
        "partition": 0,
        "offset": number,
        "sent_at": NOON,
        "event_id": f"e-{number}",
        "event_type": ENROLLED,
        "occurred_at": NOON,
        "key": None,
        "value": None,
        "headers": headers,
        "told": events.enrollment("honor"),
        "why": why,
        "reason": "IntegrityError: poison",
        "tries": 3,
        **more,
    }
    letter = DeadLetter(**values)
    session.add(letter)
    session.flush()
    return letter
