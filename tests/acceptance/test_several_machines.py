"""Do several servers, workers and consumers share the work of one installation, and does any of them that dies cost nothing?"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.acceptance.program.terminal import SECRET, certdesk
from tests.brokers import queue_on
from tests.databases import REDIS_URL, Databases
from tests.factories import events
from tests.factories.events import COURSE, ENROLLED, GRADE, message
from tests.kafka import MockKafka, kafka_with
from tests.programs import Program
from tests.servers import Server
from tests.waiting import wait_until
from webapp import clock
from webapp.domain.bus.incoming import Message
from webapp.domain.bus.lifecycle import TOPIC, Happening
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import Outbox

PLATFORM = "learning"
LEARNERS = 40
WAVES = 4
WITHIN_S = 120
"""A lease of a worker that was killed runs out after thirty seconds, a consumer is missed after ten."""
UNTIL_TOLD = ("events", "consume", "--deadline", "0")


@dataclass
class Installation:
    """Two machines, each with a server, a worker and a consumer, and the beat of one of them."""

    url: str
    settings: dict[str, str]
    folder: Path
    servers: list[Server] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)

    def start_server(self) -> Server:
        """Start one more server."""
        server = Server(self.url, self.folder / f"server-{len(self.servers)}.log", workers=1, settings=self.settings)
        self.servers.append(server)
        server.start()
        return server

    def start(self, *words: str) -> Program:
        """Start one more of what runs beside the servers."""
        settings = {"CERTDESK_DATABASE_URL": self.url, **self.settings}
        program = Program(words, settings, self.folder / f"{words[0]}-{len(self.programs)}")
        self.programs.append(program)
        program.start()
        return program

    def kill(self) -> None:
        """End all that still runs."""
        for server in self.servers:
            server.kill()
        for program in self.programs:
            program.kill()


@pytest.fixture
def kafka() -> Iterator[MockKafka]:
    """The event bus."""
    with kafka_with(PLATFORM, TOPIC) as kafka:
        yield kafka


@pytest.fixture
def installation(databases: Databases, kafka: MockKafka, tmp_path: Path) -> Iterator[Installation]:
    """PostgreSQL, Redis, RabbitMQ and the bus; nothing of ours runs yet."""
    with queue_on("RabbitMQ") as broker, databases.own("postgresql") as database:
        settings = {
            **broker.settings,
            "CERTDESK_REDIS_URL": REDIS_URL,
            "CERTDESK_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap,
            "CERTDESK_KAFKA_TOPICS": PLATFORM,
            "CERTDESK_DELAY_SECONDS": "0",
        }
        installation = Installation(database.url, settings, tmp_path)
        yield installation
        installation.kill()


@pytest.fixture
def engine(installation: Installation) -> Iterator[Engine]:
    """A way into the database beside everybody's."""
    engine = create_engine(installation.url, poolclass=NullPool)
    yield engine
    engine.dispose()


def wave(nth: int) -> list[Message]:
    """Give what the platform tells of a part of the learners, everything twice, as it does when it is unsure."""
    told = []
    for number in range(nth * LEARNERS // WAVES + 1, (nth + 1) * LEARNERS // WAVES + 1):
        enrolled = events.enrollment("honor", number=number, username=f"learner{number}", name=f"Learner {number}")
        for place, (kind, said) in enumerate(((ENROLLED, enrolled), (GRADE, events.grade(number=number)))):
            event_id = str(UUID(int=2 * number + place))
            told.append(message(kind, said, event_id=event_id, at=clock.now(), key=COURSE))
    return [*told, *told]


def issued(engine: Engine) -> int:
    """Give how many certificates may be seen."""
    with Session(engine) as session:
        rows = session.scalars(select(GeneratedCertificate.status)).all()
    return rows.count(Status.DOWNLOADABLE)


def waits(engine: Engine) -> int:
    """Give how much has not left yet."""
    with Session(engine) as session:
        return len(session.scalars(select(Outbox.id).where(Outbox.sent_at.is_(None))).all())


class TestGivenTwoMachines:
    def test_grades_become_certificates_while_one_process_after_another_is_killed(
        self, installation: Installation, engine: Engine, kafka: MockKafka
    ) -> None:
        servers = [installation.start_server() for _ in range(2)]
        workers = [installation.start("worker", "--concurrency", "1") for _ in range(2)]
        consumers = [installation.start(*UNTIL_TOLD) for _ in range(2)]
        installation.start("beat")

        kafka.put(PLATFORM, wave(0))
        wait_until(lambda: issued(engine) > 0, deadline_s=WITHIN_S)
        kafka.put(PLATFORM, wave(1))
        consumers[0].kill()
        kafka.put(PLATFORM, wave(2))
        workers[0].kill()
        servers[0].kill()
        kafka.put(PLATFORM, wave(3))
        installation.start(*UNTIL_TOLD)
        installation.start("worker", "--concurrency", "1")
        wait_until(lambda: issued(engine) == LEARNERS and waits(engine) == 0, deadline_s=WITHIN_S)

        left = {(one.header("ce_id"), one.header("ce_type")) for one in kafka.everything(TOPIC)}
        assert Counter(kind for _, kind in left) == {Happening.CREATED: LEARNERS, Happening.CHANGED: LEARNERS}
        assert servers[1].send("GET", "/readyz") == 200
        standing = certdesk(installation.folder, "events", "status", "--json", url=installation.url, settings=SECRET)
        told = json.loads(standing.stdout)
        taken = {(one["type"], one["outcome"]): one["number"] for one in told["counts"]}
        assert (taken[ENROLLED, "applied"], taken[GRADE, "applied"], told["dead_letters"]) == (LEARNERS, LEARNERS, 0)
        assert certdesk(installation.folder, "audit", "verify", url=installation.url, settings=SECRET).returncode == 0
