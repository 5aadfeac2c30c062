"""Which events could not be taken, and what do staff do about them: look, try again, discard?"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.actors import DESK_NAME, Actor
from webapp.domain.bus import news
from webapp.domain.bus.incoming import Message
from webapp.domain.bus.letters import Closing, Taken, Why
from webapp.domain.identifiers import made_storable
from webapp.errors import AlreadyClosed, NoteMissing, UnknownDelivery
from webapp.models.bus import DeadLetter
from webapp.models.learners import Learner
from webapp.services import audit
from webapp.services.bus.opened import Opened
from webapp.wording import phrase

KEPT_BYTES = 1024 * 1024
_MOST_AT_ONCE = 500


def keep(session: Session, events: Sequence[Opened], *, now: datetime) -> None:
    """Put events aside as they came; one that lies there already is not put there twice."""
    rows = [_row(one, now) for one in events]
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(DeadLetter).on_conflict_do_nothing(), rows)


def open_for(session: Session, numbers: Sequence[int | None]) -> list[Opened]:
    """Give the events that wait for learners of these numbers."""
    wanted = sorted({number for number in numbers if number is not None})
    return _opened(session, DeadLetter.waits_for.in_(wanted)) if wanted else []


def open_for_known(session: Session, letter_id: int | None = None) -> list[Opened]:
    """Give events that wait for a learner who is known by now, the longest waiting first; or one of them alone."""
    one = true() if letter_id is None else DeadLetter.id == letter_id
    return _opened(session, _waits_for_known(), one)


def ids_for_known(session: Session) -> Sequence[int]:
    """Give the letters that are open_for_known."""
    open_ = (DeadLetter.closed_at.is_(None), DeadLetter.why == Why.WAITING, _waits_for_known())
    return session.scalars(select(DeadLetter.id).where(*open_).order_by(DeadLetter.id).limit(_MOST_AT_ONCE)).all()


def close_applied(session: Session, letter_ids: Sequence[int], *, now: datetime) -> None:
    """Close letters that were applied by themselves; what they said lies in the facts now, and here no more."""
    if letter_ids:
        session.execute(
            update(DeadLetter)
            .where(DeadLetter.id.in_(letter_ids), DeadLetter.closed_at.is_(None))
            .values(closed_at=now, closed_by=DESK_NAME, closing=Closing.APPLIED, waits_for=None, **_EMPTIED)
        )


def give_up(session: Session, letter_id: int, *, fault: str, tries: int = 1) -> None:
    """Let an event wait for its learner no longer, but for somebody who looks at what is wrong with it."""
    session.execute(
        update(DeadLetter)
        .where(DeadLetter.id == letter_id, DeadLetter.closed_at.is_(None))
        .values(why=Why.FAILED, reason=made_storable(fault)[:512], waits_for=None, tries=DeadLetter.tries + tries)
    )


def get_letter(session: Session, letter_id: int) -> DeadLetter:
    """Give a dead letter, locked; raises UnknownDelivery."""
    letter = session.get(DeadLetter, letter_id, with_for_update=True)
    if letter is None:
        raise UnknownDelivery(phrase("This event is not among the dead letters any more."))
    return letter


def message_of(letter: DeadLetter) -> Message:
    """Give the message as it came."""
    headers = [(name, None if value is None else value.encode("latin-1")) for name, value in letter.headers]
    return Message(letter.topic, letter.partition, letter.offset, letter.key, letter.value, headers, letter.sent_at)


def why_not(letter: DeadLetter) -> str | None:
    """Say why an event cannot be tried again, or give None where it can."""
    if letter.closed_at is not None:
        return phrase("{closed_by} has dealt with it already.", closed_by=letter.closed_by)
    if letter.value is None and letter.told is None:
        return phrase("Nothing of it was kept that could be tried.")
    return None


def record_retry(
    session: Session, actor: Actor, letter: DeadLetter, *, outcome: Taken | None, reason: str, now: datetime
) -> None:
    """Note what came of another try: the letter is closed where the event was taken, else it says why not."""
    letter.tries += 1
    if outcome in (Taken.APPLIED, Taken.OLDER):
        letter.closed_at, letter.closed_by, letter.closing = now, actor.name, Closing.APPLIED
        letter.waits_for = None
        _empty(letter)
    else:
        letter.reason = reason[:512]
    details = {"outcome": outcome or "failed", "event_id": letter.event_id, "reason": reason}
    audit.append(session, actor, "event.tried_again", "dead_letter", str(letter.id), now=now, details=details)


def discard(session: Session, actor: Actor, letter_id: int, *, note: str, now: datetime) -> None:
    """Give an event up, with a note that says why; what it said is deleted. Raises NoteMissing, AlreadyClosed, UnknownDelivery."""
    letter = get_letter(session, letter_id)
    note = made_storable(note.strip())[:512]
    if not note:
        raise NoteMissing(phrase("Say in a note why the event is not needed."))
    if letter.closed_at is not None:
        raise AlreadyClosed(phrase("{closed_by} has dealt with this event already.", closed_by=letter.closed_by))
    letter.closed_at, letter.closed_by, letter.closing, letter.note = now, actor.name, Closing.DISCARDED, note
    letter.waits_for = None
    _empty(letter)
    details = {"event_id": letter.event_id, "event_type": letter.event_type, "reason": letter.reason}
    audit.append(
        session, actor, "event.discarded", "dead_letter", str(letter.id), now=now, details=details, reason=note
    )


def purge(session: Session, *, before: datetime, at_most: int = 5_000) -> int:
    """Delete letters that were dealt with before a moment, and give how many; open ones stay."""
    old = select(DeadLetter.id).where(DeadLetter.closed_at < before).limit(at_most)
    return len(session.execute(delete(DeadLetter).where(DeadLetter.id.in_(old)).returning(DeadLetter.id)).all())


_EMPTIED = {"key": None, "value": None, "told": None}
"""It names people: once dealt with, nobody needs it."""


def _empty(letter: DeadLetter) -> None:
    for name, value in _EMPTIED.items():
        setattr(letter, name, value)


def _waits_for_known() -> ColumnElement[bool]:
    known = select(Learner.id).where(Learner.external_id == DeadLetter.waits_for).exists()
    return DeadLetter.waits_for.is_not(None) & known


def _opened(session: Session, *conditions: ColumnElement[bool]) -> list[Opened]:
    query = (
        select(DeadLetter)
        .where(DeadLetter.closed_at.is_(None), DeadLetter.why == Why.WAITING, *conditions)
        .order_by(DeadLetter.id)
        .limit(_MOST_AT_ONCE)
        .with_for_update()
    )
    return [
        Opened(
            message_of(letter),
            event_id=letter.event_id,
            event_type=letter.event_type,
            at=letter.occurred_at,
            told=letter.told,
            news=news.read_news(letter.event_type, letter.told),
            letter_id=letter.id,
        )
        for letter in session.scalars(query)
        if letter.told is not None
    ]


def _row(one: Opened, now: datetime) -> dict[str, object]:
    message = one.message
    whole = len(message.value or b"") <= KEPT_BYTES
    decoded = one.told is not None
    return {
        "received_at": now,
        "topic": message.topic[:255],
        "partition": message.partition,
        "offset": message.offset,
        "sent_at": message.at,
        "event_id": one.event_id,
        "event_type": one.event_type,
        "occurred_at": one.occurred_at,
        "key": message.key,
        "value": message.value if whole and not decoded else None,
        "headers": [(name, None if value is None else value.decode("latin-1")) for name, value in message.headers],
        "told": _plain(one.told),
        "why": one.why or Why.FAILED,
        "reason": made_storable(one.fault)[:512],
        "waits_for": one.waits_for,
        "tries": one.tries,
        "closed_by": "",
        "note": "",
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - what Avro can say
    """Give a value as every database keeps it as JSON."""
    if isinstance(value, Mapping):
        return {made_storable(str(name)): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, str):
        return made_storable(value)
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return made_storable(str(value))
