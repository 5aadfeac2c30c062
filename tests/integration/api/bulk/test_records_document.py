"""Does the document say of records what they are, and of what is broken off what is kept?"""

import json
from collections.abc import Iterator
from typing import Any, Union

import msgspec
import pytest
from flask import Flask

from tests.factories.records import EXAMPLES
from tests.openapi import document_of
from webapp.domain.records.kinds import TYPES
from webapp.domain.records.parsing import BadRecord, parse_object
from webapp.web.api.bulk.lines import LINES


def breaking() -> Iterator[tuple[str, str, object]]:
    """Give values that are just outside of what the document says, by the type of record and the field."""
    for line in LINES:
        said = msgspec.json.schema(line)["$defs"][line.__name__]
        name = said["properties"]["type"]["enum"][0]
        for field, schema in said["properties"].items():
            outside = {
                "minLength": "",
                "maxLength": "n" * (schema.get("maxLength", 0) + 1),
                "minimum": -1,
                "maximum": schema.get("maximum", 0) + 1,
                "pattern": "nonsense",
                "enum": "nonsense",
            }
            yield from ((name, field, bad) for word, bad in outside.items() if word in schema and field != "type")


class TestGivenTheDocument:
    @pytest.mark.parametrize("status", ["413", "503"])
    def test_it_promises_nothing_of_what_is_broken_off(self, app: Flask, status: str) -> None:
        told = document_of(app).find("POST", "/api/v1/records")["responses"][status]["description"]

        assert "`detail` says" in told
        assert "nothing was changed" not in told

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_it_tells_of_every_record_as_it_is(self, name: str) -> None:
        record = {"type": name, **EXAMPLES[name]}

        assert is_told_of(record)
        assert not is_told_of({**record, "color": "blue"})

    @pytest.mark.parametrize(("name", "field", "bad"), [*breaking()])
    def test_what_it_allows_of_no_field_is_refused(self, app: Flask, name: str, field: str, bad: object) -> None:
        record = {"type": name, **EXAMPLES[name], field: bad}
        document = document_of(app)

        assert document.faults(document.said["components"]["schemas"][TYPES[name].__name__], record)
        with pytest.raises(BadRecord, match=f"^{field} "):
            parse_object(record)

    @pytest.mark.parametrize("name", ["allowlist", "invalidation", "date_override"])
    def test_it_says_how_long_notes_may_be(self, name: str) -> None:
        record = {"type": name, **EXAMPLES[name]}

        assert is_told_of({**record, "notes": "n" * 10_000})
        assert not is_told_of({**record, "notes": "n" * 10_001})


def is_told_of(record: dict[str, Any]) -> bool:
    known: Any = Union[LINES]  # noqa: UP007 - made of a tuple
    try:
        msgspec.json.decode(json.dumps(record), type=known)
    except msgspec.ValidationError:
        return False
    return True
