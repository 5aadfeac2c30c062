"""Can the examples of the deployment page be read by what they are for, and do they say what the program knows?"""

import configparser
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from webapp.__main__ import program
from webapp.ports.meters import PREFIX as METRICS
from webapp.serving import STOPS_WITHIN_S
from webapp.settings import PREFIX, Settings

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples/deployment"
UNITS = sorted(EXAMPLES.glob("*.service"))
PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")
SETTINGS = {PREFIX + field.name.upper() for field in fields(Settings)}


def compose() -> dict[str, Any]:
    known: dict[str, Any] = yaml.safe_load((EXAMPLES / "compose.yaml").read_text(encoding="utf-8"))
    return known


def understood(words: list[str]) -> None:
    """Have the program read the words of a command without running it; raises click's errors."""
    command: click.Command = program
    while isinstance(command, click.Group):
        command, words = command.commands[words[0]], words[1:]
    command.make_context("certdesk", words, resilient_parsing=False)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
class TestGivenAUnitForSystemd:
    def test_it_starts_what_there_is_and_leaves_it_time_to_stop(self, unit: Path) -> None:
        read = configparser.ConfigParser(strict=False, interpolation=None)
        read.optionxform = str  # type: ignore[assignment, method-assign]  # as configparser has it
        read.read_string(unit.read_text(encoding="utf-8"))
        service = read["Service"]

        understood(service["ExecStart"].split()[1:])
        assert service["KillMode"] == "mixed"
        assert int(service["TimeoutStopSec"]) > STOPS_WITHIN_S

    def test_systemd_takes_it(self, unit: Path, tmp_path: Path) -> None:
        if shutil.which("systemd-analyze") is None:
            pytest.skip("systemd-analyze is not on this machine")
        here = tmp_path / unit.name
        here.write_text(re.sub(r"/srv/certdesk/\.venv/bin/certdesk", "/bin/true", unit.read_text(encoding="utf-8")))

        done = subprocess.run(["systemd-analyze", "verify", str(here)], capture_output=True, text=True, check=False)

        assert [line for line in done.stderr.splitlines() if unit.name in line] == []


class TestGivenTheExampleForCompose:
    def test_its_commands_and_settings_are_known(self) -> None:
        services = {name: one for name, one in compose()["services"].items() if one["image"] == "certdesk"}

        for service in services.values():
            understood(service["command"])
        assert {name for one in services.values() for name in one["environment"]} <= SETTINGS
        assert {int(one["stop_grace_period"].removesuffix("s")) > STOPS_WITHIN_S for one in services.values()} == {True}
        assert set(services) == {"migrate", "web", "worker", "beat"}


class TestGivenThePage:
    def test_it_names_settings_that_exist(self) -> None:
        named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", PAGE))

        assert named - SETTINGS == set()

    def test_it_says_of_each_setting_whether_it_is_tried(self) -> None:
        _, _, after = PAGE.partition("## What `certdesk check-config` tries\n")
        section, _, _ = after.partition("\n## ")

        assert set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", section)) == SETTINGS

    def test_it_links_what_is_there(self) -> None:
        links = re.findall(r"\]\(([^)#:]+)\)", PAGE)

        assert [link for link in links if not (DOCS / link).exists()] == []

    def test_it_tells_of_the_names_that_the_ecosystem_note_wants(self) -> None:
        wanted = ("issue_total", "callbacks_total", "inbox_lag_seconds", "outbox_oldest_seconds", "stuck_certificates")

        assert [name for name in wanted if METRICS + name not in PAGE] == []
