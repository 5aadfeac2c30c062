"""Do programs bring whole files, and hear what became of each row?"""

from collections.abc import Sequence
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML
from tests.factories.programs import Program, program_of
from tests.openapi import document_of
from webapp.domain.roles import Role
from webapp.models.exceptions import AllowlistEntry
from webapp.services.exceptions.intake import MOST_ROWS

pytestmark = pytest.mark.usefixtures("enrolled")


def send(
    program: Program, content: bytes, *, to: str = "allowlist", course_id: str = HTML, **more: str
) -> TestResponse:
    """Bring a file; each answer must be as the document says."""
    form = {"file": (BytesIO(content), "list.csv"), "course_id": course_id, **more}
    path = f"/api/v1/{to}/import"
    answer = program.client.post(path, data=form, headers=program.headers)
    document_of(program.app).check("POST", path, answer)
    return answer


def told(answer: TestResponse) -> Sequence[tuple[int, str, str | None]]:
    """Give what became of each row."""
    return [(row["row"], row["result"], row["code"]) for row in answer.get_json()["results"]]


class TestGivenAFileUnderAKey:
    def test_it_is_taken_once(self, support: Program, session: Session) -> None:
        support.headers = {**support.headers, "Idempotency-Key": "list-of-monday"}

        first, again = (send(support, b"ada\nnobody\nbob\n") for _ in range(2))

        assert told(first) == [(1, "added", None), (2, "failed", "unknown_learner"), (3, "added", None)]
        assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
        assert len(session.scalars(select(AllowlistEntry)).all()) == 2

    @pytest.mark.parametrize("named", [{"notes": "for Tuesday"}, {"note": "for Monday"}, {}], ids=repr)
    def test_the_same_file_with_another_text_beside_it_is_another_request(
        self, support: Program, session: Session, named: dict[str, str]
    ) -> None:
        support.headers = {**support.headers, "Idempotency-Key": "list-of-monday"}
        send(support, b"ada\n", notes="for Monday")

        other = send(support, b"ada\n", **named)

        assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
        assert [one.notes for one in session.scalars(select(AllowlistEntry))] == ["for Monday"]


class TestGivenAFile:
    def test_good_rows_are_kept_and_bad_ones_told(self, support: Program, session: Session) -> None:
        content = b'\xef\xbb\xbfada,"ill, on\r\nthe day"\r\nnobody\r\n\r\na,b,c\r\nbob,once\r\nbob@example.org,\xc3\xa9t\xc3\xa9\r\n'

        answer = send(support, content, notes="from the list")

        assert told(answer) == [
            (1, "added", None),
            (2, "failed", "unknown_learner"),
            (4, "failed", "bad_row"),
            (5, "repeated", None),
            (6, "added", None),
        ]
        said = answer.get_json()
        assert (said["rows"], said["added"], said["repeated"], said["failed"]) == (5, 2, 1, 2)
        assert session.scalars(select(AllowlistEntry.notes).order_by(AllowlistEntry.id)).all() == [
            "ill, on\r\nthe day",
            "été",
        ]

    def test_the_same_again_adds_nothing(self, support: Program, session: Session) -> None:
        send(support, b"ada\nbob\n", notes="why")

        again = send(support, b"ada\nbob\n")

        assert told(again) == [(1, "failed", "on_allowlist"), (2, "failed", "on_allowlist")]
        assert set(session.scalars(select(AllowlistEntry.notes))) == {"why"}

    @pytest.mark.any_database
    def test_certificates_are_invalidated_in_the_same_way(self, support: Program) -> None:
        answer = send(support, b"ada\ncyd,copied\n", to="invalidations")

        assert told(answer) == [(1, "failed", "no_certificate"), (2, "added", None)]
        assert [one["notes"] for one in support.get("invalidations").get_json()["results"]] == ["copied"]


@pytest.mark.any_database
class TestGivenWhatIsNone:
    @pytest.mark.parametrize("to", ["allowlist", "invalidations"])
    @pytest.mark.parametrize(
        ("content", "more", "status", "code"),
        [
            (b"", {}, 422, "bad_file"),
            ("ada\n".encode("utf-16"), {}, 422, "bad_file"),
            (b"ada\n" * (MOST_ROWS + 1), {}, 422, "bad_file"),
            (b"ada\n" + b" " * 1024 * 1024, {}, 413, "too_large"),
            (b"ada\n", {"course_id": "x"}, 422, "invalid"),
            (b"ada\n", {"course_id": "course-v1:No+Such+Run"}, 404, "unknown_course"),
            (b"ada\n", {"course_id": ""}, 422, "invalid"),
            (b"ada\n", {"notes": "x" * 1_001}, 422, "invalid"),
            (b"ada\n", {"other": "x"}, 422, "invalid"),
        ],
    )
    def test_it_is_refused_whole(
        self, support: Program, session: Session, to: str, content: bytes, more: dict[str, str], status: int, code: str
    ) -> None:
        answer = send(support, content, to=to, **more)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)
        assert session.scalars(select(AllowlistEntry)).all() == []

    def test_json_is_no_file(self, support: Program) -> None:
        answer = support.post("allowlist/import", {"course_id": HTML})

        assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")

    def test_it_is_for_support_alone(self, app: Flask, session: Session) -> None:
        viewer = program_of(app, session, make_account(session, "vera", Role.VIEWER))

        assert send(viewer, b"ada\n").status_code == 403
