"""What does one line of the learning platform's records say? Parsing it into a typed value (interface §3)."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from webapp.domain.records.fields import LINE_BYTES
from webapp.domain.records.kinds import FIELDS, TYPES, Record

LONGEST_ARRAY = 32_000
"""The mebibyte that an array may have holds fewer of the shortest record; each thousand costs a transaction, and an event."""


class BadRecord(ValueError):
    """The line is no record; the text is the reason and `type` the record's type where it could be read."""

    def __init__(self, reason: str, type_: str | None = None) -> None:
        super().__init__(reason)
        self.type = type_


class LongArray(BadRecord):
    """The array has more values than anybody has records for it."""


def parse_line(line: bytes) -> Record:
    """Give the record that one line of JSON says; raises BadRecord with the reason, whatever the bytes are."""
    if len(line) > LINE_BYTES:
        raise BadRecord("the line is longer than 1 MiB")
    return parse_object(_decode(line, "the line"))


def parse_array(content: bytes) -> list[object]:
    """Give the values of a JSON array, each for `parse_object`; raises BadRecord where it is none, LongArray where it has too many."""
    value = _decode(content, "the text")
    if not isinstance(value, list):
        raise BadRecord("the text is not a JSON array")
    if len(value) > LONGEST_ARRAY:
        raise LongArray(f"the text has {len(value):,} records, and {LONGEST_ARRAY:,} are taken at once")
    return value


def parse_object(value: object) -> Record:
    """Give the record that one JSON object says; raises BadRecord with the reason."""
    if not isinstance(value, dict):
        raise BadRecord("the line is not a JSON object")
    if "type" not in value:
        raise BadRecord("type is missing")
    name = value["type"]
    kind = TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadRecord(f"type must be one of {', '.join(TYPES)}")
    return _read(kind, value)


def quoted(text: str) -> str:
    """Give somebody else's text as a message can show it: one line, cut, and nothing that steers a terminal."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _decode(content: bytes, what: str) -> object:
    try:
        return _DECODER.decode(content.decode().removeprefix("\ufeff"))
    except UnicodeDecodeError:
        raise BadRecord(f"{what} is not UTF-8") from None
    except BadRecord:
        raise
    except (ValueError, RecursionError):
        raise BadRecord(f"{what} is not JSON") from None


def _read(kind: type[Record], value: Mapping[str, object]) -> Record:
    known = FIELDS[kind.TYPE]
    unknown = next((name for name in value if name not in known and name != "type"), None)
    if unknown is not None:
        raise BadRecord(f"{quoted(unknown)} is not a key of type {kind.TYPE}", kind.TYPE)
    found: dict[str, Any] = {}
    for name, (reader, required) in known.items():
        if name not in value:
            if required:
                raise BadRecord(f"{name} is missing", kind.TYPE)
            continue
        try:
            found[name] = reader(value[name])
        except ValueError as problem:
            raise BadRecord(f"{name} {problem}", kind.TYPE) from None
    return kind(given=frozenset(found).difference(kind.KEY), **found)


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """JSON leaves open which of two values counts: we take neither."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadRecord("a key stands twice in one object")
    return found


def _no_number(_text: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_number)
