"""Are analytics events kept until they can be written, and written once in their order?"""

from datetime import timedelta

from tests.factories.candidates import HTML, PDF, make_candidate, make_run
from tests.factories.orders import an_order_without_milestones as an_order
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.ports import TrackingLost
from webapp.services.generation import acts
from webapp.services.messages.outbox import Channel


class TestGivenAFileThatCannotBeWritten:
    def events(self, desk: Desk, number: int) -> None:
        with desk.work() as session:
            make_run(session)
            learners = [make_candidate(session, f"learner{n}").id for n in range(number)]
            acts.generate_many(session, an_order(now=clock.now()), HTML, learners)

    def test_the_events_are_kept_with_the_reason_and_written_once_it_can(self, desk: Desk) -> None:
        self.events(desk, 3)
        desk.tracking.fault = TrackingLost("the tracking file cannot be written: No space left on device")
        desk.send()
        entries = desk.entries(Channel.TRACKING)
        desk.tracking.fault = None
        desk.let_pass(timedelta(seconds=5))

        desk.send()

        assert {(entry.tries, entry.sent_at, entry.last_problem) for entry in entries} == {
            (1, None, "the tracking file cannot be written: No space left on device")
        }
        assert all(entry.sent_at and not entry.last_problem for entry in desk.entries(Channel.TRACKING))
        assert sorted(event["event"]["certificate_id"] for event in desk.tracking.events) == sorted(
            desk.held(f"learner{n}", HTML).verify_uuid for n in range(3)
        )

    def test_they_are_never_given_up(self, desk: Desk) -> None:
        self.events(desk, 1)
        desk.tracking.fault = TrackingLost("no disk")
        desk.let_pass(timedelta(days=30))
        desk.send()
        desk.tracking.fault = None
        desk.let_pass(timedelta(minutes=10))

        desk.send()

        assert len(desk.tracking.events) == 1

    def test_jobs_leave_all_the_same(self, desk: Desk) -> None:
        desk.tracking.fault = TrackingLost("no disk")
        with desk.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)

        desk.send()

        assert len(desk.queue.submissions) == 1


class TestGivenMoreEventsThanAreWrittenAtOnce:
    def test_each_is_written_once_in_their_order(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            learners = [make_candidate(session, f"learner{n:03}", external_id=n).id for n in range(520)]
            acts.generate_many(session, an_order(now=clock.now()), HTML, learners)

        tried = desk.send()

        assert tried == 520
        assert [event["event"]["user_id"] for event in desk.tracking.events] == list(range(520))
