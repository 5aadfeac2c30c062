"""How is the service run: web workers, the thread of scheduled jobs, and the demonstration?"""

import os
import secrets
import sys
from pathlib import Path

import click
import flask_migrate
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from webapp import clock
from webapp.app import create_app
from webapp.cli.program import refuse, with_app
from webapp.models.base import db, unit_of_work
from webapp.services import check, schema
from webapp.services import demo as demo_data
from webapp.settings import PREFIX, Settings
from webapp.tasks.schedule import Scheduler

THREADS = 8
KILL_AFTER_S = 25
SECRET_FILE = Path("var/secret_key")

_address = click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST", help="Where to listen.")
_port = click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="PORT",
    type=click.IntRange(1, 65535),
    help="At which port to listen.",
)
_workers = click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer requests, eight threads each.",
)


@click.command()
@_address
@_port
@_workers
def serve(host: str, port: int, workers: int) -> None:
    """Run the production server; SIGTERM or Ctrl-C lets it finish what it has, then stops it."""
    settings = Settings.from_env()
    settings.require_secret_key()
    app = create_app(settings)
    with app.app_context():
        if not schema.at_head(db.session()):
            refuse("The database is not at this version's schema. Run: certdesk db upgrade")
        db.session.remove()
        db.engine.dispose()
    _run(host, port, workers)


@click.command("check-config")
def check_config() -> None:
    """Read every setting and try what they name: says what is wrong, exit code 1 where anything is."""
    settings = Settings.from_env()
    app = create_app(settings)
    with app.app_context():
        findings = check.check(settings, db.session(), app.extensions["ports"])
    for finding in findings:
        click.echo(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.subject}: {finding.text}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@click.group()
def demo() -> None:
    """Demonstration data: made-up learners, courses and certificates that tell stories."""


@demo.command()
@with_app
def load() -> None:
    """Load the demonstration data; refused where there are learners already."""
    with unit_of_work() as session:
        people = demo_data.load(session, now=clock.now())
    _introduce(people)


@demo.command("serve")
@_address
@_port
@_workers
def demo_serve(host: str, port: int, workers: int) -> None:
    """Migrate, load the demonstration data into a new database, and serve: what `make run` does."""
    os.environ.setdefault(f"{PREFIX}SECRET_KEY", _own_secret())
    os.environ.setdefault(f"{PREFIX}BASE_URL", f"http://{host}:{port}")
    app = create_app()
    with app.app_context():
        flask_migrate.upgrade()
        people = demo_data.list_people()
        with unit_of_work() as session:
            if demo_data.is_empty(session):
                people = demo_data.load(session, now=clock.now())
        _introduce(people)
        db.engine.dispose()
    _run(host, port, workers)


def _run(host: str, port: int, workers: int) -> None:
    """Serve until told to stop. Each worker makes its own application; the scheduler has one in this process."""
    server = Granian(
        "webapp.app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_S,
    )
    scheduler = Scheduler(create_app())
    server.on_startup(scheduler.start)
    server.on_shutdown(scheduler.stop)
    click.echo(f"Certdesk is at http://{host}:{port} (Ctrl-C stops it)")
    server.serve()
    click.echo("Stopped.")


def _own_secret() -> str:
    """The key that `make run` makes once and keeps for itself."""
    if not SECRET_FILE.exists():
        SECRET_FILE.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return SECRET_FILE.read_text().strip()


def _introduce(people: list[demo_data.Person]) -> None:
    click.echo("Demonstration sign-ins:")
    for person in people:
        click.echo(f"  {person.role:<10}  {person.name:<10}  {person.password}")
