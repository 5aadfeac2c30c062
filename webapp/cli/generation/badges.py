"""certdesk badges: the keys that badges are signed with."""

import click

from webapp import clock
from webapp.cli.program import current_settings, machine, with_app
from webapp.models.base import unit_of_work
from webapp.services.badges import keys


@click.group("badges")
def group() -> None:
    """Sign badges with another key. Everything here is audited."""


@group.command("rotate-key")
@with_app
def rotate_key() -> None:
    """Make a new signing key and print its id; the former ones stay published, and what they signed verifies."""
    secret = current_settings().require_secret_key()
    with unit_of_work() as session:
        done = keys.rotate(session, machine(), secret=secret, now=clock.now())
    click.echo(f"Badges are signed with the key {done.kid} from now on.")
    if done.former is not None:
        click.echo(f"{done.former} stays published; {done.published} keys are.")
