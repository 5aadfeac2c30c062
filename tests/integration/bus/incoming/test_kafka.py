"""Does what lies on the brokers come in, once each, whatever happens to brokers and consumers meanwhile?"""

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from confluent_kafka import KafkaError

from tests.databases import Database
from tests.factories import events
from tests.factories.events import COURSE, ENROLLED, GRADE, REGISTERED, UNHEARD_OF, message
from tests.fakes import FakeAttempts, FakeCourier
from tests.integration.bus.incoming.follower import Follower
from tests.kafka import OFFSET_COMMIT, MockKafka, Registry
from tests.servers import free_port
from tests.waiting import wait_until
from webapp import clock
from webapp.adapters.kafka.bus import KafkaBus
from webapp.domain.bus.incoming import Message
from webapp.domain.bus.letters import Taken, Why
from webapp.kafka_server import KafkaServer
from webapp.ports import Ports
from webapp.ports.bus import BusFault
from webapp.tasks.bus.consuming import consume

pytestmark = pytest.mark.any_database
TOPIC = "learning"
JOINED_WITHIN_S = 90
"""A group comes to rest in seconds, and on a machine that has much else to do in many."""


@pytest.fixture
def kafka() -> Iterator[MockKafka]:
    """Brokers of the test's own, with a topic of four partitions."""
    kafka = MockKafka()
    kafka.make_topic(TOPIC)
    yield kafka
    kafka.close()


def bus_of(kafka: MockKafka, registry: Registry | None = None) -> KafkaBus:
    server = KafkaServer(bootstrap=kafka.bootstrap, registry_url=registry.url if registry else None)
    return KafkaBus(server, [TOPIC], group="certdesk", begin="earliest")


def follow(
    follower: Follower, bus: KafkaBus, until: Callable[[Counter[Taken]], bool], *, longest_s: float = JOINED_WITHIN_S
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


class TestGivenARecordWhoseTimestampIsNoMoment:
    def test_it_and_those_behind_it_come_in(self, follower: Follower, kafka: MockKafka) -> None:
        microseconds = int(clock.now().timestamp() * 1_000_000)
        undated = today(REGISTERED, events.registration(number=8, username="grace"))
        undated = replace(undated, headers=[one for one in undated.headers if one[0] != "ce_time"])
        kafka.put(TOPIC, [today(ENROLLED, events.enrollment("honor")), undated], timestamp=microseconds)
        kafka.put(TOPIC, [today(GRADE, events.grade())])

        counts = follow(follower, bus_of(kafka), lambda counts: counts.total() >= 3)

        assert counts == {Taken.APPLIED: 2, Taken.DEAD: 1}
        assert [letter.reason for letter in follower.letters()] == [
            "the event has no time, and its record's timestamp is no moment"
        ]
        assert kafka.confirmed(TOPIC) == 3


def a_crowd(number: int, *, start: int = 1) -> list[Message]:
    """Give enrolments and passing grades of so many learners, those of one course run under one key."""
    crowd = []
    for each in range(start, start + number):
        course_id = f"course-v1:edX+Demo+{each % 8}"
        enrolled = events.enrollment("honor", number=each, username=f"learner-{each}", course_id=course_id)
        crowd += [
            today(ENROLLED, enrolled, key=course_id),
            today(GRADE, events.grade(number=each, course_id=course_id), key=course_id),
        ]
    return crowd


class TestGivenFaultsOfTheBrokers:
    def test_what_could_not_be_confirmed_comes_again_and_changes_nothing(
        self, follower: Follower, kafka: MockKafka
    ) -> None:
        kafka.put(TOPIC, a_crowd(5))
        kafka.refuse(KafkaError.REBALANCE_IN_PROGRESS, request=OFFSET_COMMIT)

        first = follow(follower, bus_of(kafka), lambda counts: counts.total() >= 10)
        second = follow(follower, bus_of(kafka), lambda counts: True, longest_s=6)

        assert first[Taken.APPLIED] == 10
        assert second[Taken.APPLIED] == 0
        assert len(follower.to_be_judged()) == 5

    def test_they_may_be_away_for_a_while(self, follower: Follower, kafka: MockKafka) -> None:
        kafka.put(TOPIC, a_crowd(2))
        kafka.go_down()
        threading.Timer(4, kafka.come_up).start()

        counts = follow(follower, bus_of(kafka), lambda counts: counts.total() >= 4)

        assert counts == {Taken.APPLIED: 4}


class TestGivenSeveralConsumers:
    def test_they_share_what_comes_and_take_over_from_one_who_leaves(
        self, follower: Follower, kafka: MockKafka
    ) -> None:
        bus = bus_of(kafka)
        follower.app.extensions["ports"] = Ports(FakeAttempts(), FakeCourier(), events=bus)
        leaves, ends = threading.Event(), threading.Event()
        counts: list[Counter[Taken]] = [Counter(), Counter()]

        def run(number: int, stopping: threading.Event) -> None:
            counts[number] = consume(follower.app, deadline_s=2 * JOINED_WITHIN_S, stopping=stopping)

        members = [threading.Thread(target=run, args=one) for one in enumerate((leaves, ends))]
        for member in members:
            member.start()
        kafka.put(TOPIC, a_crowd(20))
        wait_until(lambda: len(follower.state()["grades"]) >= 20, deadline_s=JOINED_WITHIN_S)
        leaves.set()
        members[0].join()
        kafka.put(TOPIC, a_crowd(20, start=21))
        wait_until(lambda: len(follower.state()["grades"]) == 40, deadline_s=JOINED_WITHIN_S)
        ends.set()
        members[1].join()

        assert sum((one[Taken.APPLIED] for one in counts), 0) == 80
        assert len(follower.to_be_judged()) == 40
        assert follower.letters() == []

    def test_brokers_that_are_not_there_are_told(self, follower: Follower) -> None:
        nowhere = KafkaBus(
            KafkaServer(bootstrap=f"127.0.0.1:{free_port()}"), [TOPIC], group="certdesk", begin="earliest"
        )
        follower.app.extensions["ports"] = Ports(FakeAttempts(), FakeCourier(), events=nowhere)

        with pytest.raises(BusFault, match="transport"):
            consume(follower.app, deadline_s=1, stopping=threading.Event())

        assert follower.letters() == []

    def test_one_that_is_killed_before_it_confirms_leaves_nothing_to_be_done_twice(
        self, follower: Follower, kafka: MockKafka, database: Database
    ) -> None:
        kafka.put(TOPIC, a_crowd(10))
        program = [sys.executable, "-m", "tests.integration.bus.incoming.dying", database.url, kafka.bootstrap, TOPIC]

        died = subprocess.run(program, check=False, capture_output=True, text=True, timeout=60)
        confirmed = kafka.confirmed(TOPIC)
        kept = len(follower.state()["enrollments"])
        counts = follow(follower, bus_of(kafka), lambda counts: counts.total() >= 20)

        assert (died.returncode, confirmed) == (-signal.SIGKILL, 0), died.stderr
        assert kept > 0
        assert counts[Taken.DUPLICATE] == int(died.stdout)
        assert counts.total() == 20
        assert len(follower.state()["grades"]) == len(follower.to_be_judged()) == 10
