"""The certdesk program: the commands, the server, and what runs scheduled jobs."""

import os
import sys

import click
from dotenv import load_dotenv
from sqlalchemy.exc import SQLAlchemyError

from webapp.app import create_app
from webapp.cli import accounts, certificates, database, logs, records, runs
from webapp.cli.generation import allowlist, badges, examples, invalidations
from webapp.cli.governance import audit, caches, changes, configs
from webapp.cli.learners import erasing
from webapp.cli.program import VERBOSE
from webapp.consumer import events
from webapp.server import beat, check_config, demo, outbox, serve, work
from webapp.settings import SettingsError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--verbose", is_flag=True, help="Print what is logged, too: JSON lines on standard error.")
@click.version_option(package_name="certdesk")
@click.pass_context
def program(context: click.Context, *, verbose: bool) -> None:
    """Certdesk: the certificate desk of an online learning platform.

    Settings come from the environment (CERTDESK_...) and from a file .env; the README lists them.
    """
    context.meta[VERBOSE] = verbose


for command in (
    serve,
    work,
    beat,
    check_config,
    demo,
    database.group,
    accounts.group,
    records.group,
    erasing.group,
    certificates.group,
    runs.group,
    allowlist.group,
    invalidations.group,
    examples.group,
    badges.group,
    events,
    outbox,
    configs.group,
    changes.group,
    audit.group,
    logs.group,
    caches.group,
):
    program.add_command(command)


def main() -> None:
    """Run the program; exit code 0 done, 1 refused or failed, 2 wrong usage (interface §1)."""
    load_dotenv(".env")
    try:
        program(obj=create_app, prog_name="certdesk")
    except SettingsError as problem:
        click.echo(str(problem), err=True)
    except SQLAlchemyError as problem:
        text = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
        click.echo(f"The database refused: {text}\nIs it running, and migrated (certdesk db upgrade)?", err=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output has gone
    sys.exit(1)


if __name__ == "__main__":
    main()
