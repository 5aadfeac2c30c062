"""Does what lies on the brokers come in, once each, whatever happens to brokers and consumers meanwhile?"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.factories import events
from tests.factories.events import COURSE, ENROLLED, GRADE, UNHEARD_OF, message
from tests.fakes import FakeAttempts, FakeCourier
from tests.integration.events.follower import Follower
from tests.kafka import MockKafka, Registry, a_registry
from webapp import clock
from webapp.adapters.kafka.bus import KafkaBus
from webapp.domain.bus.incoming import Message
from webapp.domain.bus.letters import Taken, Why
from webapp.kafka_server import KafkaServer
from webapp.ports import Ports
from webapp.tasks.events.consuming import consume

pytestmark = pytest.mark.any_database
TOPIC = "learning"


@pytest.fixture
def kafka() -> Iterator[MockKafka]:
    """Brokers of the test's own, with a topic of four partitions."""
    kafka = MockKafka()
    kafka.make_topic(TOPIC)
    yield kafka
    kafka.close()


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A schema registry of the test's own."""
    with a_registry() as registry:
        yield registry


def bus_of(kafka: MockKafka, registry: Registry | None = None) -> KafkaBus:
    server = KafkaServer(bootstrap=kafka.bootstrap, registry_url=registry.url if registry else None)
    return KafkaBus(server, [TOPIC], group="certdesk", begin="earliest")


def follow(
    follower: Follower, bus: KafkaBus, until: Callable[[Counter[Taken]], bool], *, longest_s: float = 40.0
) -> Counter[Taken]:
    """Follow the bus until enough has come."""
    follower.app.extensions["ports"] = Ports(FakeAttempts(), FakeCourier(), events=bus)
    stopping = threading.Event()

    def told(counts: Counter[Taken]) -> None:
        if until(counts):
            stopping.set()

    return consume(follower.app, deadline_s=longest_s, stopping=stopping, told=told)


def today(event_type: str, told: object, **more: object) -> Message:
    return message(event_type, told, at=clock.now(), **more)  # type: ignore[arg-type]


class TestGivenAGradeOnTheBus:
    def test_it_becomes_a_certificate_and_is_confirmed(
        self, follower: Follower, kafka: MockKafka, registry: Registry
    ) -> None:
        enrolled, graded = events.enrollment("honor"), events.grade()
        of_avro = {"content_type": "application/avro"}
        kafka.put(
            TOPIC,
            [
                today(ENROLLED, enrolled, value=registry.framed(ENROLLED, enrolled), **of_avro),
                today(GRADE, graded, value=registry.framed(GRADE, graded), **of_avro),
                today(UNHEARD_OF, {}, value=b"whatever"),
                today(GRADE, {}, value=b"\x00\x00\x00\x00\x01\xff", **of_avro),
            ],
        )

        counts = follow(follower, bus_of(kafka, registry), lambda counts: counts.total() >= 4)
        follower.judges()

        assert counts == {Taken.APPLIED: 2, Taken.UNKNOWN: 1, Taken.DEAD: 1}
        assert follower.certificates() == {("ada", COURSE): "downloadable"}
        assert [letter.why for letter in follower.letters()] == [Why.UNREADABLE]
        assert kafka.confirmed(TOPIC) == 4
