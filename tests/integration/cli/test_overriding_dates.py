"""Does the command have a certificate show another day than its own, and its own again?"""

import pytest

from tests.factories.candidates import HTML, make_holder
from tests.integration.cli.terminal import WRONG_USAGE, Terminal
from webapp.models.certificates import DateOverride

pytestmark = pytest.mark.any_database

COMMAND = ("certificates", "override-date", "--course", HTML, "--username", "ada", "--notes", "the board met")


class TestGivenAnIssuedCertificate:
    def test_it_shows_the_day_and_then_its_own_again(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session)

        told = terminal.done(*COMMAND, "--day", "2026-01-31")
        (row,) = terminal.every(DateOverride)
        told_then = terminal.done(*COMMAND, "--end")

        assert told == f"The certificate of ada in {HTML} shows 2026-01-31 as the day of issue.\n"
        assert (f"{row.date:%Y-%m-%d}", row.reason, row.overridden_by) == (
            "2026-01-31",
            "the board met",
            "command line",
        )
        assert told_then == f"The certificate of ada in {HTML} shows its own day as the day of issue.\n"
        assert terminal.every(DateOverride) == []

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            (("--day", "9999-12-31"), "A certificate shows a day between 1970-01-01 and today, not 9999-12-31."),
            (("--end",), f"The certificate of ada in {HTML} shows no other day than its own."),
        ],
    )
    def test_what_cannot_be_is_refused(self, terminal: Terminal, options: tuple[str, ...], why: str) -> None:
        with terminal.work() as session:
            make_holder(session)

        assert terminal.refused(*COMMAND, *options) == why

    @pytest.mark.parametrize("options", [(), ("--day", "2026-01-31", "--end"), ("--day", "31.1.2026")])
    def test_it_has_to_be_one_thing(self, terminal: Terminal, options: tuple[str, ...]) -> None:
        ran = terminal.types(*COMMAND, *options)

        assert ran.exit_code == WRONG_USAGE
