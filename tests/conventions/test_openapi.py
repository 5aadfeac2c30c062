"""Is the document valid, and does it tell a stranger whatever the code can do to a client?"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.openapi import Document, document_of
from webapp.domain.platform import instructor_answers, learner_answers, support_answers
from webapp.web.api.reference import examples
from webapp.web.api.reference.fields import FIELDS
from webapp.web.api.reference.kinds import SEVERAL
from webapp.web.api.reference.refusals import meaning_of

pytestmark = pytest.mark.any_database
WEB = Path(__file__).parents[2] / "webapp" / "web"
DOORS = [WEB / "api", WEB / "errors" / "problems.py", WEB / "auth", WEB / "headers", WEB / "conditional.py"]
"""Where requests of programs are refused."""
REFUSING = {"Refused": 1, "problem": 1}
"""Function that refuses -> at which place its code stands."""

LOOKED_UP = r"§|\b(decisions?|defects?|records?) \d|\b(domain|approvals|ecosystem) note\b"
"""What leads to notes of ours."""
OLD_WORDS = (
    *support_answers.OF_SEARCH,
    *support_answers.OF_SUBJECT,
    *learner_answers.EVERY_ANSWER,
    *instructor_answers.OF_FILES,
    instructor_answers.NO_SUCH_EXCEPTION,
    instructor_answers.NO_SUCH_INVALIDATION,
    instructor_answers.NONE_CHOSEN,
    instructor_answers.ELSEWHERE,
)
"""What the platform's own clients look for (domain note §8)."""


@pytest.fixture
def document(app: Flask) -> Document:
    """The document as it is served."""
    return document_of(app)


@pytest.fixture
def operations(document: Document) -> list[dict[str, Any]]:
    """Every operation of our own interface; the platform's clients have theirs, as they know it."""
    paths = document.said["paths"]
    return [one for path in paths if path.startswith("/api/v1/") for one in paths[path].values()]


def codes_in_source() -> Iterator[str]:
    """Every code that stands in the code of the doors, where they refuse something."""
    ours = [file for door in DOORS for file in ([door] if door.suffix else door.rglob("*.py"))]
    for path in [file for file in ours if "compat" not in file.parts]:
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            said = [one.value for one in call.keywords if one.arg == "code"]
            said += call.args[REFUSING[name] : REFUSING[name] + 1] if name in REFUSING else []
            yield from (one.value for one in said if isinstance(one, ast.Constant) and isinstance(one.value, str))


def texts_in(part: object) -> Iterator[str]:
    """Every description and summary of a part of the document."""
    for name, said in part.items() if isinstance(part, dict) else ():
        if name in ("description", "summary") and isinstance(said, str):
            yield said
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from texts_in(inner)


class TestGivenTheDocument:
    def test_it_is_valid(self, app: Flask) -> None:
        said = app.test_client().get("/api/openapi.json").get_json()

        assert [error.message for error in OpenAPIV31SpecValidator(said).iter_errors()] == []

    def test_every_object_has_a_name_that_any_language_can_have(self, document: Document) -> None:
        names = [*document.said["components"]["schemas"]]

        assert [name for name in names if not re.fullmatch("[A-Z][A-Za-z0-9]*", name)] == []

    def test_every_operation_has_a_name_of_its_own_and_a_told_tag(
        self, document: Document, operations: list[dict[str, Any]]
    ) -> None:
        told = {tag["name"] for tag in document.said["tags"] if tag["description"]}
        names = [one["operationId"] for one in operations]

        assert sorted(names) == sorted(set(names))
        assert [one["operationId"] for one in operations if not one["summary"] or not set(one["tags"]) <= told] == []

    def test_every_parameter_and_header_says_what_it_is(
        self, document: Document, operations: list[dict[str, Any]]
    ) -> None:
        silent = [
            (one["operationId"], each["name"])
            for one in operations
            for each in one["parameters"]
            if not each.get("description") or (each["in"] == "path" and "example" not in each)
        ]

        assert silent == []
        assert all(header["description"] for header in document.said["components"]["headers"].values())

    def test_every_body_has_an_example(self, operations: list[dict[str, Any]]) -> None:
        contents = [one["requestBody"]["content"].get("application/json") for one in operations if "requestBody" in one]

        assert [each["schema"] for each in contents if each and not {"example", "examples"} & {*each}] == []

    def test_every_example_is_what_it_is_an_example_of(self, document: Document) -> None:
        schemas = document.said["components"]["schemas"]

        told = [*examples.BODIES.items(), *examples.ANSWERS.items()]
        told += [(name, one["value"]) for name, several in SEVERAL.items() for one in several.values()]
        told += [(name, one) for name, schema in schemas.items() for one in schema.get("examples", ())]
        for name, example in told:
            assert document.faults(schemas[name], example) == [], name

    def test_every_object_says_what_it_is_and_what_each_of_its_fields_means(self, document: Document) -> None:
        schemas = document.said["components"]["schemas"]

        assert [name for name, one in schemas.items() if not one.get("description")] == []
        assert [
            f"{name}.{field}"
            for name, one in schemas.items()
            for field, said in one.get("properties", {}).items()
            if not said.get("description")
        ] == []

    def test_every_list_of_words_says_what_each_of_them_means(self, document: Document) -> None:
        for name, one in document.said["components"]["schemas"].items():
            told = re.findall(r"`([^`]+)`: ", one["description"])
            assert set(told) == set(one.get("enum", told)), name

    def test_what_is_told_of_all_fields_of_a_name_is_told_of_several(self, document: Document) -> None:
        schemas = document.said["components"]["schemas"].values()
        told = Counter(said["description"] for one in schemas for said in one.get("properties", {}).values())

        assert {name for name, text in FIELDS.items() if told[text] < 2} == set()

    def test_it_leads_nobody_to_what_they_cannot_look_up(self, document: Document) -> None:
        texts = [*texts_in(document.said)]

        assert len(texts) > 1_000
        assert [text for text in texts if re.search(LOOKED_UP, text)] == []

    def test_every_refusal_has_its_codes_with_their_meaning(self, operations: list[dict[str, Any]]) -> None:
        for one in operations:
            refusals = {status: answer for status, answer in one["responses"].items() if status >= "400"}
            assert {"400", "500", "503"} <= set(refusals)
            for answer in refusals.values():
                codes = answer["content"]["application/problem+json"]["schema"]["properties"]["code"]["enum"]
                assert codes
                assert re.findall(r"`([a-z_]+)`:", answer["description"]) == codes

    def test_every_refusal_of_the_platforms_clients_says_what_it_means(self, document: Document) -> None:
        told = [one for path in document.said["paths"].values() for one in path.values() if one["tags"] == ["platform"]]

        for one in told:
            refusals = {status: answer for status, answer in one["responses"].items() if not "200" <= status < "300"}
            assert {"500", "503"} <= set(refusals)
            assert "default" not in refusals
            for status, answer in refusals.items():
                said = answer["content"].get("application/json", {}).get("schema", {})
                codes = said.get("properties", {}).get("code", {}).get("enum", [])
                assert set(re.findall(r"`([a-z_]+)`: ", answer["description"])) >= set(codes)
                assert answer["description"], (one["operationId"], status)

    def test_every_text_of_old_stands_in_it(self, document: Document) -> None:
        answers = " ".join(
            answer["description"]
            for path in document.said["paths"].values()
            for one in path.values()
            for answer in one["responses"].values()
        )

        assert {text for text in OLD_WORDS if text not in answers} == set()

    def test_every_get_but_an_export_has_an_etag_and_answers_304(self, document: Document) -> None:
        for path, methods in document.said["paths"].items():
            told = methods.get("get", {}).get("responses", {})
            if path.startswith("/api/v1/") and "application/json" in told.get("200", {}).get("content", {}):
                assert "ETag" in told["200"]["headers"]
                assert "304" in told


class TestGivenACodeInTheSource:
    def test_it_has_a_meaning(self) -> None:
        found = set(codes_in_source())

        assert {"bad_cursor", "unauthenticated", "bad_json"} <= found
        assert {code: meaning_of(code) for code in found if not meaning_of(code)} == {}
