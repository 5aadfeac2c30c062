"""certdesk audit: check that nobody altered it, and take it elsewhere."""

import csv
import json
import sys

import click

from webapp.cli.program import refuse, show_json, with_app
from webapp.domain.audit_chain import FIELDS
from webapp.domain.spreadsheets import safe_cell
from webapp.models.base import db
from webapp.services import audit as service


@click.group("audit")
def group() -> None:
    """Check and export the audit."""


@group.command()
@click.option("--head", metavar="HASH", help="A head printed earlier; finds out whether the end was cut off since.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@with_app
def verify(head: str | None, as_json: bool) -> None:
    """Check every event from the first on: altered, missing and swapped ones are found; exit code 1 where any is."""
    verdict = service.verify(db.session(), head=head)
    if as_json:
        show_json({"ok": verdict.ok, "checked": verdict.checked, "first_bad": verdict.first_bad, "head": verdict.head})
        sys.exit(0 if verdict.ok else 1)
    if not verdict.ok:
        refuse(
            f"Event {verdict.first_bad}: {verdict.reason}. The {verdict.checked - 1} before it are as they were written."
        )
    click.echo(f"{verdict.checked} events, all as they were written. Head: {verdict.head}")


@group.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@with_app
def export(form: str) -> None:
    """Print every event from the first on; memory does not grow with them."""
    if form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow([*FIELDS, "details", "prev", "hash"])
    for event in service.list_events(db.session()):
        said = json.loads(event.body)
        details = said.pop("details")
        if form == "csv":
            told = json.dumps(details, ensure_ascii=False)
            cells = [*(said[name] for name in FIELDS), told, event.prev, event.hash]
            writer.writerow([safe_cell(cell) for cell in cells])
        else:
            show_json({**said, "details": details, "prev": event.prev, "hash": event.hash})
