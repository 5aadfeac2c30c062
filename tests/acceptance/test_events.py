"""Does a grade that somebody puts on the bus become a certificate, and an event that tells of it, through real processes?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.databases import Database
from tests.factories import events
from tests.factories.events import COURSE, ENROLLED, GRADE, message
from tests.kafka import MockKafka, kafka_with
from tests.servers import Server
from tests.waiting import wait_until
from webapp import clock
from webapp.domain.bus.lifecycle import TOPIC, Happening
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate

PLATFORM = "learning"
LEFT = [Happening.CHANGED, Happening.CREATED]


@pytest.fixture
def kafka() -> Iterator[MockKafka]:
    """Brokers of the test's own."""
    with kafka_with(PLATFORM, TOPIC) as kafka:
        yield kafka


@pytest.fixture
def server(database: Database, kafka: MockKafka, tmp_path: Path, app: object) -> Iterator[Server]:
    """A server that takes events and tells of certificates, over an empty database."""
    settings = {"CERTDESK_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap, "CERTDESK_KAFKA_TOPICS": PLATFORM}
    server = Server(database.url, tmp_path / "server.log", settings=settings)
    server.start()
    yield server
    server.kill()


def statuses(database: Database) -> list[Status]:
    with Session(create_engine(database.url, poolclass=NullPool)) as session:
        return [*session.scalars(select(GeneratedCertificate.status))]


class TestGivenAGradeOnTheBus:
    def test_a_server_issues_it_by_the_clock_and_tells_of_it(
        self, database: Database, kafka: MockKafka, server: Server
    ) -> None:
        told = ((ENROLLED, events.enrollment("honor")), (GRADE, events.grade()))
        kafka.put(PLATFORM, [message(kind, said, at=clock.now(), key=COURSE) for kind, said in told])

        wait_until(lambda: statuses(database) == [Status.DOWNLOADABLE], deadline_s=90)

        happened = [one.header("ce_type") for one in kafka.messages(TOPIC, len(LEFT))]
        assert happened == LEFT
