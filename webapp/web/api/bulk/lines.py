"""Which fields has a record, as the document tells of them? Made from the records themselves; they are read elsewhere."""

from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta

from webapp.domain.records.fields import Day
from webapp.domain.records.kinds import TYPES, Record
from webapp.web.api.bodies import Moment

DAY = "A day, such as 2026-01-31, or ISO 8601 with a zone: the day that this is in UTC."
_AS_JSON: dict[Any, Any] = {
    Decimal: float,
    datetime: Moment,
    datetime | None: Moment | None,
    Day | None: Annotated[str, Meta(description=DAY)] | None,
}


def _line_of(kind: type[Record]) -> type[msgspec.Struct]:
    hints = get_type_hints(kind)
    known: list[Any] = []
    for one in fields(kind):
        if one.metadata:
            said = _AS_JSON.get(hints[one.name], hints[one.name])
            known.append((one.name, said) if one.default is MISSING else (one.name, said, one.default))
    return msgspec.defstruct(
        kind.__name__,
        known,
        tag=kind.TYPE,
        tag_field="type",
        kw_only=True,
        forbid_unknown_fields=True,
        namespace={"__doc__": kind.__doc__},
    )


LINES = tuple(_line_of(kind) for kind in TYPES.values())
"""Every type of line."""
