"""Can what stands on the page be asked as it stands there?"""

import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.programs import Program, program_of
from tests.openapi import document_of
from webapp.domain.roles import Role

pytestmark = pytest.mark.any_database


@pytest.fixture
def program(app: Flask, session: Session) -> Program:
    """A program of somebody who reads everything."""
    return program_of(app, session, make_account(session, "adam", Role.ADMIN, Role.SUPPORT))


def lists_of(app: Flask) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each path that is fetched, filled with its examples, and its operation."""
    for path, methods in document_of(app).said["paths"].items():
        if "get" in methods and path.startswith("/api/v1/"):
            for one in methods["get"]["parameters"]:
                path = path.replace(f"{{{one['name']}}}", quote(str(one.get("example")), safe=""))
            yield path, methods["get"]


def lines_of(app: Flask) -> list[list[str]]:
    """Give the words of every line for a terminal."""
    page = html.document_fromstring(app.test_client().get("/api/docs").text)
    return [shlex.split(part.text_content().replace("\\\n", " ")) for part in page.iter("pre") if "curl" in part.text]


def test_every_example_of_a_filter_is_taken(app: Flask, program: Program) -> None:
    refused = []
    for path, operation in lists_of(app):
        told = {one["name"]: one for one in operation["parameters"] if one["in"] == "query"}
        needed = {name: one["example"] for name, one in told.items() if one["required"]}
        for name in [name for name, one in told.items() if "example" in one]:
            answer = program.client.get(
                path, query_string={**needed, name: told[name]["example"]}, headers=program.headers
            )
            refused += [(path, name, answer.text)] if answer.status_code == 400 else []

    assert refused == []


def test_every_line_for_a_terminal_has_what_must_be_there(app: Flask) -> None:
    lines = lines_of(app)
    (checked,) = [words for words in lines if any("crawlers/check" in word for word in words)]
    (imported,) = [words for words in lines if any(word.endswith("/allowlist/import") for word in words)]

    assert len(lines) == sum(len(methods) for methods in document_of(app).said["paths"].values())
    assert "http://localhost/api/v1/crawlers/check?user_agent=edX-downloader%2F1.0" in checked
    assert imported.count("-F") == 2
    assert [words for words in lines if "..." in " ".join(words)] == []
