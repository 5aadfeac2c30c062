"""Fixtures that every floor of the tests shares."""

import gc
import os
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest
from coverage import Coverage
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import settings as examples
from sqlalchemy.orm import Session

from tests.databases import KINDS, Database, Databases
from tests.fakes import FakeAttempts
from tests.order import spread
from tests.visitors import Visitor
from webapp import create_app
from webapp.adapters.caches.process import ProcessCache
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders in it that are its user's alone
UNITS, FLOORS = (Path(__file__).with_name(name) for name in ("unit", "integration"))
ROWS_TRACED = 3
IS_TRACED = pytest.StashKey[bool]()
ENOUGH_BYTES = 2 * 1024**3

examples.register_profile("check", max_examples=40, deadline=None, derandomize=True, database=None)
examples.register_profile("deep", max_examples=2_000, deadline=None)  # pytest --hypothesis-profile=deep
examples.load_profile("check")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_nobody() -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("CERTDESK_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where tests that need a database of their own get one."""
    with closing(Databases(tmp_path_factory.mktemp("databases"))) as databases:
        yield databases


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Have half as many processes again as there are processors, where nobody says how many: a test that starts servers waits."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return here * 3 // 2


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what every test needs: to walk through it again and again took a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    """Keep files in memory where there is room for them: each commit to a disk waits for it, and no test pulls a plug."""
    if config.option.basetemp is None and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(trylast=True)  # once pytest has put together what shares a database
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the tests that wait among the others, and choose what is measured.

    Measured are the units, and on the floors the first rows of each table, on SQLite alone. Tracing doubles the time,
    and the other rows and PostgreSQL go through the same lines again, as do the conventions, browsers, whole programs
    and what is marked as long. What is measured so is less than what is covered, never more.
    """
    items[:] = spread(items)
    rows: Counter[str] = Counter()
    for item in items:
        table = item.nodeid.partition("[")[0]
        is_row = item.path.is_relative_to(FLOORS) and not _on_postgresql(item) and not item.get_closest_marker("long")
        rows[table] += is_row
        item.stash[IS_TRACED] = item.path.is_relative_to(UNITS) or (is_row and rows[table] <= ROWS_TRACED)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure what was chosen to be."""
    if item.stash[IS_TRACED]:
        return (yield)
    stopped = []
    while measuring := Coverage.current():  # in a worker of xdist it was started twice, and stopped once it goes on
        measuring.stop()
        stopped.append(measuring)
    try:
        return (yield)
    finally:
        for measuring in reversed(stopped):
            measuring.start()


def _on_postgresql(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "postgresql" in getattr(item, "callspec", _NoParams).params.values()


class _NoParams:
    params: ClassVar[dict[str, object]] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses the database on each kind of it, and on the first alone where the mark says that any will do."""
    if "database" in metafunc.fixturenames:
        any_will_do = metafunc.definition.get_closest_marker("any_database")
        metafunc.parametrize("database", KINDS[:1] if any_will_do else KINDS, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Database]:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    with databases.own(request.param) as database:
        yield database


@pytest.fixture(scope="session")
def settings(database: Database) -> Settings:
    """The settings that tests run with."""
    return Settings(database_url=database.url, secret_key="not-a-secret-of-anyone", base_url="http://desk.test")


@pytest.fixture(scope="session")
def shared_app(settings: Settings) -> Flask:
    """One application for all tests: to make it takes longer than most of them."""
    app = create_app(settings, Ports(attempts=FakeAttempts(), cache=ProcessCache(), pages=ProcessCache()))
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def app(shared_app: Flask, database: Database, settings: Settings) -> Iterator[Flask]:
    """The application over an empty database, with nobody's attempts counted and the settings as they were."""
    database.empty(shared_app)
    shared_app.extensions["settings"] = settings
    shared_app.extensions["ports"] = Ports(attempts=FakeAttempts(), cache=ProcessCache(), pages=ProcessCache())
    shared_app.extensions["overflow"].__init__()
    shared_app.extensions["current"].forget()
    shared_app.extensions["status_lists"].forget()
    yield shared_app
    with shared_app.app_context():
        db.session.remove()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session whose commits are real."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:  # outside the context, which requests would share
        yield session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A machine that talks to the application."""
    return app.test_client()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A person with a browser: every page fetched is checked for what every page must have."""
    return Visitor(app)


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """A person with a terminal."""
    return app.test_cli_runner()


@pytest.fixture
def data() -> Path:
    """Where recorded input lies."""
    return Path(__file__).parent / "data"
