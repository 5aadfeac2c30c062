"""How do staff have an event tried once more, when its cause is mended?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.domain.bus import news
from webapp.domain.bus.incoming import Message, Unreadable
from webapp.domain.bus.letters import Taken
from webapp.errors import NotApplicable
from webapp.services.bus import letters, taking
from webapp.services.bus.judging import Terms
from webapp.services.bus.opened import Opened, open_message
from webapp.services.generation.orders import Order
from webapp.services.records.intake import wait_for_other_imports
from webapp.wording import phrase


def reopen(session: Session, order: Order, letter_id: int, decode: Callable[[Message], Mapping[str, Any]]) -> Opened:
    """Read a dead letter anew, by the schemas that are known now; raises UnknownDelivery, NotApplicable, BusFault."""
    letter = letters.get_letter(session, letter_id)
    reason = letters.why_not(letter)
    if reason:
        raise NotApplicable(reason)
    message = letters.message_of(letter)
    if letter.told is None:
        return replace(open_message(decode, message, now=order.now), letter_id=letter_id)
    found = Opened(message, letter.event_id, letter.event_type, letter.occurred_at, letter.told, letter_id=letter_id)
    try:
        return replace(found, news=news.read_news(letter.event_type, letter.told))
    except Unreadable as problem:
        return replace(found, fault=str(problem))


def try_again(session: Session, order: Order, event: Opened, *, terms: Terms) -> tuple[Taken | None, str]:
    """Take a dead letter's event, and give what came of it, with the reason where nothing did.

    Raises UnknownDelivery, NotApplicable.
    """
    assert event.letter_id is not None, "it was read from a letter"
    wait_for_other_imports(session)
    letter = letters.get_letter(session, event.letter_id)
    reason = letters.why_not(letter)
    if reason:
        raise NotApplicable(reason)
    outcome: Taken | None = None
    reason = event.fault
    if not event.fault and event.news is None:
        reason = phrase("Events of this type are not taken.")
    elif event.news is not None:
        try:
            with session.begin_nested():
                outcome, reason = taking.take_again(session, order, event, terms=terms)
        except OperationalError:
            raise
        except Exception as problem:
            reason = phrase("{problem}: it failed again", problem=type(problem).__name__)
    letters.record_retry(session, order.actor, letter, outcome=outcome, reason=reason, now=order.now)
    return outcome, reason
