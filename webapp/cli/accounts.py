"""certdesk accounts: local accounts and API tokens, made by whoever owns the machine."""

import getpass
import sys
from datetime import datetime

import click

from webapp import clock
from webapp.cli.program import machine, printable, show_json, show_table, with_app
from webapp.domain.identifiers import BIGGEST_ROW
from webapp.domain.roles import Role, Scope
from webapp.models.accounts import ApiToken
from webapp.models.base import db, unit_of_work
from webapp.services import accounts as service
from webapp.services import tokens as api_tokens
from webapp.services.sign_on import arrivals, second_factor

ROLE = click.Choice([role.value for role in Role])
TOKEN_HEADS = ("number", "name", "scopes", "made", "last_used", "ends", "revoked")
SCOPE = click.Choice([scope.value for scope in Scope])


@click.group("accounts")
def group() -> None:
    """Make local accounts and API tokens. Everything here is audited."""


@group.command()
@click.argument("name")
@click.option("--email", default="", help="Where mail goes; not needed to sign in.")
@click.option("--role", "roles", multiple=True, type=ROLE, help="What the account may do; may be given again.")
@click.option("--learner", metavar="USERNAME", help="The learner whose certificates the account may see as its own.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_app
def create(name: str, email: str, roles: tuple[str, ...], learner: str | None, password_stdin: bool) -> None:
    """Make the local account NAME; asks for its password on a terminal."""
    password = _password(password_stdin)
    wanted = [Role(role) for role in roles]
    with unit_of_work() as session:
        service.create_account(
            session, machine(), name, now=clock.now(), email=email, roles=wanted, learner=learner, password=password
        )
    click.echo(f"Made the account {name} with {', '.join(roles) or 'no role'}.")


@group.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=ROLE, help="A role to add; may be given again.")
@with_app
def grant(name: str, roles: tuple[str, ...]) -> None:
    """Give the account NAME more roles."""
    with unit_of_work() as session:
        account = service.grant(session, machine(), name, [Role(role) for role in roles], now=clock.now())
        click.echo(f"{account.username} now has {', '.join(account.roles)}.")


@group.command()
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_app
def password(name: str, password_stdin: bool) -> None:
    """Give the account NAME a new password and end its sessions."""
    new = _password(password_stdin)
    if new is None:
        raise click.UsageError("There is no terminal to ask on: give the password with --password-stdin.")
    with unit_of_work() as session:
        service.set_password(session, machine(), name, new, now=clock.now())
    click.echo(f"{name} has a new password and is signed out everywhere.")


@group.command()
@click.argument("name")
@click.option("--name", "label", required=True, help="What the token is for; shown in lists.")
@click.option("--scope", "scopes", multiple=True, type=SCOPE, help="What it may be used for; may be given again.")
@click.option("--days", type=click.IntRange(1, 3650), help="After how many days it ends; never when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@with_app
def token(name: str, label: str, scopes: tuple[str, ...], days: int | None, as_json: bool) -> None:
    """Make an API token for the account NAME and print it, once: it is kept nowhere."""
    wanted = [Scope(scope) for scope in scopes]
    with unit_of_work() as session:
        text = service.create_token(
            session, machine(), name, name=label, scopes=wanted, secret=clock.new_secret(), now=clock.now(), days=days
        )
    if as_json:
        show_json({"token": text, "name": label, "scopes": list(scopes)})
    else:
        click.echo(text)


@group.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@with_app
def tokens(name: str, as_json: bool) -> None:
    """List the API tokens of the account NAME, with when each was last used; those that were revoked come last."""
    account = service.get_account(db.session(), name)
    found = api_tokens.list_of(db.session(), account.id)
    if not as_json:
        show_table(TOKEN_HEADS, (_line_of(one) for one in found))
        return
    for one in found:
        times = [at.isoformat() if at else None for at in _times_of(one)]
        show_json(dict(zip(TOKEN_HEADS, [one.id, one.name, one.scopes, *times], strict=True)))


@group.command("revoke-token")
@click.argument("name")
@click.argument("number", type=click.IntRange(1, BIGGEST_ROW))
@with_app
def revoke_token(name: str, number: int) -> None:
    """Revoke the API token NUMBER of the account NAME, at once and for good; `tokens` lists the numbers."""
    with unit_of_work() as session:
        account = service.get_account(session, name)
        token = api_tokens.revoke(session, machine(), account, number, now=clock.now())
        click.echo(printable(f"The token {token.name} of {account.username} is revoked."))


@group.command()
@click.argument("name")
@click.option("--issuer", required=True, help="The issuer of identities, letter for letter as its tokens name it.")
@click.option(
    "--subject", required=True, help="Who the person is there: the `sub` of a provider, a third party's `userid`."
)
@with_app
def link(name: str, issuer: str, subject: str) -> None:
    """Let whoever is SUBJECT at ISSUER sign in to the account NAME, with the roles that it has."""
    with unit_of_work() as session:
        arrivals.link(session, machine(), name, issuer=issuer, subject=subject, now=clock.now())
    click.echo(f"{name} is signed in to by {subject} of {issuer}.")


@group.command("reset-second-factor")
@click.argument("name")
@with_app
def reset_second_factor(name: str) -> None:
    """Let the account NAME sign in by its password alone: its app and its recovery codes are lost."""
    with unit_of_work() as session:
        second_factor.reset(session, machine(), name, now=clock.now())
    click.echo(f"{name} signs in by the password alone, until a new second factor is set up.")


def _line_of(token: ApiToken) -> list[object]:
    times = [f"{at:%Y-%m-%d %H:%M} UTC" if at else "" for at in _times_of(token)]
    return [token.id, printable(token.name), ", ".join(token.scopes), *times]


def _times_of(token: ApiToken) -> list[datetime | None]:
    return [token.created_at, token.last_used_at, token.expires_at, token.revoked_at]


def _password(from_stdin: bool) -> str | None:
    """Read a password; None where nobody can be asked, so that the account signs in elsewhere or not yet."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        return None
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise click.UsageError("The two passwords differ.")
    return first
