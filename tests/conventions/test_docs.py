"""Does the README tell of everything that people set and call?"""

from dataclasses import fields
from pathlib import Path

import click
import pytest

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
    @pytest.mark.parametrize("name", SETTINGS)
    def test_it_names_every_setting(self, name: str) -> None:
        assert name in README

    @pytest.mark.parametrize("command", commands())
    def test_it_names_every_command(self, command: str) -> None:
        assert command in README

    def test_it_names_the_two_commands_of_a_newcomer(self) -> None:
        assert [command for command in ("make run", "make test") if command not in README] == []


class TestGivenEveryCommand:
    @pytest.mark.parametrize("path", commands())
    def test_it_and_its_options_say_what_they_are_for(self, path: str) -> None:
        command: click.Command = program
        for name in path.split()[1:]:
            assert isinstance(command, click.Group)
            command = command.commands[name]

        mute = [
            option.name
            for option in command.params
            if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice)
        ]
        assert command.help
        assert mute == []


class TestGivenEverySetting:
    @pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
    def test_it_has_a_meaning(self, field: object) -> None:
        metadata = getattr(field, "metadata", {})

        assert metadata["meaning"]
