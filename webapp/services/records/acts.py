"""What does the audit keep of a line that changed something?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.domain.records.kinds import Record
from webapp.services.records.rows import Row

Changes = Mapping[str, tuple[Any, Any]]
"""What became otherwise: by column, the value before and after."""

# Whoever knows the key of a job can answer in the queue's place, and the audit is read by many; it forgets nothing,
# so that a learner's name would stay in it for good (domain/certificates/effects.py).
_HIDDEN = frozenset({"key", "name"})
_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class PendingAct:
    """One audit event to be; its key is a text, or the row whose number is known once it is written."""

    action: str
    kind: str
    key: str | Row
    details: Mapping[str, object]

    @property
    def written_key(self) -> str:
        """The key of the event, once every row is written."""
        return self.key if isinstance(self.key, str) else str(self.key.id)


def key_of(record: Record) -> str:
    """Give the key under which the audit has what a record is about: its natural key, cut where it is too long."""
    return "/".join(record.natural_key)[:_KEY_LENGTH]


def act_of(record: Record, facts: Mapping[str, Any], changes: Changes | None) -> PendingAct:
    """Give the event of a role or a mode that was given, changed or ended; `changes` is None for a new row.

    The details name whose it is and where, since the key may be cut.
    """
    named = dict(zip(record.KEY, record.natural_key, strict=True))
    told = details_of_new(facts) if changes is None else details_of(changes)
    return PendingAct(f"{record.TYPE}.imported", record.TYPE, key_of(record), {**named, **told})


def details_of_new(facts: Mapping[str, Any]) -> dict[str, object]:
    """Give what the audit says of a new row."""
    return {"before": {}, "after": {name: _plain(name, value) for name, value in facts.items()}}


def details_of(changes: Changes) -> dict[str, object]:
    """Give what the audit says of a changed row."""
    return {
        "before": {name: _plain(name, before) for name, (before, _) in changes.items()},
        "after": {name: _plain(name, after) for name, (_, after) in changes.items()},
    }


def _plain(name: str, value: object) -> object:
    if name in _HIDDEN:
        return "hidden" if value else ""
    return value.isoformat() if isinstance(value, datetime) else value
