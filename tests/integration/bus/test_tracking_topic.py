"""Do tracking events get to a topic where the settings name one, and are they kept where it cannot be reached (decision 45)?"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import NOON
from tests.kafka import MockKafka
from webapp import create_app
from webapp.adapters.kafka.tracking import TrackingTopic
from webapp.domain import tracking
from webapp.kafka_server import KafkaServer
from webapp.ports import Tracking, TrackingLost
from webapp.settings import Settings

TOPIC = "tracking"
COURSE = "course-v1:edX+Wéb+2026"
SWITCHED = tracking.generation_switched(course_id=COURSE, enabled=True, at=NOON)


@pytest.fixture
def kafka() -> Iterator[MockKafka]:
    """Brokers of the test's own."""
    kafka = MockKafka()
    yield kafka
    kafka.close()


def tracking_of(kafka: MockKafka, folder: Path) -> Tracking:
    """Give where tracking events go by the settings."""
    settings = Settings.from_env(
        {
            "CERTDESK_DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3",
            "CERTDESK_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap,
            "CERTDESK_TRACKING": f"kafka:{TOPIC}",
        }
    )
    found: Tracking = create_app(settings).extensions["ports"].tracking
    return found


class TestGivenATopicInTheSettings:
    def test_events_arrive_there_in_their_order_under_their_course_run(self, kafka: MockKafka, tmp_path: Path) -> None:
        events = [{**SWITCHED, "time": f"{number}"} for number in range(5)]

        tracking_of(kafka, tmp_path).write(events)

        messages = kafka.messages(TOPIC, len(events))
        assert [json.loads(message.value) for message in messages] == events
        assert {message.key for message in messages} == {COURSE.encode()}
        assert {message.header("content-type") for message in messages} == {"application/json"}


class TestGivenBrokersThatAreAway:
    def test_it_is_said_why_nothing_was_written(self) -> None:
        topic = TrackingTopic(KafkaServer(bootstrap="127.0.0.1:1"), TOPIC, timeout_s=0.5)

        with pytest.raises(TrackingLost, match=r"^the topic tracking did not take .*Connection refused"):
            topic.write([SWITCHED])
