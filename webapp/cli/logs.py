"""certdesk logs: find lines that were cut or altered on their way."""

from typing import BinaryIO

import click

from webapp import logs as service
from webapp.cli.program import refuse

MOST_TOLD = 20


@click.group("logs")
def group() -> None:
    """Check what was logged."""


@group.command()
@click.argument("file", type=click.File("rb"), default="-")
def verify(file: BinaryIO) -> None:
    """Check each line of FILE (standard input when not given) against its checksum; exit code 1 where one differs.

    Needs neither settings nor a database. Lines without a checksum were not written by Certdesk, or were cut.
    """
    number, bad = 0, []
    for number, line in enumerate(file, start=1):
        if not service.is_whole(line):
            bad.append(number)
    if bad:
        more = f" and {len(bad) - MOST_TOLD} more" if len(bad) > MOST_TOLD else ""
        told = ", ".join(str(one) for one in bad[:MOST_TOLD])
        refuse(f"{len(bad)} of {number} lines are not as they were written: {told}{more}.")
    click.echo(f"{number} lines, all as they were written.")
