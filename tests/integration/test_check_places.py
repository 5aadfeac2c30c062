"""Is it tried where files and traces go, and as whom is migrated, and does nothing come of the look itself?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from tests.databases import Database, SqliteDatabase
from tests.fakes import FakeAttempts
from tests.servers import HOST, free_port
from tests.xqueue_wire import Received, Reply, Server
from webapp.adapters.metering.late import LateCollector
from webapp.adapters.tracking import TrackingFile
from webapp.app import create_app
from webapp.ports import Ports
from webapp.services.installation import owner
from webapp.services.installation.check import check
from webapp.settings import Settings


def said_of(subject: str, settings: Settings, session: Session, **ports: object) -> tuple[bool, str] | None:
    """Give what is found of one subject; None where nothing is said of it."""
    findings = check(settings, session, Ports(attempts=FakeAttempts(), **ports))  # type: ignore[arg-type]  # any of them
    return next(((one.ok, one.text) for one in findings if one.subject == subject), None)


class TestGivenATrackingFile:
    @pytest.mark.parametrize("path", ["there.log", "not-there.log", "no/such/folder/tracking.log"])
    def test_one_that_can_be_written_is_good_and_not_made(
        self, session: Session, settings: Settings, tmp_path: Path, path: str
    ) -> None:
        (tmp_path / "there.log").write_text('{"name":"first"}\n')
        before = sorted(tmp_path.rglob("*"))

        said = said_of("CERTDESK_TRACKING", settings, session, tracking=TrackingFile(str(tmp_path / path)))

        assert said == (True, "can be written")
        assert sorted(tmp_path.rglob("*")) == before
        assert (tmp_path / "there.log").read_text() == '{"name":"first"}\n'

    @pytest.mark.parametrize(
        ("path", "problem"),
        [(".", " is no file"), ("there.log/tracking.log", "there.log is no folder"), ("x" * 300, "File name too long")],
    )
    def test_one_that_cannot_be_is_told(
        self, session: Session, settings: Settings, tmp_path: Path, path: str, problem: str
    ) -> None:
        (tmp_path / "there.log").touch()

        said = said_of("CERTDESK_TRACKING", settings, session, tracking=TrackingFile(str(tmp_path / path)))

        assert said is not None
        assert (said[0], said[1].startswith("cannot be written: "), said[1].endswith(problem)) == (False, True, True)

    def test_of_none_nothing_is_said(self, session: Session, settings: Settings) -> None:
        assert said_of("CERTDESK_TRACKING", replace(settings, tracking=None), session) is None

    def test_of_a_topic_the_brokers_are_asked(self, session: Session, settings: Settings) -> None:
        named = replace(settings, tracking="kafka:tracking", kafka_bootstrap_servers="127.0.0.1:1")

        said = said_of("CERTDESK_TRACKING", named, session, tracking=create_app(named).extensions["ports"].tracking)

        assert said is not None
        assert (said[0], "Connection refused" in said[1]) == (False, True)


@pytest.fixture
def taken() -> list[Received]:
    """What a collector was sent."""
    return []


@pytest.fixture(params=[Reply(""), Reply("", 503), Reply("", 404)], ids=lambda reply: str(reply.status))
def answering(request: pytest.FixtureRequest, taken: list[Received]) -> Iterator[tuple[str, int]]:
    """A collector that always answers the same: its address, and the status."""

    def take(received: Received) -> Reply:
        taken.append(received)
        reply: Reply = request.param
        return reply

    server = Server(take, 0)
    try:
        yield server.url, request.param.status
    finally:
        server.stop()


@pytest.mark.any_database
class TestGivenACollectorOfTraces:
    def test_it_is_sent_no_trace_and_has_to_take_that(
        self, session: Session, settings: Settings, answering: tuple[str, int], taken: list[Received]
    ) -> None:
        url, status = answering

        said = said_of("CERTDESK_OTLP_URL", settings, session, collector=LateCollector(url))

        good = (True, "answers, and takes traces")
        assert said == (good if status == 200 else (False, f"nothing at {url}/v1/traces takes traces"))
        assert {(one.path, one.body) for one in taken} == {("/v1/traces", b"")}

    def test_one_that_is_away_is_told(self, session: Session, settings: Settings) -> None:
        named = replace(settings, otlp_url=f"http://{HOST}:{free_port()}")

        said = said_of("CERTDESK_OTLP_URL", named, session, collector=create_app(named).extensions["ports"].collector)

        assert said == (False, f"nothing at {named.otlp_url}/v1/traces takes traces")

    def test_of_none_nothing_is_said(self, session: Session, settings: Settings) -> None:
        assert create_app(settings).extensions["ports"].collector is None
        assert said_of("CERTDESK_OTLP_URL", settings, session) is None


class TestGivenARoleThatMigrates:
    """On PostgreSQL with rights of its own: tests/acceptance/program/test_two_roles.py."""

    SUBJECT = "CERTDESK_MIGRATION_URL"

    def test_of_none_nothing_is_said(self, session: Session, settings: Settings) -> None:
        assert said_of(self.SUBJECT, settings, session) is None

    def test_one_that_owns_what_we_serve_is_good(self, session: Session, settings: Settings) -> None:
        named = replace(settings, migration_url=settings.database_url)

        assert said_of(self.SUBJECT, named, session) == (True, "answers, and may migrate")

    def test_one_of_another_database_is_told(self, session: Session, settings: Settings, database: Database) -> None:
        others = "sqlite:////nowhere/other.sqlite3"
        if not isinstance(database, SqliteDatabase):
            others = make_url(database.url).set(database="postgres").render_as_string(hide_password=False)

        for address in (others, "sqlite:////nowhere/third.sqlite3"):
            assert said_of(self.SUBJECT, replace(settings, migration_url=address), session) == (False, owner.OTHER)

    def test_one_that_cannot_come_in_is_told(self, session: Session, settings: Settings, database: Database) -> None:
        if isinstance(database, SqliteDatabase):
            pytest.skip("whoever can read the file can come in")
        away = make_url(database.url).set(port=1).render_as_string(hide_password=False)

        said = said_of(self.SUBJECT, replace(settings, migration_url=away), session)

        assert said is not None
        assert (said[0], said[1].startswith("cannot be reached: ")) == (False, True)
