"""When do load balancers send requests here?"""

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import disk_usage

import pytest
from flask import Flask
from sqlalchemy import text

from tests.databases import Databases
from tests.fakes import FakeAttempts
from tests.servers import free_port
from webapp import create_app
from webapp.adapters.disk import Disk
from webapp.adapters.drain import Drain
from webapp.models.base import db
from webapp.ports import Ports
from webapp.settings import Settings

PROCESS = os.getpid()


def app_over(url: str) -> Flask:
    return create_app(Settings(database_url=url, secret_key="not-a-secret-of-anyone"), Ports(attempts=FakeAttempts()))


@pytest.fixture
def own_app(databases: Databases) -> Iterator[Flask]:
    """An application over a database that nobody else has."""
    with databases.own("sqlite") as database:
        app = app_over(database.url)
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def migrate_to(app: Flask, revision: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


class TestGivenAMigratedDatabase:
    def test_it_is_ready(self, own_app: Flask) -> None:
        answer = own_app.test_client().get("/readyz")

        assert (answer.status_code, answer.json) == (200, {"status": "ready", "database": "ok", "disk": "ok"})

    def test_an_older_schema_makes_it_wait_for_the_migration(self, own_app: Flask) -> None:
        migrate_to(own_app, "0001")

        answer = own_app.test_client().get("/readyz")

        assert (answer.status_code, answer.json) == (
            503,
            {"status": "unavailable", "database": "needs `certdesk db upgrade`"},
        )

    def test_a_newer_schema_leaves_it_ready_while_the_next_version_is_rolled_out(self, own_app: Flask) -> None:
        migrate_to(own_app, "9999")

        answer = own_app.test_client().get("/readyz")

        assert answer.status_code == 200


class TestGivenADiskThatIsFull:
    def test_it_is_alive_but_not_ready_and_says_what_has_no_room(self, own_app: Flask, tmp_path: Path) -> None:
        disk = Disk({"temporary files": Path("/proc"), "the tracking file": tmp_path}, least_bytes=0)
        own_app.extensions["ports"] = Ports(attempts=FakeAttempts(), disk=disk)
        roomy = own_app.test_client().get("/readyz")
        full = Disk({"the tracking file": tmp_path / "not" / "made"}, least_bytes=disk_usage(tmp_path).total + 1)
        own_app.extensions["ports"] = Ports(attempts=FakeAttempts(), disk=full)

        alive, ready = own_app.test_client().get("/healthz"), own_app.test_client().get("/readyz")

        assert (roomy.status_code, alive.status_code, ready.status_code) == (200, 200, 503)
        assert ready.json == {
            "status": "unavailable",
            "database": "ok",
            "disk": "too little room for the tracking file",
        }

    def test_a_service_of_our_own_looks_where_it_writes(self, databases: Databases, tmp_path: Path) -> None:
        with databases.own("sqlite") as database:
            settings = Settings(
                database_url=database.url, secret_key="not-a-secret-of-anyone", tracking=str(tmp_path / "t" / "t.log")
            )
            app = create_app(settings)

            answer = app.test_client().get("/readyz")

            with app.app_context():
                db.session.remove()
                db.engine.dispose()
        assert (answer.status_code, answer.json) == (200, {"status": "ready", "database": "ok", "disk": "ok"})


class TestGivenADatabaseThatIsAway:
    def test_it_is_alive_but_not_ready(self) -> None:
        client = app_over(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none").test_client()

        alive, ready = client.get("/healthz"), client.get("/readyz")

        assert alive.status_code == 200
        assert (ready.status_code, ready.json) == (503, {"status": "unavailable", "database": "cannot be reached"})


class TestGivenAServerThatWasToldToStop:
    @pytest.fixture
    def draining(self, own_app: Flask, tmp_path: Path) -> Flask:
        """The application of a worker whose server, another process, has begun to drain."""
        own_app.extensions["drain"] = Drain(tmp_path)
        Drain(tmp_path).begin()
        return own_app

    def test_it_is_alive_but_not_ready(self, draining: Flask) -> None:
        client = draining.test_client()

        alive, ready = client.get("/healthz"), client.get("/readyz")

        assert alive.status_code == 200
        assert (ready.status_code, ready.json) == (503, {"status": "draining"})


class TestGivenWhatAWorkerHasInHand:
    def test_it_counts_until_the_answer_is_out_whether_it_failed_or_not(self, tmp_path: Path) -> None:
        worker, server, seen = Drain(tmp_path), Drain(tmp_path), []

        def fails(_environ: object, _start: object) -> list[bytes]:
            seen.append(server.in_flight([PROCESS]))
            raise LookupError

        failing = worker.counting(fails)
        with pytest.raises(LookupError):
            failing({}, lambda *_: lambda _: None)
        answer = worker.counting(lambda _environ, _start: [b"x"])({}, lambda *_: lambda _: None)
        seen.append(server.in_flight([PROCESS]))
        list(answer)
        answer.close()  # type: ignore[attr-defined]  # it has one, as WSGI has it
        seen.append(server.in_flight([PROCESS, None, 1]))

        assert seen == [1, 1, 0]
