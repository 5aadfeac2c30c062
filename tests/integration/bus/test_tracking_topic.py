"""Do tracking events get to a topic where the settings name one, and are they kept where it cannot be reached (decision 45)?"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.candidates import PDF, make_candidate, make_run
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from tests.kafka import MockKafka
from webapp import clock, create_app
from webapp.adapters.kafka.tracking import TrackingTopic
from webapp.domain import tracking
from webapp.kafka_server import KafkaServer
from webapp.ports import Tracking, TrackingLost
from webapp.services.generation import acts
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect
from webapp.settings import Settings
from webapp.tasks.outbox import send_events, send_others

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


class TestGivenATopicThatHangs:
    @pytest.fixture(autouse=True)
    def _made(self, desk: Desk) -> None:
        desk.sets(tracking=f"kafka:{TOPIC}")
        desk.tracking.fault = TrackingLost("no broker has acknowledged it")
        with desk.work() as session:
            make_run(session, PDF)
            for name in ("ada", "bob"):
                make_candidate(session, name, PDF)
                acts.generate(session, an_order(now=clock.now()), name, PDF)

    def test_it_is_asked_last_so_that_it_keeps_back_no_job(self, desk: Desk) -> None:
        asked: list[int] = []
        desk.tracking.before = lambda: asked.append(len(desk.queue.submissions))

        desk.send()

        assert asked == [2]

    def test_it_is_for_the_job_that_waits_for_brokers(self, desk: Desk) -> None:
        asked: list[str] = []
        desk.tracking.before = lambda: asked.append("asked")

        send_others(desk.app)
        before = [*asked]
        send_events(desk.app)

        assert (before, asked) == ([], ["asked"])
        assert {entry.last_problem for entry in desk.entries(Channel.TRACKING)} == {"no broker has acknowledged it"}


class TestGivenMoreEventsThanAreSentAtOnce:
    def test_a_topic_that_took_none_is_not_asked_again_at_once(self, desk: Desk) -> None:
        asked: list[str] = []
        desk.tracking.before = lambda: asked.append("asked")
        desk.tracking.fault = TrackingLost("no broker has acknowledged it")
        effects = [Effect(Channel.TRACKING, SWITCHED, None, "") for _ in range(501)]
        with desk.work() as session:
            outbox.add(session, effects, now=clock.now())

        desk.send()

        assert asked == ["asked"]
        assert {entry.last_problem for entry in desk.entries(Channel.TRACKING)} == {"no broker has acknowledged it"}
