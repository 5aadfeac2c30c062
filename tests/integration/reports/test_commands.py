"""Do the commands print what the services report, in each form, and refuse in plain words?"""

import csv
import io
import json
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_learner
from tests.integration.reports.places import HARD_COURSE, enrol, grade, make_bystanders, offer
from webapp.__main__ import program
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate

pytestmark = pytest.mark.any_database

COURSES = (DEMO_COURSE, HARD_COURSE, "Org/Course/Run", "-Org/Course/Run")
FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@x")


@dataclass(frozen=True)
class Printed:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.out, newline="")))


@dataclass(frozen=True)
class Terminal:
    """Somebody who types commands."""

    runner: FlaskCliRunner
    app: Flask

    def run(self, *arguments: str) -> Printed:
        done = self.runner.invoke(program, ["certificates", *arguments], obj=lambda: self.app)
        return Printed(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def terminal(runner: FlaskCliRunner, app: Flask) -> Terminal:
    """Somebody who types commands."""
    return Terminal(runner, app)


def fill(session: Session, course_id: str = DEMO_COURSE) -> None:
    """Enrol two, one of whom holds an issued certificate."""
    make_bystanders(session)
    offer(session, "honor", "verified", course_id=course_id)
    enrol(session, "zoe", course_id, mode="verified")
    grade(session, "zoe", course_id)
    enrol(session, "bob", course_id)
    make_certificate(session, "zoe", course_id, status=Status.DOWNLOADABLE, mode="verified")
    session.commit()


class TestGivenACourseRun:
    @pytest.mark.parametrize("course", COURSES)
    def test_the_sums_are_one_json_object(self, terminal: Terminal, session: Session, course: str) -> None:
        fill(session, course)

        done = terminal.run("report", "--course", course, "--json")

        assert done.code == 0
        assert json.loads(done.out) == {
            "course_id": course,
            "enrolled_current": 2,
            "enrolled_total": 2,
            "enrolled_by_mode": {"honor": 1, "verified": 1},
            "certificates_by_status": {"downloadable": 1},
            "downloadable_by_mode": {"honor": 0, "verified": 1},
        }

    def test_a_table_has_one_row_under_its_heads(self, terminal: Terminal, session: Session) -> None:
        fill(session)

        done = terminal.run("report", "--course", DEMO_COURSE)

        heads, row = (line.split() for line in done.out.splitlines())
        assert dict(zip(heads, row, strict=True)) == {
            "course_id": DEMO_COURSE,
            "enrolled_current": "2",
            "enrolled_total": "2",
            "downloadable": "1",
            "downloadable_honor": "0",
            "downloadable_verified": "1",
            "enrolled_honor": "1",
            "enrolled_verified": "1",
        }
        assert heads[3:] == sorted(heads[3:])

    def test_the_table_leaves_as_csv_too(self, terminal: Terminal, session: Session) -> None:
        fill(session, "-Org/Course/Run")

        done = terminal.run("report", "--course", "-Org/Course/Run", "--format", "csv")

        heads, row = done.rows
        assert (heads[:2], row[:2]) == (["course_id", "enrolled_current"], ["'-Org/Course/Run", "2"])


class TestGivenItsLearners:
    @pytest.mark.parametrize("course", COURSES)
    @pytest.mark.parametrize("form", [(), ("--format", "csv")])
    def test_each_is_a_row_of_csv(
        self, terminal: Terminal, session: Session, course: str, form: tuple[str, ...]
    ) -> None:
        fill(session, course)

        done = terminal.run("report", "--course", course, "--learners", *form)

        assert (done.code, done.err) == (0, "")
        assert done.rows == [
            ["username", "eligible", "delivered", "type"],
            ["bob", "N", "N", "N/A"],
            ["zoe", "Y", "Y", "verified"],
        ]

    def test_each_is_a_line_of_json(self, terminal: Terminal, session: Session) -> None:
        fill(session)

        done = terminal.run("report", "--course", DEMO_COURSE, "--learners", "--json")

        assert [json.loads(line) for line in done.out.splitlines()] == [
            {"username": "bob", "eligible": "N", "delivered": "N", "type": "N/A"},
            {"username": "zoe", "eligible": "Y", "delivered": "Y", "type": "verified"},
        ]

    @pytest.mark.parametrize("formula", FORMULAS)
    def test_no_cell_of_csv_is_a_formula(self, terminal: Terminal, session: Session, formula: str) -> None:
        enrol(session, formula)
        make_certificate(session, formula, status=Status.DOWNLOADABLE, mode=formula)
        session.commit()

        done = terminal.run("report", "--course", DEMO_COURSE, "--learners", "--format", "csv")

        assert done.rows[1:] == [[f"'{formula}", "N", "Y", f"'{formula}"]]

    def test_an_empty_course_run_has_heads_alone(self, terminal: Terminal, session: Session) -> None:
        make_course(session)
        session.commit()

        done = terminal.run("report", "--course", DEMO_COURSE, "--learners")

        assert done.rows == [["username", "eligible", "delivered", "type"]]


class TestGivenACourseKeyThatLeadsNowhere:
    @pytest.mark.parametrize("learners", [(), ("--learners",)])
    @pytest.mark.parametrize("course", ["nonsense", "", "a\nb\x1b[2J", "é" * 256, "library-v1:Org+Lib"])
    def test_a_malformed_one_is_wrong_usage(self, terminal: Terminal, course: str, learners: tuple[str, ...]) -> None:
        done = terminal.run("report", "--course", course, *learners)

        assert (done.code, done.out) == (2, "")
        assert done.err.replace("\n", "").isprintable()
        assert "is not a course key" in done.err.splitlines()[-1]

    @pytest.mark.parametrize("learners", [(), ("--learners",)])
    def test_an_unknown_one_is_refused_before_anything_is_printed(
        self, terminal: Terminal, learners: tuple[str, ...]
    ) -> None:
        done = terminal.run("report", "--course", HARD_COURSE, *learners)

        assert (done.code, done.out) == (1, "")
        assert done.err == f"There is no course run “{HARD_COURSE}”.\n"

    @pytest.mark.parametrize(
        "arguments",
        [
            ["report"],
            ["report", "--course", DEMO_COURSE, "--format", "xml"],
            ["report", "--course", DEMO_COURSE, "--format", "csv", "--json"],
            ["fake", "ada"],
            ["fake", "ada", DEMO_COURSE, "-m", "king"],
            ["fake", "ada", DEMO_COURSE, "-s", "nonsense"],
            ["fake", "ada", DEMO_COURSE, "-g", "0.8765"],
            ["fake", "ada", DEMO_COURSE, "-g", "\ud800"],
        ],
        ids=" ".join,
    )
    def test_wrong_usage_is_exit_code_2(self, terminal: Terminal, arguments: list[str]) -> None:
        done = terminal.run(*arguments)

        assert (done.code, done.out) == (2, "")


class TestGivenAFake:
    def held(self, session: Session) -> list[tuple[str, str, str, str]]:
        query = select(GeneratedCertificate).order_by(GeneratedCertificate.id)
        return [(row.course_id, row.status, row.mode, row.grade) for row in session.scalars(query)]

    @pytest.mark.parametrize("course", COURSES[:3])
    def test_it_is_made_where_it_is_forced(self, terminal: Terminal, session: Session, course: str) -> None:
        make_learner(session)
        make_course(session, course)
        session.commit()

        done = terminal.run("fake", "ada", course, "--force")

        assert done.code == 0
        assert done.out == f"ada holds certificate {self.number(session)} in {course}: downloadable, honor.\n"
        assert self.held(session) == [(course, "downloadable", "honor", "")]

    def number(self, session: Session) -> int:
        return session.scalars(select(GeneratedCertificate.id)).one()

    def test_each_option_counts(self, terminal: Terminal, session: Session) -> None:
        make_learner(session)
        make_course(session)
        session.commit()

        done = terminal.run("fake", "ada", DEMO_COURSE, "-m", "verified", "-s", "notpassing", "-g", "0.41", "--force")

        assert done.code == 0
        assert self.held(session) == [(DEMO_COURSE, "notpassing", "verified", "0.41")]

    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            (("ada", DEMO_COURSE), "Say --force to make it all the same."),
            (("ada", HARD_COURSE, "--force"), "There is no course run"),
        ],
    )
    def test_it_is_refused(
        self, terminal: Terminal, session: Session, arguments: tuple[str, ...], problem: str
    ) -> None:
        make_learner(session)
        make_course(session)
        session.commit()

        done = terminal.run("fake", *arguments)

        assert (done.code, done.out) == (1, "")
        assert problem in done.err
        assert len(done.err.splitlines()) == 1
        assert self.held(session) == []
