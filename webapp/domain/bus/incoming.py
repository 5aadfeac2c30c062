"""What does an event that came in say of itself: id, type, time, and in which form is its value (interface §9)?"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from webapp.domain.identifiers import storable
from webapp.domain.records import fields as read

ID_LENGTH = 255
CLOCKS_DIFFER = timedelta(days=1)
"""An event from later than this is none: taken, it would stand above every word that comes after it."""
NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""When a message was sent whose timestamp is no moment: always the same, so that it stays one when it comes again."""
DEEPEST = 32
STRUCTURED = "application/cloudevents+json"
_AVRO = "application/avro"
_FRAME = b"\x00"

Headers = Sequence[tuple[str, bytes | None]]


class Unreadable(ValueError):
    """The message is no event that anybody can read, now or later; the text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a broker gave it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    at: datetime
    """When the broker, or whoever sent it, says it was sent."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an event says of itself, whatever its value is."""

    id: str
    type: str
    at: datetime | None
    framed: bool
    """The value is Avro in Confluent's frame; else it is JSON."""
    structured: Mapping[str, Any] | None = None
    """The whole CloudEvent where it came in structured mode."""


def read_envelope(message: Message, *, now: datetime) -> Envelope:
    """Read id, type and time; raises Unreadable where one of the first two is missing or is there twice.

    Where it does not say its time, the message's counts.
    """
    kind = (_header(message.headers, "content-type") or "").split(";")[0].strip().lower()
    if kind == STRUCTURED or (not kind and _header(message.headers, "ce_id") is None and not _framed(message)):
        event = _object(message.value)
        found = Envelope(_text(event.get("id"), "id"), _text(event.get("type"), "type"), None, False, event)
        return _timed(found, event.get("time"), message.at, now)
    found = Envelope(
        _text(_header(message.headers, "ce_id"), "ce_id"),
        _text(_header(message.headers, "ce_type"), "ce_type"),
        None,
        kind == _AVRO or (kind != "application/json" and _framed(message)),
    )
    return _timed(found, _header(message.headers, "ce_time"), message.at, now)


def read_value(message: Message, envelope: Envelope) -> Mapping[str, Any]:
    """Give the object that a JSON event tells; raises Unreadable. One in a frame is for whoever knows its schema."""
    if envelope.structured is None:
        return _object(message.value)
    told = envelope.structured.get("data")
    if not isinstance(told, dict):
        raise Unreadable("data is not an object")
    return told


def refuse_deep(told: Mapping[str, Any]) -> None:
    """Raise Unreadable for what has more levels than any event has: such a thing cannot even be kept as JSON."""
    level: list[object] = [told]
    for _ in range(DEEPEST):
        level = [inner for part in level for inner in _inner(part)]
        if not level:
            return
    raise Unreadable(f"the event is nested more than {DEEPEST} levels deep")


def _inner(part: object) -> Iterable[object]:
    if isinstance(part, Mapping):
        return part.values()
    return part if isinstance(part, list | tuple) else ()


def _timed(envelope: Envelope, said: object, sent_at: datetime, now: datetime) -> Envelope:
    if said is None or said == "":
        if sent_at == NO_MOMENT:
            raise Unreadable("the event has no time, and its record's timestamp is no moment")
        _refuse_future("the event has no time, and its record's", sent_at, now)
        return envelope
    try:
        at = read.moment(said)
    except ValueError as problem:
        raise Unreadable(f"the event's time {problem}") from None
    _refuse_future("the event's time", at, now)
    return Envelope(envelope.id, envelope.type, at, envelope.framed, envelope.structured)


def _refuse_future(what: str, at: datetime, now: datetime) -> None:
    if at > now + CLOCKS_DIFFER:
        raise Unreadable(f"{what}, {at.isoformat()}, lies in the future")


def _framed(message: Message) -> bool:
    return (message.value or b"").startswith(_FRAME)


def _header(headers: Headers, name: str) -> str | None:
    values = [value for each, value in headers if each.lower() == name]
    if len(values) > 1 and name != "content-type":
        raise Unreadable(f"the header {name} is there twice")
    if not values or values[0] is None:
        return None
    try:
        return values[0].decode()
    except UnicodeDecodeError:
        raise Unreadable(f"the header {name} is not UTF-8") from None


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(f"{name} is missing")
    if len(value) > ID_LENGTH or not storable(value):
        raise Unreadable(f"{name} is longer than {ID_LENGTH} characters, or no text that can be kept")
    return value


def _object(value: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads((value or b"").decode(), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unreadable("the value is not UTF-8") from None
    except (ValueError, RecursionError):
        raise Unreadable("the value is not JSON") from None
    if not isinstance(found, dict):
        raise Unreadable("the value is not a JSON object")
    return found


def _no_number(_text: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")
