"""Does the program keep its word on a terminal: what it prints, how it ends, and how it stops?"""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.servers import HOST, STOPS_WITHIN_S, Server
from webapp.__main__ import program

PASSWORD = "correct horse battery"
SECRET = {"CERTDESK_SECRET_KEY": "not-a-secret-of-anyone"}
KEYS = ["id", "username", "course_id", "status", "mode", "grade", "name", "verify_uuid", "certificate_url", "download_url",
        "error_reason", "is_passing", "created_at", "modified_at", "issued_at"]  # fmt: skip


def certdesk(
    folder: Path, *arguments: str, stdin: str = "", settings: dict[str, str] | None = None, url: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program as its user would, over a database in the folder, and give what came of it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    environ["CERTDESK_DATABASE_URL"] = url or f"sqlite:///{folder / 'desk.sqlite3'}"
    return subprocess.run(
        [sys.executable, "-m", "webapp", *arguments],
        env={**environ, **(settings or {})},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def without_settings(*command: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


def commands(group: click.Group = program, *above: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [above]
    for name, command in group.commands.items():
        path = (*above, name)
        found += commands(command, *path) if isinstance(command, click.Group) else [path]
    return found


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema, to copy from."""
    folder = tmp_path_factory.mktemp("migrated")
    assert certdesk(folder, "db", "upgrade").returncode == 0
    return folder / "desk.sqlite3"


@pytest.fixture
def folder(tmp_path: Path, migrated: Path) -> Path:
    """A folder with a migrated database in it."""
    (tmp_path / "desk.sqlite3").write_bytes(migrated.read_bytes())
    return tmp_path


def one_line(done: subprocess.CompletedProcess[str]) -> bool:
    return done.stdout == "" and len(done.stderr.splitlines()) == 1


class TestGivenNoSettings:
    @pytest.mark.parametrize("path", [(), ("serve",), ("accounts", "create")], ids=" ".join)
    def test_the_program_explains_itself(self, path: tuple[str, ...]) -> None:
        done = without_settings(sys.executable, "-m", "webapp", *path, "--help")

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Usage: certdesk")

    @pytest.mark.parametrize("path", commands(), ids=" ".join)
    def test_every_command_explains_itself_before_anything_is_made(self, path: tuple[str, ...]) -> None:
        done = CliRunner().invoke(program, [*path, "--help"], prog_name="certdesk", obj=None)

        assert done.exit_code == 0
        assert done.stdout.startswith("Usage: certdesk")

    def test_the_version_is_told(self) -> None:
        done = CliRunner().invoke(program, ["--version"], prog_name="certdesk")

        assert (done.exit_code, "0.1.0" in done.stdout) == (0, True)

    def test_flask_lists_the_routes(self) -> None:
        done = without_settings(sys.executable, "-m", "flask", "--app", "webapp", "routes")

        assert done.returncode == 0
        assert "/update_certificate" in done.stdout


class TestGivenAWrongCall:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["nonsense"],
            ["db", "nonsense"],
            ["--nonsense"],
            ["accounts", "create"],
            ["accounts", "create", "sam", "--role", "king"],
            ["accounts", "token", "sam"],
            ["certificates", "list", "--limit", "0"],
            ["certificates", "list", "--status", "nonsense"],
            ["audit", "export", "--format", "xml"],
            ["serve", "--port", "0"],
            ["serve", "--workers", "none"],
            ["records", "import"],
            ["records", "import", "no-such-file.jsonl"],
        ],
        ids=" ".join,
    )
    def test_it_is_exit_code_2_with_the_usage(self, arguments: list[str]) -> None:
        done = CliRunner().invoke(program, arguments, prog_name="certdesk", obj=None)

        assert (done.exit_code, done.stdout) == (2, "")
        assert "Usage: certdesk" in done.stderr

    def test_the_process_ends_with_it(self, tmp_path: Path) -> None:
        done = certdesk(tmp_path, "nonsense")

        assert (done.returncode, done.stdout) == (2, "")


class TestGivenBadSettings:
    @pytest.mark.parametrize(
        ("name", "value"),
        [("CERTDESK_NONSENSE", "x"), ("CERTDESK_STUCK_MINUTES", "soon"), ("CERTDESK_DATABASE_URL", "mysql://x")],
    )
    @pytest.mark.parametrize(
        "command", [["db", "check"], ["serve"], ["check-config"], ["certificates", "list"]], ids=" ".join
    )
    def test_one_line_names_the_variable(self, tmp_path: Path, command: list[str], name: str, value: str) -> None:
        done = certdesk(tmp_path, *command, settings={**SECRET, name: value})

        assert done.returncode == 1
        assert one_line(done)
        assert done.stderr.startswith(name)

    def test_serving_without_a_secret_key_is_refused(self, folder: Path) -> None:
        done = certdesk(folder, "serve")

        assert done.returncode == 1
        assert one_line(done)
        assert "CERTDESK_SECRET_KEY is not set" in done.stderr

    def test_a_database_that_does_not_answer_is_no_traceback(self, tmp_path: Path) -> None:
        done = certdesk(tmp_path, "certificates", "list", url="postgresql://nobody@127.0.0.1:1/none")

        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "The database refused" in done.stderr


class TestGivenADatabase:
    def test_it_is_migrated_once_and_then_left_alone(self, tmp_path: Path) -> None:
        before = certdesk(tmp_path, "db", "check")

        first, second = certdesk(tmp_path, "db", "upgrade"), certdesk(tmp_path, "db", "upgrade")

        assert (before.returncode, "certdesk db upgrade" in before.stderr) == (1, True)
        assert [first.returncode, second.returncode] == [0, 0]
        assert first.stdout.startswith("Migrated from nothing to ")
        assert second.stdout.endswith(" already.\n")
        assert certdesk(tmp_path, "db", "check").stdout.endswith("matches the models.\n")

    def test_serving_before_the_migration_is_refused(self, tmp_path: Path) -> None:
        done = certdesk(tmp_path, "serve", settings=SECRET)

        assert (done.returncode, "certdesk db upgrade" in done.stderr) == (1, True)

    def test_a_column_too_many_is_found(self, folder: Path) -> None:
        with sqlite3.connect(folder / "desk.sqlite3") as connection:
            connection.execute("ALTER TABLE learner ADD COLUMN surplus TEXT")

        done = certdesk(folder, "db", "check")

        assert (done.returncode, "surplus" in done.stderr) == (1, True)

    def test_a_guard_too_few_is_found(self, folder: Path) -> None:
        with sqlite3.connect(folder / "desk.sqlite3") as connection:
            connection.execute("DROP TRIGGER audit_event_follows")

        done = certdesk(folder, "db", "check")

        assert (done.returncode, "audit_event_follows" in done.stderr) == (1, True)

    def test_the_settings_are_tried(self, folder: Path) -> None:
        good = certdesk(folder, "check-config", settings=SECRET)
        bad = certdesk(folder, "check-config", settings={**SECRET, "CERTDESK_REDIS_URL": "redis://127.0.0.1:1"})

        assert (good.returncode, good.stdout.count("ok ")) == (0, 2)
        assert (bad.returncode, "WRONG  CERTDESK_REDIS_URL: cannot be reached" in bad.stdout) == (1, True)

    def test_the_settings_are_tried_before_there_is_a_database(self, tmp_path: Path) -> None:
        done = certdesk(tmp_path, "check-config")

        assert done.returncode == 1
        assert "WRONG  CERTDESK_SECRET_KEY" in done.stdout
        assert "WRONG  CERTDESK_DATABASE_URL: answers, but needs: certdesk db upgrade" in done.stdout


class TestGivenAccounts:
    def make(
        self, folder: Path, name: str = "sam", *more: str, password: str = PASSWORD
    ) -> subprocess.CompletedProcess[str]:
        return certdesk(folder, "accounts", "create", name, "--password-stdin", *more, stdin=f"{password}\n")

    def test_one_is_made_and_audited(self, folder: Path) -> None:
        done = self.make(folder, "sam", "--role", "support", "--role", "viewer", "--email", "sam@example.org")

        events = [json.loads(line) for line in certdesk(folder, "audit", "export").stdout.splitlines()]
        assert (done.returncode, done.stdout) == (0, "Made the account sam with support, viewer.\n")
        assert [(event["action"], event["actor_name"]) for event in events] == [("account.created", "command line")]
        assert PASSWORD not in json.dumps(events)

    @pytest.mark.parametrize(
        ("more", "password", "words"),
        [
            ((), "short", "at least 12 characters"),
            (("--role", "admin", "--role", "auditor"), PASSWORD, "do not go together"),
            (("--learner", "nobody"), PASSWORD, "no learner named nobody"),
        ],
    )
    def test_one_that_cannot_be_made_is_refused_with_a_reason(
        self, folder: Path, more: tuple[str, ...], password: str, words: str
    ) -> None:
        done = self.make(folder, "sam", *more, password=password)

        assert done.returncode == 1
        assert one_line(done)
        assert words in done.stderr

    def test_a_name_is_taken_whatever_its_case(self, folder: Path) -> None:
        self.make(folder)

        done = self.make(folder, "SAM")

        assert (done.returncode, "named SAM already" in done.stderr) == (1, True)

    def test_a_token_is_printed_once_and_kept_nowhere(self, folder: Path) -> None:
        self.make(folder)

        done = certdesk(folder, "accounts", "token", "sam", "--name", "nightly", "--scope", "audit:read", "--days", "7")

        token = done.stdout.strip()
        assert done.returncode == 0
        assert token.startswith("certdesk_")
        assert len(token) > 40
        assert token.encode() not in (folder / "desk.sqlite3").read_bytes()
        assert token not in certdesk(folder, "audit", "export").stdout

    def test_a_token_for_nobody_is_refused(self, folder: Path) -> None:
        done = certdesk(folder, "accounts", "token", "nobody", "--name", "x")

        assert (done.returncode, done.stderr) == (1, "There is no account named nobody.\n")

    def test_a_password_is_changed(self, folder: Path) -> None:
        self.make(folder)

        done = certdesk(folder, "accounts", "password", "sam", "--password-stdin", stdin="another long password\n")

        assert (done.returncode, done.stdout) == (0, "sam has a new password and is signed out everywhere.\n")

    def test_without_a_terminal_nobody_is_asked(self, folder: Path) -> None:
        done = certdesk(folder, "accounts", "password", "sam")

        assert (done.returncode, "--password-stdin" in done.stderr) == (2, True)


@pytest.fixture(scope="module")
def with_events(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> bytes:
    """A database with three events in its audit, to copy from."""
    folder = tmp_path_factory.mktemp("events")
    (folder / "desk.sqlite3").write_bytes(migrated.read_bytes())
    for name in ("sam", "zoe", "eve"):
        assert certdesk(folder, "accounts", "create", name).returncode == 0
    return (folder / "desk.sqlite3").read_bytes()


@pytest.fixture
def audited(tmp_path: Path, with_events: bytes) -> Path:
    """A folder with such a database in it."""
    (tmp_path / "desk.sqlite3").write_bytes(with_events)
    return tmp_path


class TestGivenAnAudit:
    def test_it_is_verified_with_its_head(self, audited: Path) -> None:
        done = certdesk(audited, "audit", "verify")

        head = done.stdout.split("Head: ")[1].strip()
        assert (done.returncode, done.stdout.startswith("3 events, all as they were written.")) == (0, True)
        assert certdesk(audited, "audit", "verify", "--head", head).returncode == 0
        assert certdesk(audited, "audit", "verify", "--head", "f" * 64).returncode == 1

    @pytest.mark.parametrize(
        ("statement", "row"),
        [
            ("UPDATE audit_event SET key = 'adam' WHERE seq = 2", 2),
            ("DELETE FROM audit_event WHERE seq = 1", 1),
        ],
    )
    def test_what_somebody_changed_behind_the_guards_is_named(self, audited: Path, statement: str, row: int) -> None:
        with sqlite3.connect(audited / "desk.sqlite3") as connection:
            for name in ("audit_event_no_update", "audit_event_no_delete", "audit_event_follows"):
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement)

        done = certdesk(audited, "audit", "verify")

        assert done.returncode == 1
        assert one_line(done)
        assert done.stderr.startswith(f"Event {row}: ")

    def test_a_reader_that_goes_away_is_no_error(self, audited: Path) -> None:
        command = f"{sys.executable} -m webapp audit export | head -c 1"
        environ = {**os.environ, "CERTDESK_DATABASE_URL": f"sqlite:///{audited / 'desk.sqlite3'}"}

        done = subprocess.run(["sh", "-c", command], env=environ, capture_output=True, text=True, check=False)

        assert (done.stdout, done.stderr) == ("{", "")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration's data in it."""
    folder = tmp_path_factory.mktemp("loaded")
    for command in (["db", "upgrade"], ["demo", "load"]):
        done = certdesk(folder, *command)
        assert done.returncode == 0, done.stderr
    return folder


class TestGivenCertificates:
    def listed(self, folder: Path, *arguments: str) -> list[dict[str, object]]:
        done = certdesk(folder, "certificates", "list", "--json", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_each_is_one_object_a_line_with_the_documented_keys(self, loaded: Path) -> None:
        objects = self.listed(loaded)

        assert len(objects) > 20
        assert {tuple(one) for one in objects} == {tuple(KEYS)}
        assert [one["id"] for one in objects] == list(range(len(objects), 0, -1))

    def test_they_are_narrowed_by_each_option(self, loaded: Path) -> None:
        everything = self.listed(loaded)
        course = "course-v1:Certdesk+Calculus+2026"

        narrowed = {
            key: self.listed(loaded, option, value)
            for option, key, value in (
                ("--course", "course_id", course),
                ("--username", "username", "ada"),
                ("--status", "status", "generating"),
            )
        }

        for key, value in (("course_id", course), ("username", "ada"), ("status", "generating")):
            assert narrowed[key] == [one for one in everything if one[key] == value]
            assert narrowed[key]
        assert self.listed(loaded, "--limit", "3") == everything[:3]

    def test_a_table_is_for_people(self, loaded: Path) -> None:
        done = certdesk(loaded, "certificates", "list", "--limit", "2")

        assert done.returncode == 0
        assert done.stdout.splitlines()[0].split() == [
            "id",
            "username",
            "course_id",
            "status",
            "mode",
            "grade",
            "modified_at",
        ]
        assert len(done.stdout.splitlines()) == 3

    def test_a_course_that_is_none_is_refused(self, loaded: Path) -> None:
        done = certdesk(loaded, "certificates", "list", "--course", "nonsense")

        assert (done.returncode, done.stdout) == (1, "")
        assert "is not a course key" in done.stderr

    def test_the_demonstration_is_not_loaded_twice(self, loaded: Path) -> None:
        done = certdesk(loaded, "demo", "load")

        assert (done.returncode, done.stdout) == (1, "")
        assert one_line(done)

    def test_its_audit_is_whole(self, loaded: Path) -> None:
        done = certdesk(loaded, "audit", "verify")

        assert done.returncode == 0


class TestGivenAServer:
    @pytest.fixture
    def server(self, folder: Path) -> Server:
        """A server over the database, not started yet."""
        return Server(f"sqlite:///{folder / 'desk.sqlite3'}", folder / "server.log", workers=1)

    def test_sigterm_stops_it_in_good_order(self, server: Server) -> None:
        server.start()
        statuses = [server.send("GET", path) for path in ("/healthz", "/readyz", "/login", "/")]
        begun = time.monotonic()

        code = server.stop()

        assert statuses == [200, 200, 200, 302]
        assert code == 0
        assert time.monotonic() - begun < STOPS_WITHIN_S
        assert "Stopped." in server.log.read_text()
        assert "Traceback" not in server.log.read_text()

    def test_a_request_in_flight_is_finished(self, server: Server) -> None:
        server.start()
        body = b"xqueue_header=%7B%22lms_key%22%3A+%22k%22%7D&xqueue_body=%7B%7D"
        head = (
            b"POST /update_certificate HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        codes: list[int] = []
        with socket.create_connection((HOST, server.port), timeout=STOPS_WITHIN_S) as connection:
            connection.sendall(head + body[:10])
            time.sleep(0.3)
            stopping = threading.Thread(target=lambda: codes.append(server.stop()))
            stopping.start()
            time.sleep(0.7)

            connection.sendall(body[10:])
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
            stopping.join(STOPS_WITHIN_S)

        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"return_code": 1' in answer
        assert codes == [0]

    def test_nothing_personal_is_logged(self, server: Server) -> None:
        server.start()
        server.send("POST", "/login", "username=ada&password=hunter2hunter2")
        server.send("GET", "/search?q=ada%40example.org")

        server.stop()

        assert [word for word in ("hunter2", "ada@example", "ada%40example") if word in server.log.read_text()] == []
