"""certdesk records: the learning platform's facts come in as JSON Lines."""

import os
import sys
from collections import Counter
from itertools import groupby
from typing import IO, Any

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from webapp.cli.program import Bar, machine, printable, refuse, show_json, with_app
from webapp.domain.actors import Actor
from webapp.models.base import Transactions, unit_of_work
from webapp.services.following.moves import switches_of
from webapp.services.records import importing, intake
from webapp.services.records.batch import Outcome
from webapp.services.records.intake import Line, Result, Taken


@click.group("records")
def group() -> None:
    """Take in the learning platform's facts."""


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--dry-run",
    is_flag=True,
    help="Check every line against the database and keep nothing. On PostgreSQL who writes the same rows waits meanwhile.",
)
@click.option("--quiet", is_flag=True, help="Print the lines that failed and the summary alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON objects, one a line.")
@with_app
def import_records(files: tuple[str, ...], *, dry_run: bool, quiet: bool, as_json: bool) -> None:
    """Take in JSON Lines from each FILE (- is standard input), upserting by natural key.

    Lines are independent: good ones are kept, bad ones are reported with their number and the reason.
    "active": false ends an enrollment, a course_role, a course_mode, an invalidation or a date_override.
    A grade that passes leads to no certificate by being imported: certdesk certificates generate, or a run, makes it.
    Exit code 1 if any line failed.
    """
    actor = machine()
    report = _Report(several=len(files) > 1, quiet=quiet, as_json=as_json, dry_run=dry_run)
    with importing.transactions(unit_of_work, dry_run=dry_run) as begin:
        for name in files:
            with click.open_file(name, "rb") as stream, Bar("Importing", _size_of(name)) as bar:
                _import_file(stream, name, actor, begin, report, bar, dry_run=dry_run)
    report.show_summary()
    sys.exit(1 if report.counts[Outcome.FAILED] else 0)


class _Report:
    """Says what came of each line, and of all of them."""

    def __init__(self, *, several: bool, quiet: bool, as_json: bool, dry_run: bool) -> None:
        self._several, self._quiet, self._as_json, self._dry_run = several, quiet, as_json, dry_run
        self.counts: Counter[Outcome] = Counter()
        self.courses_first_seen = 0

    def show(self, name: str, taken: Taken) -> None:
        """Print a batch's results, as many of them at a time as go to the same place."""
        self.counts.update(result.outcome for result in taken.results)
        self.courses_first_seen += taken.courses_first_seen
        shown = [result for result in taken.results if not self._quiet or result.outcome is Outcome.FAILED]
        if self._as_json:
            for result in shown:
                show_json(self._object(name, result))
            return
        for failed, results in groupby(shown, lambda result: result.outcome is Outcome.FAILED):
            click.echo("\n".join(self._sentence(name, result) for result in results), err=failed)

    def show_summary(self) -> None:
        """Print the sums; a dry run's say that nothing was kept."""
        sums = {outcome.value: self.counts[outcome] for outcome in Outcome}
        if self._as_json:
            more = {"courses_first_seen": self.courses_first_seen, "dry_run": self._dry_run}
            show_json({"summary": {"lines": self.counts.total(), **sums, **more}})
            return
        told = ", ".join(f"{number} {outcome}" for outcome, number in sums.items())
        click.echo(f"{self.counts.total()} lines: {told}; {self.courses_first_seen} course runs first seen.")
        if self._dry_run:
            click.echo("This was a dry run: nothing was kept.")

    def _object(self, name: str, result: Result) -> dict[str, Any]:
        file = {"file": name} if self._several else {}
        told = {"type": result.type, "key": result.key, "result": result.outcome, "reason": result.reason or None}
        return {**file, "line": result.line, **told}

    def _sentence(self, name: str, result: Result) -> str:
        place = f"{printable(name)} line {result.line}" if self._several else f"line {result.line}"
        if result.outcome is Outcome.FAILED:
            return f"{place}: FAILED: {result.reason}"
        return f"{place}: {result.type} {printable(result.key or '')}: {result.outcome}"


def _import_file(
    stream: IO[bytes], name: str, actor: Actor, begin: Transactions, report: _Report, bar: Bar, *, dry_run: bool
) -> None:
    """Take in one file, a batch in a transaction; ends the program where the database fails, saying what was kept."""
    lines, switches = importing.Lines(stream), switches_of(current_app.extensions["settings"])
    kept = 0
    for batch in intake.read_batches(lines):
        try:
            taken = importing.keep(begin, actor, batch, source=name, switches=switches, dry_run=dry_run)
        except SQLAlchemyError as problem:
            report.show_summary()
            refuse(_what_is_kept(name, batch, problem, kept=kept, dry_run=dry_run))
        kept = batch[-1].number
        bar.clear()
        report.show(name, taken)
        bar.move_to(lines.bytes_read)


def _size_of(name: str) -> int | None:
    return os.path.getsize(name) if os.path.isfile(name) else None


def _what_is_kept(name: str, batch: list[Line], problem: SQLAlchemyError, *, kept: int, dry_run: bool) -> str:
    reason = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
    told = f"The database failed at lines {batch[0].number} to {batch[-1].number} of {printable(name)}: {reason}"
    told += "\nIs it running, and migrated (certdesk db upgrade)?"
    if dry_run:
        return f"{told}\nThis was a dry run: nothing was kept."
    before = f"Everything up to line {kept} is kept, nothing after it" if kept else "Nothing of this file is kept"
    return f"{told}\n{before}. Import the file again once the database works: what is there stays as it is."
