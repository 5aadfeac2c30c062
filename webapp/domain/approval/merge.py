"""What differs between two values, and how do two changes of one value come together, field by field?"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.wording import phrase

Payload = Mapping[str, Any]
Path = tuple[str, ...]


class _Absent:
    """What stands where there is no value; JSON's null is one."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
WHOLE = phrase("the whole value")
"""What a conflict is about where one side deleted what the other changed."""


def field_of(path: Path) -> str:
    """Write a path with dots; a name that has one itself, as course keys may, stands in quotes, so that no two are alike."""
    return ".".join(
        json.dumps(name, ensure_ascii=False) if set(name) & {".", '"'} or not name else name for name in path
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs: where it is, what it was and what it is; ABSENT where there is none."""

    path: Path
    before: Any
    after: Any

    @property
    def field(self) -> str:
        """The path in words that stand in errors and on pages."""
        return field_of(self.path)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed, and not to the same; an empty path is the whole value."""

    path: Path
    base: Any
    live: Any
    proposed: Any

    @property
    def field(self) -> str:
        """The path in words that stand in errors and on pages."""
        return field_of(self.path) or WHOLE


@dataclass(frozen=True, slots=True)
class Merged:
    """Two changes of one value together, None where it is deleted; while there are conflicts, those fields are as proposed."""

    payload: Payload | None
    conflicts: tuple[Conflict, ...]


def canonical(payload: Payload) -> str:
    """Give the one text of a payload, by which it is kept, compared and approved (I4)."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def differences(before: Payload | None, after: Payload | None) -> tuple[Difference, ...]:
    """Give every field that differs, in the order of their names; a value that is not there has no fields."""
    return tuple(_differ((), before or {}, after or {}))


def merge(base: Payload | None, live: Payload | None, proposed: Payload | None, chosen: Mapping[str, str]) -> Merged:
    """Bring a change up to date: where one side alone changed a field, its word counts (approvals note §3.2, rebase).

    `chosen` says for fields in conflict, by their names, whose word counts: "live" or "proposed". A value that one side
    deleted and the other changed is one field, WHOLE.
    """
    conflicts: list[Conflict] = []
    merged = _merge_field((), base, live, proposed, chosen, conflicts)
    return Merged(merged if isinstance(merged, Mapping) else None, tuple(conflicts))


def _differ(path: Path, before: Payload, after: Payload) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        old, new, here = before.get(name, ABSENT), after.get(name, ABSENT), (*path, name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _differ(here, old, new)
        elif isinstance(old, Mapping) and new is ABSENT and old:
            yield from _differ(here, old, {})
        elif isinstance(new, Mapping) and old is ABSENT and new:
            yield from _differ(here, {}, new)
        elif not same(old, new):
            yield Difference(here, old, new)


def same(one: object, other: object) -> bool:
    """Say whether two JSON values are the same; true and 1 are not."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _merge(
    path: Path, base: Payload, live: Payload, proposed: Payload, chosen: Mapping[str, str], conflicts: list[Conflict]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in sorted({*base, *live, *proposed}):
        was, now, wanted = (side.get(name, ABSENT) for side in (base, live, proposed))
        value = _merge_field((*path, name), was, now, wanted, chosen, conflicts)
        if value is not ABSENT:
            merged[name] = value
    return merged


def _merge_field(
    path: Path, was: object, now: object, wanted: object, chosen: Mapping[str, str], conflicts: list[Conflict]
) -> object:
    if same(now, wanted) or same(was, wanted):
        return now
    if same(was, now):
        return wanted
    if isinstance(now, Mapping) and isinstance(wanted, Mapping):
        base = was if isinstance(was, Mapping) else {}
        return _merge(path, base, now, wanted, chosen, conflicts)
    conflict = Conflict(path, was, now, wanted)
    word = chosen.get(conflict.field)
    if word == "live":
        return now
    if word != "proposed":
        conflicts.append(conflict)
    return wanted
