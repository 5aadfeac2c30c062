"""certdesk audit: check that nobody altered it, and take it elsewhere."""

import sys

import click

from webapp.cli.program import refuse, show_json, with_app
from webapp.domain.audit_chain import is_hash
from webapp.models.base import db
from webapp.services import audit as service
from webapp.services import audit_reading
from webapp.services.exports.sources import FORMS


@click.group("audit")
def group() -> None:
    """Check and export the audit."""


@group.command()
@click.option("--head", metavar="HASH", help="A head printed earlier; finds out whether the end was cut off since.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@with_app
def verify(head: str | None, as_json: bool) -> None:
    """Check every event from the first on: altered, missing and swapped ones are found; exit code 1 where any is."""
    if head is not None and not is_hash(head):
        raise click.BadParameter("a head is 64 hexadecimal digits, as verify prints it", param_hint="--head")
    verdict = service.verify(db.session(), head=head)
    if as_json:
        show_json({"ok": verdict.ok, "checked": verdict.checked, "first_bad": verdict.first_bad, "head": verdict.head})
        sys.exit(0 if verdict.ok else 1)
    if verdict.first_bad is not None:
        before = verdict.first_bad - 1
        refuse(f"Event {verdict.first_bad}: {verdict.reason}. The {before} before it are as they were written.")
    click.echo(f"{verdict.checked} events, all as they were written. Head: {verdict.head}")


@group.command()
@click.option("--format", "form", type=click.Choice([*FORMS]), default="jsonl", show_default=True)
@with_app
def export(form: str) -> None:
    """Print every event from the first on; memory does not grow with them."""
    events = audit_reading.source_of()
    for line in FORMS[form](events.fields, events.rows(db.session())):
        click.echo(line, nl=False)
