"""What arrives at Kafka, in which form and order, and what is said where it does not?"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from confluent_kafka import KafkaError

from tests.fakes import NOON
from tests.kafka import MockKafka, Registry
from webapp.adapters.kafka.stream import KafkaStream
from webapp.domain.bus import lifecycle
from webapp.domain.bus.lifecycle import TOPIC, Happening, Person
from webapp.domain.bus.wire import CloudEvent
from webapp.domain.certificates.statuses import Status
from webapp.kafka_server import KafkaServer, Security
from webapp.ports import Undelivered

COURSE = "course-v1:edX+Web+2026"
PERSON = Person(7, "ada", "ada@example.org", "Ada Lovelace", "Ädä", "Über Web", datetime(2026, 1, 2, tzinfo=UTC), None)


def an_event(number: int = 0, course_id: str = COURSE, happening: Happening = Happening.CREATED) -> CloudEvent:
    kept = lifecycle.kept(
        happening,
        event_id=f"event-{number}",
        before=None,
        after=Status.DOWNLOADABLE,
        mode="honor",
        grade="0.87",
        download_url="",
        at=NOON,
    )
    return lifecycle.told(kept, course_id, PERSON)


@pytest.fixture
def kafka() -> Iterator[MockKafka]:
    """Brokers of the test's own."""
    kafka = MockKafka()
    yield kafka
    kafka.close()


def stream_to(
    kafka: MockKafka, *, timeout_s: float = 10.0, registry_url: str | None = None, prefix: str = ""
) -> KafkaStream:
    server = KafkaServer(bootstrap=kafka.bootstrap, registry_url=registry_url, topic_prefix=prefix)
    return KafkaStream(server, timeout_s=timeout_s)


class TestGivenNoRegistry:
    def test_an_event_arrives_as_json_under_its_course_run_with_ten_headers(self, kafka: MockKafka) -> None:
        results = stream_to(kafka).send([an_event()])

        (message,) = kafka.messages(TOPIC, 1)
        assert results == [None]
        assert message.key == COURSE.encode()
        assert json.loads(message.value) == an_event().value
        assert len(message.headers) == len({name for name, _ in message.headers}) == 10
        assert message.header("ce_id") == "event-0"
        assert message.header("ce_type") == "org.openedx.learning.certificate.created.v1"
        assert message.header("content-type") == message.header("ce_datacontenttype") == "application/json"

    def test_those_of_one_course_run_share_a_partition(self, kafka: MockKafka) -> None:
        stream = stream_to(kafka)
        courses = [f"course-v1:edX+Web+{number % 5}" for number in range(20)]

        results = [stream.send([an_event(number, course)]) for number, course in enumerate(courses)]

        messages = kafka.messages(TOPIC, 20)
        assert results == [[None]] * 20
        for course in set(courses):
            of_it = [message for message in messages if message.key == course.encode()]
            assert len({message.partition for message in of_it}) == 1
            numbers = [int(message.header("ce_id").removeprefix("event-")) for message in of_it]
            assert numbers == sorted(numbers)


class TestGivenARegistry:
    def test_key_and_value_are_framed_avro_under_the_platforms_subjects(
        self, kafka: MockKafka, registry: Registry
    ) -> None:
        stream = stream_to(kafka, registry_url=registry.url.replace("://", "://key:s%2Fcret@"))

        results = stream.send([an_event(), an_event(1, happening=Happening.REVOKED), an_event(2)])

        messages = {message.header("ce_id"): message for message in kafka.messages(TOPIC, 3)}
        read = {name: registry.read(message.value) for name, message in messages.items()}
        assert results == [None, None, None]
        assert registry.read(messages["event-0"].key) == (f"{TOPIC}-string", COURSE)
        assert read["event-0"] == (f"{TOPIC}-{Happening.CREATED}.CloudEvent", an_event().value)
        assert read["event-1"][0] == f"{TOPIC}-{Happening.REVOKED}.CloudEvent"
        assert {message.header("content-type") for message in messages.values()} == {"application/avro"}
        assert len(registry.schemas) == 3
        assert registry.authorizations == {"Basic a2V5OnMvY3JldA=="}

    def test_a_prefix_stands_before_topic_and_subjects_as_in_the_platform(
        self, kafka: MockKafka, registry: Registry
    ) -> None:
        results = stream_to(kafka, registry_url=registry.url, prefix="prod").send([an_event()])

        (message,) = kafka.messages(f"prod-{TOPIC}", 1)
        assert results == [None]
        assert registry.read(message.key)[0] == f"prod-{TOPIC}-string"
        assert registry.read(message.value)[0] == f"prod-{TOPIC}-{Happening.CREATED}.CloudEvent"

    @pytest.mark.parametrize(
        ("status", "for_good", "reason"),
        [
            (500, False, "the schema registry answered HTTP 500"),
            (401, False, "the schema registry answered HTTP 401"),
            (409, True, "the schema registry refuses the schema (HTTP 409)"),
            (422, True, "the schema registry refuses the schema (HTTP 422)"),
        ],
    )
    def test_what_it_refuses_does_not_arrive_and_is_told_apart(
        self, kafka: MockKafka, registry: Registry, status: int, reason: str, *, for_good: bool
    ) -> None:
        registry.status = status
        stream = stream_to(kafka, registry_url=registry.url)

        refused = (stream.send([an_event()]), stream.find_fault())
        registry.status = 200
        taken = (stream.send([an_event()]), stream.find_fault())

        assert refused == ([Undelivered(reason, for_good=for_good)], refused[1])
        assert refused[1]
        assert taken == ([None], None)

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            ("no JSON", "the schema registry gave no JSON"),
            ('{"id": "1"}', "the schema registry gave no number"),
            ("[]", "the schema registry gave no number"),
        ],
    )
    def test_one_that_says_something_odd_is_asked_again(
        self, kafka: MockKafka, registry: Registry, answer: str, reason: str
    ) -> None:
        registry.answer = answer
        stream = stream_to(kafka, registry_url=registry.url)

        odd = stream.send([an_event()])
        registry.answer = None

        assert (odd, stream.send([an_event()])) == ([Undelivered(reason)], [None])

    def test_one_that_is_not_there_is_said_to_be_so(self, kafka: MockKafka) -> None:
        stream = stream_to(kafka, registry_url="http://127.0.0.1:1")

        reason = "the schema registry cannot be reached (ConnectError)"
        assert stream.send([an_event(), an_event(1)]) == [Undelivered(reason)] * 2
        assert stream.find_fault() == reason


class TestGivenBrokersThatAreDown:
    def test_nothing_counts_as_arrived_until_they_are_up_again(self, kafka: MockKafka) -> None:
        stream = stream_to(kafka, timeout_s=2)
        assert stream.send([an_event()]) == [None]
        kafka.go_down()
        begun = time.monotonic()

        down = stream.send([an_event(1), an_event(2)])
        lasted = time.monotonic() - begun
        kafka.come_up()
        up = [stream.send([an_event(number)]) for number in (1, 2)]

        assert [problem is not None and not problem.for_good for problem in down] == [True, True]
        assert lasted < 4
        assert up == [[None], [None]]
        assert [message.header("ce_id") for message in kafka.messages(TOPIC, 3)] == ["event-0", "event-1", "event-2"]

    def test_it_is_said_why(self) -> None:
        stream = KafkaStream(KafkaServer(bootstrap="127.0.0.1:1"), timeout_s=0.5)

        (problem,) = stream.send([an_event()])

        assert problem is not None
        assert "Connection refused" in problem.reason
        assert "Connection refused" in (stream.find_fault() or "")


class TestGivenAnErrorOfTheBrokers:
    def test_one_that_passes_is_overcome_without_a_word(self, kafka: MockKafka) -> None:
        stream = stream_to(kafka)
        kafka.refuse(KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.REQUEST_TIMED_OUT)

        assert stream.send([an_event()]) == [None]
        assert len(kafka.messages(TOPIC, 1)) == 1

    def test_an_event_that_is_wrong_itself_is_refused_for_good(self, kafka: MockKafka) -> None:
        stream = stream_to(kafka)
        kafka.refuse(KafkaError.MSG_SIZE_TOO_LARGE)

        (problem,) = stream.send([an_event()])

        assert problem is not None
        assert problem.for_good
        assert stream.send([an_event(1)]) == [None]

    def test_one_that_is_too_long_is_refused_for_good(self, kafka: MockKafka) -> None:
        long = an_event()
        event = CloudEvent(long.id, long.type, long.time, long.topic, long.key, {"x": "x" * 2_000_000}, long.schema)

        (problem,) = stream_to(kafka).send([event])

        assert problem is not None
        assert problem.for_good


class TestGivenAGuardedConnection:
    def test_the_library_is_told_of_it(self) -> None:
        server = KafkaServer(
            bootstrap="127.0.0.1:1", security=Security.SASL_SSL, username="desk", password="word", ca=__file__
        )

        stream = KafkaStream(server)

        (problem,) = stream.send([an_event()])

        assert problem is not None  # it reads the file, and finds no certificate in it
        assert "ssl.ca.location" in problem.reason
        assert "ssl.ca.location" in (stream.find_fault() or "")
