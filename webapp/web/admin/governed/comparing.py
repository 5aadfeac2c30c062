"""How do two versions of a value differ: field by field, and line by line of their JSON?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from markupsafe import Markup

from webapp.domain.approval.merge import ABSENT, differences
from webapp.web import cells

Payload = Mapping[str, Any]
CONTEXT_LINES = 3
_SIGNS = {"+": "added", "-": "removed", "@": "skipped"}
_HEADER_LINES = 2
_AT_THE_TOP = ("@@ -1 ", "@@ -1,", "@@ -0,")  # nothing was skipped above


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field that differs, as it was and as it is."""

    field: str
    before: Markup
    after: Markup


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of JSON; `what` is added, removed, kept or skipped, which the page also says by a sign."""

    what: str
    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two versions; `older` and `newer` are their numbers."""

    older: int
    newer: int
    fields: Sequence[FieldLine]
    lines: Sequence[TextLine]


def compare(older: int, before: Payload | None, newer: int, after: Payload | None) -> Comparison:
    """Compare two versions of a key; None is one that was deleted."""
    fields = [FieldLine(one.field, shown(one.before), shown(one.after)) for one in differences(before, after)]
    return Comparison(older, newer, fields, _lines(json_text(before), json_text(after)))


def shown(value: object) -> Markup:
    """Draw a JSON value; a text without its quotes, and what is not there as nothing."""
    if value is ABSENT:
        return cells.nothing()
    if isinstance(value, str):
        return cells.name(value) if value else cells.code('""')
    return cells.code(json.dumps(value, ensure_ascii=False))


def json_text(payload: Payload | None) -> str:
    """Give a payload as JSON for people; the empty text for a deleted one."""
    return "" if payload is None else json.dumps(payload, indent=2, sort_keys=True, ensure_ascii=False)


def _lines(before: str, after: str) -> list[TextLine]:
    drawn = [*unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=CONTEXT_LINES)][_HEADER_LINES:]
    return [_line(line) for line in drawn if not line.startswith(_AT_THE_TOP)]


def _line(line: str) -> TextLine:
    what = _SIGNS.get(line[0], "kept")
    if what == "skipped":
        return TextLine(what, "…", "")
    return TextLine(what, "−" if what == "removed" else line[0], line[1:])
