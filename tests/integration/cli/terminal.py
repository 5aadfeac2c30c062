"""How does a test type a command, and see what came of it?"""

import json
from datetime import timedelta
from typing import Any

from click.testing import CliRunner, Result
from flask import Flask

from tests.fakes import FakeAttempts, FakeCourier
from tests.integration.generation.desk import Desk
from webapp.__main__ import program
from webapp.ports import Ports
from webapp.services.messages.outbox import Channel
from webapp.tasks.outbox import send_due

SOON = timedelta(seconds=2)
REFUSED, DONE, WRONG_USAGE = 1, 0, 2


class _SendingCourier(FakeCourier):
    """Sends at the command's end what was left, also what was put off for a moment, as the real one does."""

    def __init__(self, app: Flask) -> None:
        """Send from this application's outbox."""
        super().__init__()
        self._app = app

    def finish(self) -> None:
        """Send, where anything was left."""
        if self.asked:
            send_due(self._app, early=SOON)


class Terminal(Desk):
    """Somebody at the machine, who types commands."""

    def __init__(self, app: Flask) -> None:
        """Sit down."""
        super().__init__(app)
        self.courier = _SendingCourier(app)
        app.extensions["ports"] = Ports(FakeAttempts(), self.courier, self.tracking, self.queue)

    def types(self, *words: str, given: bytes = b"") -> Result:
        """Run a command."""
        return CliRunner().invoke(
            program, list(words), obj=lambda: self.app, input=given, catch_exceptions=False, prog_name="certdesk"
        )

    def done(self, *words: str) -> str:
        """Run a command that does what it should, and give what it printed."""
        ran = self.types(*words)
        assert (ran.exit_code, ran.stderr) == (DONE, "")
        return ran.stdout

    def refused(self, *words: str) -> str:
        """Run a command that is refused in one plain line, and give that."""
        ran = self.types(*words)
        assert (ran.exit_code, ran.stdout) == (REFUSED, "")
        (line,) = ran.stderr.splitlines()
        return line

    def objects(self, *words: str) -> list[Any]:
        """Run a command that prints JSON, and give each line's value."""
        return [json.loads(line) for line in self.done(*words, "--json").splitlines()]

    def without_queue(self) -> None:
        """Take the queue out of the settings."""
        self.sets(xqueue_url=None)

    def kept(self) -> tuple[int, int]:
        """Give how many audit events there are, and how many entries of the outbox that are no tracking."""
        return len(self.told()), len(self.entries(Channel.XQUEUE, Channel.EXAMPLE, Channel.GENERATION))


def rows(table: str) -> list[list[str]]:
    """Give the cells of a table without spaces in them, but for its head."""
    return [line.split() for line in table.splitlines()[1:]]
