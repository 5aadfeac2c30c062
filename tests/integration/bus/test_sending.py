"""How do events leave for the bus: in their order, at least once, with what is known when they do?"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.factories.candidates import HTML, PDF, make_candidate, make_holder, make_run
from tests.factories.certificates import make_certificate, make_learner
from tests.factories.orders import an_order
from tests.fakes import FakeStream
from tests.integration.generation.desk import Desk
from tests.kafka import MockKafka
from webapp import clock
from webapp.adapters.kafka.stream import KafkaStream
from webapp.domain.bus.lifecycle import TOPIC, Happening
from webapp.domain.bus.wire import CloudEvent
from webapp.domain.identifiers import CourseId
from webapp.kafka_server import KafkaServer
from webapp.models.certificates import CertificateTransition, CourseMilestone, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.ports import Ports, Undelivered
from webapp.services.following.moves import Switches
from webapp.services.generation import acts
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect
from webapp.tasks.bus import telling
from webapp.tasks.jobs import EVENTS, SENDING
from webapp.tasks.outbox import send_events, send_others

ON = Switches(milestones=False, new_event_id=clock.new_event_id)
DOWN = Undelivered("the brokers are down")


def generate(desk: Desk, *usernames: str, course_id: CourseId = HTML) -> None:
    """Have certificates made, each of which is two events."""
    with desk.work() as session:
        make_run(session, course_id)
        learners = [make_candidate(session, name, course_id).id for name in usernames]
    for learner in learners:
        with desk.work() as session:
            acts.generate_many(session, an_order(now=clock.now(), switches=ON), course_id, [learner])


def ids(desk: Desk, course_id: str = HTML) -> list[str]:
    """Give the ids of a course run's events, in the order in which they were put down."""
    return [entry.payload["id"] for entry in desk.entries(Channel.BUS) if entry.recipient == course_id]


def arrived(desk: Desk, course_id: str = HTML) -> list[str]:
    """Give the ids of a course run's events that arrived, in order."""
    return [event.id for event in desk.stream.events if event.key == course_id]


class TestGivenEventsThatAreDue:
    def test_each_leaves_once_in_their_order(self, desk: Desk) -> None:
        generate(desk, "ada", "bob", "eve")

        tried = (send_events(desk.app), send_events(desk.app))

        assert tried == (6, 0)
        assert arrived(desk) == ids(desk)
        assert all(entry.sent_at and entry.tries == 1 for entry in desk.entries(Channel.BUS))

    def test_they_say_what_is_known_when_they_leave(self, desk: Desk) -> None:
        generate(desk, "ada")
        with desk.work() as session:
            session.scalars(select(Learner).where(Learner.username == "ada")).one().email = "new@example.org"

        send_events(desk.app)

        said = desk.stream.events[1].value["certificate"]
        assert desk.stream.events[1].type == Happening.CREATED
        assert said["user"] == {
            "id": 7,
            "is_active": True,
            "pii": {"username": "ada", "email": "new@example.org", "name": "Ada Lovelace"},
        }
        assert (said["course"]["course_key"], said["course"]["display_name"]) == (HTML, "Demonstration")
        assert (said["name"], said["mode"], said["current_status"]) == ("Ada Lovelace", "verified", "downloadable")

    def test_one_whose_certificate_is_gone_is_not_sent(self, desk: Desk) -> None:
        generate(desk, "ada", "bob")
        with desk.work() as session:
            gone = session.scalars(select(GeneratedCertificate.id).order_by(GeneratedCertificate.id)).first()
            session.execute(delete(CertificateTransition))
            session.execute(delete(CourseMilestone))
            session.execute(delete(GeneratedCertificate).where(GeneratedCertificate.id == gone))

        send_events(desk.app)

        entries = desk.entries(Channel.BUS)
        assert [bool(entry.failed_at) for entry in entries] == [True, True, False, False]
        assert entries[0].last_problem == "There is no such certificate any more."
        assert arrived(desk) == ids(desk)[2:]

    def test_a_certificate_of_a_course_run_that_nobody_told_of_is_told_all_the_same(self, desk: Desk) -> None:
        with desk.work() as session:
            learner = make_learner(session)
            held = make_certificate(session, learner.username, HTML)
            effect = Effect(Channel.BUS, _kept("e-1"), held.id, "course-v1:edX+Unknown+1")
            session.flush()
            outbox.add(session, [effect], now=clock.now())
            held.course_id = "course-v1:edX+Unknown+1"

        send_events(desk.app)

        assert desk.stream.events[0].value["certificate"]["course"]["display_name"] == ""

    def test_a_hanging_broker_keeps_back_no_job(self, desk: Desk) -> None:
        generate(desk, "ada", course_id=PDF)

        send_others(desk.app)

        assert (len(desk.queue.submissions), desk.stream.tries) == (1, [])
        assert [job.run for job in EVENTS] == [send_events]
        assert [job.run for job in SENDING] == [send_others]


class TestGivenNoTimeLeft:
    def test_what_was_not_sent_is_due_at_once(self, desk: Desk) -> None:
        generate(desk, "ada")
        with desk.work() as session:
            taken = outbox.take_in_order(session, Channel.BUS, now=clock.now(), at_most=10)

        with desk.app.app_context():
            fault = telling.send_events(desk.stream, taken, fault="", chance=1.0, longest_s=0)
        tried = (desk.stream.tries, send_events(desk.app))

        assert (fault, tried) == ("", (desk.stream.tries, 2))
        assert arrived(desk) == ids(desk)


class TestGivenOneThatCannotBeSent:
    def test_it_holds_back_the_later_ones_of_its_course_run_alone(self, desk: Desk) -> None:
        generate(desk, "ada", "bob")
        generate(desk, "eve", course_id=PDF)
        desk.stream.faults = {HTML: DOWN}

        send_events(desk.app)
        generate_more(desk, "zoe")
        send_events(desk.app)

        assert (arrived(desk), arrived(desk, PDF)) == ([], ids(desk, PDF))
        first, *later = [entry for entry in desk.entries(Channel.BUS) if entry.recipient == HTML]
        assert (first.tries, first.last_problem) == (1, "the brokers are down")
        assert {entry.last_problem for entry in later[:3]} == {"An earlier event of the course run has to leave first."}
        assert [entry.tries for entry in later] == [1, 1, 1, 0, 0]
        assert len(desk.stream.tries) == 1 + len(ids(desk, PDF))

    def test_once_it_can_all_leave_in_their_order_under_the_same_ids(self, desk: Desk) -> None:
        generate(desk, "ada", "bob")
        desk.stream.faults = {HTML: DOWN}
        send_events(desk.app)
        generate_more(desk, "zoe")
        desk.stream.faults = {}
        desk.let_pass(timedelta(seconds=6))

        send_events(desk.app)

        assert arrived(desk) == ids(desk)
        assert desk.stream.tries[0].id == desk.stream.tries[1].id == ids(desk)[0]
        assert desk.stream.tries[0].time == desk.stream.tries[1].time

    def test_it_is_never_given_up(self, desk: Desk) -> None:
        generate(desk, "ada")
        desk.stream.faults = {HTML: DOWN}
        desk.let_pass(timedelta(days=30))
        send_events(desk.app)
        desk.stream.faults = {}
        desk.let_pass(timedelta(minutes=10))

        send_events(desk.app)

        assert arrived(desk) == ids(desk)

    def test_one_that_is_wrong_itself_is_given_up_and_holds_back_none(self, desk: Desk) -> None:
        generate(desk, "ada")
        generate(desk, "eve", course_id=PDF)
        desk.stream.faults = {HTML: Undelivered("too large", for_good=True)}

        send_events(desk.app)

        of_ada = [entry for entry in desk.entries(Channel.BUS) if entry.recipient == HTML]
        assert all(entry.failed_at and entry.last_problem == "too large" for entry in of_ada)
        assert arrived(desk, PDF) == ids(desk, PDF)

    def test_while_somebody_else_sends_the_first_nobody_sends_the_second(self, desk: Desk) -> None:
        generate(desk, "ada")
        with desk.work() as session:
            (first,) = outbox.take_in_order(session, Channel.BUS, now=clock.now(), at_most=1)

        tried = send_events(desk.app)
        desk.let_pass(outbox.SENT_WITHIN)
        after_a_minute = send_events(desk.app)

        assert (tried, after_a_minute) == (0, 2)
        assert arrived(desk) == ids(desk)
        assert first.payload["id"] == ids(desk)[0]


class TestGivenNoBusAnyMore:
    def test_what_waits_goes_on_waiting_and_says_why(self, desk: Desk) -> None:
        generate(desk, "ada")
        ports: Ports = desk.app.extensions["ports"]
        desk.app.extensions["ports"] = replace(ports, stream=None)

        send_events(desk.app)

        assert next(entry.last_problem for entry in desk.entries(Channel.BUS)) == "no Kafka configured"


class TestGivenARealClient:
    @pytest.fixture
    def kafka(self) -> Iterator[MockKafka]:
        """Brokers of the test's own."""
        kafka = MockKafka()
        yield kafka
        kafka.close()

    def test_what_could_not_leave_arrives_once_in_order_when_the_brokers_are_up_again(
        self, desk: Desk, kafka: MockKafka
    ) -> None:
        ports: Ports = desk.app.extensions["ports"]
        stream = KafkaStream(KafkaServer(bootstrap=kafka.bootstrap), timeout_s=2)
        desk.app.extensions["ports"] = replace(ports, stream=stream)
        generate(desk, "ada", "bob")
        kafka.go_down()
        send_events(desk.app)
        unsent = {entry.sent_at for entry in desk.entries(Channel.BUS)}
        kafka.come_up()
        desk.let_pass(timedelta(seconds=6))

        send_events(desk.app)

        assert unsent == {None}
        assert [message.header("ce_id") for message in kafka.messages(TOPIC, 4)] == ids(desk)
        assert all(entry.sent_at for entry in desk.entries(Channel.BUS))


def generate_more(desk: Desk, username: str) -> None:
    """Have one more certificate made in the course run with web certificates."""
    with desk.work() as session:
        learner = make_candidate(session, username).id
    with desk.work() as session:
        acts.generate_many(session, an_order(now=clock.now(), switches=ON), HTML, [learner])


def _kept(event_id: str) -> dict[str, str]:
    names = ("time", "previous_status", "current_status", "mode", "grade", "download_url")
    return {"type": Happening.CHANGED.value, "id": event_id, **dict.fromkeys(names, "")}


@pytest.mark.parametrize("number", [520])
def test_of_more_than_are_taken_at_once_each_leaves_in_order(desk: Desk, number: int) -> None:
    with desk.work() as session:
        make_holder(session)
        held = session.scalars(select(GeneratedCertificate.id).where(GeneratedCertificate.course_id == HTML)).one()
        effects = [Effect(Channel.BUS, _kept(f"event-{n}"), held, HTML) for n in range(number)]
        outbox.add(session, effects, now=clock.now())

    tried = send_events(desk.app)

    assert tried == number
    assert arrived(desk) == ids(desk) == [f"event-{n}" for n in range(number)]


class SlowStream(FakeStream):
    """Takes its time, so that others come in between."""

    def send(self, events: Sequence[CloudEvent]) -> list[Undelivered | None]:
        """Take events a moment later."""
        time.sleep(0.005)  # a receiver at the other end of a wire: without it one sender is done before the next begins
        return super().send(events)


def test_of_several_senders_at_once_none_overtakes_another(desk: Desk) -> None:
    generate(desk, *(f"learner{n}" for n in range(10)))
    generate(desk, *(f"reader{n}" for n in range(10)), course_id=PDF)
    desk.stream = SlowStream()
    ports: Ports = desk.app.extensions["ports"]
    desk.app.extensions["ports"] = replace(ports, stream=desk.stream)

    with ThreadPoolExecutor(4) as pool:
        tried = [sent.result() for sent in [pool.submit(send_events, desk.app) for _ in range(4)]]

    assert sum(tried) == 40
    assert (arrived(desk), arrived(desk, PDF)) == (ids(desk), ids(desk, PDF))
