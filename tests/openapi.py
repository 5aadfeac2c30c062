"""Holds answers of the API against its own document, more strictly than the document's readers may."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask
from werkzeug.test import TestResponse

_PARAMETER = re.compile(r"\\\{([a-z_]+)\\\}")


class Document:
    """What the API says of itself."""

    def __init__(self, said: dict[str, Any]) -> None:
        """Take the document; what it does not name counts as a mistake here, while clients pass over it."""
        self.said = said
        for schema in said["components"]["schemas"].values():
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail where an answer is none that the document knows for this method and path."""
        operation = self.find(method, path)
        responses = operation["responses"]
        told = responses.get(str(answer.status_code)) or (
            responses.get("default") if answer.status_code >= 400 else None
        )
        assert told is not None, f"{method} {path}: {answer.status_code} is unknown: {answer.text[:300]}"
        contents = told.get("content", {})
        if not contents:
            assert answer.data == b"", f"{method} {path}: {answer.status_code} has a body"
            return
        assert answer.mimetype in contents, f"{method} {path}: {answer.mimetype} is unknown"
        for name, header in told.get("headers", {}).items():
            needed = self.said["components"]["headers"][header["$ref"].rpartition("/")[2]]["required"]
            assert name in answer.headers or not needed, f"{method} {path}: {answer.status_code} lacks {name}"
        if answer.is_json or (answer.mimetype or "").endswith("+json"):
            faults = self.faults(contents[answer.mimetype]["schema"], answer.get_json(force=True))
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

    def faults(self, schema: Mapping[str, Any], value: object) -> list[str]:
        """Say what is wrong with a value, by a schema of the document."""
        whole = {**schema, "components": self.said["components"]}
        checked = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return [f"{one.instance_path}: {one.message}" for one in checked.iter_errors(value)]


@cache
def document_of(app: Flask) -> Document:
    """Give the document of an application, fetched once."""
    return Document(app.test_client().get("/api/openapi.json").get_json())


def _pattern(template: str) -> str:
    """Give the pattern of a path: keys and names may hold slashes, nothing else does."""
    names = {"key", "username", "course_id"}
    return _PARAMETER.sub(lambda found: ".+" if found[1] in names else "[^/]+", re.escape(template))
