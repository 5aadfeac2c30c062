"""Can somebody who has the document alone propose a change of every kind?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import make_run
from tests.factories.governance import REASON, Staff, make_wish, terms_of
from tests.factories.programs import Program, program_of
from tests.fakes import NOON
from tests.openapi import Document, document_of
from webapp.domain.configs.badges import MIME
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Role
from webapp.models.governance.versions import Blob
from webapp.services.governance import decisions
from webapp.web.api.reference import examples

PROPOSED = "#/components/schemas/Proposed"


@pytest.fixture
def document(app: Flask) -> Document:
    """The document as it is served."""
    return document_of(app)


@pytest.fixture
def program(app: Flask, session: Session, staff: Staff) -> Program:
    """A program of somebody who may propose whatever there is, where the examples have what they speak of."""
    make_run(session, examples.COURSE)
    sha256 = examples.PAYLOADS["badge"][1]["icon"]
    session.add(Blob(sha256=sha256, mime=MIME, content=b"", width=90, height=90, size=900, created_at=NOON))
    session.commit()
    return program_of(app, session, make_account(session, "mia", Role.EDITOR, Role.ADMIN))


def example_of(document: Document, kind: Kind) -> Any:  # noqa: ANN401 - any JSON
    content = document.said["paths"]["/api/v1/changes"]["post"]["requestBody"]["content"]["application/json"]
    assert content["schema"] == {"$ref": PROPOSED}
    return content["examples"][kind.value]["value"]


def with_payload(body: dict[str, Any], payload: object) -> dict[str, Any]:
    return {**body, "payload": payload}


@pytest.mark.parametrize("kind", Kind)
class TestGivenTheExampleOfAKind:
    def test_it_is_accepted_and_what_comes_back_is_as_the_document_says(
        self, session: Session, document: Document, program: Program, staff: Staff, kind: Kind
    ) -> None:
        body = example_of(document, kind)
        if kind is Kind.BADGE_DEFAULT:
            _, payload = examples.PAYLOADS["badge"]
            wish = make_wish("badge", body["payload"]["mode"], payload, reason="The default has to have a picture.")
            decisions.propose_in_emergency(session, terms_of(staff.admin), wish, typed_key=wish.key)
            session.commit()

        made = program.post("changes", body)

        assert (made.status_code, made.get_json()["payload"]) == (201, body["payload"]), made.text
        assert document.faults({"$ref": PROPOSED}, body) == []
        of_kind = document.said["components"]["schemas"]["Change"]["discriminator"]["mapping"][kind.value]
        assert document.faults({"$ref": of_kind}, made.get_json()) == []

    @pytest.mark.any_database
    def test_with_a_field_too_few_or_too_many_it_is_refused_by_the_schema_as_by_us(
        self, document: Document, program: Program, kind: Kind
    ) -> None:
        body = example_of(document, kind)
        payload = body["payload"]
        lacking = [{one: payload[one] for one in payload if one != name} for name in payload]

        for broken in (*lacking, {**payload, "odd": 1}, []):
            answer = program.post("changes", with_payload(body, broken))

            assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid"), answer.text
            assert document.faults({"$ref": PROPOSED}, with_payload(body, broken)), broken

    @pytest.mark.any_database
    def test_its_payload_is_no_other_kinds(self, document: Document, program: Program, kind: Kind) -> None:
        body = example_of(document, kind)

        for other in [other for other in Kind if other is not kind]:
            mixed = with_payload(body, example_of(document, other)["payload"])

            assert document.faults({"$ref": PROPOSED}, mixed), other
            assert program.post("changes", mixed).status_code == 422


@pytest.mark.any_database
class TestGivenAKindThatThereIsNot:
    def test_it_is_refused_by_the_schema_as_by_us(self, document: Document, editor: Program) -> None:
        body = {"kind": "odd", "key": "-", "payload": {"enabled": True}, "reason": REASON}

        answer = editor.post("changes", body)

        assert (answer.status_code, answer.get_json()["code"]) == (404, "unknown_kind")
        assert document.faults({"$ref": PROPOSED}, body)
        assert document.said["components"]["schemas"]["Kind"]["enum"] == [*Kind]
