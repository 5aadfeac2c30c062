"""Does the README tell of everything that people set and call?"""

from dataclasses import fields
from pathlib import Path

import click

from webapp.__main__ import program
from webapp.settings import PREFIX, Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SETTINGS = sorted(PREFIX + field.name.upper() for field in fields(Settings))


def commands(group: click.Group = program, above: str = "certdesk") -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        path = f"{above} {name}"
        found += commands(command, path) if isinstance(command, click.Group) else [path]
    return sorted(found)


class TestGivenTheReadme:
    def test_it_names_every_setting(self) -> None:
        assert [name for name in SETTINGS if name not in README] == []

    def test_it_names_every_command(self) -> None:
        assert [command for command in commands() if command not in README] == []

    def test_it_names_the_two_commands_of_a_newcomer(self) -> None:
        assert [command for command in ("make run", "make test") if command not in README] == []

    def test_it_says_where_the_program_is_before_it_calls_it(self) -> None:
        before, _, _ = README.partition("    certdesk ")

        assert [
            words for words in (".venv/bin/certdesk", "make install", "make run PORT=") if words not in before
        ] == []


def called(path: str) -> click.Command:
    command: click.Command = program
    for name in path.split()[1:]:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


def mute_in(command: click.Command) -> list[str | None]:
    return [
        option.name
        for option in command.params
        if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice)
    ]


class TestGivenEveryCommand:
    def test_it_and_its_options_say_what_they_are_for(self) -> None:
        found = {path: called(path) for path in commands()}

        assert [path for path, command in found.items() if not command.help] == []
        assert {path: mute_in(command) for path, command in found.items() if mute_in(command)} == {}


class TestGivenEverySetting:
    def test_it_has_a_meaning(self) -> None:
        assert [field.name for field in fields(Settings) if not field.metadata.get("meaning")] == []
