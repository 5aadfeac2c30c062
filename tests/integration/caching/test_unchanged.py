"""Is who asks for a list again told "as it was" only while it is so, and spared the reading then?"""

import threading

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.programs import Program, program_of
from webapp.domain.roles import Role, Scope
from webapp.models.accounts import ApiToken
from webapp.models.certificates import GeneratedCertificate

LIST = "certificates?limit=10"
ENOUGH = 200
"""So often it is asked until nobody, in any database of the server, wrote between two of the questions."""


@pytest.fixture
def program(app: Flask, session: Session) -> Program:
    """A program that looks at a list of two certificates again and again."""
    make_certificate(session, "ada", DEMO_COURSE)
    make_certificate(session, "bob", DEMO_COURSE)
    return program_of(app, session, make_account(session, "vera", Role.VIEWER), [Scope.CERTIFICATES_READ])


def hits(app: Flask) -> int:
    return sum(one.hits for one in app.extensions["ports"].pages.numbers())


def on_postgresql(app: Flask) -> bool:
    return bool(app.extensions["settings"].database_url.startswith("postgresql"))


def grade(session: Session, grade: str) -> None:
    session.execute(update(GeneratedCertificate).values(grade=grade))


class TestGivenNobodyWrites:
    def test_it_is_told_without_reading(self, app: Flask, session: Session, program: Program) -> None:
        tag = program.get(LIST).headers["ETag"]
        told = [program.get(LIST, If_None_Match=tag)]
        while not hits(app) and len(told) < ENOUGH:
            told.append(program.get(LIST, If_None_Match=tag))

        assert {(one.status_code, one.data, one.headers["ETag"]) for one in told} == {(304, b"", tag)}
        assert {one.headers["Cache-Control"] for one in told} == {"private, no-cache"}
        assert (hits(app) > 0) is on_postgresql(app)

    def test_another_place_in_the_list_is_another_question(self, program: Program) -> None:
        tag = program.get(LIST).headers["ETag"]
        again = [program.get(path, If_None_Match=tag).status_code for path in (LIST, f"{LIST}&status=error", LIST)]

        assert again == [304, 200, 304]

    def test_who_says_nothing_is_given_the_very_same_page(self, app: Flask, program: Program) -> None:
        more = "certificates?limit=1"
        told = [program.get(more)]
        while not hits(app) and len(told) < ENOUGH:
            told.append(program.get(more))

        assert {(one.status_code, one.data, one.headers["ETag"], one.headers["Link"]) for one in told} == {
            (200, told[0].data, told[0].headers["ETag"], told[0].headers["Link"])
        }
        assert {one.mimetype for one in told} == {"application/json"}
        assert {one.headers["Vary"] for one in told} == {told[0].headers["Vary"]}
        assert len({one.headers["X-Request-ID"] for one in told}) == len(told)

    def test_who_said_what_they_have_leaves_others_their_page(self, app: Flask, program: Program) -> None:
        first = program.get(LIST)
        app.extensions["ports"].pages.empty()
        again = [
            answer.data
            for _ in range(10)
            for answer in (program.get(LIST, If_None_Match=first.headers["ETag"]), program.get(LIST))
        ]

        assert again == [b"", first.data] * 10

    def test_what_tells_of_people_stays_in_this_process(self, app: Flask, program: Program) -> None:
        program.get(LIST)

        assert app.extensions["ports"].cache.numbers() == []
        assert bool(app.extensions["ports"].pages.numbers()) is on_postgresql(app)


class TestGivenSomebodyWrites:
    def test_the_next_answer_tells_it_each_time(self, session: Session, program: Program) -> None:
        tag, told = program.get(LIST).headers["ETag"], []
        for number in range(10):
            grade(session, f"0.{number}")
            session.commit()
            answer = program.get(LIST, If_None_Match=tag)
            told.append((answer.status_code, answer.get_json()["results"][0]["grade"]))
            tag = answer.headers["ETag"]
            told.append((program.get(LIST, If_None_Match=tag).status_code, ""))

        assert told == [pair for number in range(10) for pair in ((200, f"0.{number}"), (304, ""))]

    def test_what_was_under_way_when_it_was_asked_counts_once_it_is_committed(
        self, session: Session, program: Program
    ) -> None:
        tag = program.get(LIST).headers["ETag"]
        grade(session, "0.9")
        before = [program.get(LIST, If_None_Match=tag).status_code for _ in range(3)]
        session.commit()

        assert before == [304, 304, 304]
        assert program.get(LIST, If_None_Match=tag).status_code == 200

    def test_whose_token_was_ended_is_told_nothing(self, session: Session, program: Program) -> None:
        tag = program.get(LIST).headers["ETag"]
        for _ in range(3):
            program.get(LIST, If_None_Match=tag)
        token = session.query(ApiToken).one()
        token.revoked_at = token.created_at
        session.commit()

        assert program.get(LIST, If_None_Match=tag).status_code == 401
        assert program.get(LIST).status_code == 401

    def test_who_may_no_longer_is_given_no_page(self, app: Flask, session: Session, program: Program) -> None:
        for _ in range(3):
            program.get(LIST)
        token = session.query(ApiToken).one()
        token.scopes = [Scope.AUDIT_READ]
        session.commit()

        assert program.get(LIST).status_code == 403

    def test_readers_and_writers_at_once_see_no_old_page(self, app: Flask, session: Session, program: Program) -> None:
        stop = threading.Event()
        behind: list[tuple[float, float]] = []

        def read() -> None:
            while not stop.is_set():
                known = newest[0]
                told = float(program.get(LIST).get_json()["results"][0]["grade"])
                if told < known:
                    behind.append((told, known))

        newest = [0.0]
        grade(session, "0")
        session.commit()
        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for number in range(1, 60):
            grade(session, str(number))
            session.commit()
            newest[0] = float(number)
        stop.set()
        for reader in readers:
            reader.join()

        assert behind == []
