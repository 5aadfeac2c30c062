"""certdesk db: migrate the database, say whether it is as this version needs it, and copy it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask import current_app

from webapp.cli import migrations
from webapp.cli.program import printable, refuse, with_app
from webapp.models.base import db
from webapp.services.installation import schema


@click.group("db")
def group() -> None:
    """Migrate the database, check its schema, and back it up."""


@group.command()
@with_app
def upgrade() -> None:
    """Bring the database to this version's schema; safe to run again."""
    done = migrations.upgrade(current_app._get_current_object())  # type: ignore[attr-defined]  # the application behind Flask's proxy
    click.echo(
        f"The database is at {done.after} already."
        if done.before == done.after
        else f"Migrated from {done.before or 'nothing'} to {done.after}."
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


@group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_app
def backup(file: Path) -> None:
    """Copy the embedded database into FILE, which must not be there yet, while the service goes on (PostgreSQL: pg_dump).

    What is copied is the database at one moment, checked; a run that is cut off leaves no FILE.
    """
    if db.engine.dialect.name != "sqlite":
        refuse("This is no SQLite database. Back it up with: pg_dump --format=custom (docs/operations.md)")
    if file.exists():
        refuse(f"{printable(str(file))} is there already; backups are never overwritten.")
    source = Path(db.engine.url.database or "")
    if not source.is_file() or schema.current_revision(db.session()) is None:
        refuse(printable(f"There is no database of Certdesk in {source.absolute()}: is it the right folder?"))
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        _copy(source, unfinished)
    except (sqlite3.Error, OSError) as problem:
        unfinished.unlink(missing_ok=True)
        refuse(printable(f"The backup failed: {problem}"))
    unfinished.rename(file)
    click.echo(printable(f"Copied into {file} ({file.stat().st_size:,} bytes)."))


def _copy(source: Path, target: Path) -> None:
    """Copy through SQLite, which goes on until it has seen all of one moment; raises sqlite3.Error, OSError."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
        here.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing left beside it
        (found,) = here.execute("PRAGMA quick_check").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
