"""certdesk changes: what is proposed, and deciding on it from a terminal, as somebody."""

import getpass
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.cli.program import current_settings, printable, refuse, show_json, show_table, with_app
from webapp.domain.actors import Actor
from webapp.domain.approval.merge import differences
from webapp.domain.approval.states import LABELS, OPEN, State
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.identifiers import BIGGEST_ROW
from webapp.errors.governance import CautionsUnread
from webapp.models.base import db, unit_of_work
from webapp.models.governance.changes import ChangeRequest
from webapp.services import accounts
from webapp.services.configs import ledger
from webapp.services.governance import decisions, standing
from webapp.services.governance.refused import recorded
from webapp.services.governance.terms import Terms

HEADS = ("id", "state", "kind", "key", "author", "approvals", "title")
_number = click.argument("number", type=click.IntRange(1, BIGGEST_ROW))
_as = click.option(
    "--as", "who", required=True, metavar="NAME", help="The account that decides; its password is asked for."
)
_password = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group("changes")
def group() -> None:
    """Look at change requests and decide on them. Nobody decides on what they wrote."""


@group.command("list")
@click.option(
    "--state", type=click.Choice([state.value for state in State]), help="In this state; open ones when not given."
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
@with_app
def list_changes(state: str | None, limit: int, as_json: bool) -> None:
    """List change requests, the newest first."""
    wanted = [State(state)] if state else sorted(OPEN)
    query = select(ChangeRequest).where(ChangeRequest.state.in_(wanted)).order_by(ChangeRequest.id.desc()).limit(limit)
    objects = [as_object(db.session(), row) for row in db.session.scalars(query)]
    if as_json:
        for one in objects:
            show_json(one)
        return
    rows = [{**one, "approvals": "{given} of {needed}".format(**one["approvals"])} for one in objects]
    show_table(HEADS, ([row[head] for head in HEADS] for row in rows))


@group.command()
@_number
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@with_app
def show(number: int, as_json: bool) -> None:
    """Say what a change request would change, and how it stands."""
    session = db.session()
    change = standing.get_change(session, number)
    if as_json:
        show_json(as_object(session, change))
        return
    click.echo(f"Change {change.id}: {LABELS[change.state]}, by {change.author_name}: {change.title or change.reason}")
    given = len(standing.approvers_of(session, [change])[change.id])
    click.echo(f"Revision {change.revision} has {given} of {change.approvals_needed} approvals. Why: {change.reason}")
    before = ledger.payload_of(ledger.find_version(session, change.kind, change.key, change.base_version))
    after = ledger.payload_of(change)
    for sentence in KINDS[Kind(change.kind)].sentences(before, after, change.key):
        click.echo(f"  {sentence}")
    for one in differences(before, after):
        click.echo(f"  {one.field}: {one.before!r} -> {one.after!r}")


@group.command()
@_number
@click.option("--note", default="", help="What the requester shall know.")
@_as
@_password
@with_app
def approve(number: int, note: str, who: str, password_stdin: bool) -> None:
    """Approve a change request as it is now; the last approval that it needs makes it live."""
    terms = terms_of(as_person(who, from_stdin=password_stdin))
    _move(terms, number, lambda session: decisions.approve(session, terms, number, note=note))


@group.command()
@_number
@click.option("--note", required=True, help="Why it shall not be.")
@_as
@_password
@with_app
def reject(number: int, note: str, who: str, password_stdin: bool) -> None:
    """Reject a change request."""
    terms = terms_of(as_person(who, from_stdin=password_stdin))
    _move(terms, number, lambda session: decisions.reject(session, terms, number, note=note))


def as_person(name: str, *, from_stdin: bool) -> Actor:
    """Give the account of that name as the one who acts, once its password was given; refuses the command otherwise."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass(f"Password of {name}: ")
    else:
        raise click.UsageError("There is no terminal to ask on: give the password with --password-stdin.")
    account = accounts.find_account(db.session(), name)
    if not accounts.check_password(account, password) or account is None:
        refuse("The name or the password is wrong.")
    return Actor(account.username, account.id, request_id=clock.new_request_id())


def terms_of(actor: Actor) -> Terms:
    """Give the terms of this installation for somebody."""
    settings = current_settings()
    return Terms(actor, clock.now(), settings.base_url, render_certificate, dict(settings.approvals))


def wanted_moment(text: str | None) -> datetime | None:
    """Read a moment with its time zone; None where none was given."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the first hours of year 1 have no moment in UTC
        raise click.UsageError(f"{text} is no moment such as 2026-05-03T12:00:00Z.") from None
    if moment.tzinfo is None:
        raise click.UsageError(f"{text} has no time zone; end it with Z for UTC.")
    return moment


def file_change(terms: Terms, kind: str, key: str, file: Callable[[Session], ChangeRequest]) -> None:
    """File a change and say which number it has; what is refused leaves an event."""
    try:
        with recorded(unit_of_work, terms.actor, kind, key, now=terms.now) as session:
            change = file(session)
    except CautionsUnread as problem:
        flags = " ".join(f"--confirm {code}" for code, _ in problem.cautions)
        refuse(f"{printable(str(problem))} Where that is meant, say so with {flags}.")
    click.echo(f"Filed change {change.id}; it needs {change.approvals_needed} approvals.")


def as_object(session: Session, change: ChangeRequest) -> dict[str, Any]:
    """Give a change request as the interface writes it."""
    live = ledger.live_number(session, change.kind, change.key)
    given = len(standing.approvers_of(session, [change])[change.id])
    return {
        "id": change.id,
        "kind": change.kind,
        "key": change.key,
        "action": "delete" if change.payload is None else "set",
        "payload": ledger.payload_of(change),
        "base_version": change.base_version,
        "live_version": live,
        "revision": change.revision,
        "state": change.state.value,
        "stale": change.state in OPEN and live != change.base_version,
        "author": change.author_name,
        "contributors": sorted(one.account_name for one in change.contributors),
        "approvals": {"needed": change.approvals_needed, "given": given},
        "apply_at": change.apply_at.isoformat() if change.apply_at else None,
        "title": change.title,
        "reason": change.reason,
    }


def _move(terms: Terms, number: int, move: Callable[[Session], ChangeRequest]) -> None:
    change = standing.get_change(db.session(), number)
    db.session.rollback()
    with recorded(unit_of_work, terms.actor, change.kind, change.key, now=terms.now) as session:
        change = move(session)
    click.echo(f"Change {change.id} is {LABELS[change.state].lower()} now.")
