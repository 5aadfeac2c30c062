"""Which commands run the service: the server, Celery's worker and beat, one send, and the demonstration?"""

import errno
import os
import secrets
import socket
import sys
from pathlib import Path

import click
from flask import Flask, current_app

from webapp import clock
from webapp.adapters.certificate_page import render_certificate
from webapp.app import create_app
from webapp.cli import migrations
from webapp.cli.program import current_settings, printable, refuse, with_app
from webapp.models.base import db, unit_of_work
from webapp.services import demo as demo_data
from webapp.services.following.moves import switches_of
from webapp.services.installation import check, schema
from webapp.services.messages import standing
from webapp.serving import address_of, run
from webapp.settings import PREFIX, Settings
from webapp.tasks.outbox import send_due

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
_log_level = click.option(
    "--loglevel",
    "log_level",
    default="warning",
    show_default=True,
    type=click.Choice(("debug", "info", "warning", "error"), case_sensitive=False),
    help="How much Celery itself tells; what becomes of jobs is told always.",
)


@click.command()
@_address
@_port
@_workers
def serve(host: str, port: int, workers: int) -> None:
    """Run the production server; SIGTERM has it say that it drains, finish what it has and stop, Ctrl-C the same at once."""
    settings = Settings.from_env()
    settings.require_secret_key()
    _require_schema(settings)
    _require_port(host, port)
    run(settings, host, port, workers)


@click.command("worker")
@click.option(
    "--concurrency",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that run jobs, one each at a time.",
)
@_log_level
def work(concurrency: int, log_level: str) -> None:
    """Run a Celery worker for the jobs; SIGTERM or Ctrl-C lets it finish what it has, for 20 seconds, then stops it."""
    from webapp.worker import create_worker, run_worker  # Celery would cost every other command 0.2 s

    settings = _broker_settings()
    celery = create_worker(settings)
    click.echo(f"Certdesk's worker looks for jobs in {settings.broker_queue} (Ctrl-C stops it)")
    code = run_worker(celery, concurrency=concurrency, log_level=log_level)
    click.echo("Stopped.")
    sys.exit(code)


@click.command()
@_log_level
def beat(log_level: str) -> None:
    """Run Celery's beat, which asks the workers for each job when its time has come; SIGTERM or Ctrl-C stops it."""
    from webapp.worker import create_worker, run_beat  # as above

    settings = _broker_settings()
    celery = create_worker(settings)
    click.echo(f"Certdesk's beat asks for jobs in {settings.broker_queue} (Ctrl-C stops it)")
    run_beat(celery, log_level=log_level)
    click.echo("Stopped.")


@click.command("check-config")
@with_app
def check_config() -> None:
    """Read every setting and try what they name, changing nothing: says what is wrong, exit code 1 where anything is."""
    findings = check.check(current_settings(), db.session(), current_app.extensions["ports"])
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
        people = demo_data.load(session, _installation(), now=clock.now())
    _introduce(people)


@demo.command("serve")
@_address
@_port
@_workers
def demo_serve(host: str, port: int, workers: int) -> None:
    """Migrate, load the demonstration data into a new database, and serve: what `make run` does."""
    _set_if_missing("SECRET_KEY", _own_secret())
    _set_if_missing("BASE_URL", address_of(host, port))
    settings = Settings.from_env()
    _require_port(host, port)
    _introduce(prepare_demo(create_app(settings)))
    run(settings, host, port, workers)


def prepare_demo(app: Flask) -> list[demo_data.Person]:
    """Migrate, load the demonstration data into a new database, and give who can sign in.

    Nothing is under way any more when it returns: a thread that asks SQLite something just when a worker is forked
    leaves the worker a lock that nobody opens, and each of its requests waits for ever.
    """
    with app.app_context():
        migrations.upgrade(app)
        people = demo_data.list_people()
        with unit_of_work() as session:
            if demo_data.is_empty(session):
                people = demo_data.load(session, _installation(), now=clock.now())
        app.extensions["ports"].courier.finish()
        db.session.remove()
        db.engine.dispose()
    return people


@click.group()
def outbox() -> None:
    """What leaves once it is committed: jobs for XQueue, scheduled judgements, tracking events, mails."""


@outbox.command()
@with_app
def send() -> None:
    """Send whatever is due, once, in this process; exit code 1 where something was refused or could not be sent."""
    began, first = clock.now(), standing.first_waiting(db.session())
    db.session.rollback()  # what was read before must not stay open for as long as this takes
    if first is None:
        click.echo("Nothing waits.")
        return
    send_due(current_app._get_current_object())  # type: ignore[attr-defined]  # the application behind Flask's proxy
    found = standing.stand_since(db.session(), began, first=first)
    refused, waiting = (sum(group.number for group in groups) for groups in (found.refused, found.waiting))
    click.echo(f"{found.sent} sent, {refused} refused, {waiting} waiting.")
    for group in found.refused:
        click.echo(printable(f"{group.channel}: {group.number} refused: {group.problem}"))
    for group in found.waiting:
        due = f"next try {group.next_try_at:%Y-%m-%d %H:%M:%S} UTC"
        click.echo(printable(f"{group.channel}: {group.number} waiting: {group.problem or 'not due yet'}; {due}"))
    sys.exit(0 if found.good else 1)


def _broker_settings() -> Settings:
    """Give settings with which jobs can be run in Celery, or refuse as `serve` does."""
    settings = Settings.from_env()
    settings.require_secret_key()
    settings.require_broker_url()
    _require_schema(settings)
    return settings


def _require_schema(settings: Settings) -> None:
    """Refuse where the database is not migrated; leaves no connection open that processes made later would share."""
    with create_app(settings).app_context():
        if not schema.serves(db.session()):
            refuse("The database is not at this version's schema. Run: certdesk db upgrade")
        db.session.remove()
        db.engine.dispose()


def _require_port(host: str, port: int) -> None:
    """Refuse where others listen: the server shares its port among its workers, and so with anybody who shares theirs.

    This tries without sharing. Connections that a server before left behind are no reason (SO_REUSEADDR).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # As the server does: at :: it listens for IPv4, too, where others may listen already.
    both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
    try:
        socket.create_server((host, port), family=family, dualstack_ipv6=both).close()
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            refuse(f"Port {port} of {host} is taken. Choose another: --port N, or make run PORT=N.")
        refuse(f"Nothing can listen at port {port} of {printable(host)}: {printable(str(problem))}")


def _set_if_missing(name: str, value: str) -> None:
    """Say a setting that nobody has said; an empty one is none (see Settings.from_env)."""
    os.environ[PREFIX + name] = os.environ.get(PREFIX + name) or value


def _own_secret() -> str:
    """The key that `make run` makes once and keeps for itself."""
    if not SECRET_FILE.exists():
        SECRET_FILE.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return SECRET_FILE.read_text().strip()


def _installation() -> demo_data.Installation:
    settings: Settings = current_app.extensions["settings"]
    return demo_data.Installation(settings.base_url, render_certificate, switches_of(settings))


def _introduce(people: list[demo_data.Person]) -> None:
    click.echo("Demonstration sign-ins:")
    for person in people:
        click.echo(f"  {person.role:<10}  {person.name:<10}  {person.password}")
