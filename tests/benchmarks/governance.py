"""How long does it take to read what is live, and to propose, approve and apply a change?"""

import argparse
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.benchmarks.sides import fresh_database
from tests.databases import migrate
from tests.factories.accounts import make_account
from tests.factories.governance import REASON
from tests.fakes import FakeAttempts
from webapp import clock, create_app
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.actors import Actor
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.models.base import db, unit_of_work
from webapp.ports import Ports
from webapp.services.configs.current import Current
from webapp.services.governance import changes, decisions
from webapp.services.governance.terms import Terms, Wish
from webapp.settings import Settings

READS = 200_000
CHANGES = 40
"""Changes of each kind in one repetition."""
BASE_URL = "http://desk.test"


def main(options: argparse.Namespace) -> None:
    """Fill a ledger, read from it, change it, and print what each took."""
    with tempfile.TemporaryDirectory() as name:
        url = fresh_database(options.database, "certdesk_bench_governance", Path(name) / "bench.sqlite3")
        migrate(url)
        app = create_app(
            Settings(database_url=url, secret_key="not-a-secret-of-anyone", base_url=BASE_URL), Ports(FakeAttempts())
        )
        with app.app_context():
            staff = _fill(options.size)
            reads = [_read(app.extensions["current"]) for _ in range(options.reps)]
            figures: dict[str, list[float]] = {}
            for rep in range(options.reps):
                for number in range(CHANGES):
                    _change(figures, staff, rep * CHANGES + number)
            db.session.remove()
            db.engine.dispose()
    _print(reads, figures, options)


def _fill(size: int) -> list[Account]:
    """Make as many accounts with a role, each with its version in the ledger, and three who act."""
    with unit_of_work() as session:
        for number in range(size):
            make_account(session, f"viewer{number}", Role.VIEWER)
        staff = [make_account(session, "eva", Role.EDITOR)]
        staff += [make_account(session, name, Role.APPROVER) for name in ("amir", "alice")]
    with Session(db.engine) as session, session.begin():
        session.execute(text("ANALYZE"))
    return staff


def _read(current: Current) -> float:
    """Give the microseconds that one read takes, the looks at the database among them."""
    begun = time.perf_counter()
    for _ in range(READS):
        current.value(Kind.HTML_VIEW)
    return (time.perf_counter() - begun) / READS * 1e6


def _change(figures: dict[str, list[float]], staff: list[Account], number: int) -> None:
    editor, first, second = staff
    payloads: dict[str, Any] = {
        "crawlers": {"enabled": True, "known_user_agents": [f"Robot{number}"]},
        "html-view": {"enabled": True, "configuration": {"default": {"platform_name": f"University {number}"}}},
    }
    for kind, payload in payloads.items():
        wish = Wish(kind, "-", payload, REASON)
        with _timed(figures, f"{kind}: propose") as session:
            change = changes.propose_change(session, _terms(editor), wish)
        for what, who in (("approve, the first of two", first), ("approve and apply", second)):
            with _timed(figures, f"{kind}: {what}") as session:
                decisions.approve(session, _terms(who), change.id)


def _terms(account: Account) -> Terms:
    actor = Actor(account.username, account.id, request_id="bench")
    return Terms(actor, clock.now(), BASE_URL, render_certificate, {"crawlers": 2, "html-view": 2})


@contextmanager
def _timed(figures: dict[str, list[float]], name: str) -> Iterator[Session]:
    """Note how long a transaction takes, its beginning and its commit among it."""
    begun = time.perf_counter()
    with unit_of_work() as session:
        yield session
    figures.setdefault(name, []).append((time.perf_counter() - begun) * 1000)


def _print(reads: list[float], figures: dict[str, list[float]], options: argparse.Namespace) -> None:
    print(f"\n{options.database}, {options.size:,} versions in the ledger to begin with, {options.reps} repetitions of "
          f"{READS:,} reads and {CHANGES} changes, Python {platform.python_version()}\n")  # fmt: skip
    print(f"One read of what is live: {statistics.median(reads):.2f} µs (fastest {min(reads):.2f})\n")
    print("| one transaction | median ms | 95 % within | longest |")
    print("|---|---|---|---|")
    for name, took in figures.items():
        took = sorted(took)
        print(f"| {name} | {statistics.median(took):.1f} | {took[int(len(took) * 0.95)]:.1f} | {took[-1]:.1f} |")
    print("\n" + json.dumps({"read_us": reads, "median_ms": {n: statistics.median(t) for n, t in figures.items()}}))
