"""Does the picture of a badge get in, so that a change can name it?"""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.governance import REASON, Staff
from tests.factories.pictures import a_foreign_picture, a_picture
from tests.factories.programs import Program, program_of, script_of
from webapp.models.governance.versions import Blob


def send(program: Program, content: bytes, name: str = "file", **more: Any) -> TestResponse:  # noqa: ANN401 - any field
    form = {name: (BytesIO(content), "badge.png"), **more}
    return program.client.post("/api/v1/blobs", data=form, headers=program.headers)


class TestGivenAPicture:
    def test_it_is_kept_and_a_change_can_name_it(self, session: Session, editor: Program) -> None:
        kept = send(editor, a_picture())

        image = kept.get_json()
        wish = {"kind": "badge", "key": "honor", "payload": {"icon": image["sha256"]}, "reason": REASON}
        made = editor.post("changes", wish)

        assert (kept.status_code, image["width"], image["height"]) == (201, 90, 90)
        assert session.get_one(Blob, image["sha256"]).size == image["size"]
        assert made.status_code == 201

    def test_the_same_again_is_the_same(self, editor: Program) -> None:
        first, again = send(editor, a_picture()), send(editor, a_picture())

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.get_json() == again.get_json()

    @pytest.mark.any_database
    def test_a_session_sends_it_with_its_form_token(self, app: Flask, staff: Staff) -> None:
        assert send(script_of(app, staff.editor), a_picture()).status_code == 201

    @pytest.mark.any_database
    def test_it_is_for_those_who_propose(self, app: Flask, session: Session, staff: Staff) -> None:
        assert send(program_of(app, session, staff.approver), a_picture()).status_code == 403


@pytest.mark.any_database
class TestGivenSomethingElse:
    @pytest.mark.parametrize(
        ("content", "text"),
        [
            (a_picture(90, 80), "must be square"),
            (a_foreign_picture("JPEG"), "The badge image"),
            (b"", "The badge image"),
            (b"x" * 256 * 1024, "The badge image file size must be less than 250KB."),
        ],
    )
    def test_it_is_refused_with_what_to_mend(self, editor: Program, content: bytes, text: str) -> None:
        answer = send(editor, content)

        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert text in answer.get_json(force=True)["detail"]

    def test_a_form_of_more_than_a_mebibyte_is_413(self, editor: Program) -> None:
        answer = send(editor, b"x" * 1_100_000)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (413, "too_large")

    @pytest.mark.parametrize(
        ("name", "more", "fields"), [("picture", {}, ["picture", "file"]), ("file", {"mode": "honor"}, ["mode"])]
    )
    def test_another_field_is_named(self, editor: Program, name: str, more: dict[str, str], fields: list[str]) -> None:
        answer = send(editor, a_picture(), name, **more)

        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.get_json(force=True)["errors"]] == fields

    @pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "one"}])
    def test_a_part_without_a_name_is_named_so(self, editor: Program, key: dict[str, str]) -> None:
        content = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"

        answer = editor.client.post(
            "/api/v1/blobs",
            data=content,
            content_type="multipart/form-data; boundary=x",
            headers={**editor.headers, **key},
        )

        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.get_json(force=True)["errors"]] == ["", "file"]

    def test_json_is_415(self, editor: Program) -> None:
        assert editor.post("blobs", {"file": "x"}).status_code == 415
