"""What does the program say of itself, of a wrong call and of a bad setting?"""

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.acceptance.program.terminal import SECRET, certdesk, one_line, without_settings
from webapp.__main__ import program


def commands(group: click.Group = program, *above: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [above]
    for name, command in group.commands.items():
        path = (*above, name)
        found += commands(command, *path) if isinstance(command, click.Group) else [path]
    return found


def takes_course(path: tuple[str, ...]) -> bool:
    command: click.Command = program
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return any(option.name in ("course_id", "courses") for option in command.params)


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

    @pytest.mark.parametrize("path", [path for path in commands() if takes_course(path)], ids=" ".join)
    def test_so_is_a_malformed_course_key_in_every_command(self, path: tuple[str, ...]) -> None:
        named = ["ada"] if path[-1] == "fake" else ["--course"]

        done = CliRunner().invoke(program, [*path, *named, "a\nb"], prog_name="certdesk", obj=None)

        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.endswith(r"'a\nb' is not a course key such as course-v1:Org+Course+Run." "\n")

    def test_the_process_ends_with_it(self, tmp_path: Path) -> None:
        done = certdesk(tmp_path, "nonsense")

        assert (done.returncode, done.stdout) == (2, "")


class TestGivenBadSettings:
    @pytest.mark.parametrize(
        ("command", "name", "value"),
        [
            ("db check", "CERTDESK_NONSENSE", "x"),
            ("serve", "CERTDESK_NONSENSE", "x"),
            ("check-config", "CERTDESK_NONSENSE", "x"),
            ("certificates list", "CERTDESK_NONSENSE", "x"),
            ("serve", "CERTDESK_STUCK_MINUTES", "soon"),
            ("serve", "CERTDESK_DATABASE_URL", "mysql://x"),
        ],
    )
    def test_one_line_names_the_variable(self, tmp_path: Path, command: str, name: str, value: str) -> None:
        done = certdesk(tmp_path, *command.split(), settings={**SECRET, name: value})

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
