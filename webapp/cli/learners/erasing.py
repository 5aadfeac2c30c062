"""certdesk learners erase: forget a learner who asks for it, once and for ever."""

import sys

import click

from webapp import clock
from webapp.cli.program import machine, printable, refuse, show_json, with_app
from webapp.domain.learners.erasure import counted
from webapp.errors import UnknownLearner
from webapp.models.base import db, unit_of_work
from webapp.services.erasure import erasing, marks
from webapp.services.erasure.erasing import Foreseen
from webapp.services.erasure.parts import PARTS

SAID = {part.name: part.said for part in PARTS}
NO_UNDO = "There is no undo: who they were is known to nobody here afterwards."


@click.group("learners")
def group() -> None:
    """Learners themselves, apart from what they hold."""


@group.command()
@click.argument("username")
@click.option(
    "--reason",
    required=True,
    help="Why, such as the number of the request. It stays for good: no name and no address in it.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@with_app
def erase(username: str, reason: str, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Forget the learner USERNAME: name, address, notes and messages go, certificates answer 410. No undo.

    Says beforehand what will go and asks; --yes for programs. Who was erased before: exit code 0, and nothing changes.
    """
    session = db.session()
    if marks.find_erased_name(session, username) is None:
        foreseen = _foreseen(username)
        if dry_run or not (yes or as_json):
            _show(foreseen, as_json=as_json)
        if foreseen.refused:
            refuse(printable(foreseen.refused))
    elif dry_run:
        _say_again(as_json=as_json)
    if dry_run:
        return
    if not yes:
        _ask()
    session.rollback()  # what is written from here on is read anew
    done = erasing.erase(unit_of_work, machine(), username, reason, new_key=clock.new_key, now=clock.now())
    if done.again:
        _say_again(as_json=as_json)
    elif as_json:
        show_json({"learner": done.learner_id, "username": done.placeholder, "erased": counted(done.counts or {})})
    else:
        click.echo(f"Erased. What is left of the learner is called {done.placeholder}.")
        _list(counted(done.counts or {}))
        click.echo(f"Certificates that answer 410 from now on: {done.ended}")


def _foreseen(username: str) -> Foreseen:
    try:
        return erasing.foresee(db.session(), username)
    except UnknownLearner as problem:
        refuse(printable(str(problem)))


def _show(foreseen: Foreseen, *, as_json: bool) -> None:
    if as_json:
        told = {"certificates": foreseen.certificates, "certificates_to_end": foreseen.ends}
        left = {"files": foreseen.files, "server_badges": foreseen.server_badges, "refused": foreseen.refused}
        show_json({"dry_run": True, **told, "accounts": len(foreseen.person.accounts), **left,
                   "erased": counted(foreseen.counts)})  # fmt: skip
        return
    click.echo("To be erased: user name, e-mail address and name of the learner, and")
    _list(counted(foreseen.counts))
    if foreseen.person.accounts:
        click.echo(f"  Accounts that are emptied and shut: {len(foreseen.person.accounts)}")
    click.echo(f"Certificates: {foreseen.certificates}, of which {foreseen.ends} answer 410 afterwards.")
    if foreseen.files:
        click.echo(f"Left to whoever keeps the storage: {foreseen.files} PDF files.")
    if foreseen.server_badges:
        click.echo(f"Left to whoever runs the badge server: {foreseen.server_badges} badges.")
    click.echo(NO_UNDO)


def _list(counts: dict[str, int]) -> None:
    for name, number in counts.items():
        click.echo(f"  {SAID[name]}: {number}")


def _say_again(*, as_json: bool) -> None:
    if as_json:
        show_json({"erased_before": True})
    else:
        click.echo("The learner was erased before: there is nothing left to do.")


def _ask() -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask on: say --yes.")
    if not click.confirm("Erase the learner for good?"):
        refuse("Nothing was changed.")
