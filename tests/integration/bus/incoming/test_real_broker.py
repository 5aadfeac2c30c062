"""Does what the mock of a cluster lets through hold with a real broker, the one that KAFKA_BOOTSTRAP names?

It needs a broker that lets topics be made, and nothing else; KAFKA_REGISTRY_URL may name a schema registry beside it.
Nobody is made to have one: without the variable this is passed over, also where REQUIRE_SERVICES asks for all else.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # as its documents say

from tests.factories import events
from tests.factories.events import ENROLLED, GRADE, message
from tests.fakes import FakeAttempts, FakeCourier
from tests.integration.bus.incoming.follower import Follower
from webapp import clock
from webapp.adapters.kafka.bus import KafkaBus
from webapp.domain.bus.incoming import Message
from webapp.domain.bus.letters import Taken
from webapp.kafka_server import KafkaServer
from webapp.ports import Ports
from webapp.tasks.bus.consuming import consume

BOOTSTRAP = os.environ.get("KAFKA_BOOTSTRAP", "")
pytestmark = [
    pytest.mark.any_database,
    pytest.mark.skipif(not BOOTSTRAP, reason="KAFKA_BOOTSTRAP names no broker"),
]
PATIENCE_S = 30.0


@pytest.fixture
def topic() -> Iterator[str]:
    """A topic of the test's own, with four partitions."""
    name = f"certdesk-test-{uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": BOOTSTRAP})
    admin.create_topics([NewTopic(name, 4, 1)])[name].result(PATIENCE_S)
    yield name
    admin.delete_topics([name])[name].result(PATIENCE_S)


def bus_of(topic: str, *, begin: str | datetime = "earliest") -> KafkaBus:
    server = KafkaServer(bootstrap=BOOTSTRAP, registry_url=os.environ.get("KAFKA_REGISTRY_URL"))
    return KafkaBus(server, [topic], group=topic, begin=begin)


def put(topic: str, messages: list[Message]) -> None:
    producer = Producer({"bootstrap.servers": BOOTSTRAP})
    for one in messages:
        producer.produce(topic, one.value, one.key, headers=[*one.headers])
    assert producer.flush(PATIENCE_S) == 0


def crowd(number: int, *, start: int = 1) -> list[Message]:
    found = []
    for each in range(start, start + number):
        course_id = f"course-v1:edX+Demo+{each % 8}"
        who = {"number": each, "username": f"learner-{each}"}
        enrolled = events.enrollment("honor", course_id=course_id, **who)  # type: ignore[arg-type]  # of both types
        graded = events.grade(number=each, course_id=course_id)
        found += [
            message(kind, said, at=clock.now(), key=course_id) for kind, said in ((ENROLLED, enrolled), (GRADE, graded))
        ]
    return found


def follow(follower: Follower, bus: KafkaBus, until: Callable[[Counter[Taken]], bool]) -> Counter[Taken]:
    follower.app.extensions["ports"] = Ports(FakeAttempts(), FakeCourier(), events=bus)
    stopping = threading.Event()

    def told(counts: Counter[Taken]) -> None:
        if until(counts):
            stopping.set()

    return consume(follower.app, deadline_s=PATIENCE_S, stopping=stopping, told=told)


class TestGivenARealBroker:
    def test_what_lies_there_becomes_certificates_and_does_not_come_again(self, follower: Follower, topic: str) -> None:
        put(topic, crowd(20))

        counts = follow(follower, bus_of(topic), lambda counts: counts.total() >= 40)
        follower.judges()
        put(topic, crowd(1, start=21))
        again = follow(follower, bus_of(topic), lambda counts: counts.total() >= 2)

        assert counts == {Taken.APPLIED: 40}
        assert again == {Taken.APPLIED: 2}
        assert set(follower.certificates().values()) == {"downloadable"}
        assert len(follower.certificates()) == 20

    def test_a_topic_may_be_begun_at_a_moment(self, follower: Follower, topic: str) -> None:
        put(topic, crowd(5))
        time.sleep(1)  # messages are stamped to the millisecond, and by the broker's clock where it is set so
        moment = clock.now()
        put(topic, crowd(5, start=6))

        follow(follower, bus_of(topic, begin=moment), lambda counts: counts.total() >= 10)

        assert set(follower.state()["learners"]) == {f"learner-{each}" for each in range(6, 11)}

    def test_two_consumers_take_each_event_once(self, follower: Follower, topic: str) -> None:
        put(topic, crowd(50))
        follower.app.extensions["ports"] = Ports(FakeAttempts(), FakeCourier(), events=bus_of(topic))
        found: list[Counter[Taken]] = []

        def run() -> None:
            found.append(consume(follower.app, deadline_s=PATIENCE_S, stopping=threading.Event()))

        members = [threading.Thread(target=run) for _ in range(2)]
        for member in members:
            member.start()
        for member in members:
            member.join()

        assert sum(one[Taken.APPLIED] for one in found) == 100

    def test_what_is_wrong_with_the_topics_is_said(self, topic: str) -> None:
        assert bus_of(topic).find_fault() is None
        assert bus_of(f"{topic}-none").find_fault() == f"answers, but has no topic {topic}-none"
