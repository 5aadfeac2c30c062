"""Do the platform's facts come in over the network, good ones kept, bad ones told of, and none of it held in memory?"""

import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import make_account
from tests.factories.programs import Program, program_of, script_of
from tests.factories.records import Line, as_text, in_course, learner
from tests.integration.runs.carrying import RunDesk
from tests.openapi import document_of
from webapp.domain.roles import Role, Scope
from webapp.models.base import db
from webapp.models.learners import Enrollment, Learner
from webapp.web.api.bulk.records import MOST_BYTES, MOST_DRY_BYTES, MOST_FAULTS

NDJSON = "application/x-ndjson"
MEBIBYTE = 1024 * 1024
BAD = b"{"


@pytest.fixture
def program(app: Flask, session: Session) -> Program:
    """The platform's nightly program, which brings records in and does nothing else."""
    return program_of(app, session, make_account(session, "nightly", Role.SUPPORT), [Scope.RECORDS_WRITE])


class Learners(io.RawIOBase):
    """Lines of learners, made as they are read."""

    def __init__(self, number: int) -> None:
        self._lines = (as_text(learner(f"l{number} {n}", name=f"Learner {n}")) for n in range(number))
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever can be written to
        self._rest = self._rest or next(self._lines, b"")
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def send(program: Program, content: bytes, kind: str = NDJSON, query: str = "", **more: Any) -> TestResponse:  # noqa: ANN401 - as the client takes it
    answer = program.client.post(
        f"/api/v1/records{query}", data=content, content_type=kind, headers=program.headers, **more
    )
    document_of(program.app).check("POST", "/api/v1/records", answer)
    return answer


def send_chunked(program: Program, stream: io.RawIOBase | io.BufferedIOBase) -> TestResponse:
    """Send without saying how much it will be."""
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "wsgi.input": stream}
    return program.client.post(
        "/api/v1/records", content_type=NDJSON, headers=program.headers, environ_overrides=chunked
    )


def send_lines(program: Program, *lines: Line, query: str = "") -> dict[str, Any]:
    answer = send(program, as_text(*lines), query=query)
    assert answer.status_code == 200
    said: dict[str, Any] = answer.get_json()
    return said


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json(force=True)["code"]


class TestGivenGoodAndBadLines:
    def test_good_ones_are_kept_and_bad_ones_told_of(self, desk: RunDesk, program: Program) -> None:
        said = send_lines(
            program, learner(), BAD, b"", in_course("enrollment", "bob", mode="honor"), learner("bob"), learner("bob")
        )

        assert said == {
            "lines": 5,
            "added": 2,
            "changed": 0,
            "unchanged": 1,
            "failed": 2,
            "courses_first_seen": 0,
            "dry_run": False,
            "errors": [
                {"line": 2, "type": None, "key": None, "reason": "the line is not JSON"},
                {
                    "line": 4,
                    "type": "enrollment",
                    "key": "bob/course-v1:edX+DemoX+2026",
                    "reason": "no learner has the user name 'bob'; import the learner first",
                },
            ],
            "errors_left_out": 0,
        }
        assert [one.username for one in desk.every(Learner)] == ["ada", "bob"]

    def test_the_audit_says_who_brought_them_in(self, desk: RunDesk, program: Program) -> None:
        send_lines(program, learner())

        (told,) = [one for one in desk.told() if one.action == "records.imported"]
        assert (told.actor, told.key, told.details["counts"]) == ("nightly", "api", {"learner": {"added": 1}})

    def test_sent_again_they_change_nothing(self, desk: RunDesk, program: Program) -> None:
        lines = (learner(), in_course("enrollment", mode="honor"))
        send_lines(program, *lines)

        said = send_lines(program, *lines)

        assert (said["added"], said["changed"], said["unchanged"]) == (0, 0, 2)
        assert len(desk.every(Enrollment)) == 1

    def test_a_dry_run_says_the_same_and_keeps_nothing(self, desk: RunDesk, program: Program) -> None:
        said = send_lines(program, learner(), in_course("enrollment", mode="honor"), BAD, query="?dry_run=true")

        assert (said["dry_run"], said["added"], said["failed"]) == (True, 2, 1)
        assert desk.every(Learner) == []
        assert [one.action for one in desk.told() if one.action == "records.imported"] == []

    @pytest.mark.any_database
    def test_an_array_of_the_same_will_do(self, desk: RunDesk, program: Program) -> None:
        content = json.dumps([learner(), {"type": "learner"}, 7]).encode()

        said = send(program, content, "application/json").get_json()

        assert [(one["line"], one["reason"]) for one in said["errors"]] == [
            (2, "username is missing"),
            (3, "the line is not a JSON object"),
        ]
        assert [one.username for one in desk.every(Learner)] == ["ada"]

    @pytest.mark.any_database
    def test_of_very_many_bad_ones_the_first_are_told_and_all_counted(self, program: Program) -> None:
        said = send_lines(program, *[BAD] * (MOST_FAULTS + 7))

        assert (said["failed"], len(said["errors"]), said["errors_left_out"]) == (MOST_FAULTS + 7, MOST_FAULTS, 7)


@pytest.mark.any_database
class TestGivenWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("content", "kind", "query", "expected"),
        [
            (b"{}", "application/json", "", (400, "bad_json")),
            (b"[", "application/json", "", (400, "bad_json")),
            (b"\xff", "application/json", "", (400, "bad_json")),
            (b"[" * 100_000, "application/json", "", (400, "bad_json")),
            (b'[{"a": 1, "a": 2}]', "application/json", "", (400, "bad_json")),
            (b"", "application/json", "", (400, "bad_json")),
            (b"{}", "text/plain", "", (415, "unsupported_media_type")),
            (b"{}", "", "", (415, "unsupported_media_type")),
            (b"{}", NDJSON, "?dry_run=perhaps", (400, "bad_filter")),
            (b"{}", NDJSON, "?dry=true", (400, "bad_filter")),
            (b"[" + b" " * MEBIBYTE + b"]", "application/json", "", (413, "too_large")),
            (b"[" + b"0," * 32_000 + b"0]", "application/json", "", (413, "too_large")),
            (b" " * (MOST_DRY_BYTES + 1), NDJSON, "?dry_run=true", (413, "too_large")),
            (b" " * (MOST_DRY_BYTES + 1), "application/json", "?dry_run=true", (413, "too_large")),
        ],
    )
    def test_it_is_a_problem_and_nothing_is_kept(
        self, desk: RunDesk, program: Program, content: bytes, kind: str, query: str, expected: tuple[int, str]
    ) -> None:
        answer = send(program, content, kind, query)

        assert code_of(answer) == expected
        assert desk.every(Learner) == []

    @pytest.mark.parametrize(
        "line",
        [
            b"\xff\xfe",
            b"null",
            b'{"type": "learner", "username": "\\ud800"}',
            b'{"type": "learner", "username": "ada", "\\ud800": 1}',
            b'{"type": "\\ud800"}',
            b'{"type": "grade", "percent": NaN}',
            b'{"type": "grade", "username": "ada", "course_id": "course-v1:a+b+c", "percent": 1e999, "passed": true}',
            b"[" * 100_000,
            b"x" * (MEBIBYTE + 1),
        ],
    )
    def test_a_line_that_is_none_keeps_nobody_else_back(self, desk: RunDesk, program: Program, line: bytes) -> None:
        said = send_lines(program, line, learner("bob"))

        assert ([one["line"] for one in said["errors"]], said["added"]) == ([1], 1)

    def test_more_than_there_may_be_is_413_before_any_of_it(self, desk: RunDesk, program: Program) -> None:
        answer = send(program, as_text(learner()), environ_overrides={"CONTENT_LENGTH": str(MOST_BYTES + 1)})

        assert code_of(answer) == (413, "too_large")
        assert desk.every(Learner) == []


@pytest.mark.any_database
class TestGivenVeryManyLines:
    def test_memory_does_not_grow_with_them(self, desk: RunDesk, program: Program) -> None:
        def peak_of(number: int) -> int:
            tracemalloc.start()
            answer = send_chunked(program, Learners(number))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert answer.get_json()["added"] == number
            return peak

        peak_of(1_000)

        # Four times the lines would take four times the memory; what other tests of the process left takes a little.
        assert peak_of(8_000) < 1.6 * peak_of(2_000)

    def test_what_turns_out_to_be_too_much_says_what_is_kept(self, desk: RunDesk, program: Program) -> None:
        lines = as_text(*(learner(f"l{n}") for n in range(1_000))) + b" " * MOST_BYTES

        answer = send_chunked(program, io.BytesIO(lines))

        assert code_of(answer) == (413, "too_large")
        assert "Everything up to line 1000 is kept" in answer.get_json(force=True)["detail"]
        assert len(desk.every(Learner)) == 1_000


class TestGivenADatabaseThatFailsHalfWay:
    @pytest.fixture
    def failing(self, app: Flask, session: Session) -> Iterator[None]:
        """A database that keeps no enrollments."""
        session.execute(text("ALTER TABLE enrollment RENAME COLUMN mode TO elsewhere"))
        session.commit()
        yield
        with app.app_context():
            db.session.remove()
        session.execute(text("ALTER TABLE enrollment RENAME COLUMN elsewhere TO mode"))
        session.commit()

    @pytest.mark.usefixtures("failing")
    def test_it_says_what_is_kept_and_when_to_send_it_again(
        self, desk: RunDesk, program: Program, session: Session
    ) -> None:
        lines = [learner(f"l{n}") for n in range(1_000)]

        answer = send(program, as_text(*lines, in_course("enrollment", "l1", mode="honor")))

        assert code_of(answer) == (503, "unavailable")
        assert "Everything up to line 1000 is kept" in answer.get_json(force=True)["detail"]
        assert int(answer.headers["Retry-After"]) > 0
        assert session.scalar(select(func.count()).select_from(Learner)) == 1_000


@pytest.mark.any_database
class TestGivenSomebodyElse:
    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER, Role.AUDITOR])
    def test_these_roles_bring_nothing_in(self, app: Flask, desk: RunDesk, session: Session, role: Role) -> None:
        answer = send(program_of(app, session, make_account(session, "sam", role)), as_text(learner()))

        assert code_of(answer) == (403, "role")
        assert desk.every(Learner) == []

    def test_a_token_for_something_else_is_none(self, app: Flask, session: Session) -> None:
        other = program_of(app, session, make_account(session, "sue", Role.SUPPORT), [Scope.CERTIFICATES_WRITE])

        assert code_of(send(other, as_text(learner()))) == (403, "scope")

    def test_a_script_of_a_page_may_send_as_many(self, app: Flask, desk: RunDesk, session: Session) -> None:
        account = make_account(session, "adam", Role.ADMIN)
        session.commit()

        answer = send(script_of(app, account), as_text(learner()) + b"\n" * 2 * MEBIBYTE)

        assert (answer.status_code, answer.get_json()["added"]) == (200, 1)
