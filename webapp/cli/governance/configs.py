"""certdesk config: which configuration is live, what it was, and a proposal for another."""

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from webapp.cli.governance.changes import as_person, file_change, terms_of, wanted_moment
from webapp.cli.program import refuse, show_json, show_table, with_app
from webapp.domain.approval.states import Action
from webapp.domain.configs.kinds import KINDS, SINGLE_KEY, Kind
from webapp.models.base import db
from webapp.models.governance.versions import ConfigVersion
from webapp.services.configs import ledger
from webapp.services.governance import changes
from webapp.services.governance.terms import Wish

HEADS = ("kind", "key", "version", "author", "applied_at", "payload")
_kind = click.argument("kind", type=click.Choice([kind.value for kind in KINDS]))
_key = click.argument("key", default=SINGLE_KEY)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
_as = click.option(
    "--as", "who", required=True, metavar="NAME", help="The account that asks; its password is asked for."
)
_reason = click.option("--reason", required=True, help="Why, in at least 10 characters.")
_confirm = click.option("--confirm", "confirmed", multiple=True, metavar="CODE", help="A warning that you have read.")
_password = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group("config")
def group() -> None:
    """Look at the live configuration and its history, and propose changes. Nothing here goes live by itself."""


@group.command("list")
@click.option("--kind", type=click.Choice([kind.value for kind in KINDS]), help="Of this kind alone.")
@click.option("--at", type=str, help="As it was at this moment, such as 2026-05-03T12:00:00Z.")
@_as_json
@with_app
def list_values(kind: str | None, at: str | None, as_json: bool) -> None:
    """List the live value of every key."""
    moment = wanted_moment(at)
    kinds = [kind] if kind else [one.value for one in KINDS]
    _show([row for one in kinds for row in ledger.list_live(db.session(), one, at=moment)], as_json=as_json)


@group.command()
@_kind
@_key
@click.option("--version", "number", type=click.IntRange(1), help="This version; the live one when not given.")
@click.option("--at", type=str, help="The one that was live at this moment.")
@with_app
def show(kind: str, key: str, number: int | None, at: str | None) -> None:
    """Print one value as JSON, with its version and who let it in."""
    moment: datetime | None = wanted_moment(at)
    found = (
        ledger.find_at(db.session(), kind, key, moment)
        if moment
        else ledger.find_version(db.session(), kind, key, number)
    )
    if found is None:
        refuse(f"{KINDS[Kind(kind)].label} has no value of that key.")
    show_json(as_object(found))


@group.command()
@_kind
@_key
@_as_json
@with_app
def history(kind: str, key: str, as_json: bool) -> None:
    """List all versions of one value, the newest first."""
    _show(ledger.list_versions(db.session(), kind, key), as_json=as_json)


@group.command()
@_kind
@_key
@click.option("--file", "path", metavar="FILE", help="The value as JSON; - is standard input.")
@click.option("--delete", is_flag=True, help="Propose that the key have no value any more.")
@click.option("--title", default="", help="What it is about, in a few words.")
@_reason
@click.option("--apply-at", help="When it shall go live once approved, such as 2026-12-01T06:00:00Z.")
@click.option("--ask", default="", metavar="NAME", help="An approver who is asked in particular.")
@_confirm
@_as
@_password
@with_app
def propose(
    kind: str,
    key: str,
    path: str | None,
    delete: bool,
    title: str,
    reason: str,
    apply_at: str | None,
    ask: str,
    confirmed: tuple[str, ...],
    who: str,
    password_stdin: bool,
) -> None:
    """File a change of one value, for somebody else to decide on."""
    if delete == bool(path):
        raise click.UsageError("Say what the value shall be with --file, or --delete.")
    wish = Wish(
        kind=kind,
        key=key,
        payload=None if delete else _read(path or "-"),
        action=Action.DELETE if delete else Action.SET,
        title=title,
        reason=reason,
        apply_at=wanted_moment(apply_at),
        ask=ask,
        confirmed=confirmed,
    )
    terms = terms_of(as_person(who, from_stdin=password_stdin))
    file_change(terms, kind, key, lambda session: changes.propose_change(session, terms, wish))


@group.command()
@_kind
@_key
@click.option("--to", "number", required=True, type=click.IntRange(1), help="The version to go back to.")
@_reason
@_confirm
@_as
@_password
@with_app
def revert(
    kind: str, key: str, number: int, reason: str, confirmed: tuple[str, ...], who: str, password_stdin: bool
) -> None:
    """Propose what an earlier version said."""
    terms = terms_of(as_person(who, from_stdin=password_stdin))
    file_change(
        terms,
        kind,
        key,
        lambda session: changes.revert_to(session, terms, kind, key, number, reason=reason, confirmed=confirmed),
    )


def as_object(version: ConfigVersion) -> dict[str, Any]:
    """Give a version as the interface writes it."""
    return {
        "kind": version.kind,
        "key": version.key,
        "version": version.version,
        "payload": ledger.payload_of(version),
        "author": version.change.author_name,
        "applied_at": version.created_at.isoformat(),
        "reason": version.change.reason,
        "change": version.change_id,
    }


def _show(rows: Iterable[ConfigVersion], *, as_json: bool) -> None:
    objects = [as_object(row) for row in rows]
    if as_json:
        for one in objects:
            show_json(one)
        return
    texts = [{**one, "payload": _cut(json.dumps(one["payload"], ensure_ascii=False))} for one in objects]
    show_table(HEADS, ([one[head] for head in HEADS] for one in texts))


def _read(path: str) -> Any:  # noqa: ANN401 - JSON of any shape
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
        return json.loads(text)
    except OSError as problem:
        refuse(f"{path} cannot be read: {problem.strerror}.")
    except (ValueError, RecursionError) as problem:
        refuse(f"{path} is not JSON: {problem}")


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
