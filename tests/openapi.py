"""Holds answers of the API against its own document."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

_PARAMETER = re.compile(r"\\\{([a-z_]+)\\\}")
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


class Document:
    """What the API says of itself."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        """Take the document."""
        self.said = said

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail where an answer is none that the document knows for this method and path."""
        operation = self.find(method, path)
        status = str(answer.status_code)
        told = operation["responses"].get(status) or operation["responses"]["default"]
        told = self.said["components"]["responses"][told["$ref"].rpartition("/")[2]] if "$ref" in told else told
        assert status in operation["responses"] or answer.status_code >= 400, f"{method} {path}: {status} is unknown"
        contents = told.get("content", {})
        if not contents:
            assert answer.data == b"", f"{method} {path}: {status} has a body"
            return
        assert answer.mimetype in contents, f"{method} {path}: {answer.mimetype} is unknown"
        for name in told.get("headers", {}):
            assert name in answer.headers, f"{method} {path}: {status} lacks {name}"
        if answer.is_json or (answer.mimetype or "").endswith("+json"):
            faults = [*self._faults(contents[answer.mimetype]["schema"], answer.get_json(force=True), "$")]
            assert not faults, f"{method} {path}: {faults}"

    def find(self, method: str, path: str) -> Mapping[str, Any]:
        """Give the operation of a method and path; of several the one with the most words of its own."""
        found = [
            (len(_PARAMETER.sub("", re.escape(template))), methods[method.lower()])
            for template, methods in self.said["paths"].items()
            if method.lower() in methods and re.fullmatch(_pattern(template), path)
        ]
        assert found, f"{method} {path} does not stand in the document"
        operation: Mapping[str, Any] = max(found, key=lambda pair: pair[0])[1]
        return operation

    def _faults(self, schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
        if "$ref" in schema:
            schema = self.said["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            if all([*self._faults(one, value, at)] for one in schema["anyOf"]):
                yield f"{at} is none of {schema['anyOf']}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at} is none of {schema['enum']}"
        wanted = schema.get("type")
        if wanted and (not isinstance(value, _TYPES[wanted]) or (wanted == "integer" and isinstance(value, bool))):
            yield f"{at} is no {wanted}"
        elif wanted == "array":
            for number, one in enumerate(value):
                yield from self._faults(schema.get("items", {}), one, f"{at}[{number}]")
        elif wanted == "object" and "properties" in schema:
            yield from self._object_faults(schema, value, at)

    def _object_faults(self, schema: Mapping[str, Any], value: Mapping[str, Any], at: str) -> Iterator[str]:
        yield from (f"{at}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, inner in value.items():
            if name not in schema["properties"] and schema.get("additionalProperties"):
                continue
            if name not in schema["properties"]:
                yield f"{at}.{name} is unknown"
            else:
                yield from self._faults(schema["properties"][name], inner, f"{at}.{name}")


@cache
def document_of(app: Flask) -> Document:
    """Give the document of an application, fetched once."""
    return Document(app.test_client().get("/api/openapi.json").get_json())


def _pattern(template: str) -> str:
    """Give the pattern of a path: a key may hold slashes, and that of a course run; nothing else does."""
    return _PARAMETER.sub(lambda found: ".+" if found[1] in ("key", "course_id") else "[^/]+", re.escape(template))
