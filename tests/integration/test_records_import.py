"""What does an import say, keep and survive?"""

import json
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.certificates import KEY, make_certificate, make_learner
from tests.factories.records import (
    COURSE,
    Desk,
    Line,
    as_text,
    certificate,
    example,
    in_course,
    learner,
)
from tests.waiting import seeing_writers_wait, wait_until
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.examples import ExampleCertificate
from webapp.models.exceptions import Invalidation
from webapp.models.learners import Enrollment, Learner, LearnerNameWord
from webapp.services import audit

NOTHING = {"changed": 0, "unchanged": 0, "courses_first_seen": 0}


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Somebody at the machine."""
    return Desk(app)


class TestGivenGoodAndBadLines:
    def test_good_ones_are_kept_and_bad_ones_reported(self, desk: Desk) -> None:
        ran = desk.imports(learner(), b"{", b"", in_course("enrollment", "bob", mode="honor"), learner("bob"))

        assert ran.exit_code == 1
        assert ran.stdout.splitlines()[:2] == ["line 1: learner ada: added", "line 5: learner bob: added"]
        assert ran.stderr.splitlines() == [
            "line 2: FAILED: the line is not JSON",
            "line 4: FAILED: no learner has the user name 'bob'; import the learner first",
        ]
        assert [row.username for row in desk.every(Learner)] == ["ada", "bob"]

    def test_a_line_that_is_too_long_does_not_hide_the_next(self, desk: Desk) -> None:
        words = desk.results(b" " * 3_000_000 + b"{", learner())

        assert words == ["the line is longer than 1 MiB", "added"]

    def test_one_that_the_database_refuses_takes_no_other_with_it(self, desk: Desk) -> None:
        with refusing_mallory(desk):
            words = desk.results(learner(), learner("mallory"), in_course("enrollment", mode="honor"))

        assert [words[0], words[2]] == ["added", "added"]
        assert words[1].startswith("the database refused it: ")
        assert [row.username for row in desk.every(Learner)] == ["ada"]
        assert desk.events("records.imported")[0]["counts"]["learner"] == {"added": 1, "failed": 1}


@contextmanager
def refusing_mallory(desk: Desk) -> Iterator[None]:
    """A database that has an objection which nobody could foresee."""
    with desk.session() as session:
        sqlite = session.get_bind().dialect.name == "sqlite"
        session.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON learner WHEN NEW.username = 'mallory' BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            if sqlite
            else text("ALTER TABLE learner ADD CONSTRAINT refuse CHECK (username <> 'mallory')")
        )
    try:
        yield
    finally:
        with desk.session() as session:
            session.execute(text("DROP TRIGGER refuse" if sqlite else "ALTER TABLE learner DROP CONSTRAINT refuse"))


class TestGivenADryRun:
    def test_it_says_what_would_come_of_it_and_keeps_nothing(self, desk: Desk, tmp_path: Path) -> None:
        first, second = tmp_path / "first", tmp_path / "second"
        first.write_bytes(as_text(learner()))
        second.write_bytes(as_text(certificate(), certificate("bob")))

        ran = desk.runs(str(first), str(second), "--dry-run")

        assert ran.exit_code == 1
        assert ran.stdout.splitlines() == [
            f"{first} line 1: learner ada: added",
            f"{second} line 1: certificate ada/{COURSE}: added",
            "3 lines: 2 added, 0 changed, 0 unchanged, 1 failed; 1 course runs first seen.",
            "This was a dry run: nothing was kept.",
        ]
        assert [desk.every(model) for model in (Learner, CourseRun, GeneratedCertificate, AuditEvent)] == [
            [],
            [],
            [],
            [],
        ]


class TestGivenOptions:
    def test_quiet_prints_failures_and_the_summary_alone(self, desk: Desk) -> None:
        ran = desk.imports(learner(), b"{", options=("--quiet",))

        assert ran.stderr == "line 2: FAILED: the line is not JSON\n"
        assert ran.stdout == "2 lines: 1 added, 0 changed, 0 unchanged, 1 failed; 0 course runs first seen.\n"

    def test_json_prints_an_object_a_line_and_the_summary_last(self, desk: Desk) -> None:
        ran = desk.imports(learner(), b"{", options=("--json",))

        assert [json.loads(line) for line in ran.stdout.splitlines()] == [
            {"line": 1, "type": "learner", "key": "ada", "result": "added", "reason": None},
            {"line": 2, "type": None, "key": None, "result": "failed", "reason": "the line is not JSON"},
            {"summary": {**dict.fromkeys(("added", "failed"), 1), **NOTHING, "lines": 2, "dry_run": False}},
        ]

    def test_json_names_the_file_where_there_are_several(self, desk: Desk, tmp_path: Path) -> None:
        files = [tmp_path / "a", tmp_path / "b"]
        for number, file in enumerate(files):
            file.write_bytes(as_text(learner(f"ada{number}")))

        ran = desk.runs(*map(str, files), "--json")

        assert ran.exit_code == 0
        assert [json.loads(line)["file"] for line in ran.stdout.splitlines()[:2]] == [str(file) for file in files]

    def test_a_file_that_is_not_there_is_wrong_usage(self, desk: Desk) -> None:
        assert desk.runs("/nowhere").exit_code == 2

    def test_an_empty_file_is_done(self, desk: Desk) -> None:
        ran = desk.imports(b"", b"  ")

        assert (ran.exit_code, desk.every(AuditEvent)) == (0, [])

    def test_a_name_that_steers_a_terminal_is_shown_harmless(self, desk: Desk) -> None:
        assert desk.imports(learner("a\x1b[2J\nb")).stdout.startswith("line 1: learner a\ufffd[2J\ufffdb: added\n")


class TestGivenManyLines:
    def test_each_batch_is_an_event_with_its_lines_and_counts(self, desk: Desk) -> None:
        desk.imports(*(learner(f"l{n}") for n in range(1_002)), b"{")

        told = desk.events("records.imported")
        assert [(one["key"], one["first_line"], one["last_line"]) for one in told] == [
            ("-", 1, 1_000),
            ("-", 1_001, 1_003),
        ]
        assert told[1]["counts"] == {"learner": {"added": 2}, "unknown": {"failed": 1}}
        with desk.session() as session:
            assert audit.verify(session).ok

    def test_long_ones_end_a_batch_early(self, desk: Desk) -> None:
        words = ({"title": letter * 1_000_000} for letter in "abcdef")
        desk.imports(learner(), *({"type": "course", "course_id": COURSE, "certificate": one} for one in words))

        assert [(one["first_line"], one["last_line"]) for one in desk.events("records.imported")] == [(1, 6), (7, 7)]

    @pytest.mark.long
    def test_memory_does_not_grow_with_them(self, desk: Desk, tmp_path: Path) -> None:
        def peak_of(number: int) -> int:
            file = tmp_path / str(number)
            file.write_bytes(b"".join(as_text(learner(f"l{number} {n}", name=f"Learner {n}")) for n in range(number)))
            tracemalloc.start()
            assert desk.runs(str(file), "--quiet").exit_code == 0
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return peak

        peak_of(1_000)

        # Three times the lines would take three times the memory; what other tests of the process left takes a little.
        assert peak_of(6_000) < 1.6 * peak_of(2_000)


class TestGivenTwoImportsOfOneFileAtOnce:
    def test_each_thing_is_there_once(self, desk: Desk, database: Database, tmp_path: Path) -> None:
        file = tmp_path / "both"
        file.write_bytes(as_text(*(line for n in range(500) for line in self.lines_about(n))))
        command = [sys.executable, "-m", "webapp", "records", "import", str(file), "--json"]
        environ = {**os.environ, "CERTDESK_DATABASE_URL": database.url}

        both = [subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        summaries = [json.loads(ran.communicate(timeout=60)[0].splitlines()[-1])["summary"] for ran in both]

        assert [ran.returncode for ran in both] == [0, 0]
        assert sum(summary["added"] for summary in summaries) == 2_500
        assert sum(summary["unchanged"] for summary in summaries) == 2_500
        assert {
            len(desk.every(model)) for model in (Learner, Enrollment, GeneratedCertificate, CertificateTransition)
        } == {500}
        assert {len(desk.every(model)) for model in (Invalidation, ExampleCertificate)} == {500}
        assert len(desk.every(LearnerNameWord)) == 1_000
        with desk.session() as session:
            assert audit.verify(session).ok

    def lines_about(self, n: int) -> list[Line]:
        username = f"l{n}"
        return [
            learner(username, name=f"Learner {n}"),
            in_course("enrollment", username, mode="honor"),
            certificate(username, verify_uuid=f"{n:032x}"),
            in_course("invalidation", username),
            example(f"e{n}", f"mode {n}"),
        ]


class TestGivenSomebodyElseWhoWritesAtTheSameTime:
    def test_what_they_added_is_found_and_changed(self, desk: Desk, session: Session) -> None:
        make_learner(session, "ada")
        session.commit()
        make_certificate(session, "ada", COURSE)
        words: list[str] = []
        importing = threading.Thread(
            target=lambda: words.extend(desk.results(certificate(status="downloadable"), certificate(grade="0.9")))
        )

        with seeing_writers_wait(desk.app) as somebody_waits:
            importing.start()
            wait_until(somebody_waits)
        session.commit()
        importing.join(timeout=30)

        assert words == ["changed", "changed"]
        row = desk.one(GeneratedCertificate)
        assert (row.status, row.grade, row.key) == (Status.DOWNLOADABLE, "0.9", KEY)
        assert desk.one(CertificateTransition).from_status is Status.GENERATING
