"""Which fields has a record, as the document tells of them? Made from the records themselves; they are read elsewhere."""

from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from webapp.domain.identifiers import TOLD_NOTE_LENGTH
from webapp.domain.records.fields import Day, shape_of
from webapp.domain.records.kinds import TYPES, Record
from webapp.web.api.bodies import Moment
from webapp.web.api.reference.telling import meanings_of

_AS_JSON: dict[Any, Any] = {
    Decimal: float,
    datetime: Moment,
    datetime | None: Moment | None,
    Day | None: str | None,
}
_NEVER_NULL: dict[str, Any] = {"requires_id_verification": bool | UnsetType, "created": Moment | UnsetType}
"""What may be left out, and is no null where it is not."""
_NOTES = Annotated[str, Meta(max_length=TOLD_NOTE_LENGTH)]


def _line_of(kind: type[Record]) -> type[msgspec.Struct]:
    hints = get_type_hints(kind)
    meanings = meanings_of(kind)
    known: list[Any] = []
    for one in fields(kind):
        if one.metadata:
            said = _NOTES if one.name == "notes" else _AS_JSON.get(hints[one.name], hints[one.name])
            default = one.default
            if one.name in _NEVER_NULL:
                said, default = _NEVER_NULL[one.name], UNSET
            shape = dict(shape_of(one.metadata["read"]))
            said = Annotated[said, Meta(description=meanings.get(one.name), extra_json_schema=shape)]
            known.append((one.name, said) if default is MISSING else (one.name, said, default))
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
