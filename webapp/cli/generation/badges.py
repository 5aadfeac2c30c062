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
@click.option(
    "--secret-changed",
    is_flag=True,
    help="CERTDESK_SECRET_KEY is another one since the key in use was made, here and for the service.",
)
@with_app
def rotate_key(*, secret_changed: bool) -> None:
    """Make a new signing key and print its id; the former ones stay published, and what they signed verifies.

    Nothing is done where CERTDESK_SECRET_KEY does not open the key in use: the service could not open the new one either.
    """
    settings = current_settings()
    secret = settings.require_secret_key()
    with unit_of_work() as session:
        former = None if secret_changed else keys.find_current(session)
        if former is not None:
            keys.signer_of(former, base_url=settings.base_url, secret=secret)
        done = keys.rotate(session, machine(), secret=secret, now=clock.now())
    click.echo(f"Badges are signed with the key {done.kid} from now on.")
    if done.former is not None:
        click.echo(f"{done.former} stays published; {done.published} keys are.")
