"""certdesk cache: what all processes keep ready in common, and how it is emptied."""

from dataclasses import asdict

import click
from flask import current_app

from webapp import clock
from webapp.cli.program import machine, show_json, show_table, with_app
from webapp.models.base import db, unit_of_work
from webapp.ports import Ports
from webapp.ports.caches import Cache
from webapp.services.caching import kept

HEADS = ("name", "entries", "hits", "misses", "bytes", "oldest_s")


@click.group("cache")
def group() -> None:
    """What is kept ready of the configuration. A change needs no emptying: answers are kept under the ledger's state."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
@with_app
def show(as_json: bool) -> None:
    """Show what Redis keeps for all processes; what each process keeps for itself is on its page, /admin/cache/."""
    rows = [asdict(one) for one in _cache().numbers()] if _cache().shared else []
    if as_json:
        for row in rows:
            show_json(row)
        return
    if rows:
        show_table(HEADS, [[row[name] for name in HEADS] for row in rows])
    elif _cache().shared:
        click.echo("Redis keeps nothing, or cannot be reached (certdesk check-config tries it).")
    else:
        click.echo("Each process keeps its own: CERTDESK_REDIS_URL is not set. Their page is /admin/cache/.")
    emptied = kept.last_emptied(db.session())
    at = f"{emptied.at:%Y-%m-%d %H:%M:%S} UTC " if emptied and emptied.at else ""
    click.echo(f"Last emptied: {f'{at}by {emptied.by}' if emptied else 'never'}.")


@group.command()
@with_app
def empty() -> None:
    """Have every process forget what it keeps of the configuration."""
    with unit_of_work() as session:
        kept.empty(session, machine(), now=clock.now())
    _cache().empty()
    click.echo("Emptied: what was kept before is never answered with again, in no process.")


def _cache() -> Cache:
    ports: Ports = current_app.extensions["ports"]
    return ports.cache
