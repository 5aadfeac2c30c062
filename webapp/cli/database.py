"""certdesk db: migrate the database, and say whether it is as this version needs it."""

import click
from flask import current_app

from webapp.cli import migrations
from webapp.cli.program import refuse, with_app
from webapp.models.base import db
from webapp.services.installation import schema


@click.group("db")
def group() -> None:
    """Migrate the database and check its schema."""


@group.command()
@with_app
def upgrade() -> None:
    """Bring the database to this version's schema; safe to run again."""
    before = schema.current_revision(db.session())
    db.session.close()
    migrations.upgrade(current_app._get_current_object())  # type: ignore[attr-defined]  # the application behind Flask's proxy
    after = schema.current_revision(db.session())
    click.echo(
        f"The database is at {after} already."
        if before == after
        else f"Migrated from {before or 'nothing'} to {after}."
    )


@group.command()
@with_app
def check() -> None:
    """Say whether every migration was applied and the tables match the models; exit code 1 where not."""
    current, head = schema.current_revision(db.session()), schema.head_revision()
    if current != head:
        refuse(f"The database is at {current or 'nothing'}, this version needs {head}. Run: certdesk db upgrade")
    problems = migrations.differences(db.session()) + schema.missing_triggers(db.session())
    if problems:
        refuse("The database differs from the models:\n" + "\n".join(problems))
    click.echo(f"The database is at {head} and matches the models.")
